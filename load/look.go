package load

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"

	"github.com/parquet-go/parquet-go"
	"golang.org/x/sync/errgroup"

	"callmart/transform/schema"
)

// Look opens a lake in order to look at it: nothing is made, no lock is taken, and a run may go on beside it.
// os.ErrNotExist: there is no lake.
func Look(root string) (*Lake, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("looking at the lake: %w", err)
	}
	if _, err := os.ReadDir(root); err != nil {
		return nil, fmt.Errorf("looking at the lake: %w", err)
	}
	return &Lake{root: root}, nil
}

// Gone reports whether the process that took the lock is certainly not there any more: it was killed. Of another host's
// nobody can tell.
func (h Holder) Gone() bool {
	if host, err := os.Hostname(); err != nil || host != h.Host || h.PID <= 0 {
		return false
	}
	process, err := os.FindProcess(h.PID)
	if err != nil {
		return true
	}
	return errors.Is(process.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

// Unended is a run that began and did not end, or not yet.
type Unended struct {
	Run       string
	Committed bool // it has happened, and only its publishing is left
}

// Unended lists the runs that left something under _staging, by name.
func (l *Lake) Unended() ([]Unended, error) {
	entries, err := os.ReadDir(filepath.Join(l.root, stagingName))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("looking at the lake: %w", err)
	}
	var runs []Unended
	for _, e := range entries {
		_, err := os.Stat(filepath.Join(l.root, stagingName, e.Name(), commitName))
		runs = append(runs, Unended{Run: e.Name(), Committed: err == nil})
	}
	return runs, nil
}

// Counted are the rows of some partitions of a table, as their footers tell.
type Counted struct {
	Rows       int64
	Partitions int
	First      string // date of the oldest partition that has rows; empty if none has
	Last       string
}

// Count counts a source's rows of a table. A file that cannot be read is a problem, and hides no other one.
func (l *Lake) Count(ctx context.Context, id schema.ID, source string) (c Counted, problems []error, err error) {
	files, err := l.published(ctx, schema.Get(id), Selection{Sources: []string{source}})
	if err != nil {
		return c, nil, fmt.Errorf("looking at the lake: %w", err)
	}
	rows, broken := make([]int64, len(files)), make([]error, len(files))
	group, ctx := errgroup.WithContext(ctx)
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		group.Go(func() error {
			for i := w; i < len(files); i += workers {
				if err := ctx.Err(); err != nil {
					return err
				}
				rows[i], broken[i] = countRows(l.path(files[i].Path))
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return c, nil, err
	}
	for i, f := range files { // in the order of dates
		if broken[i] != nil {
			problems = append(problems, broken[i])
			continue
		}
		c.Partitions++
		if rows[i] == 0 {
			continue
		}
		c.Rows += rows[i]
		if c.First == "" {
			c.First = f.Date
		}
		c.Last = f.Date
	}
	return c, problems, nil
}

// countRows reads a file's footer.
func countRows(path string) (rows int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, fmt.Errorf("looking at the lake: %w", err)
	}
	defer file.Close()
	rows, err = footerRows(file)
	if err != nil {
		return 0, &BrokenError{path, err}
	}
	return rows, nil
}

func footerRows(file *os.File) (rows int64, err error) {
	defer guard(&err)
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	p, err := parquet.OpenFile(file, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return 0, err
	}
	return p.NumRows(), nil
}

// Sources names all that the lake has anything of, in order.
func (l *Lake) Sources() ([]string, error) {
	found := map[string]bool{}
	tables, err := os.ReadDir(l.root)
	if err != nil {
		return nil, fmt.Errorf("looking at the lake: %w", err)
	}
	for _, t := range tables {
		if !t.IsDir() {
			continue
		}
		names, err := partitionFolders(filepath.Join(l.root, t.Name()), "source=")
		if err != nil {
			return nil, fmt.Errorf("looking at the lake: %w", err)
		}
		for _, name := range names {
			found[name] = true
		}
	}
	names := make([]string, 0, len(found))
	for name := range found {
		if sourceName.MatchString(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}
