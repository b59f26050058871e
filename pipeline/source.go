package pipeline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"

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
	files    *openFiles
	inputs   []extract.Input
	todo     []unread    // of the inputs
	kept     []readInput // those that need not be read
	book     *ledger
	whole    bool // everything is read anew, whatever the lake knows
	part     bool // of it, some dates only
	adopts   bool // settings are others than those that formed the lake
	refused  *quarantine
	index    *index
	earlier  *earlier
	held     map[int32]bool // files that have records of dates that this run does not write
	fetched  *FetchManifest // nil: nothing was asked of an API
	unknown  map[UnknownWord]*int64
	counted  map[string]bool // dates of which queue_intervals is staged
	mu       sync.Mutex      // guards unknown, counted and book.IDs while partitions are written
	counting sync.Mutex      // held while a busy date is counted
}

func (r *runner) newSource(c Source) *sourceRun {
	return &sourceRun{runner: r, config: c, settings: transformSource(r.config, c), unknown: map[UnknownWord]*int64{}, counted: map[string]bool{}}
}

// transformSource is the part of a source's configuration that forms its rows.
func transformSource(cfg *Config, c Source) transform.Source {
	return transform.Source{
		Name: c.Name, Vendor: c.Vendor, Zone: c.Timezone, PayloadZone: c.PayloadTimezone, Region: c.Region,
		Outcomes: c.Outcomes, Directions: c.Direction, Key: []byte(cfg.Privacy.Key.Unwrap()),
	}
}

// run reads what is new of the source's records, fetches what they want of the API, and stages every partition they touch.
func (s *sourceRun) run(ctx context.Context) (_ *SourceManifest, err error) {
	if err := s.remember(ctx); err != nil {
		return nil, err
	}
	s.archive = archiveOf(s.runner.config, s.config, s.staging.Dir())
	if s.refused, err = newQuarantine(s.runner.config.Lake, s.config.Name, s.staging.Dir()); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.refused.close()) }()
	s.files = newOpenFiles(s.archive)
	defer func() { err = errors.Join(err, s.files.close()) }()
	s.index = newIndex(s.staging.Dir(), s.indexMemory())
	defer func() { err = errors.Join(err, s.index.close()) }()
	if s.earlier, err = newEarlier(s.settings, s.lake, s.staging.Dir(), s.index); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.earlier.close()) }()
	switch s.options.Rebuild {
	case Intervals:
		return s.onlyIntervals(ctx)
	case FromObservations:
		err = s.takeAll(ctx)
	default:
		err = s.read(ctx)
	}
	if err != nil {
		return nil, err
	}
	crash.Point("source read")
	if err := s.files.ready(s.inputs); err != nil {
		return nil, err
	}
	if err := s.write(ctx, s.files); err != nil {
		return nil, err
	}
	return s.conclude(ctx, s.files)
}

// read indexes the records that no run has read, those that they want of the API, and what the lake knows of their calls.
func (s *sourceRun) read(ctx context.Context) error {
	if err := s.list(ctx); err != nil {
		return err
	}
	s.progress.Stage("reading " + s.config.Name)
	if err := s.indexer().run(ctx, s.todo, s.index); err != nil {
		return err
	}
	if err := s.meet(ctx); err != nil {
		return err
	}
	switch {
	case s.config.API == nil:
		return nil
	case s.options.Offline:
		return s.postpone(ctx)
	}
	if err := s.fetch(ctx); err != nil {
		return err
	}
	return s.meet(ctx)
}

