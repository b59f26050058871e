package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// layoutsOptions are the flags of layouts.
type layoutsOptions struct {
	archive  archiveOptions
	perDay   int64
	lake     string
	names    []string
	runs     int
	callmart string
	limit    time.Duration
	memory   string
	markdown string
	json     string
	keep     bool
}

func layoutsCommand(out, errOut io.Writer) *cobra.Command {
	o := layoutsOptions{archive: defaultArchive(), perDay: 300, runs: 5, limit: 30 * time.Minute}
	o.archive.days, o.archive.repeats = 1095, 0
	cmd := &cobra.Command{
		Use:   "layouts --dir DIR",
		Short: "Measure typical queries on the lake beside the same rows written otherwise",
		Long: `Layouts makes a lake (or takes one), writes its calls and queue entries in other layouts with the DuckDB that callmart has
inside, and asks each typical questions: every time in a process of its own, the files in the page cache. It reports the bytes
read, CPU seconds and time of each question, and the bytes and CPU seconds of writing. Answers that differ make the exit status 1.

` + layoutsLegend(),
		Example: `  callmart-bench layouts --dir /tmp/layouts --markdown layouts.md --json layouts.json
  callmart-bench layouts --days 30 --calls-per-day 100000 --dir /tmp/layouts
  callmart-bench layouts --lake ./lake --dir /tmp/layouts`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case o.archive.dir == "":
				return &usageError{"--dir is missing"}
			case o.runs < 1 || o.perDay < 1:
				return &usageError{"--runs and --calls-per-day are at least 1"}
			}
			b, err := newLayoutsBench(o, errOut)
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
	f.StringVar(&o.archive.vendor, "vendor", o.archive.vendor, "whose calls")
	f.Int64Var(&o.perDay, "calls-per-day", o.perDay, "how many calls a day")
	f.Int64Var(&o.archive.days, "days", o.archive.days, "over how many days")
	f.Uint64Var(&o.archive.seed, "seed", o.archive.seed, "another seed, other calls")
	f.StringVar(&o.archive.dir, "dir", "", "folder to work in")
	f.StringVar(&o.lake, "lake", "", "measure this lake; it is only read")
	f.StringSliceVar(&o.names, "layouts", nil, "which layouts beside the lake, without commas in their names (default all)")
	f.IntVar(&o.runs, "runs", o.runs, "how often each question is asked")
	f.StringVar(&o.callmart, "callmart", "", "the callmart that makes the lake (default: built from this module)")
	f.DurationVar(&o.limit, "limit", o.limit, "give up a process after this long")
	f.StringVar(&o.memory, "memory", o.memory, "what DuckDB may hold while it writes, like 4GB (default as DuckDB has it); the rest lies in the folder")
	f.StringVar(&o.markdown, "markdown", "", "write the tables to this file, too")
	f.StringVar(&o.json, "json", "", "write everything to this file, as JSON")
	f.BoolVar(&o.keep, "keep", false, "leave lake and layouts in the folder")
	return cmd
}

func layoutsLegend() string {
	text := "Layouts:\n"
	for _, l := range layouts() {
		text += fmt.Sprintf("  %-20s %s\n", folderOf(l.Name), l.Does)
	}
	return text
}

// theLake is the first of the layouts.
const theLake = "the lake"

// layoutsBench measures layouts.
type layoutsBench struct {
	options layoutsOptions
	layouts []layout
	self    string
	lake    string
	out     string
	log     io.Writer
}

