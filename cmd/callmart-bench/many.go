package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// manyFiles is an archive of a file per record, beside the same records in one file.
type manyFiles struct {
	Vendor     string   `json:"vendor"`
	Records    int64    `json:"records"`
	Bytes      int64    `json:"bytes"`
	Sequential float64  `json:"read_sequential_seconds"` // open, read and close every file, one after the other: the median
	Parallel   float64  `json:"read_parallel_seconds"`   // the same with as many goroutines as processors
	Load       measured `json:"load"`                    // callmart over the files: the run whose time is the median
	Again      measured `json:"load_again"`              // callmart once more: nothing is new
	OneFile    measured `json:"load_one_file"`           // callmart over the same records in one file
	Equal      bool     `json:"equal"`                   // both ways publish the same bytes
}

func (m manyFiles) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s: %s records of %s MB, a file each:\n\n| what | seconds | µs a file | CPU, s | peak memory, MB |\n|---|--:|--:|--:|--:|\n", m.Vendor, grouped(m.Records), grouped(m.Bytes/1e6))
	row := func(what string, seconds float64, rest string) {
		fmt.Fprintf(&b, "| %s | %.2f | %.1f | %s |\n", what, seconds, 1e6*seconds/float64(max(m.Records, 1)), rest)
	}
	run := func(what string, r measured) {
		row(what, r.Seconds, fmt.Sprintf("%.1f | %s", r.CPU, grouped(r.Peak/1e6)))
	}
	row("open, read, close: one after the other", m.Sequential, " | ")
	row(fmt.Sprintf("open, read, close: %d at once", runtime.GOMAXPROCS(0)), m.Parallel, " | ")
	run("callmart load", m.Load)
	run("callmart load again, nothing new", m.Again)
	run("callmart load of the same records in one file", m.OneFile)
	if m.Equal {
		b.WriteString("\nBoth ways publish the same Parquet files, byte by byte.\n")
	} else {
		b.WriteString("\n**The published Parquet files differ.**\n")
	}
	return b.String()
}

// runMany writes the archive both ways, and reads it in all of them.
func (b *bench) runMany(ctx context.Context, vendor string) (_ *manyFiles, err error) {
	o := b.options.archive
	dir := filepath.Join(o.dir, vendor+"-files")
	if !b.options.keep {
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	o.vendor, o.calls, o.compress = vendor, b.options.manyFiles, "none"
	o.dir, o.events, o.shards = filepath.Join(dir, "many"), true, runtime.GOMAXPROCS(0)
	fmt.Fprintf(b.log, "%s: making a file for each record of %d calls\n", vendor, o.calls)
	a, err := generate(ctx, o)
	if err != nil {
		return nil, err
	}
	m := &manyFiles{Vendor: vendor, Records: a.records, Bytes: a.bytes}
	files, err := allFiles(filepath.Join(o.dir, "archive"))
	if err != nil {
		return nil, err
	}
	var one, all []float64
	if m.Load, err = b.loadFresh(ctx, o.dir, func() error {
		for _, read := range []struct {
			hands   int
			seconds *[]float64
		}{{runtime.GOMAXPROCS(0), &all}, {1, &one}} {
			began := time.Now()
			if err := readAll(files, read.hands); err != nil {
				return err
			}
			*read.seconds = append(*read.seconds, time.Since(began).Seconds())
		}
		return nil
	}); err != nil {
		return nil, err
	}
	m.Sequential, m.Parallel = median(one, same), median(all, same)
	if m.Again, err = b.load(ctx, o.dir); err != nil {
		return nil, err
	}
	many, err := published(filepath.Join(o.dir, "lake"))
	if err != nil {
		return nil, err
	}
	o.dir, o.events, o.shards = filepath.Join(dir, "one"), false, 1
	if _, err := generate(ctx, o); err != nil {
		return nil, err
	}
	if files, err = allFiles(filepath.Join(o.dir, "archive")); err != nil {
		return nil, err
	}
	if m.OneFile, err = b.loadFresh(ctx, o.dir, func() error { return warm(files) }); err != nil {
		return nil, err
	}
	single, err := published(filepath.Join(o.dir, "lake"))
	m.Equal = len(single) > 0 && maps.Equal(many, single)
	return m, err
}

// loadFresh loads an archive into an empty lake as often as others run, each time after prepare, and returns the run whose
// time is the median, or the faster one of two that are.
func (b *bench) loadFresh(ctx context.Context, dir string, prepare func() error) (measured, error) {
	var runs []measured
	for range max(1, b.options.runs) {
		if err := errors.Join(os.RemoveAll(filepath.Join(dir, "lake")), prepare()); err != nil {
			return measured{}, err
		}
		m, err := b.load(ctx, dir)
		if err != nil {
			return m, err
		}
		runs = append(runs, m)
	}
	slices.SortFunc(runs, func(a, b measured) int { return cmp.Compare(a.Seconds, b.Seconds) })
	return runs[(len(runs)-1)/2], nil
}

func same(seconds float64) float64 { return seconds }

func (b *bench) load(ctx context.Context, dir string) (measured, error) {
	m, err := measure(ctx, b.options.limit, nil, b.callmart, "load", "--config", filepath.Join(dir, "callmart.yaml"))
	if err != nil {
		return m, err
	}
	fmt.Fprintf(b.log, "callmart over %s: %.2f s, %.1f CPU s, %d MB\n", filepath.Base(dir), m.Seconds, m.CPU, m.Peak/1e6)
	m.Written, err = tableBytes(filepath.Join(dir, "lake"))
	return m, err
}

func allFiles(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing the archive: %w", err)
	}
	return files, nil
}

// readAll opens, reads and closes every file, with so many hands.
func readAll(files []string, hands int) error {
	var group errgroup.Group
	for hand := range hands {
		group.Go(func() error {
			buf := make([]byte, 1<<20)
			for i := hand; i < len(files); i += hands {
				if err := readOne(files[i], buf); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

func readOne(path string, buf []byte) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("reading a file: %w", err)
	}
	for {
		if _, err = f.Read(buf); err != nil {
			break
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("reading a file: %w", err)
	}
	return nil
}

// others measures what the flags ask for beside the contenders.
func (b *bench) others(ctx context.Context, r *report) error {
	for _, vendor := range b.options.vendors {
		if len(b.options.instances) > 0 {
			in, err := b.runInstances(ctx, vendor)
			if err != nil {
				return err
			}
			r.Instances = append(r.Instances, *in)
		}
		if b.options.manyFiles > 0 {
			m, err := b.runMany(ctx, vendor)
			if err != nil {
				return err
			}
			r.Many = append(r.Many, *m)
		}
	}
	return nil
}
