package pipeline

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"callmart/extract"
	"callmart/fixtures/crash"
	"callmart/load"
)

// ErrIncomplete says that a run published what it could read, but not everything it wanted. The manifest says what
// is missing; the next run goes on from there.
var ErrIncomplete = errors.New("published, but incomplete")

// ErrReport says that the tables are published, but a report could not be made.
var ErrReport = errors.New("published, but a report failed")

// RunOptions narrow a run. The zero value runs everything.
type RunOptions struct {
	From, To string   // dates, inclusive: only these partitions are written, and reported as one period
	Sources  []string // empty: all
	Offline  bool     // ask no API
	NoReport bool     // make no reports
	Verify   bool     // read every file again, also those that look as they did when they were read
	Rebuild  string   // FromRaw, FromObservations or Intervals: make rows anew; "": only of calls that something is new of
	Log      *slog.Logger
	Progress Progress
	Now      func() time.Time // of the run's id and manifest only; nil is the system's clock
}

// What a rebuild makes the rows of.
const (
	FromRaw          = "raw"          // the archive and the API's answers
	FromObservations = "observations" // what the lake keeps of them
	Intervals        = "intervals"    // the tables: queue_intervals alone
)

// covers reports whether the run writes a date.
func (o *RunOptions) covers(date string) bool {
	return (o.From == "" || date >= o.From) && (o.To == "" || date <= o.To)
}

// runner is one run in progress.
type runner struct {
	config   *Config
	options  RunOptions
	log      *slog.Logger
	progress Progress
	now      func() time.Time
	lake     *load.Lake
	staging  *load.Staging
	memory   *load.Allocator
	buckets  *extract.Buckets // sources of one host and credential share its rate
	manifest Manifest
	reported *reported
}

// Run reads every source's archive, publishes the tables in one commit and makes the reports of the periods that
// changed. The manifest may be there beside an error: ErrIncomplete and ErrReport come after the commit.
// Other errors: *load.LockedError, and what reading, writing or the context met; the tables are then as before.
func Run(ctx context.Context, cfg *Config, opt RunOptions) (_ *Manifest, err error) {
	r := &runner{config: cfg, options: opt, log: opt.Log, progress: opt.Progress, now: opt.Now, buckets: &extract.Buckets{}}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	if r.progress == nil {
		r.progress = NoProgress{}
	}
	if r.now == nil {
		r.now = time.Now
	}
	sources, err := r.sources()
	if err != nil {
		return nil, err
	}
	if _, err := ParsePeriod(opt.From, opt.To, "", "", time.Monday); err != nil {
		return nil, err
	}
	if r.lake, err = load.Open(ctx, cfg.Lake, load.Options{Memory: int64(cfg.Memory) / 2, Threads: runtime.GOMAXPROCS(0), Now: r.now}); err != nil {
		return nil, err
	}
	unlock, err := r.lake.Lock()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := r.load(ctx, sources); err != nil {
		return nil, err
	}
	crash.Point("before reports")
	return &r.manifest, r.after(ctx)
}

// sources are the configured sources that the options name.
func (r *runner) sources() ([]Source, error) {
	if len(r.options.Sources) == 0 {
		return r.config.Sources, nil
	}
	var chosen []Source
	for _, name := range r.options.Sources {
		i := slices.IndexFunc(r.config.Sources, func(s Source) bool { return s.Name == name })
		if i < 0 {
			return nil, &UsageError{fmt.Sprintf("there is no source %q in %s", name, r.config.File), "the names under sources:"}
		}
		chosen = append(chosen, r.config.Sources[i])
	}
	return chosen, nil
}

// load stages all sources and commits.
func (r *runner) load(ctx context.Context, sources []Source) (err error) {
	r.manifest.StartedAt = r.now().UTC().Truncate(time.Millisecond)
	if r.manifest.Run, err = runID(r.manifest.StartedAt); err != nil {
		return err
	}
	if r.staging, err = r.lake.Begin(ctx, r.manifest.Run); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.staging.Discard()) }()
	r.memory = load.NewAllocator()
	defer r.memory.Close()
	r.manifest.Rebuild, r.manifest.From, r.manifest.To = r.options.Rebuild, r.options.From, r.options.To
	r.manifest.Complete = true
	for _, source := range sources {
		began := r.now()
		m, err := r.newSource(source).run(ctx)
		if err != nil {
			return fmt.Errorf("source %s: %w", source.Name, err)
		}
		r.manifest.Sources = append(r.manifest.Sources, *m)
		r.manifest.Complete = r.manifest.Complete && m.Complete
		r.stage("load "+source.Name, began)
		r.log.Info("source loaded", "source", source.Name, "files", m.Files, "read", m.Accounting.Read, "new", m.Accounting.New,
			"duplicate", m.Accounting.Duplicate, "quarantined", m.Accounting.Quarantined, "ignored", m.Accounting.Ignored)
	}
	return r.commit(ctx)
}

