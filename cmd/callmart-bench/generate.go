package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
)

// archiveOptions say what an archive holds and how it is stored.
type archiveOptions struct {
	vendor   string
	calls    int64
	days     int64
	repeats  float64 // share of calls that are told of twice
	shards   int
	compress string // none, gz, zst, or mixed: one file of each in turn
	events   bool   // a file per record
	seed     uint64
	dir      string
}

func defaultArchive() archiveOptions {
	return archiveOptions{vendor: "nectardesk", calls: 100_000, days: 3, repeats: 0.02, shards: 3, compress: "none", seed: 1}
}

func generateCommand(out io.Writer) *cobra.Command {
	o := defaultArchive()
	cmd := &cobra.Command{
		Use:   "generate --dir DIR",
		Short: "Write an archive of invented calls, and a callmart.yaml that reads it",
		Long: `Generate writes DIR/archive and DIR/callmart.yaml. The same flags give the same bytes, whatever the machine; more
shards split the same records over more files.`,
		Example: `  callmart-bench generate --vendor nectardesk --calls 1000000 --days 3 --dir /tmp/nectar
  callmart-bench generate --vendor ccai --calls 100000 --repeats 0.1 --shards 12 --compress mixed --dir /tmp/ccai
  callmart-bench generate --vendor whippy --calls 10000 --events --dir /tmp/whippy`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.dir == "" {
				return &usageError{"--dir is missing"}
			}
			began := time.Now()
			a, err := generate(cmd.Context(), o)
			if err != nil {
				return err
			}
			seconds := time.Since(began).Seconds()
			fmt.Fprintf(out, "%d calls, %d records, %d bytes in %d files, %.1f s, %.0f MB/s\n", o.calls, a.records, a.bytes, a.files, seconds, float64(a.bytes)/1e6/seconds)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.vendor, "vendor", o.vendor, "nectardesk, ccai, callerdesk or whippy")
	f.Int64Var(&o.calls, "calls", o.calls, "how many calls")
	f.Int64Var(&o.days, "days", o.days, "over how many days, from 2026-03-02 on")
	f.Float64Var(&o.repeats, "repeats", o.repeats, "share of calls that are told of twice: half of them word by word, half with more known later")
	f.IntVar(&o.shards, "shards", o.shards, "how many files")
	f.StringVar(&o.compress, "compress", o.compress, "none, gz, zst or mixed")
	f.BoolVar(&o.events, "events", o.events, "write a file per record")
	f.Uint64Var(&o.seed, "seed", o.seed, "another seed, other calls")
	f.StringVar(&o.dir, "dir", o.dir, "where to write; archive in it is made anew")
	return cmd
}

func (o *archiveOptions) validate() error {
	switch {
	case o.calls < 1 || o.days < 1 || o.shards < 1:
		return &usageError{"--calls, --days and --shards are at least 1"}
	case o.repeats < 0 || o.repeats > 1:
		return &usageError{"--repeats is a share between 0 and 1"}
	case !slices.Contains([]string{"none", "gz", "zst", "mixed"}, o.compress):
		return &usageError{"--compress " + o.compress + " is none of none, gz, zst, mixed"}
	}
	return nil
}

// archive is what was written.
type archive struct {
	options archiveOptions
	shape   shape
	records int64
	bytes   int64 // of JSON, before it was compressed
	files   int64
}

// firstDay is a Monday.
const firstDay = "2026-03-02"

// generate writes an archive. Every shard is a range of calls, written by whoever is free.
func generate(ctx context.Context, o archiveOptions) (*archive, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	s, err := shapeOf(o.vendor)
	if err != nil {
		return nil, err
	}
	from, err := time.Parse(time.DateOnly, firstDay)
	if err != nil {
		return nil, fmt.Errorf("reading the first day: %w", err)
	}
	dir := filepath.Join(o.dir, "archive")
	if err := os.RemoveAll(dir); err != nil {
		return nil, fmt.Errorf("removing the last archive: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the archive: %w", err)
	}
	if err := os.WriteFile(filepath.Join(o.dir, "callmart.yaml"), []byte(s.configuration()), 0o644); err != nil {
		return nil, fmt.Errorf("writing callmart.yaml: %w", err)
	}
	a := &archive{options: o, shape: s}
	parts := make([]archive, o.shards)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range o.shards {
		group.Go(func() error {
			w := shardWriter{
				archive: &parts[i], options: o, shape: s, index: i, dir: dir,
				centre: centre{seed: o.seed, calls: o.calls, from: from.Unix(), days: o.days},
			}
			return w.write(ctx)
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for _, p := range parts {
		a.records += p.records
		a.bytes += p.bytes
		a.files += p.files
	}
	return a, nil
}
