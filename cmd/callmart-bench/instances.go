package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// instances is callmart with different numbers of processors, and so of DuckDBs inside.
type instances struct {
	Vendor string         `json:"vendor"`
	Calls  int64          `json:"calls"`
	Runs   []instancesRun `json:"runs"`
	Files  int            `json:"files"` // published Parquet files
	Equal  bool           `json:"equal"` // byte by byte, in all runs
}

type instancesRun struct {
	Processors int `json:"processors"`
	measured
}

func (in *instances) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\ncallmart load of %s calls of %s with GOMAXPROCS:\n\n| processors | seconds | CPU, s | peak memory, MB |\n|--:|--:|--:|--:|\n", grouped(in.Calls), in.Vendor)
	for _, r := range in.Runs {
		fmt.Fprintf(&b, "| %d | %.2f | %.1f | %s |\n", r.Processors, r.Seconds, r.CPU, grouped(r.Peak/1e6))
	}
	if in.Equal {
		fmt.Fprintf(&b, "\nAll %s published Parquet files have the same SHA-256 in all runs.\n", grouped(int64(in.Files)))
	} else {
		b.WriteString("\n**The published Parquet files differ.**\n")
	}
	return b.String()
}

// runInstances loads one archive with each number of processors, and compares what was published.
func (b *bench) runInstances(ctx context.Context, vendor string) (_ *instances, err error) {
	o := b.options.archive
	o.vendor, o.dir = vendor, filepath.Join(o.dir, vendor+"-instances")
	if _, err := generate(ctx, o); err != nil {
		return nil, err
	}
	if !b.options.keep {
		defer func() { err = errors.Join(err, os.RemoveAll(o.dir)) }()
	}
	files, err := archiveFiles(o.dir)
	if err != nil {
		return nil, err
	}
	lake := filepath.Join(o.dir, "lake")
	in := &instances{Vendor: vendor, Calls: o.calls, Equal: true}
	var first map[string]string
	for _, n := range b.options.instances {
		if err := errors.Join(os.RemoveAll(lake), warm(files)); err != nil {
			return nil, err
		}
		m, err := measure(ctx, b.options.limit, []string{"GOMAXPROCS=" + strconv.Itoa(n)}, b.callmart, "load", "--config", filepath.Join(o.dir, "callmart.yaml"))
		if err != nil {
			return nil, err
		}
		if m.Written, err = tableBytes(lake); err != nil {
			return nil, err
		}
		in.Runs = append(in.Runs, instancesRun{n, m})
		fmt.Fprintf(b.log, "%s: callmart with %d processors: %.2f s, %.1f CPU s\n", vendor, n, m.Seconds, m.CPU)
		sums, err := published(lake)
		if err != nil {
			return nil, err
		}
		if first == nil {
			first, in.Files = sums, len(sums)
		}
		in.Equal = in.Equal && len(sums) > 0 && maps.Equal(first, sums)
	}
	return in, nil
}

// published are the hashes of a lake's Parquet files for analysts, by path.
func published(lake string) (map[string]string, error) {
	sums := map[string]string{}
	err := filepath.WalkDir(lake, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), "_"):
			return fs.SkipDir // the pipeline's own
		case d.IsDir() || filepath.Ext(path) != ".parquet":
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		h := sha256.New()
		if _, err := io.Copy(h, f); err != nil {
			return err
		}
		name, err := filepath.Rel(lake, path)
		sums[name] = hex.EncodeToString(h.Sum(nil))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("hashing the lake: %w", err)
	}
	return sums, nil
}
