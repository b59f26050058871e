package load

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"callmart/fixtures/crash"
)

// Staging is a run while its files are being written: <lake>/_staging/<run>/files holds them at the paths they
// will have in the lake, and tmp what the run needs on the way. Its methods may be called at once.
type Staging struct {
	lake *Lake
	run  string

	mu        sync.Mutex
	tables    map[string]File        // by path: the Parquet files of partitions
	last      map[PartitionInfo]bool // published after the others
	committed bool
}

// Begin starts to stage a run under the lake's lock, after cleaning up behind runs that did not end. The run's
// name becomes that of a folder. One run is staged at a time.
func (l *Lake) Begin(ctx context.Context, run string) (*Staging, error) {
	if l.lock == nil {
		return nil, errNotLocked
	}
	if l.lock.staging != nil {
		return nil, fmt.Errorf("beginning run %s: run %s is not over", run, l.lock.staging.run)
	}
	if run == "" || run == "." || !filepath.IsLocal(run) || filepath.Base(run) != run {
		return nil, fmt.Errorf("beginning run: %q is no name", run)
	}
	if _, err := l.Recover(ctx); err != nil {
		return nil, err
	}
	s := &Staging{
		lake: l, run: run, tables: map[string]File{}, last: map[PartitionInfo]bool{},
	}
	for _, dir := range []string{s.Dir(), s.files()} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, errors.Join(fmt.Errorf("beginning run %s: %w", run, err), s.Discard())
		}
	}
	l.lock.holder.Run = run
	if err := l.writeHolder(); err != nil {
		return nil, errors.Join(err, s.Discard())
	}
	l.lock.staging = s
	crash.Point("run begun")
	return s, nil
}

// Dir is a folder for spools and temporary files, gone after the run.
func (s *Staging) Dir() string { return filepath.Join(s.root(), "tmp") }

func (s *Staging) root() string  { return filepath.Join(s.lake.root, stagingName, s.run) }
func (s *Staging) files() string { return filepath.Join(s.root(), "files") }

// Path makes room for a further file of the commit, at the path rel of the lake (with slashes), and returns where
// to write it. Commit takes every file it finds there.
func (s *Staging) Path(rel string) (string, error) {
	local, err := filepath.Localize(rel)
	if err != nil {
		return "", fmt.Errorf("staging %q: %w", rel, err)
	}
	path := filepath.Join(s.files(), local)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", fmt.Errorf("staging: %w", err)
	}
	return path, nil
}

// AddBytes adds a file to the commit, at the path rel of the lake (with slashes).
func (s *Staging) AddBytes(rel string, data []byte) error {
	path, err := s.Path(rel)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return fmt.Errorf("staging: %w", err)
	}
	crash.Point("file staged")
	return nil
}

// Last makes a partition's files the last tables to be published: calls leave it, and must be seen in their new
// partition before they are gone from this one.
func (s *Staging) Last(source, date string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last[PartitionInfo{source, date}] = true
}

// add takes note of tables' files that are complete.
func (s *Staging) add(files ...File) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range files {
		s.tables[f.Path] = f
	}
}

// Discard deletes what was staged. After Commit it does nothing, whatever became of that.
func (s *Staging) Discard() error {
	if s.committed {
		return nil
	}
	if s.lake.lock != nil && s.lake.lock.staging == s {
		s.lake.lock.staging = nil
	}
	if err := os.RemoveAll(s.root()); err != nil {
		return fmt.Errorf("discarding run %s: %w", s.run, err)
	}
	return nil
}
