// Package load stores tables in the lake and answers queries over it. Arrow batches become Parquet files (parquetfile),
// DuckDB writes what SQL makes; a run stages all its files and publishes them at once, so that a kill at any instant loses nothing.
package load

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"callmart/transform/schema"
)

// Names inside a lake. Engines skip what begins with an underscore.
const (
	lockName    = "_lock"
	publishName = "_publish"
	nextName    = "_publish.next"
	stagingName = "_staging"
	runsName    = "_runs"
	partName    = "part-0.parquet"
)

// Options of a lake.
type Options struct {
	Memory  int64            // bytes a session may use; 0 leaves DuckDB's own limit
	Threads int              // of a lake session; 0 means 1, with which no result depends on the machine
	Temp    string           // where lake sessions spill; empty: the system's folder for temporary files
	Now     func() time.Time // nil: the system's clock
}

// Lake is a folder of Parquet files.
type Lake struct {
	root string
	opt  Options
	lock *held // while this process has the lock
}

// Open opens the lake in root, an absolute path or one relative to the working folder, and makes it if it is missing.
func Open(_ context.Context, root string, opt Options) (*Lake, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("opening lake: %w", err)
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if err := os.MkdirAll(filepath.Join(root, stagingName), 0o755); err != nil {
		return nil, fmt.Errorf("opening lake: %w", err)
	}
	return &Lake{root: root, opt: opt}, nil
}

// Root is the lake's absolute path.
func (l *Lake) Root() string { return l.root }

// PartitionInfo names one source's date.
type PartitionInfo struct{ Source, Date string }

// Partitions lists the published partitions that are picked, by source and date.
func (l *Lake) Partitions(ctx context.Context, sel Selection) ([]PartitionInfo, error) {
	files, err := l.published(ctx, schema.Get(schema.Calls), sel)
	if err != nil {
		return nil, fmt.Errorf("listing partitions: %w", err)
	}
	partitions := make([]PartitionInfo, len(files))
	for i, f := range files {
		partitions[i] = PartitionInfo{f.Source, f.Date}
	}
	return partitions, nil
}

// Selection picks partitions. The zero Selection picks all.
type Selection struct {
	From, To string   // dates, inclusive; empty: open
	Sources  []string // empty: all
}

func (s Selection) picks(source, date string) bool {
	return (len(s.Sources) == 0 || slices.Contains(s.Sources, source)) &&
		(s.From == "" || date >= s.From) && (s.To == "" || date <= s.To)
}

// published lists the published files of a table, by source and date, without rows and bytes.
func (l *Lake) published(ctx context.Context, t *schema.Table, sel Selection) ([]File, error) {
	sources, err := partitionFolders(filepath.Join(l.root, t.Name), "source=")
	if err != nil {
		return nil, err
	}
	var files []File
	for _, source := range sources {
		dates, err := partitionFolders(filepath.Join(l.root, t.Name, "source="+source), "date=")
		if err != nil {
			return nil, err
		}
		for _, date := range dates {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			f := File{Table: t.Name, Source: source, Date: date, Path: partitionPath(t.Name, source, date)}
			if !sel.picks(source, date) {
				continue
			}
			if _, err := os.Stat(l.path(f.Path)); errors.Is(err, os.ErrNotExist) {
				continue // a commit made the folder and is not there yet
			} else if err != nil {
				return nil, err
			}
			files = append(files, f)
		}
	}
	return files, nil
}

// partitionFolders lists the values of the folders called <key>value, sorted.
func partitionFolders(dir, key string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var values []string
	for _, e := range entries {
		if value, ok := strings.CutPrefix(e.Name(), key); ok && e.IsDir() {
			values = append(values, value)
		}
	}
	return values, nil
}

// partitionPath is the path of a partition's file, relative to the lake.
func partitionPath(table, source, date string) string {
	return path.Join(table, "source="+source, "date="+date, partName)
}

// path is the absolute path of a file of the lake.
func (l *Lake) path(rel string) string { return filepath.Join(l.root, filepath.FromSlash(rel)) }

var sourceName = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

// checkPartition refuses names that would lead out of the partition's folder or be read back as others.
func checkPartition(source, date string) error {
	if !sourceName.MatchString(source) {
		return fmt.Errorf("source %q: not a name of a-z, 0-9, _ and -", source)
	}
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return fmt.Errorf("date %q of %s: not YYYY-MM-DD", date, source)
	}
	return nil
}
