package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// QuarantineFilter picks refusals. The zero value picks all that are open.
type QuarantineFilter struct {
	Sources []string // empty: all
	Reasons []string // empty: all
	IDs     []string // empty: all; beginnings will do, as long as one refusal alone has them
	Decided bool     // those that were dropped or replayed too
}

// EachRefusal calls fn for the picked refusals of the last runs, by source and in the order of their places. It takes
// no lock. A *UsageError says that a name is wrong; an error of fn is returned as it is.
func EachRefusal(ctx context.Context, cfg *Config, filter QuarantineFilter, fn func(*Refusal) error) error {
	q := quarantineReader{config: cfg}
	if err := q.resolve(ctx, &filter); err != nil {
		return err
	}
	return q.each(ctx, filter, fn)
}

// FindRefusal returns the refusal of an id, or of the beginning of one, wherever it lies: copies of a file have the
// same refusals.
func FindRefusal(ctx context.Context, cfg *Config, id string) (copies []*Refusal, err error) {
	err = EachRefusal(ctx, cfg, QuarantineFilter{IDs: []string{id}, Decided: true}, func(r *Refusal) error {
		copies = append(copies, r)
		return nil
	})
	return copies, err
}

// quarantineReader reads the lake's quarantine.
type quarantineReader struct{ config *Config }

// resolve checks the names of a filter and completes its ids.
func (q *quarantineReader) resolve(ctx context.Context, f *QuarantineFilter) error {
	for _, code := range f.Reasons {
		if r := ReasonFor(code); r.Meaning == "" || r.Ignored {
			return &UsageError{fmt.Sprintf("%q is no reason of a refusal", code), "callmart quarantine list --help"}
		}
	}
	sources, err := q.sources()
	if err != nil {
		return err
	}
	for _, name := range f.Sources {
		configured := slices.ContainsFunc(q.config.Sources, func(s Source) bool { return s.Name == name })
		if !configured && !slices.Contains(sources, name) {
			return &UsageError{fmt.Sprintf("there is no source %q in %s", name, q.config.File), "the names under sources:"}
		}
	}
	if len(f.IDs) == 0 {
		return nil
	}
	found := make(map[string][]string, len(f.IDs))
	err = q.each(ctx, QuarantineFilter{Sources: f.Sources, Decided: true}, func(r *Refusal) error {
		for _, id := range f.IDs {
			if id != "" && strings.HasPrefix(r.ID, id) && !slices.Contains(found[id], r.ID) {
				found[id] = append(found[id], r.ID)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	whole := make([]string, len(f.IDs))
	for i, id := range f.IDs {
		switch all := found[id]; len(all) {
		case 0:
			return &UsageError{fmt.Sprintf("no refused record has the id %q", id), "callmart quarantine list --all"}
		case 1:
			whole[i] = all[0]
		default:
			return &UsageError{fmt.Sprintf("%d refused records have ids that begin with %q", len(all), id), "one of " + strings.Join(all[:min(len(all), 5)], ", ")}
		}
	}
	f.IDs = whole
	return nil
}

// each reads the quarantine with a filter that is resolved.
func (q *quarantineReader) each(ctx context.Context, f QuarantineFilter, fn func(*Refusal) error) error {
	sources, err := q.sources()
	if err != nil {
		return err
	}
	ids := make(map[string]bool, len(f.IDs))
	for _, id := range f.IDs {
		ids[id] = true
	}
	for _, source := range sources {
		if len(f.Sources) > 0 && !slices.Contains(f.Sources, source) {
			continue
		}
		book, err := readDecisions(q.config.Lake, source)
		if err != nil {
			return err
		}
		err = q.file(ctx, source, func(r *Refusal) error {
			r.Decision = book.of(r.ID)
			picked := (len(ids) == 0 || ids[r.ID]) && (f.Decided || r.Decision == nil) &&
				(len(f.Reasons) == 0 || slices.Contains(f.Reasons, r.Reason))
			if !picked {
				return nil
			}
			return fn(r)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// sources are those that have a quarantine, in order. One that left the configuration may still have one.
func (q *quarantineReader) sources() ([]string, error) {
	folders, err := os.ReadDir(filepath.Join(q.config.Lake, "_quarantine"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading quarantine: %w", err)
	}
	var names []string
	for _, f := range folders {
		if name, ok := strings.CutPrefix(f.Name(), "source="); ok && f.IsDir() {
			names = append(names, name)
		}
	}
	return names, nil
}

// file reads one source's refusals. Errors of fn are returned as they are.
func (q *quarantineReader) file(ctx context.Context, source string, fn func(*Refusal) error) error {
	path := filepath.Join(q.config.Lake, filepath.FromSlash(quarantinePath(source)))
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading quarantine: %w", err)
	}
	defer file.Close()
	lines, err := zstd.NewReader(file, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return fmt.Errorf("reading quarantine: %w", err)
	}
	defer lines.Close()
	for decoder := json.NewDecoder(lines); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		r := &Refusal{}
		if err := decoder.Decode(r); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading quarantine %s: %w", path, err)
		}
		if err := fn(r); err != nil {
			return err
		}
	}
}
