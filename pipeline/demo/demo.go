// Package demo is the first five minutes with callmart: a month of calls of four invented contact centres, their
// webhook archives and fake APIs on loopback, and the real pipeline over them.
package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"callmart/fixtures"
	"callmart/pipeline"
)

// Options say where the demo is made and how large it is. The zero value of a number means the default.
type Options struct {
	Dir      string // made if it is not there; a folder of other things is refused
	Days     int    // from 1 October 2026 on; default 31: the month in which clocks go back
	Calls    int    // on a normal weekday, of all centres together; default 1,000
	Log      *slog.Logger
	Progress pipeline.Progress
}

// Result is what the demo made.
type Result struct {
	Dir      string
	Config   string // callmart.yaml in Dir
	Archived fixtures.ArchiveStats
	Manifest *pipeline.Manifest
	Reports  []pipeline.ReportResult // of the whole time
	LastDay  string                  // YYYY-MM-DD
	Took     time.Duration

	sites []*site
}

const (
	defaultDays  = 31
	defaultCalls = 1_000
)

// first is the demo's first day. October 2026 has a change of clocks, in Europe on the 25th.
func first(zone *time.Location) time.Time { return time.Date(2026, 10, 1, 0, 0, 0, 0, zone) }

// Run makes the demo. Its errors are those of the pipeline, and *pipeline.UsageError for a folder it must not touch.
func Run(ctx context.Context, opt Options) (_ *Result, err error) {
	began := time.Now()
	if opt.Days == 0 {
		opt.Days = defaultDays
	}
	if opt.Calls == 0 {
		opt.Calls = defaultCalls
	}
	dir, err := filepath.Abs(opt.Dir)
	if err != nil {
		return nil, fmt.Errorf("finding %s: %w", opt.Dir, err)
	}
	if err := claim(dir); err != nil {
		return nil, err
	}
	if opt.Progress == nil {
		opt.Progress = pipeline.NoProgress{}
	}
	sites, err := sites(opt)
	if err != nil {
		return nil, err
	}
	r := &Result{Dir: dir, Config: filepath.Join(dir, "callmart.yaml"), sites: sites}
	opt.Progress.Stage("writing archives")
	for _, s := range sites {
		stats, err := s.archive(ctx, dir)
		if err != nil {
			return nil, fmt.Errorf("writing the archive of %s: %w", s.name, err)
		}
		r.Archived.Add(stats)
	}
	for _, s := range sites {
		stop, err := s.serve(ctx)
		if err != nil {
			return nil, fmt.Errorf("serving %s: %w", s.name, err)
		}
		defer func() { err = errors.Join(err, stop()) }()
	}
	if err := r.run(ctx, sites, opt); err != nil {
		return r, err
	}
	r.Took = time.Since(began)
	return r, nil
}

// run runs the pipeline as if it were the night two days after the last one, when no call is too young to be
// missed, and leaves a configuration without the APIs, which
// end with the demo.
func (r *Result) run(ctx context.Context, sites []*site, opt Options) error {
	if err := os.WriteFile(r.Config, []byte(configuration(sites, true)), 0o644); err != nil {
		return fmt.Errorf("writing configuration: %w", err)
	}
	cfg, err := pipeline.LoadConfig(r.Config, secrets(sites))
	if err != nil {
		return err
	}
	berlin := cfg.Timezone
	night, start := first(berlin).AddDate(0, 0, opt.Days+1).Add(150*time.Minute), time.Now()
	now := func() time.Time { return night.Add(time.Since(start)) }
	if r.Manifest, err = pipeline.Run(ctx, cfg, pipeline.RunOptions{Log: opt.Log, Progress: opt.Progress, Now: now}); err != nil {
		return err
	}
	if err := os.WriteFile(r.Config, []byte(configuration(sites, false)), 0o644); err != nil {
		return fmt.Errorf("writing configuration: %w", err)
	}
	last := first(berlin).AddDate(0, 0, opt.Days-1)
	r.LastDay = last.Format(time.DateOnly)
	r.Reports, err = pipeline.Report(ctx, cfg, pipeline.ReportOptions{
		Name: "all", From: first(berlin).Format(time.DateOnly), To: last.Format(time.DateOnly), Log: opt.Log,
	})
	return err
}

// mark is a file that says that a folder is a demo's.
const mark = ".callmart-demo"

// claim makes the folder, or takes over that of an earlier demo. What an earlier one made is removed, so that every
// demo is the same.
func claim(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		err = os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		return fmt.Errorf("making the demo's folder: %w", err)
	}
	if len(entries) > 0 {
		if _, err := os.Stat(filepath.Join(dir, mark)); err != nil {
			return &pipeline.UsageError{Message: fmt.Sprintf("%s is not empty and not of an earlier demo", dir), Try: "callmart demo --dir another-folder"}
		}
		for _, name := range []string{"archive", "lake", "reports", "callmart.yaml"} {
			if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
				return fmt.Errorf("removing the earlier demo: %w", err)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, mark), []byte("callmart demo made this folder, and makes it anew\n"), 0o644); err != nil {
		return fmt.Errorf("making the demo's folder: %w", err)
	}
	return nil
}
