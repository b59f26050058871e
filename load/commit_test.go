package load_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"callmart/load"
	"callmart/transform/schema"
)

func TestCommit(t *testing.T) {
	ctx := context.Background()
	l, e, mem := lockedLake(t), newEngine(t), newAllocator(t)

	s := begin(t, l, "r1")
	stage(t, s, e, mem, "a", "2026-01-13", map[schema.ID]int{schema.Calls: 100})
	stage(t, s, e, mem, "a", "2026-01-14", map[schema.ID]int{schema.Calls: 100})
	require.NoError(t, s.AddBytes("_runs/r1.json", []byte("{}")))
	require.NoError(t, os.WriteFile(filepath.Join(s.Dir(), "spool"), []byte("x"), 0o644))
	changes, err := s.Commit(ctx)
	require.NoError(t, err)
	require.Len(t, changes.Written, 2*perPartition)
	require.Empty(t, changes.Unchanged)
	first := snapshot(t, l)
	require.Equal(t, load.File{
		Table: "calls", Source: "a", Date: "2026-01-14", Path: "calls/source=a/date=2026-01-14/part-0.parquet",
		Rows: 100, Bytes: int64(len(first["calls/source=a/date=2026-01-14/part-0.parquet"])),
	}, find(changes.Written, "calls/source=a/date=2026-01-14/part-0.parquet"))
	require.Len(t, first, 2*perPartition+1)
	require.NoError(t, s.Discard()) // after Commit it does nothing
	require.Equal(t, first, snapshot(t, l))

	// The same again, but for one table of one partition.
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for path := range first {
		require.NoError(t, os.Chtimes(filepath.Join(l.Root(), path), old, old))
	}
	s = begin(t, l, "r2")
	stage(t, s, e, mem, "a", "2026-01-13", map[schema.ID]int{schema.Calls: 100})
	stage(t, s, e, mem, "a", "2026-01-14", map[schema.ID]int{schema.Calls: 100, schema.Events: 1})
	foreseen, err := s.Compare(ctx)
	require.NoError(t, err)
	changes, err = s.Commit(ctx)
	require.NoError(t, err)
	require.Equal(t, foreseen, changes)
	const changed = "events/source=a/date=2026-01-14/part-0.parquet"
	require.Len(t, changes.Written, 1)
	require.Equal(t, changed, changes.Written[0].Path)
	require.Len(t, changes.Unchanged, 2*perPartition-1)
	second := snapshot(t, l)
	for path := range first {
		info, err := os.Stat(filepath.Join(l.Root(), path))
		require.NoError(t, err)
		require.Equal(t, path == changed, first[path] != second[path], path)
		require.Equal(t, path == changed, !info.ModTime().Equal(old), path)
	}
}

func find(files []load.File, path string) load.File {
	i := slices.IndexFunc(files, func(f load.File) bool { return f.Path == path })
	if i < 0 {
		return load.File{}
	}
	return files[i]
}

func TestBeginNeedsLockAndName(t *testing.T) {
	ctx := context.Background()
	l := openLake(t, t.TempDir())
	_, err := l.Begin(ctx, "r1")
	require.Error(t, err)
	release, err := l.Lock()
	require.NoError(t, err)
	for _, bad := range []string{"", ".", "..", "a/b", "/a"} {
		_, err = l.Begin(ctx, bad)
		require.Error(t, err, "%q", bad)
	}
	s := begin(t, l, "r1")
	_, err = l.Begin(ctx, "r2")
	require.ErrorContains(t, err, "run r1 is not over")
	require.Error(t, s.AddBytes("../x", nil))
	require.Error(t, s.AddBytes("/x", nil))
	require.NoError(t, s.Discard())
	begin(t, l, "r2")
	require.NoError(t, release())
	_, err = l.Begin(ctx, "r3")
	require.Error(t, err)
}

