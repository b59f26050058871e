package load

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Changes is what a commit does to the tables, by path.
type Changes struct {
	Written   []File // new, or with other bytes than before
	Unchanged []File // byte-identical to what is published, and left alone
}

// Compare tells what Commit would do to the tables now.
func (s *Staging) Compare(ctx context.Context) (Changes, error) {
	changes, _, err := s.compare(ctx)
	return changes, err
}

// compare finds the staged files that differ from the published ones, in the order they are to be published.
func (s *Staging) compare(ctx context.Context) (changes Changes, renames []string, err error) {
	var staged []string
	err = filepath.WalkDir(s.files(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(s.files(), path)
		staged = append(staged, filepath.ToSlash(rel))
		return err
	})
	if err != nil {
		return Changes{}, nil, fmt.Errorf("listing staged files: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, rel := range staged {
		if err := ctx.Err(); err != nil {
			return Changes{}, nil, err
		}
		same, err := sameBytes(filepath.Join(s.files(), filepath.FromSlash(rel)), s.lake.path(rel))
		if err != nil {
			return Changes{}, nil, fmt.Errorf("comparing %s: %w", rel, err)
		}
		if !same {
			renames = append(renames, rel)
		}
		if f, ok := s.tables[rel]; ok && same {
			changes.Unchanged = append(changes.Unchanged, f)
		} else if ok {
			changes.Written = append(changes.Written, f)
		}
	}
	slices.SortStableFunc(renames, func(a, b string) int { return cmp.Compare(s.turn(a), s.turn(b)) })
	return changes, renames, nil
}

// turn is when a file's turn to be published comes: tables, tables that calls leave, ledgers, the manifest.
func (s *Staging) turn(rel string) int {
	f, ok := s.tables[rel]
	switch {
	case strings.HasPrefix(rel, runsName+"/"):
		return 3
	case !ok:
		return 2
	case s.last[PartitionInfo{f.Source, f.Date}]:
		return 1
	default:
		return 0
	}
}

// sameBytes tells whether the file target exists and has the bytes of the file staged.
func sameBytes(staged, target string) (bool, error) {
	t, err := os.Open(target)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	defer t.Close()
	s, err := os.Open(staged)
	if err != nil {
		return false, err
	}
	defer s.Close()
	sizes := [2]int64{}
	for i, f := range []*os.File{s, t} {
		info, err := f.Stat()
		if err != nil {
			return false, err
		}
		sizes[i] = info.Size()
	}
	if sizes[0] != sizes[1] {
		return false, nil
	}
	a, b := make([]byte, min(sizes[0], 1<<18)+1), make([]byte, min(sizes[0], 1<<18)+1)
	for {
		n, errA := io.ReadFull(s, a)
		m, errB := io.ReadFull(t, b)
		if !bytes.Equal(a[:n], b[:m]) {
			return false, nil
		}
		if end(errA) && end(errB) {
			return true, nil
		}
		if err := errors.Join(errA, errB); err != nil {
			return false, err
		}
	}
}

func end(err error) bool { return err == io.EOF || err == io.ErrUnexpectedEOF } //nolint:errorlint // ReadFull returns them bare
