package pipeline

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"callmart/extract"
)

// Why old files are kept.
const (
	whyUnread  = "no run has taken it in yet"
	whyRefused = "it holds refused records that are open"
	whyRests   = "a decision rests on it"
)

// raw plans the deletion of a source's old API answers and repaired records: of those that a run has taken in, since
// what they say is in the lake then. Records that wait for their call are never touched.
func (p *pruner) raw(source string) error {
	folder := rawFolder(p.config.Lake, source)
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	known, err := readInputs(p.config.Lake, source)
	if err != nil {
		return err
	}
	taken := make(map[string]*readInput, len(known))
	for i := range known {
		taken[known[i].path] = &known[i]
	}
	open, err := p.openIn(source)
	if err != nil {
		return err
	}
	for _, e := range entries {
		day, err := time.Parse(time.DateOnly, e.Name())
		if err != nil || !e.IsDir() || day.AddDate(0, 0, 1).After(p.result.Before) {
			continue // not one of a day, or one that is not over for long enough
		}
		part := PrunedPart{Source: source, Kind: PrunedRaw, First: e.Name(), Last: e.Name()}
		if err := p.folder(filepath.Join(folder, e.Name()), part, taken, open, func(fs.FileInfo) bool { return true }); err != nil {
			return err
		}
	}
	return p.repairs(source, folder, taken, open)
}

// folder plans the deletion of a folder's files that are old.
func (p *pruner) folder(dir string, part PrunedPart, taken map[string]*readInput, open map[string]bool, old func(fs.FileInfo) bool) error {
	files, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil || !info.Mode().IsRegular() || !strings.HasSuffix(f.Name(), ".ndjson.zst") || !old(info) {
			continue
		}
		path := filepath.Join(dir, f.Name())
		this := part
		this.Files, this.Bytes = 1, info.Size()
		switch {
		case !isTaken(taken[path], path, info):
			this.Why = whyUnread
			p.keep(this)
		case open[path]:
			this.Why = whyRefused
			p.keep(this)
		default:
			p.remove(path, this)
		}
	}
	return nil
}

// isTaken reports whether a run has read the whole file as it is now.
func isTaken(k *readInput, path string, info fs.FileInfo) bool {
	in := extract.Input{Path: path, Size: info.Size(), ModTime: info.ModTime()}
	if k == nil {
		return false
	}
	in.Inode = k.inode // a lake that was copied has others
	return k.unchanged(&in) && (k.tail == 0 || k.gaveUp)
}

// openIn are the files that hold refused records nobody decided on.
func (p *pruner) openIn(source string) (map[string]bool, error) {
	book, err := readDecisions(p.config.Lake, source)
	if err != nil {
		return nil, err
	}
	open := map[string]bool{}
	q := quarantine{source: source, lake: p.config.Lake}
	err = q.published(func(_ []byte, r *Refusal) error {
		if book.of(r.ID) == nil {
			open[r.File] = true
		}
		return nil
	})
	return open, err
}

// repairs plans the deletion of old repaired records, but of those that a decision rests on: without its record a
// decision would be void, and its refusal open again.
func (p *pruner) repairs(source, folder string, taken map[string]*readInput, open map[string]bool) error {
	book, err := readDecisions(p.config.Lake, source)
	if err != nil {
		return err
	}
	rests := func(name string) bool {
		return slices.ContainsFunc(book.acts, func(a *act) bool { return a.Raw != "" && filepath.Base(filepath.FromSlash(a.Raw)) == name })
	}
	for _, o := range origins {
		part := PrunedPart{Source: source, Kind: PrunedRepairs}
		err := p.folder(filepath.Join(folder, repairs, o.String()), part, taken, open, func(info fs.FileInfo) bool {
			if info.ModTime().After(p.result.Before) {
				return false
			}
			if !rests(info.Name()) {
				return true
			}
			p.keep(PrunedPart{Source: source, Kind: PrunedRepairs, Why: whyRests, Files: 1, Bytes: info.Size()})
			return false
		})
		if err != nil {
			return err
		}
	}
	return nil
}