func TestLock(t *testing.T) {
	root := t.TempDir()
	one, two := openLake(t, root), openLake(t, root)
	release, err := one.Lock()
	require.NoError(t, err)
	begin(t, one, "r1")

	_, err = two.Lock()
	var locked *load.LockedError
	require.ErrorAs(t, err, &locked)
	host, err := os.Hostname()
	require.NoError(t, err)
	require.Equal(t, load.Holder{PID: os.Getpid(), Host: host, Run: "r1", Since: start}, locked.Holder)
	require.ErrorContains(t, locked, "run r1, since 2026-01-13T08:00:00Z")

	_, err = one.Lock()
	require.ErrorAs(t, err, &locked)

	require.NoError(t, release())
	require.Zero(t, two.Holder())
	release, err = two.Lock()
	require.NoError(t, err)
	require.NoError(t, release())
}

// A killed process leaves its staging folder behind; so do these tests, at each step of a commit.
func TestRecovery(t *testing.T) {
	ctx := context.Background()
	e, mem := newEngine(t), newAllocator(t)
	const date = "2026-01-13"
	paths := []string{
		"calls/source=a/date=2026-01-13/part-0.parquet",
		"events/source=a/date=2026-01-13/part-0.parquet",
		"_ledger/cursors.json",
		"_runs/r2.json",
	}

	// what r2 stages over r1
	stageSecond := func(s *load.Staging) {
		stage(t, s, e, mem, "a", date, map[schema.ID]int{schema.Calls: 20, schema.Events: 5})
		require.NoError(t, s.AddBytes("_ledger/cursors.json", []byte("2")))
		require.NoError(t, s.AddBytes("_runs/r2.json", []byte("2")))
	}
	stageFirst := func(l *load.Lake) map[string]string {
		s := begin(t, l, "r1")
		stage(t, s, e, mem, "a", date, map[schema.ID]int{schema.Calls: 10})
		require.NoError(t, s.AddBytes("_ledger/cursors.json", []byte("1")))
		_, err := s.Commit(ctx)
		require.NoError(t, err)
		return snapshot(t, l)
	}
	whole := lockedLake(t)
	stageFirst(whole)
	s := begin(t, whole, "r2")
	stageSecond(s)
	_, err := s.Commit(ctx)
	require.NoError(t, err)
	after := snapshot(t, whole)

	for name, test := range map[string]struct {
		kill      func(staging string, rename func(path string))
		published bool
	}{
		"no COMMIT":               {func(string, func(string)) {}, false},
		"COMMIT not in place":     {func(staging string, _ func(string)) { commitFile(t, staging, "COMMIT.tmp", paths) }, false},
		"COMMIT, nothing renamed": {func(staging string, _ func(string)) { commitFile(t, staging, "COMMIT", paths) }, true},
		"COMMIT, some renamed": {func(staging string, rename func(string)) {
			commitFile(t, staging, "COMMIT", paths)
			rename(paths[0])
			rename(paths[2])
		}, true},
		"COMMIT, all renamed, half removed": {func(staging string, rename func(string)) {
			commitFile(t, staging, "COMMIT", paths)
			for _, p := range paths {
				rename(p)
			}
			require.NoError(t, os.RemoveAll(filepath.Join(staging, "files")))
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			root := filepath.Join(t.TempDir(), "lake")
			l := openLake(t, root)
			release, err := l.Lock()
			require.NoError(t, err)
			before := stageFirst(l)
			stageSecond(begin(t, l, "r2"))
			staging := filepath.Join(root, "_staging", "r2")
			test.kill(staging, func(path string) {
				target := filepath.Join(root, path)
				require.NoError(t, os.MkdirAll(filepath.Dir(target), 0o755))
				require.NoError(t, os.Rename(filepath.Join(staging, "files", path), target))
			})
			require.NoError(t, release()) // as the end of the process does

			l = openLake(t, root)
			release, err = l.Lock()
			require.NoError(t, err)
			defer func() { require.NoError(t, release()) }()
			r, err := l.Recover(ctx)
			require.NoError(t, err)
			s := begin(t, l, "r3")
			require.NoError(t, s.Discard())
			want := before
			if test.published {
				want = after
				require.Equal(t, load.Recovered{Published: []string{"r2"}}, r)
			} else {
				require.Equal(t, load.Recovered{Deleted: []string{"r2"}}, r)
			}
			got := snapshot(t, l)
			require.ElementsMatch(t, slices.Collect(maps.Keys(want)), slices.Collect(maps.Keys(got)))
			for path := range want {
				require.True(t, want[path] == got[path], path)
			}
		})
	}
}

