package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"callmart/fixtures/crash"
)

// Recovered says what became of runs that did not end, by name.
type Recovered struct {
	Published []string // had committed
	Deleted   []string // had not
}

// Recover cleans up behind runs that were killed: those that had committed are published, the others deleted.
// It needs the lake's lock. Begin calls it; a program that wants to tell its user calls it before.
func (l *Lake) Recover(ctx context.Context) (Recovered, error) {
	var r Recovered
	if l.lock == nil {
		return r, errNotLocked
	}
	entries, err := os.ReadDir(filepath.Join(l.root, stagingName))
	if err != nil {
		return r, fmt.Errorf("recovering: %w", err)
	}
	for _, e := range entries {
		if l.lock.staging != nil && l.lock.staging.run == e.Name() {
			continue
		}
		published, err := l.recoverRun(ctx, filepath.Join(l.root, stagingName, e.Name()))
		if err != nil {
			return r, fmt.Errorf("recovering run %s: %w", e.Name(), err)
		}
		if published {
			r.Published = append(r.Published, e.Name())
		} else {
			r.Deleted = append(r.Deleted, e.Name())
		}
	}
	return r, nil
}

func (l *Lake) recoverRun(ctx context.Context, staging string) (published bool, err error) {
	data, err := os.ReadFile(filepath.Join(staging, commitName))
	if err == nil {
		var c commitFile
		if err := json.Unmarshal(data, &c); err != nil {
			return false, fmt.Errorf("reading %s: %w", commitName, err)
		}
		crash.Point("rolling forward")
		if err := l.publish(ctx, staging, c.Renames); err != nil {
			return false, err
		}
		crash.Point("rolled forward")
		published = true
	} else if !errors.Is(err, os.ErrNotExist) {
		return false, err
	}
	crash.Point("before a staging folder is deleted")
	return published, os.RemoveAll(staging)
}

// endKilled publishes what a run had committed that was killed since: some of its files may be in place, others not, and
// nobody shall take that for the lake. A run that is alive does it itself.
func (l *Lake) endKilled(ctx context.Context) error {
	if l.lock != nil {
		return nil // Begin has done so
	}
	committed, err := fs.Glob(os.DirFS(l.root), path.Join(stagingName, "*", commitName))
	if err != nil || len(committed) == 0 {
		return err
	}
	release, err := l.Lock()
	if errors.As(err, new(*LockedError)) {
		return nil
	}
	if err == nil {
		_, err = l.Recover(ctx)
		err = errors.Join(err, release())
	}
	if err != nil {
		return fmt.Errorf("ending run %s, which was killed while it published: %w", path.Base(path.Dir(committed[0])), err)
	}
	return nil
}