func newLayoutsBench(o layoutsOptions, log io.Writer) (*layoutsBench, error) {
	b := &layoutsBench{log: log}
	for _, l := range layouts() {
		if len(o.names) == 0 || slices.Contains(o.names, folderOf(l.Name)) {
			b.layouts = append(b.layouts, l)
		}
	}
	for _, name := range o.names {
		if !slices.ContainsFunc(b.layouts, func(l layout) bool { return folderOf(l.Name) == name }) {
			return nil, &usageError{"no layout " + name + ": --help lists them"}
		}
	}
	var err error
	if o.archive.dir, err = filepath.Abs(o.archive.dir); err != nil {
		return nil, fmt.Errorf("finding --dir: %w", err)
	}
	o.archive.calls = o.perDay * o.archive.days
	b.out = filepath.Join(o.archive.dir, "layouts")
	b.lake = filepath.Join(o.archive.dir, "lake")
	if o.lake != "" {
		if b.lake, err = filepath.Abs(o.lake); err != nil {
			return nil, fmt.Errorf("finding --lake: %w", err)
		}
	}
	if b.self, err = os.Executable(); err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	b.options = o
	return b, nil
}

func (b *layoutsBench) run(ctx context.Context) (_ *layoutsReport, err error) {
	r := &layoutsReport{Date: time.Now().UTC().Format(time.DateOnly), Machine: thisMachine(), Runs: b.options.runs}
	if !b.options.keep {
		defer func() { err = errors.Join(err, b.clean()) }()
	}
	if err := os.RemoveAll(b.out); err != nil {
		return nil, fmt.Errorf("emptying a folder: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(b.out, "temp"), 0o755); err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	if b.options.lake == "" {
		if err := b.makeLake(ctx); err != nil {
			return nil, err
		}
	}
	questions, err := b.questions(ctx, r)
	if err != nil {
		return nil, err
	}
	r.Layouts = []layoutResult{{Name: theLake, Does: "what callmart load wrote", Answers: map[string]*layoutFigure{}}}
	if err := b.writeAll(ctx, r); err != nil {
		return nil, err
	}
	return r, b.askAll(ctx, questions, r)
}

// clean removes what this run made.
func (b *layoutsBench) clean() error {
	made := []string{b.out}
	if b.options.lake == "" {
		made = append(made, b.lake, filepath.Join(b.options.archive.dir, "archive"))
	}
	for _, dir := range made {
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("removing a folder: %w", err)
		}
	}
	return nil
}