// list finds the files that are to be read.
func (s *sourceRun) list(ctx context.Context) error {
	inputs, problems, err := s.archive.Inputs(ctx)
	if err != nil {
		return err
	}
	for _, p := range problems {
		s.index.account.problems = append(s.index.account.problems, p.Error())
	}
	s.inputs = inputs
	if s.whole {
		s.todo = make([]unread, 0, len(inputs))
		for i := range inputs {
			s.todo = append(s.todo, unread{Input: &inputs[i]})
		}
		return nil
	}
	known, err := readInputs(s.runner.config.Lake, s.config.Name)
	if err != nil {
		return err
	}
	if len(inputs) == 0 && len(known) > 0 {
		s.log.Warn("the archive matches no file, though files of it were read before: is its disk there?", "source", s.config.Name, "files", len(known))
	}
	var pending int64
	s.todo, s.kept, pending, err = sift(inputs, known, s.options.Verify, s.now())
	s.index.account.pending += pending
	var changed *settingsError
	if errors.As(err, &changed) {
		changed.Source = s.config.Name
	}
	return err
}

func (s *sourceRun) indexer() *indexer {
	return &indexer{source: s.settings, archive: s.archive, files: s.files, quarantine: s.refused, workers: runtime.GOMAXPROCS(0), now: s.now, progress: s.progress}
}

// write plans the partitions and stages them.
func (s *sourceRun) write(ctx context.Context, files *openFiles) (err error) {
	published, err := s.publishedDates(ctx)
	if err != nil {
		return err
	}
	plan := &plan{source: s.settings, dir: s.staging.Dir(), budget: s.indexMemory(), keep: len(published) > 0}
	defer func() { err = errors.Join(err, plan.close()) }()
	if err = plan.make(ctx, s.index, func() *merger { return newMerger(s.settings, files, s.earlier) }); err != nil {
		return err
	}
	partitions, err := s.dates(ctx, plan.sorted(), newMerger(s.settings, files, s.earlier))
	if err != nil {
		return err
	}
	if err = s.openCalls(partitions); err != nil {
		return err
	}
	meta, err := describe(s.settings)
	if err != nil {
		return err
	}
	s.progress.Stage("writing " + s.config.Name)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(s.stageRead)
	group.Go(func() error {
		if err := s.tables(ctx, partitions, files, meta); err != nil {
			return err
		}
		return s.intervals(ctx, partitions, meta)
	})
	return group.Wait()
}

// tables writes the partitions' tables, on all cores.
func (s *sourceRun) tables(ctx context.Context, partitions []*plannedPartition, files *openFiles, meta load.Meta) error {
	work := make(chan *plannedPartition)
	group, ctx := errgroup.WithContext(ctx)
	pool := newStretchPool(ctx, s.memory, s.indexMemory(), func() *merger { return newMerger(s.settings, files, s.earlier) }, s.note)
	defer pool.close()
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
			w := &partitionWriter{sourceRun: s, pool: pool, meta: meta}
			return w.run(ctx, work)
		})
	}
	return group.Wait()
}

// conclude stages what the source remembers of the run, and writes its manifest.
func (s *sourceRun) conclude(ctx context.Context, files *openFiles) (*SourceManifest, error) {
	a := &s.index.account
	if !a.Balanced() {
		return nil, fmt.Errorf("accounting of %s does not balance: %+v", s.config.Name, a.Accounting)
	}
	if err := s.stageWaiting(ctx, files); err != nil {
		return nil, err
	}
	m := &SourceManifest{
		Source: s.config.Name, Vendor: s.config.Vendor, Files: len(s.todo), Accounting: a.Accounting,
		QuarantineReason: a.reasons, IgnoredReason: a.ignored, Problems: a.problems, PendingBytes: a.pending,
		WrongTypes: a.wrongTypes, ZoneSuspicions: a.suspicions, Fetch: s.fetched,
		Complete: len(a.problems) == 0 && (s.fetched == nil || s.fetched.complete()),
	}
	for k := range a.read.all {
		m.InputBytes += k.bytes()
	}
	for _, w := range slices.SortedFunc(maps.Keys(s.unknown), compareWords) {
		n := s.unknown[w]
		w.Calls = *n
		m.UnknownWords = append(m.UnknownWords, w)
	}
	refused, err := s.refused.publish(s.staging, s.book, s.whole, s.forgets())
	if err != nil {
		return nil, err
	}
	m.Quarantine = &refused
	s.total(m)
	return m, s.stageMemory()
}