func (r *runner) commit(ctx context.Context) error {
	crash.Point("sources staged")
	r.progress.Stage("publishing")
	changes, err := r.staging.Compare(ctx)
	if err != nil {
		return err
	}
	r.partitions(changes)
	r.manifest.FinishedAt = r.now().UTC().Truncate(time.Millisecond)
	r.manifest.PeakMemory = peakMemory()
	text, err := r.manifest.bytes()
	if err != nil {
		return err
	}
	if err := r.staging.AddBytes("_runs/"+r.manifest.Run+".json", text); err != nil {
		return err
	}
	_, err = r.staging.Commit(ctx)
	return err
}

// partitions writes down every staged partition, and whether it is another than before.
func (r *runner) partitions(changes load.Changes) {
	type key struct{ source, date string }
	byKey := map[key]*PartManifest{}
	add := func(f load.File, changed bool) {
		if f.Internal {
			return
		}
		k := key{f.Source, f.Date}
		p := byKey[k]
		if p == nil {
			p = &PartManifest{Source: f.Source, Date: f.Date, Rows: map[string]int64{}}
			byKey[k] = p
		}
		p.Rows[f.Table] = f.Rows
		p.Bytes += f.Bytes
		p.Changed = p.Changed || changed
		r.manifest.Changed = r.manifest.Changed || changed
	}
	for _, f := range changes.Written {
		add(f, true)
	}
	for _, f := range changes.Unchanged {
		add(f, false)
	}
	r.manifest.Partitions = []PartManifest{} // in JSON a list, also where nothing was written
	for _, p := range byKey {
		r.manifest.Partitions = append(r.manifest.Partitions, *p)
	}
	slices.SortFunc(r.manifest.Partitions, func(a, b PartManifest) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Date, b.Date))
	})
}

// after makes the reports, and says whether the run was complete. A run may be both incomplete and without reports.
func (r *runner) after(ctx context.Context) error {
	var err error
	if !r.options.NoReport {
		if err = r.reports(ctx); err != nil {
			err = fmt.Errorf("%w: %w", ErrReport, err)
		}
	}
	if r.manifest.Complete {
		return err
	}
	var problems []error
	for _, s := range r.manifest.Sources {
		for _, p := range s.Problems {
			problems = append(problems, fmt.Errorf("%s: %s", s.Source, p))
		}
		if f := s.Fetch; f != nil && !f.complete() {
			problems = append(problems, f.problem(s.Source))
		}
	}
	return errors.Join(fmt.Errorf("%w: %w", ErrIncomplete, errors.Join(problems...)), err)
}

func (r *runner) stage(name string, began time.Time) {
	r.manifest.Stages = append(r.manifest.Stages, Stage{name, r.now().Sub(began).Round(time.Millisecond).Seconds()})
}

// threadMemory is what DuckDB needs for each thread that counts a busy date.
const threadMemory = 64 << 20

// engineMemory is the limit of one worker's DuckDB: together they get two thirds of the run's memory.
func (r *runner) engineMemory() int64 {
	return max(threadMemory, int64(r.config.Memory)*2/3/int64(runtime.GOMAXPROCS(0)))
}

// wholeEngine are the limits of a DuckDB that works alone: two thirds of the run's memory, and as many threads as that serves.
func (r *runner) wholeEngine() load.EngineOptions {
	memory := max(threadMemory, int64(r.config.Memory)*2/3)
	return load.EngineOptions{Memory: memory, Temp: r.staging.Dir(), Threads: max(1, min(runtime.GOMAXPROCS(0), int(memory/threadMemory)))}
}

// indexMemory is how much of the index of a source, and then of the plan, may lie in memory.
func (r *runner) indexMemory() int64 { return int64(r.config.Memory) / 8 }

// runID names a run by its time, so that runs sort, and by some random digits.
func runID(at time.Time) (string, error) {
	var b [3]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("naming the run: %w", err)
	}
	return at.Format("20060102T150405.000Z") + "-" + hex.EncodeToString(b[:]), nil
}

// writeFile puts a file in place whole: readers see the old one or the new one. A file that would be the same stays.
func writeFile(path string, content []byte) error {
	if old, err := os.ReadFile(path); err == nil && string(old) == string(content) {
		return nil
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, partial+"*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(content)
	if err = errors.Join(err, tmp.Chmod(0o644), tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	crash.Point("workbook written")
	return os.Rename(tmp.Name(), path)
}
