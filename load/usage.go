package load

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"
)

// What the files of a lake are for.
const (
	TableFiles       = "tables"
	ObservationFiles = "observations"
	LedgerFiles      = "ledger"
	RawFiles         = "raw"
	QuarantineFiles  = "quarantine"
	RunFiles         = "runs"    // manifests
	StagingFiles     = "staging" // of a run that is under way, or was killed
)

// Use is what files of a lake are for, and whose they are: empty where they are no source's.
type Use struct{ Source, Kind string }

// Taken is how much room files take.
type Taken struct{ Files, Bytes int64 }

// Usage adds up the files of the lake. Files that vanish meanwhile are not counted; what cannot be looked into is a problem.
func (l *Lake) Usage(ctx context.Context) (taken map[Use]Taken, problems []error, err error) {
	folders, err := os.ReadDir(l.root)
	if err != nil {
		return nil, nil, fmt.Errorf("looking at the lake: %w", err)
	}
	parts, broken := make([]map[Use]Taken, len(folders)), make([][]error, len(folders))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2 * runtime.GOMAXPROCS(0)) // it waits for the disk more than it computes
	for i, folder := range folders {
		if !folder.IsDir() {
			continue // locks
		}
		group.Go(func() (err error) {
			parts[i], broken[i], err = usage(ctx, l.root, folder.Name())
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	taken = map[Use]Taken{}
	for i, part := range parts {
		problems = append(problems, broken[i]...)
		for use, t := range part {
			sum := taken[use]
			taken[use] = Taken{sum.Files + t.Files, sum.Bytes + t.Bytes}
		}
	}
	return taken, problems, nil
}

func usage(ctx context.Context, root, folder string) (taken map[Use]Taken, problems []error, err error) {
	taken = map[Use]Taken{}
	kind := kindOf(folder)
	err = filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var info fs.FileInfo
		if err == nil && !d.IsDir() {
			info, err = d.Info()
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			problems = append(problems, err)
			return nil
		case info == nil:
			return nil
		}
		use := Use{sourceOf(strings.TrimPrefix(path, root), folder), kind}
		sum := taken[use]
		taken[use] = Taken{sum.Files + 1, sum.Bytes + info.Size()}
		return nil
	})
	return taken, problems, err
}

// kindOf is what a folder of the lake holds: tables, where the name does not say otherwise.
func kindOf(folder string) string {
	switch folder {
	case "_observations", "_ledger", "_raw", "_quarantine", runsName, stagingName:
		return folder[1:]
	}
	return TableFiles
}

// sourceOf is whose a file is: its path says so, or, of the ledger, its name. What is staged is nobody's yet.
func sourceOf(path, folder string) string {
	if folder == stagingName {
		return ""
	}
	if _, after, ok := strings.Cut(path, string(filepath.Separator)+"source="); ok {
		name, _, _ := strings.Cut(after, string(filepath.Separator))
		return name
	}
	if name := filepath.Base(path); folder == "_ledger" && name != "reports.json" {
		source, _, _ := strings.Cut(name, ".")
		return source
	}
	return ""
}
