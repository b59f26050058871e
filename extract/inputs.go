package extract

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/bmatcuk/doublestar/v4"
)

// Inputs lists the regular files that match a glob, each once, sorted by path and numbered from 0; the first
// glob that matches gives event and origin. What cannot be looked at is a Problem and stops nothing, a glob
// that matches nothing is none. The error is for patterns that are wrong and for an ended context.
func (a *Archive) Inputs(ctx context.Context) ([]Input, []Problem, error) {
	walks, err := planWalks(a.Globs)
	if err != nil {
		return nil, nil, err
	}
	var inputs []Input
	var problems []Problem
	for i := range walks {
		if err := walks[i].run(ctx); err != nil {
			return nil, nil, err
		}
		problems = append(problems, walks[i].problems...)
		inputs = slices.Grow(inputs, len(walks[i].found))
		for _, f := range walks[i].found {
			inputs = append(inputs, a.input(f))
		}
	}
	// Number holds the glob until the list is final, so that the first glob's entry comes first.
	slices.SortFunc(inputs, func(x, y Input) int {
		return cmp.Or(cmp.Compare(x.Path, y.Path), cmp.Compare(x.Number, y.Number))
	})
	inputs = slices.CompactFunc(inputs, func(x, y Input) bool { return x.Path == y.Path })
	if len(inputs) > math.MaxInt32 {
		return nil, nil, fmt.Errorf("listing archive: %d files are more than a run can number", len(inputs))
	}
	for i := range inputs {
		inputs[i].Number = int32(i)
	}
	slices.SortFunc(problems, func(x, y Problem) int { return cmp.Compare(x.Path, y.Path) })
	problems = slices.CompactFunc(problems, func(x, y Problem) bool { return x.Path == y.Path })
	return inputs, problems, nil
}

func (a *Archive) input(f found) Input {
	glob := a.Globs[f.glob]
	return Input{
		Number:  int32(f.glob),
		Path:    f.path,
		Size:    f.info.Size(),
		ModTime: f.info.ModTime(),
		Inode:   inode(f.info),
		Event:   glob.Event,
		Origin:  glob.Origin,
	}
}

// planWalks makes one walk per folder in which globs begin.
func planWalks(globs []Glob) ([]*walk, error) {
	var walks []*walk
	for i, glob := range globs {
		if !filepath.IsAbs(glob.Pattern) {
			return nil, fmt.Errorf("listing archive: pattern %q is not absolute", glob.Pattern)
		}
		if !doublestar.ValidatePattern(glob.Pattern) {
			return nil, fmt.Errorf("listing archive: pattern %q: %w", glob.Pattern, doublestar.ErrBadPattern)
		}
		base, rest := doublestar.SplitPattern(glob.Pattern)
		base = filepath.Clean(base)
		at := slices.IndexFunc(walks, func(w *walk) bool { return w.base == base })
		if at < 0 {
			at = len(walks)
			walks = append(walks, newWalk(base))
		}
		walks[at].patterns = append(walks[at].patterns, newPattern(i, rest))
	}
	return walks, nil
}

func inode(info fs.FileInfo) uint64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return stat.Ino
	}
	return 0
}
