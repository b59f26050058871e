package extract

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/bmatcuk/doublestar/v4"
	"golang.org/x/sync/errgroup"
)

// walk looks below one folder for files that match its patterns, at several folders at a time. Symbolic links are followed,
// to files and to folders, but not to a folder that the walk is in already.
type walk struct {
	base     string
	patterns []pattern
	readDir  func(string) ([]fs.DirEntry, error)
	asking   chan struct{} // as many as may wait for the system
	hands    chan struct{} // as many as may look at folders beside the first

	mu       sync.Mutex // guards what follows
	found    []found    // in no order
	problems []Problem
}

func newWalk(base string) *walk {
	cores := runtime.GOMAXPROCS(0)
	return &walk{base: base, readDir: readDir, asking: make(chan struct{}, 2*cores), hands: make(chan struct{}, cores)}
}

// wait takes a place among those who wait for the system. The result gives it back.
func (w *walk) wait() (done func()) {
	w.asking <- struct{}{}
	return func() { <-w.asking }
}

type found struct {
	path string
	glob int
	info fs.FileInfo
}

func readDir(folder string) ([]fs.DirEntry, error) { return os.ReadDir(folder) }

func (w *walk) run(ctx context.Context) error {
	info, err := os.Stat(w.base)
	if errors.Is(err, fs.ErrNotExist) {
		return ctx.Err()
	}
	if err != nil {
		w.problem(w.base, err)
		return ctx.Err()
	}
	if !info.IsDir() {
		return ctx.Err()
	}
	return w.folder(ctx, "", []fs.FileInfo{info})
}

// folder looks at the entries of one folder, named relative to the base; above are it and the folders it is in.
func (w *walk) folder(ctx context.Context, name string, above []fs.FileInfo) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	done := w.wait()
	entries, err := w.readDir(filepath.Join(w.base, name))
	done()
	if err != nil {
		w.problem(filepath.Join(w.base, name), err)
	}
	looks := make([]look, 0, len(entries))
	for _, entry := range entries {
		path := filepath.Join(name, entry.Name())
		l := look{entry: entry, name: path, link: entry.Type()&fs.ModeSymlink != 0}
		l.glob, l.matches = w.match(path)
		l.enter = (entry.IsDir() || l.link) && w.mayHold(path)
		if l.matches || l.enter {
			looks = append(looks, l)
		}
	}
	if err := w.ask(ctx, looks); err != nil {
		return err
	}
	var files []found
	var folders []*look
	for i := range looks {
		l := &looks[i]
		switch w.judge(l, above) {
		case isFile:
			files = append(files, found{path: filepath.Join(w.base, l.name), glob: l.glob, info: l.info})
		case isFolder:
			folders = append(folders, l)
		}
	}
	w.mu.Lock()
	w.found = append(w.found, files...)
	w.mu.Unlock()
	return w.below(ctx, folders, above)
}

// below looks at folders of a folder: with another hand where one is free, else by itself, so that however many folders there
// are, no more are open than the tree is deep, for each hand.
func (w *walk) below(ctx context.Context, folders []*look, above []fs.FileInfo) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, l := range folders {
		enter := func() error { return w.folder(ctx, l.name, append(slices.Clip(above), l.info)) }
		select {
		case w.hands <- struct{}{}:
			group.Go(func() error {
				defer func() { <-w.hands }()
				return enter()
			})
		default:
			if err := enter(); err != nil {
				group.Go(func() error { return err })
				return group.Wait()
			}
		}
	}
	return group.Wait()
}

// look is an entry of a folder that may be of use.
type look struct {
	entry   fs.DirEntry
	name    string // relative to the base
	glob    int    // that it matches
	matches bool
	enter   bool // if it is a folder
	link    bool
	info    fs.FileInfo
	err     error
}

// asked is how many entries one goroutine asks the system for at a time.
const asked = 512

// ask finds out what the entries are, those of a large folder on all cores: of a million files each is a call to the system.
func (w *walk) ask(ctx context.Context, looks []look) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for some := range slices.Chunk(looks, asked) {
		group.Go(func() error {
			defer w.wait()()
			for i := range some {
				l := &some[i]
				if l.info, l.err = l.entry.Info(); l.err == nil && l.link {
					l.info, l.err = os.Stat(filepath.Join(w.base, l.name))
				}
			}
			return ctx.Err()
		})
	}
	return group.Wait()
}

// What an entry turns out to be.
const (
	isNothing = iota // that matters
	isFile
	isFolder
)

func (w *walk) judge(l *look, above []fs.FileInfo) int {
	switch info := l.info; {
	case l.err != nil:
		// What vanished since the folder was read is no problem; a link that leads nowhere is.
		if l.matches && (l.link || !errors.Is(l.err, fs.ErrNotExist)) {
			w.problem(filepath.Join(w.base, l.name), l.err)
		}
	case info.IsDir():
		if l.enter && !within(info, above) {
			return isFolder
		}
	case info.Mode().IsRegular() && l.matches:
		return isFile
	}
	return isNothing
}

func (w *walk) match(name string) (glob int, ok bool) {
	for i := range w.patterns {
		if doublestar.MatchUnvalidated(w.patterns[i].text, name) {
			return w.patterns[i].glob, true
		}
	}
	return 0, false
}

func (w *walk) mayHold(folder string) bool {
	for i := range w.patterns {
		if w.patterns[i].mayHold(folder) {
			return true
		}
	}
	return false
}

func (w *walk) problem(path string, err error) {
	// The path stands in Problem already.
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) && pathErr.Path == path {
		err = pathErr.Err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.problems = append(w.problems, Problem{Path: path, Err: err})
}

func within(info fs.FileInfo, above []fs.FileInfo) bool {
	for _, folder := range above {
		if os.SameFile(info, folder) {
			return true
		}
	}
	return false
}

// pattern is the part of a glob below its base, with its leading folders taken apart so that a walk need not
// enter folders in which nothing can match.
type pattern struct {
	glob    int
	text    string
	folders []string // as far as one segment is one folder
	exact   bool     // folders are all: nothing deeper can match
}

func newPattern(glob int, text string) pattern {
	p := pattern{glob: glob, text: text}
	segments := strings.Split(text, "/")
	for _, segment := range segments[:len(segments)-1] {
		if strings.Contains(segment, "**") || strings.ContainsAny(segment, `{}[]\`) {
			return p
		}
		p.folders = append(p.folders, segment)
	}
	last := segments[len(segments)-1]
	p.exact = !strings.Contains(last, "**") && !strings.ContainsAny(last, `{}[]\`)
	return p
}

// mayHold tells whether files below the folder can match.
func (p *pattern) mayHold(folder string) bool {
	names := strings.Split(folder, "/")
	if p.exact && len(names) > len(p.folders) {
		return false
	}
	for i := range min(len(names), len(p.folders)) {
		if !doublestar.MatchUnvalidated(p.folders[i], names[i]) {
			return false
		}
	}
	return true
}
