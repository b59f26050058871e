package survival_test

import (
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// step is a named step of a run, and what a kill there leaves behind.
type step struct {
	name      string
	passes    []int // kill at these passes of it; none: at the first
	committed bool  // the killed run has happened, and the next one ends it
}

// steps are the named steps of a run over archives, in their order.
func (w *world) steps() []step {
	last := w.changed
	return []step{
		{"locked", nil, false},
		{"run begun", nil, false},
		{"source read", []int{1, 2}, false},
		{"partition staged", []int{1, 4}, false},
		{"sources staged", nil, false},
		{"file staged", []int{1, 2}, false}, // which files were read, while tables are staged; then the source's ledger
		{"before COMMIT", nil, false},
		{"target folders made", nil, false},
		{"COMMIT written", nil, false},
		{"staged files on the disk", nil, false},
		{"COMMIT in place", nil, true},
		{"publishing", nil, true},
		{"before a rename", []int{1, 2, last / 2, last}, true},
		{"after a rename", []int{1, last / 2, last}, true},
		{"renames on the disk", []int{1, 2}, true},
		{"published", nil, true},
		{"staging removed", nil, true},
		{"before unlocking", nil, true},
		{"before reports", nil, true},
		{"workbook written", []int{1, 3}, true},
	}
}

// Steps that a run over archives does not come to, and the tests that kill there.
var otherSteps = map[string]string{
	"rolling forward":                    "TestKillDuringRecovery",
	"rolled forward":                     "TestKillDuringRecovery",
	"before a staging folder is deleted": "TestKillDuringRecovery",
	"chunk written":                      "TestKillWhileFetching",
	"chunk in place":                     "TestKillWhileFetching",
}

// TestEveryStepHasAKill compares the steps in the source with those that are killed at.
func TestEveryStepHasAKill(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for name := range otherSteps {
		known[name] = true
	}
	for _, s := range theWorld(t).steps() {
		known[s.name] = true
	}
	point := regexp.MustCompile(`crash\.Point\("([^"]+)"\)`)
	found := map[string]bool{}
	require.NoError(t, filepath.WalkDir("../../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "fixtures/crash/") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range point.FindAllStringSubmatch(string(source), -1) {
			found[m[1]] = true
		}
		return err
	}))
	require.Equal(t, found, known, "left: in the source, right: in the tests")
}

// TestKillAtEveryStep kills the second run at each step. What was published is then whole; the next run ends or repeats
// the killed one, and comes to the same bytes as a run that was never killed.
func TestKillAtEveryStep(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	for _, step := range w.steps() {
		passes := step.passes
		if len(passes) == 0 {
			passes = []int{1}
		}
		for _, n := range passes {
			at := fmt.Sprint(n, " ", step.name)
			t.Run(strings.ReplaceAll(at, " ", "_"), func(t *testing.T) {
				t.Parallel()
				s := secondRun(t, w)
				s.killedAt(at)
				s.isWhole(w)
				if !step.committed {
					s.holds(w.before)
				}
				s.nextNight()
				s.survived(w)
				require.Len(t, s.manifests(), 2+count(step.committed), "the first run's, the last one's, and the killed one's if it has happened")
			})
		}
	}
}

// TestKillDuringRecovery kills a run, and the one after it while it cleans up.
func TestKillDuringRecovery(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	half := w.changed / 2
	for _, kills := range [][]string{
		{"1 publishing", "1 rolling forward"},
		{"1 publishing", "1 before a rename"},
		{"1 publishing", fmt.Sprint(half, " after a rename"), fmt.Sprint(half, " before a rename")},
		{fmt.Sprint(half, " after a rename"), "1 before a rename", fmt.Sprint(w.changed, " after a rename"), "1 renames on the disk"},
		{"1 published", "1 rolled forward", "1 before a staging folder is deleted"},
		{"1 sources staged", "1 before a staging folder is deleted", "1 run begun"},
	} {
		t.Run(strings.ReplaceAll(strings.Join(kills, ","), " ", "_"), func(t *testing.T) {
			t.Parallel()
			s := secondRun(t, w)
			for _, at := range kills {
				s.killedAt(at)
				s.isWhole(w)
			}
			s.nextNight()
			s.survived(w)
		})
	}
}

// TestReportAfterAKill reports from a lake that a killed run left half published: the report ends what that one began.
func TestReportAfterAKill(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	s := secondRun(t, w)
	s.killedAt(fmt.Sprint(w.changed/2, " after a rename"))
	end := s.does(nil, "report", "all", "--period", "week", "--date", "2026-03-02")
	require.Zero(t, end.code, end.stderr)
	s.holds(w.after)
	s.isClean()
	require.Len(t, s.manifests(), 2)
	s.succeeds()
	s.survived(w)
}

// TestKillAtRandom kills runs at instants that nobody chose: half of them the second run, half one over everything;
// on one core or two.
func TestKillAtRandom(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	instants := 50
	if testing.Short() {
		instants = 8
		t.Logf("-short: %d random instants instead of 50", instants)
	}
	random := rand.New(rand.NewPCG(20260302, 1))
	for i := range instants {
		after := time.Duration(random.Int64N(int64(w.took)))
		t.Run(fmt.Sprintf("%02d_%v", i, after.Round(time.Millisecond)), func(t *testing.T) {
			t.Parallel()
			s := newSite(t, w.archive)
			if i%2 == 0 {
				s = secondRun(t, w)
			}
			cmd, wait := s.start([]string{fmt.Sprint("GOMAXPROCS=", 1+i/2%2)}, "run")
			require.NoError(t, cmd.Start())
			time.Sleep(after) // the instant is the test
			require.NoError(t, cmd.Process.Kill())
			if end := wait(); !end.killed {
				require.Zero(t, end.code, end.stderr)
			}
			s.isWhole(w)
			s.nextNight()
			s.survived(w)
		})
	}
}

// killedAt runs, and is killed at a step.
func (s *site) killedAt(at string) {
	s.t.Helper()
	end := s.does([]string{"CALLMART_KILL_AT=" + at}, "run")
	require.True(s.t, end.killed, "the step was never reached: %s\nexit status %d\n%s", at, end.code, end.stderr)
}

// isWhole wants every published file to be that of before or that of after, and none of before to be missing.
func (s *site) isWhole(w *world) {
	s.t.Helper()
	got, err := readTables(s.lake())
	require.NoError(s.t, err)
	for path, content := range got {
		require.True(s.t, content == w.before[path] || content == w.after[path], "%s is neither the old nor the new one", path)
	}
	for path := range s.had {
		require.Contains(s.t, got, path)
	}
}

// nextNight runs again, some hours later: what was left half written is nobody's by then.
func (s *site) nextNight() {
	s.t.Helper()
	ago := time.Now().Add(-20 * time.Hour)
	for _, folder := range []string{"reports", "lake/_ledger"} {
		names, err := filepath.Glob(filepath.Join(s.dir, folder, ".callmart-*"))
		require.NoError(s.t, err)
		for _, name := range names {
			require.NoError(s.t, os.Chtimes(name, ago, ago))
		}
	}
	s.succeeds()
}

// survived wants what an unkilled run leaves.
func (s *site) survived(w *world) {
	s.t.Helper()
	s.holds(w.after)
	s.isClean()
	books, err := s.workbooks()
	require.NoError(s.t, err)
	require.ElementsMatch(s.t, slices.Collect(maps.Keys(w.reports)), slices.Collect(maps.Keys(books)))
	for name, content := range books {
		require.False(s.t, content == w.reports[name], "%s is that of the first run", name)
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
