package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"callmart/fixtures/crash"
)

const commitName = "COMMIT"

// commitFile is the content of COMMIT: from the moment it stands in the staging folder, the run has happened.
type commitFile struct {
	Renames []string `json:"renames"` // paths in the lake, in the order of publishing
}

// UnpublishedError says that a run has happened, but its files are not all published. The next Begin does it.
type UnpublishedError struct {
	Run string
	Err error
}

// Error says so.
func (e *UnpublishedError) Error() string {
	return fmt.Sprintf("run %s is committed, but not published (the next run will do it): %v", e.Run, e.Err)
}

// Unwrap returns the cause.
func (e *UnpublishedError) Unwrap() error { return e.Err }

// Commit publishes the staged files, all or nothing, and ends the run. Files that are published already, byte for
// byte, are left alone. It waits for lake sessions to be closed while it puts the files in place. After an
// error the lake is as it was and the run can be discarded, unless it is an *UnpublishedError.
func (s *Staging) Commit(ctx context.Context) (Changes, error) {
	changes, renames, err := s.compare(ctx)
	if err != nil {
		return Changes{}, fmt.Errorf("committing run %s: %w", s.run, err)
	}
	if s.lake.lock == nil || s.lake.lock.staging != s {
		return Changes{}, fmt.Errorf("committing run %s: %w", s.run, errNotLocked)
	}
	if err := s.decide(renames); err != nil {
		return Changes{}, fmt.Errorf("committing run %s: %w", s.run, err)
	}
	s.committed = true
	s.lake.lock.staging = nil // from here on the run is Recover's, should this process not end it
	if err := s.lake.publish(ctx, s.root(), renames); err != nil {
		return Changes{}, &UnpublishedError{Run: s.run, Err: err}
	}
	crash.Point("published")
	if err := os.RemoveAll(s.root()); err != nil {
		return Changes{}, &UnpublishedError{Run: s.run, Err: err}
	}
	crash.Point("staging removed")
	return changes, nil
}

// decide brings the staged files to the disk, and after them COMMIT. Folders that the files will need are made before:
// a disk that has no room for them must not stop the renames half way.
func (s *Staging) decide(renames []string) error {
	crash.Point("before COMMIT")
	data, err := json.Marshal(commitFile{Renames: renames})
	if err != nil {
		return err
	}
	if err := s.lake.makeFolders(renames); err != nil {
		return err
	}
	crash.Point("target folders made")
	partial := filepath.Join(s.root(), commitName+".tmp")
	if err := os.WriteFile(partial, data, 0o644); err != nil {
		return err
	}
	crash.Point("COMMIT written")
	paths := []string{partial, s.root(), filepath.Dir(s.root()), s.lake.root}
	for _, rel := range slices.Concat(renames, foldersOf(renames)) {
		paths = append(paths, filepath.Join(s.files(), filepath.FromSlash(rel)))
	}
	if err := syncAll(paths); err != nil {
		return err
	}
	crash.Point("staged files on the disk")
	if err := os.Rename(partial, filepath.Join(s.root(), commitName)); err != nil {
		return err
	}
	crash.Point("COMMIT in place")
	return syncPath(s.root())
}

// foldersOf lists the folders that lead to files, relative to the same folder, and that folder.
func foldersOf(files []string) []string {
	folders := map[string]bool{".": true}
	for _, rel := range files {
		for dir := path.Dir(rel); !folders[dir]; dir = path.Dir(dir) {
			folders[dir] = true
		}
	}
	return slices.Collect(maps.Keys(folders))
}

// publish puts the files of a committed run in place, alone, and the manifest last. It can be repeated: a file
// that is not staged any more is in place.
func (l *Lake) publish(ctx context.Context, staging string, renames []string) (err error) {
	release, err := l.publishing(ctx, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	crash.Point("publishing")
	manifest := slices.IndexFunc(renames, func(rel string) bool { return strings.HasPrefix(rel, runsName+"/") })
	if manifest < 0 {
		manifest = len(renames)
	}
	if err := l.rename(staging, renames[:manifest]); err != nil {
		return err
	}
	return l.rename(staging, renames[manifest:])
}

// makeFolders makes the folders of files in the lake.
func (l *Lake) makeFolders(files []string) error {
	for _, rel := range files {
		if err := os.MkdirAll(filepath.Dir(l.path(rel)), 0o755); err != nil {
			return err
		}
	}
	return nil
}

// rename moves staged files to their places and brings the folders to the disk.
func (l *Lake) rename(staging string, renames []string) error {
	if err := l.makeFolders(renames); err != nil {
		return fmt.Errorf("publishing: %w", err)
	}
	for _, rel := range renames {
		target := l.path(rel)
		crash.Point("before a rename")
		err := os.Rename(filepath.Join(staging, "files", filepath.FromSlash(rel)), target)
		if errors.Is(err, os.ErrNotExist) {
			_, err = os.Stat(target) // renamed before a kill
		}
		if err != nil {
			return fmt.Errorf("publishing: %w", err)
		}
		crash.Point("after a rename")
	}
	folders := foldersOf(renames)
	for i, rel := range folders {
		folders[i] = l.path(rel)
	}
	if err := syncAll(folders); err != nil {
		return err
	}
	crash.Point("renames on the disk")
	return nil
}
