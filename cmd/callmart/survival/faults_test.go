package survival_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/pipeline"
)

// TestArchiveFileVanishes removes a file of the archive after it was read for the first time in a run.
func TestArchiveFileVanishes(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	archive := filepath.Join(t.TempDir(), "archive")
	require.NoError(t, os.CopyFS(archive, os.DirFS(w.archive)))
	s := newSite(t, archive)
	require.NoError(t, os.CopyFS(s.lake(), os.DirFS(w.lake)))
	s.had = w.before

	vanishing := filepath.Join(archive, "berlin", "2026", "03", "2026-03-03-01.ndjson")
	_, resume := s.stopped("1 source read")
	require.NoError(t, os.Rename(vanishing, vanishing+".away"))
	end := resume()
	require.Equal(t, 1, end.code, end.stderr)
	require.Contains(t, end.stderr, vanishing, "the file is named")
	require.Contains(t, end.stderr, "try: ")
	s.holds(w.before)
	s.isClean()

	require.NoError(t, os.Rename(vanishing+".away", vanishing))
	s.succeeds()
	s.holds(w.after)
	s.isClean()
}

// TestBrokenTable damages a file of the lake. A report names it; a run names it too, or makes it anew from the records
// that it has; neither works with what is left of it.
func TestBrokenTable(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	const path = "calls/source=berlin/date=2026-03-02/part-0.parquet"
	whole := w.before[path]
	middle := len(whole) / 2
	for name, broken := range map[string]string{
		"empty":     "",
		"cut":       whole[:middle],
		"no footer": whole[:len(whole)-8] + "NOTAPARQ",
		"footer":    whole[:len(whole)-200] + strings.Repeat("\xff", 192) + whole[len(whole)-8:],
		"pages":     whole[:4] + strings.Repeat("\xff", middle) + whole[4+middle:],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := secondRun(t, w)
			file := filepath.Join(s.lake(), path)
			require.NoError(t, os.WriteFile(file, []byte(broken), 0o644))
			end := s.does(nil, "report", "all", "--period", "week", "--date", "2026-03-02")
			require.Equal(t, 1, end.code, end.stdout)
			require.Contains(t, end.stderr, path, "the file is named")
			require.Contains(t, end.stderr, "try: ")

			if end := s.does(nil, "run"); end.code != 0 {
				require.Contains(t, []int{1, 5}, end.code)
				require.Contains(t, end.stderr, path, "the file is named")
				require.Contains(t, end.stderr, "try: ")
				require.NoError(t, os.WriteFile(file, []byte(whole), 0o644)) // from the backup
			}
			s.succeeds()
			s.survived(w)
		})
	}
}

// TestBrokenInternals cuts each Parquet file that the lake keeps of a source beside its tables: the run can do without it, or names it
// and leaves everything as it was.
func TestBrokenInternals(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	files, err := readFiles(w.lake)
	require.NoError(t, err)
	for path, whole := range files {
		if !strings.HasPrefix(path, "_") || !strings.HasSuffix(path, ".parquet") || !strings.Contains(path, "source=berlin") {
			continue
		}
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			s := secondRun(t, w)
			file := filepath.Join(s.lake(), path)
			require.NoError(t, os.WriteFile(file, []byte(whole[:len(whole)/2]), 0o644))
			if end := s.does(nil, "run"); end.code != 0 {
				require.Equal(t, 1, end.code, end.stderr)
				require.Contains(t, end.stderr, path, "the file is named")
				require.Contains(t, end.stderr, "try: ")
				s.holds(w.before)
				require.NoError(t, os.WriteFile(file, []byte(whole), 0o644)) // from the backup
				s.succeeds()
			}
			s.survived(w)
		})
	}
}

// TestClockGoesBack runs first on a machine whose clock is two days ahead, then on one whose clock is right.
func TestClockGoesBack(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	archive := filepath.Join(t.TempDir(), "archive")
	require.NoError(t, os.CopyFS(archive, os.DirFS(w.archive)))
	var later []string
	for _, name := range w.later {
		name = filepath.Join(archive, strings.TrimPrefix(name, w.archive))
		later = append(later, name)
		require.NoError(t, os.Rename(name, hidden(archive, name)))
	}
	s := newSite(t, archive)
	require.NoError(t, s.configure())
	cfg, err := pipeline.LoadConfig(filepath.Join(s.dir, "callmart.yaml"), os.LookupEnv)
	require.NoError(t, err)
	ahead := func() time.Time { return time.Now().Add(48 * time.Hour) }
	first, err := pipeline.Run(context.Background(), cfg, pipeline.RunOptions{Now: ahead})
	require.NoError(t, err)
	s.holds(w.before)

	for _, name := range later {
		require.NoError(t, os.Rename(hidden(archive, name), name))
	}
	s.succeeds()
	s.survived(w)
	names := s.manifests()
	require.Len(t, names, 2)
	require.Contains(t, names[1], first.Run, "by name the later run is the older one")
	s.succeeds()
	s.survived(w)
}

// TestTwoRuns starts a run while another one is at work, and reports meanwhile.
func TestTwoRuns(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	s := secondRun(t, w)
	pid, resume := s.stopped("1 sources staged")
	host, err := os.Hostname()
	require.NoError(t, err)
	end := s.does(nil, "run")
	require.Equal(t, 4, end.code, end.stderr)
	require.Contains(t, end.stderr, fmt.Sprintf("lake is locked by process %d on %s, run 2", pid, host))
	require.Contains(t, end.stderr, "try: wait until that run has ended")
	end = s.does(nil, "report", "all", "--period", "week", "--date", "2026-03-02")
	require.Zero(t, end.code, end.stderr)
	s.holds(w.before)

	end = resume()
	require.Zero(t, end.code, end.stderr)
	s.survived(w)
	require.Len(t, s.manifests(), 2)
}

// TestReportWaitsForAPublication stops a run between two renames. A report waits until all files are of one run.
func TestReportWaitsForAPublication(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	s := secondRun(t, w)
	_, resume := s.stopped(fmt.Sprint(w.changed/2, " after a rename"))
	s.isWhole(w)
	report, wait := s.start(nil, "report", "sla", "--period", "week", "--date", "2026-03-02", "--json")
	require.NoError(t, report.Start())
	require.Zero(t, resume().code)
	during := wait()
	require.Zero(t, during.code, during.stderr)
	s.survived(w)
	after := s.does(nil, "report", "sla", "--period", "week", "--date", "2026-03-02", "--json")
	require.Equal(t, figures(after.stdout), figures(during.stdout))
}

// figures are the tables of a report as JSON, without what names the run.
func figures(text string) []string {
	_, tables, _ := strings.Cut(text, `"tables":`)
	return slices.Collect(strings.SplitSeq(tables, "},{"))
}