// commitFile writes what a commit writes before it renames.
func commitFile(t *testing.T, staging, name string, renames []string) {
	t.Helper()
	data, err := json.Marshal(map[string][]string{"renames": renames})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(staging, name), data, 0o644))
}

func TestRecoveryTellsOfLostFiles(t *testing.T) {
	l := lockedLake(t)
	staging := filepath.Join(l.Root(), "_staging", "r1")
	require.NoError(t, os.MkdirAll(staging, 0o755))
	commitFile(t, staging, "COMMIT", []string{"calls/source=a/date=2026-01-13/part-0.parquet"})
	_, err := l.Begin(context.Background(), "r2")
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "recovering run r1")
	require.DirExists(t, staging)
}

// A commit that cannot put its files in place has happened all the same, and must not be discarded.
func TestCommitThatCannotPublish(t *testing.T) {
	ctx := context.Background()
	l := lockedLake(t)
	s := begin(t, l, "r1")
	require.NoError(t, s.AddBytes("_ledger/cursors.json", []byte("1")))
	target := filepath.Join(l.Root(), "_ledger", "cursors.json")
	session, err := l.Session(ctx, load.Selection{}) // a reader that does not go away
	require.NoError(t, err)
	short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	_, err = s.Commit(short)
	var unpublished *load.UnpublishedError
	require.ErrorAs(t, err, &unpublished)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NoFileExists(t, target)
	require.NoError(t, s.Discard())
	require.NoError(t, session.Close())

	r, err := l.Recover(ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"r1"}, r.Published)
	require.FileExists(t, target)
}

// Two readers of which one is always there must not keep a commit out.
func TestCommitGetsItsTurn(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	l := lockedLake(t)
	reading, stop := context.WithCancel(ctx)
	var readers errgroup.Group
	for range 2 {
		readers.Go(func() error {
			for reading.Err() == nil {
				session, err := l.Session(ctx, load.Selection{})
				if err != nil {
					return err
				}
				if err := session.Close(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for n := range 5 {
		s := begin(t, l, fmt.Sprint("r", n))
		require.NoError(t, s.AddBytes("_ledger/cursors.json", fmt.Append(nil, n)))
		_, err := s.Commit(ctx)
		require.NoError(t, err)
	}
	stop()
	require.NoError(t, readers.Wait())
}

func TestOrderOfPublishing(t *testing.T) {
	ctx := context.Background()
	l, e, mem := lockedLake(t), newEngine(t), newAllocator(t)
	s := begin(t, l, "r1")
	require.NoError(t, s.AddBytes("_runs/r1.json", []byte("{}")))
	require.NoError(t, s.AddBytes("_ledger/inputs.json", []byte("{}")))
	stage(t, s, e, mem, "a", "2026-01-13", nil)
	stage(t, s, e, mem, "a", "2026-01-14", nil)
	s.Last("a", "2026-01-13")
	session, err := l.Session(ctx, load.Selection{}) // holds the commit back, so that COMMIT can be looked at
	require.NoError(t, err)
	short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	_, err = s.Commit(short)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NoError(t, session.Close())
	data, err := os.ReadFile(filepath.Join(l.Root(), "_staging", "r1", "COMMIT"))
	require.NoError(t, err)
	var c struct{ Renames []string }
	require.NoError(t, json.Unmarshal(data, &c))
	n := perPartition
	require.Len(t, c.Renames, 2*n+2)
	for i, path := range c.Renames[:2*n] {
		require.Contains(t, path, []string{"date=2026-01-14", "date=2026-01-13"}[i/n])
	}
	require.Equal(t, []string{"_ledger/inputs.json", "_runs/r1.json"}, c.Renames[2*n:])
}
