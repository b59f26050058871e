// Package survival_test kills, starves and misleads the real program, and looks at what is left of its lake. It sees
// the program from outside only: files, exit statuses, messages.
package survival_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/fixtures"
)

var folder = struct { // of this run of the tests
	path  string
	build func() (string, error)
	world func() (*world, error)
}{}

func TestMain(m *testing.M) {
	code := 1
	defer func() { os.Exit(code) }()
	var err error
	if folder.path, err = os.MkdirTemp("", "survival-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer os.RemoveAll(folder.path)
	folder.build = sync.OnceValues(build)
	folder.world = sync.OnceValues(newWorld)
	code = m.Run()
}

// build compiles the program with its crash points.
func build() (string, error) {
	program := filepath.Join(folder.path, "callmart")
	out, err := exec.Command("go", "build", "-tags", "crashpoints", "-o", program, "callmart/cmd/callmart").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building: %w\n%s", err, out)
	}
	return program, nil
}

const (
	days    = 2
	perDay  = 130
	perFile = 60
)

// vendors are the sources of the world: name, vendor, zone.
var vendors = [...][3]string{{"berlin", "nectardesk", "Europe/Berlin"}, {"mumbai", "callerdesk", "Asia/Kolkata"}}

// world is what all tests share: two centres' archives, a lake that has the first part of them, and the tables that
// a run over the rest must come to.
type world struct {
	archive string // of both sources: <archive>/<source>/...
	calls   [len(vendors)]int
	later   []string          // the archives' files that the first part lacks
	lake    string            // one run over the first part
	before  tables            // of lake
	after   tables            // of the unkilled second run, over everything
	changed int               // files that the second run moved into place
	took    time.Duration     // the second run
	reports map[string]string // the workbooks of the first run
}

func newWorld() (*world, error) {
	w := &world{archive: filepath.Join(folder.path, "archive")}
	for i, v := range vendors {
		zone, err := time.LoadLocation(v[2])
		if err != nil {
			return nil, err
		}
		stats, err := fixtures.WriteArchive(filepath.Join(w.archive, v[0]), w.centre(i, zone), fixtures.ArchiveOptions{PerFile: perFile, Compress: true, Bad: 2})
		if err != nil {
			return nil, err
		}
		w.calls[i] = stats.Calls
	}
	return w, w.split()
}

// centre is source i of the world.
func (*world) centre(i int, zone *time.Location) fixtures.Centre {
	return fixtures.Centre{
		Vendor: vendors[i][1], Seed: uint64(31 + i), Zone: zone, From: time.Date(2026, 3, 2, 0, 0, 0, 0, zone), Days: days, CallsPerDay: perDay,
	}
}

// split makes the world's lake of one part of the archives, puts the other one back, and runs over all of it in a copy.
// What comes later is the last day, and of each day before it the last file: a second run changes partitions and adds some.
func (w *world) split() error {
	for _, v := range vendors {
		for day := range days {
			date := fmt.Sprintf("2026-03-%02d*", 2+day)
			files, err := filepath.Glob(filepath.Join(w.archive, v[0], "2026", "03", date))
			if err != nil {
				return err
			}
			if day < days-1 {
				w.later = append(w.later, files[len(files)-1])
				continue
			}
			raw, err := filepath.Glob(filepath.Join(w.archive, v[0], "raw", "*", date))
			if err != nil {
				return err
			}
			w.later = slices.Concat(w.later, files, raw)
		}
	}
	for _, name := range w.later {
		if err := os.Rename(name, hidden(w.archive, name)); err != nil {
			return err
		}
	}
	first := &site{dir: filepath.Join(folder.path, "first"), archive: w.archive}
	if err := first.begin(); err != nil {
		return err
	}
	w.lake = first.lake()
	var err error
	if w.before, err = readTables(w.lake); err != nil {
		return err
	}
	for _, name := range w.later {
		if err := os.Rename(hidden(w.archive, name), name); err != nil {
			return err
		}
	}
	second := &site{dir: filepath.Join(folder.path, "second"), archive: w.archive}
	if err := os.CopyFS(second.dir, os.DirFS(first.dir)); err != nil {
		return err
	}
	all, err := readFiles(w.lake)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := second.begin(); err != nil {
		return err
	}
	w.took = time.Since(began)
	if w.after, err = readTables(second.lake()); err != nil {
		return err
	}
	now, err := readFiles(second.lake())
	if err != nil {
		return err
	}
	for path, content := range now {
		// The lock and the ledger of reports are not part of the commit.
		if all[path] != content && !strings.HasPrefix(path, "_lock") && path != "_ledger/reports.json" {
			w.changed++
		}
	}
	w.reports, err = first.workbooks()
	return err
}

// hidden is where a file of the archive waits for its turn.
func hidden(archive, name string) string {
	return filepath.Join(filepath.Dir(archive), "later-"+strings.ReplaceAll(strings.TrimPrefix(name, archive), "/", "-"))
}

func theWorld(t *testing.T) *world {
	t.Helper()
	w, err := folder.world()
	require.NoError(t, err)
	return w
}

// TestWorld sees to it that the other tests prove something: the second run changes partitions, adds some, and both
// together hold every call once, as a single run over everything does.
func TestWorld(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	changed, added := 0, 0
	for path, content := range w.after {
		switch old, known := w.before[path]; {
		case !known:
			added++
		case old != content:
			changed++
		}
	}
	require.Greater(t, changed, 8)
	require.Greater(t, added, 8)
	calls := w.calls[0] + w.calls[1]
	require.Greater(t, calls, 300)
	once := newSite(t, w.archive)
	once.succeeds()
	once.holds(w.after)
	require.Equal(t, []string{fmt.Sprint(calls, " ", calls)}, once.query("SELECT count(*) || ' ' || count(DISTINCT source || call_id) FROM calls"))
	t.Logf("%d calls, %d tables' files, %d of them changed and %d added by the second run of %v", calls, len(w.after), changed, added, w.took.Round(time.Millisecond))
}