// makeLake lets callmart load an invented archive.
func (b *layoutsBench) makeLake(ctx context.Context) error {
	o := b.options.archive
	fmt.Fprintf(b.log, "making %d calls of %d days\n", o.calls, o.days)
	if _, err := generate(ctx, o); err != nil {
		return err
	}
	program := b.options.callmart
	if program == "" {
		var err error
		if program, err = buildCallmart(ctx, o.dir); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(b.lake); err != nil {
		return fmt.Errorf("emptying a folder: %w", err)
	}
	m, err := measure(ctx, b.options.limit, nil, program, "load", "--config", filepath.Join(o.dir, "callmart.yaml"))
	if err != nil {
		return err
	}
	fmt.Fprintf(b.log, "callmart load: %.1f s, %.1f CPU s\n", m.Seconds, m.CPU)
	return nil
}

// writeAll writes the layouts, group by group.
func (b *layoutsBench) writeAll(ctx context.Context, r *layoutsReport) error {
	groups := map[string][]layout{}
	for _, l := range b.layouts {
		groups[l.group()] = append(groups[l.group()], l)
	}
	written, failed, done := map[string]spent{}, map[string]string{}, map[string]bool{}
	for _, l := range b.layouts {
		if done[l.group()] {
			continue
		}
		done[l.group()] = true
		group := groups[l.group()]
		a, err := b.process(ctx, &layoutJob{Lake: b.lake, Out: b.out, Temp: filepath.Join(b.out, "temp"), Memory: b.options.memory, Layouts: group})
		if err != nil {
			return fmt.Errorf("writing %s: %w", l.Name, err)
		}
		for _, other := range group {
			written[other.Name], failed[other.Name] = a.Written[other.Name], a.Failed[other.Name]
			fmt.Fprintf(b.log, "written: %s, %.1f CPU s %s\n", other.Name, a.Written[other.Name].CPU, a.Failed[other.Name])
		}
	}
	for _, l := range b.layouts {
		r.Layouts = append(r.Layouts, layoutResult{Name: l.Name, Does: l.Does, Written: written[l.Name], Failed: failed[l.Name], Answers: map[string]*layoutFigure{}})
	}
	for i := range r.Layouts {
		l := &r.Layouts[i]
		if l.Failed != "" {
			continue
		}
		for _, table := range layoutTables() {
			files, err := allFiles(filepath.Join(b.rootOf(l.Name), table))
			if err != nil {
				return err
			}
			n, err := size(filepath.Join(b.rootOf(l.Name), table))
			if err != nil {
				return err
			}
			l.Bytes += n
			l.Files += len(files)
			if err := warm(files); err != nil {
				return err
			}
		}
	}
	return nil
}

// askAll asks every layout every question, in turn, and compares the answers with the lake's.
func (b *layoutsBench) askAll(ctx context.Context, questions []question, r *layoutsReport) error {
	for n := range b.options.runs {
		for _, q := range questions {
			for i := range r.Layouts {
				l := &r.Layouts[i]
				if l.Failed != "" || q.only && i > 0 {
					continue
				}
				a, err := b.process(ctx, &layoutJob{Views: b.views(l.Name, q.sql), Query: q.sql})
				if err != nil {
					return fmt.Errorf("asking %s for %s: %w", l.Name, q.name, err)
				}
				f := l.Answers[q.name]
				if f == nil {
					f = &layoutFigure{rows: a.Rows}
					l.Answers[q.name] = f
				}
				f.Runs = append(f.Runs, a.Spent)
				twin := r.Layouts[0].Answers[q.twin]
				if !sameRows(a.Rows, r.Layouts[0].Answers[q.name].rows) || twin != nil && !sameRows(a.Rows, twin.rows) {
					r.differ(l.Name, q.name)
				}
			}
		}
		fmt.Fprintf(b.log, "asked %d of %d times\n", n+1, b.options.runs)
	}
	for i := range r.Layouts {
		for _, f := range r.Layouts[i].Answers {
			f.summarise()
		}
	}
	return nil
}

func sameRows(a, b [][]string) bool {
	return slices.EqualFunc(a, b, slices.Equal)
}

// rootOf is the folder of a layout's tables.
func (b *layoutsBench) rootOf(name string) string {
	if name == theLake {
		return b.lake
	}
	return filepath.Join(b.out, folderOf(name))
}

// views are the tables of a layout that a query reads.
func (b *layoutsBench) views(name, query string) map[string]string {
	glob := filepath.Join("source=*", "date=*", "*.parquet")
	for _, l := range b.layouts {
		switch {
		case l.Name != name:
		case l.By != "":
			glob = filepath.Join(l.By+"=*", "*.parquet")
		case l.Unit == "all":
			glob = "*.parquet"
		case l.Unit == "month":
			glob = filepath.Join("source=*", "month=*", "*.parquet")
		}
	}
	all := map[string]string{}
	for _, table := range append(layoutTables(), "queue_intervals") {
		if strings.Contains(query, "FROM "+table) {
			all[table] = "SELECT * FROM read_parquet(" + literal(filepath.Join(b.rootOf(name), table, glob)) + ", hive_partitioning = true)"
		}
	}
	return all
}

// process does a job in a process of its own.
func (b *layoutsBench) process(ctx context.Context, job *layoutJob) (*layoutAnswer, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, b.options.limit, fmt.Errorf("not done after %s: %w", b.options.limit, errTooLong))
	defer cancel()
	text, err := json.Marshal(job)
	if err != nil {
		return nil, fmt.Errorf("writing a job: %w", err)
	}
	file := filepath.Join(b.out, "job.json")
	if err := os.WriteFile(file, text, 0o644); err != nil {
		return nil, fmt.Errorf("writing a job: %w", err)
	}
	var a layoutAnswer
	if err := askSelf(ctx, b.self, &a, "layout", file); err != nil {
		return nil, err
	}
	return &a, nil
}
