package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
)

// runOptions are the flags of run.
type runOptions struct {
	archive    archiveOptions
	vendors    []string
	contenders []string
	runs       int
	python     string
	callmart   string
	limit      time.Duration
	markdown   string
	json       string
	instances  []int
	manyFiles  int64
	keep       bool
}

func runCommand(out, errOut io.Writer) *cobra.Command {
	o := runOptions{archive: defaultArchive(), vendors: []string{"nectardesk", "ccai", "callerdesk"}, runs: 3, limit: 30 * time.Minute}
	o.archive.calls, o.archive.shards = 1_000_000, 6
	cmd := &cobra.Command{
		Use:   "run --dir DIR",
		Short: "Measure callmart beside others on the same files",
		Long: `Run makes an archive per vendor, and lets every contender make the deduplicated tables of calls, queue entries, agents,
transfers and participants of it: as zstd Parquet by date, in the order of callmart's. Each is a process of its own that begins
with an empty folder and finds the archive in the page cache; they take turns, as often as --runs says. Then the rows, and the
known values and sums of every column that both have, are compared with callmart's: a difference makes the exit status 1.

` + legend(),
		Example: `  callmart-bench run --calls 1000000 --dir /tmp/bench --python python3 --markdown bench.md --json bench.json
  callmart-bench run --calls 100000 --vendors ccai --contenders duckdb-best,embedded-best --runs 5 --dir /tmp/bench
  callmart-bench run --vendors nectardesk --contenders callmart --instances 1,2,4 --dir /tmp/bench
  callmart-bench run --vendors nectardesk --contenders callmart --many-files 200000 --dir /tmp/bench`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.archive.dir == "" {
				return &usageError{"--dir is missing"}
			}
			if o.runs < 1 {
				return &usageError{"--runs is at least 1"}
			}
			b, err := newBench(cmd.Context(), o, errOut)
			if err != nil {
				return err
			}
			r, err := b.run(cmd.Context())
			if err != nil {
				return err
			}
			return conclude(r, o.markdown, o.json, out)
		},
	}
	f := cmd.Flags()
	f.Int64Var(&o.archive.calls, "calls", o.archive.calls, "how many calls per vendor")
	f.Int64Var(&o.archive.days, "days", o.archive.days, "over how many days")
	f.Float64Var(&o.archive.repeats, "repeats", o.archive.repeats, "share of calls that are told of twice")
	f.IntVar(&o.archive.shards, "shards", o.archive.shards, "how many files")
	f.StringVar(&o.archive.compress, "compress", o.archive.compress, "none, gz, zst or mixed")
	f.Uint64Var(&o.archive.seed, "seed", o.archive.seed, "another seed, other calls")
	f.StringVar(&o.archive.dir, "dir", "", "folder to work in")
	f.StringSliceVar(&o.vendors, "vendors", o.vendors, "whose payloads")
	f.StringSliceVar(&o.contenders, "contenders", nil, "who takes part beside callmart (default all)")
	f.IntVar(&o.runs, "runs", o.runs, "how often each runs")
	f.StringVar(&o.python, "python", "", "a Python with duckdb, polars, pandas and dlt, or some of them")
	f.StringVar(&o.callmart, "callmart", "", "the callmart to measure (default: built from this module)")
	f.DurationVar(&o.limit, "limit", o.limit, "end a contender after this long")
	f.StringVar(&o.markdown, "markdown", "", "write the tables to this file, too")
	f.StringVar(&o.json, "json", "", "write everything to this file, as JSON")
	f.IntSliceVar(&o.instances, "instances", nil, "also run callmart with so many processors each, and compare its files byte by byte")
	f.Int64Var(&o.manyFiles, "many-files", 0, "also load so many records from a file each")
	f.BoolVar(&o.keep, "keep", false, "leave archives and tables in the folder")
	return cmd
}

func legend() string {
	text := "Contenders:\n"
	for _, c := range contenders() {
		text += fmt.Sprintf("  %-15s %s\n", c.name, c.does)
	}
	return text
}

// written is a report as people and as programs read it.
type written interface {
	markdown() string
	problems() []string
}

// conclude prints a report, writes it to the files that are named, and makes an error of what is wrong with it.
func conclude(r written, markdownFile, jsonFile string, out io.Writer) error {
	text := r.markdown()
	fmt.Fprint(out, text)
	if markdownFile != "" {
		if err := os.WriteFile(filepath.Clean(markdownFile), []byte(text), 0o644); err != nil {
			return fmt.Errorf("writing the tables: %w", err)
		}
	}
	if jsonFile != "" {
		body, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			return fmt.Errorf("writing JSON: %w", err)
		}
		if err := os.WriteFile(filepath.Clean(jsonFile), append(body, '\n'), 0o644); err != nil {
			return fmt.Errorf("writing JSON: %w", err)
		}
	}
	var all []error
	for _, p := range r.problems() {
		all = append(all, errors.New(p))
	}
	return errors.Join(all...)
}
