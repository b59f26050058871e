package pipeline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"callmart/extract"
	"callmart/fixtures/crash"
	"callmart/load"
	"callmart/transform"
)

// sourceRun is what one source has of a run: index, plan, write.
type sourceRun struct {
	*runner
	config   Source
	settings transform.Source
	archive  *extract.Archive
	inputs   []extract.Input
	refused  *quarantine
	index    *index
	fetched  *FetchManifest // nil: nothing was asked of an API
	unknown  map[UnknownWord]*int64
	mu       sync.Mutex // guards unknown
}

func (r *runner) newSource(c Source) *sourceRun {
	return &sourceRun{runner: r, config: c, settings: transformSource(r.config, c), unknown: map[UnknownWord]*int64{}}
}

// transformSource is the part of a source's configuration that forms its rows.
func transformSource(cfg *Config, c Source) transform.Source {
	return transform.Source{
		Name: c.Name, Vendor: c.Vendor, Zone: c.Timezone, PayloadZone: c.PayloadTimezone, Region: c.Region,
		Outcomes: c.Outcomes, Directions: c.Direction, Key: []byte(cfg.Privacy.Key.Unwrap()),
	}
}

// run reads the source's records, fetches what they want of the API, and stages every partition they touch.
func (s *sourceRun) run(ctx context.Context) (_ *SourceManifest, err error) {
	s.archive = archiveOf(s.runner.config, s.config, s.staging.Dir())
	if s.refused, err = newQuarantine(s.runner.config.Lake, s.config.Name, s.staging.Dir()); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.refused.close()) }()
	var problems []extract.Problem
	if s.inputs, problems, err = s.archive.Inputs(ctx); err != nil {
		return nil, err
	}
	s.progress.Stage("reading " + s.config.Name)
	s.index = newIndex()
	if err := s.indexer().run(ctx, s.inputs, s.index); err != nil {
		return nil, err
	}
	for _, p := range problems {
		s.index.account.problems = append(s.index.account.problems, p.Error())
	}
	if s.config.API != nil {
		if err := s.fetch(ctx); err != nil {
			return nil, err
		}
	}
	crash.Point("source read")
	files := newOpenFiles(s.archive, s.inputs)
	defer files.close()
	if err := s.write(ctx, files); err != nil {
		return nil, err
	}
	return s.manifest()
}

func (s *sourceRun) indexer() *indexer {
	return &indexer{source: s.settings, archive: s.archive, quarantine: s.refused, workers: runtime.GOMAXPROCS(0), now: s.now, progress: s.progress}
}

// write plans the partitions and stages them.
func (s *sourceRun) write(ctx context.Context, files *openFiles) error {
	planner := newMerger(s.settings, files)
	reader, err := transform.NewReader(s.settings)
	if err != nil {
		return err
	}
	partitions, err := plan(ctx, s.index, reader.DateAt, planner)
	if err != nil {
		return err
	}
	if partitions, err = s.dates(ctx, partitions); err != nil {
		return err
	}
	meta, err := describe(s.settings)
	if err != nil {
		return err
	}
	s.progress.Stage("writing " + s.config.Name)
	if err := s.tables(ctx, partitions, files, meta); err != nil {
		return err
	}
	return s.intervals(ctx, partitions, meta)
}

// tables writes the partitions' tables, on all cores.
func (s *sourceRun) tables(ctx context.Context, partitions []plannedPartition, files *openFiles, meta load.Meta) error {
	work := make(chan plannedPartition)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(work)
		for _, p := range partitions {
			select {
			case work <- p:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	for range min(runtime.GOMAXPROCS(0), max(1, len(partitions))) {
		group.Go(func() error {
			w := &partitionWriter{sourceRun: s, merger: newMerger(s.settings, files), meta: meta}
			return w.run(ctx, work)
		})
	}
	return group.Wait()
}

func (s *sourceRun) manifest() (*SourceManifest, error) {
	a := &s.index.account
	if !a.Balanced() {
		return nil, fmt.Errorf("accounting of %s does not balance: %+v", s.config.Name, a.Accounting)
	}
	m := &SourceManifest{
		Source: s.config.Name, Vendor: s.config.Vendor, Files: len(s.inputs), Accounting: a.Accounting,
		QuarantineReason: a.reasons, IgnoredReason: a.ignored, Problems: a.problems, PendingBytes: a.pending,
		WrongTypes: a.wrongTypes, ZoneSuspicions: a.suspicions, Fetch: s.fetched,
		Complete: len(a.problems) == 0 && (s.fetched == nil || s.fetched.complete()),
	}
	if a.newest != 0 {
		t := time.UnixMicro(a.newest).UTC()
		m.NewestObserved = &t
	}
	for _, w := range slices.SortedFunc(maps.Keys(s.unknown), compareWords) {
		n := s.unknown[w]
		w.Calls = *n
		m.UnknownWords = append(m.UnknownWords, w)
	}
	refused, err := s.refused.publish(s.staging)
	if err != nil {
		return nil, err
	}
	if refused.Total() != a.Quarantined {
		return nil, fmt.Errorf("quarantine of %s holds %d records, but %d were refused", s.config.Name, refused.Total(), a.Quarantined)
	}
	m.Quarantine = &refused
	return m, nil
}

// partitionWriter writes one partition after the other, each through a DuckDB of its own worker.
type partitionWriter struct {
	*sourceRun
	merger *merger
	meta   load.Meta
	engine *load.Engine
}

func (w *partitionWriter) run(ctx context.Context, work <-chan plannedPartition) (err error) {
	for p := range work {
		if w.engine == nil {
			w.engine, err = load.OpenEngine(ctx, load.EngineOptions{Memory: w.engineMemory(), Temp: w.staging.Dir()})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, w.engine.Close()) }()
		}
		if err := w.partition(ctx, p); err != nil {
			return fmt.Errorf("writing %s %s: %w", w.config.Name, p.date, err)
		}
		w.progress.Add(Partitions, 1)
	}
	return nil
}

func (w *partitionWriter) partition(ctx context.Context, p plannedPartition) error {
	out := w.staging.Partition(ctx, w.engine, w.config.Name, p.date.String(), w.meta)
	defer out.Abort()
	batches := transform.NewBatches(w.memory, out.Write)
	defer batches.Release()
	for i, c := range p.calls {
		call, _, err := w.merger.merge(ctx, w.index.entries[c.first:c.first+c.count])
		if err != nil {
			return err
		}
		w.note(call)
		if err := batches.Append(call); err != nil {
			return err
		}
		if i%1024 == 1023 {
			w.progress.Add(Calls, 1024)
		}
	}
	w.progress.Add(Calls, int64(len(p.calls)%1024))
	if err := batches.Flush(); err != nil {
		return err
	}
	_, err := out.Close()
	return err
}

// note counts what the manifest says of calls.
func (w *partitionWriter) note(call *transform.Observation) {
	if status, kind, reason, unknown := call.UnknownWords(); unknown {
		w.mu.Lock()
		defer w.mu.Unlock()
		if n := w.unknown[UnknownWord{RawStatus: status, RawType: kind, RawReason: reason}]; n != nil {
			*n++
			return
		}
		// The words lie in the payload, whose memory the next one takes.
		one := int64(1)
		w.unknown[UnknownWord{RawStatus: strings.Clone(status), RawType: strings.Clone(kind), RawReason: strings.Clone(reason)}] = &one
	}
}
