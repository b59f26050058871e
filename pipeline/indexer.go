package pipeline

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"callmart/extract"
	"callmart/transform"
)

// indexer runs the first pass: some goroutines cut the files into records, as many index them.
type indexer struct {
	source     transform.Source
	archive    *extract.Archive
	files      *openFiles // that keep what was decompressed, and small files
	quarantine *quarantine
	workers    int
	now        func() time.Time
	progress   Progress
}

// run adds the records of inputs to an index. A file that cannot be read is a problem of the account and stops nothing.
func (x *indexer) run(ctx context.Context, inputs []unread, whole *index) error {
	defer func() { slices.Sort(whole.account.problems) }()
	if len(inputs) == 0 {
		return nil
	}
	if err := x.pass(ctx, inputs, whole); err != nil {
		return err
	}
	return whole.sort(ctx)
}

// pass reads the inputs through to the end.
func (x *indexer) pass(ctx context.Context, inputs []unread, whole *index) error {
	var next atomic.Int64 // of the inputs: a channel would be a wait for each
	full, free := make(chan *batch, x.workers), make(chan *batch, 3*x.workers)
	for range cap(free) {
		free <- &batch{}
	}
	workers := make([]*indexWorker, x.workers)
	for i := range workers {
		w, err := x.worker(whole)
		if err != nil {
			return err
		}
		workers[i] = w
	}
	group, ctx := errgroup.WithContext(ctx)
	take := func() *unread {
		i := next.Add(1) - 1
		if i >= int64(len(inputs)) || ctx.Err() != nil {
			return nil
		}
		return &inputs[i]
	}
	scanners := make([]scanner, min(x.workers, len(inputs)))
	keepers := x.files.keepers(len(scanners), inputs[len(inputs)-1].Number)
	group.Go(func() error {
		defer close(full)
		scanning, ctx := errgroup.WithContext(ctx)
		for i := range scanners {
			scanners[i] = scanner{indexer: x, keeper: keepers[i], free: free, full: full, account: newAccount()}
			scanning.Go(func() error { return scanners[i].run(ctx, take) })
		}
		return scanning.Wait()
	})
	for _, w := range workers {
		group.Go(func() error { return w.run(full, free) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i := range scanners {
		whole.account.add(&scanners[i].account)
	}
	for _, w := range workers {
		whole.account.add(&w.account)
		whole.records += w.records
		for id := range w.parents {
			whole.parents[id] = struct{}{}
		}
	}
	return nil
}

// partBytes is what a worker finds before it adds it to the index.
const partBytes = 2 << 20

// indexWorker indexes one batch after the other.
type indexWorker struct {
	*indexer
	whole   *index
	reader  *transform.Reader
	call    *transform.Observation
	refused *spool
	soon    int64 // two days from now, microseconds
	found   [buckets]part
	bytes   int64 // in found
	records int64
	parents map[string]struct{}
	account account // of records
}

func (x *indexer) worker(whole *index) (*indexWorker, error) {
	reader, err := transform.NewReader(x.source)
	if err != nil {
		return nil, err
	}
	return &indexWorker{
		indexer: x, whole: whole, reader: reader, call: transform.NewObservation(), refused: x.quarantine.spool(),
		soon: x.now().AddDate(0, 0, 2).UnixMicro(), parents: map[string]struct{}{}, account: newAccount(),
	}, nil
}

func (w *indexWorker) run(full <-chan *batch, free chan<- *batch) error {
	for b := range full {
		w.refused.cut()
		for i := range b.records {
			if err := w.take(&b.records[i]); err != nil {
				return err
			}
		}
		b.empty()
		free <- b // never waits: there is room for all
	}
	return w.whole.take(&w.found)
}

func (w *indexWorker) take(r *scanned) error {
	if r.bad != nil {
		w.account.Read++
		return w.refuse(newSpan(w.source.Name, *r.input, r.Place, r.Body, 1).refusal(0, *r.bad, nil))
	}
	var refused *span
	n := w.reader.Open(&r.Record)
	for i := range n {
		w.account.Read++
		switch v := w.reader.Index(i, w.call); v.Fate {
		case transform.Ignored:
			w.account.Ignored++
			w.account.ignored[v.Reason]++
		case transform.Quarantined:
			if refused == nil {
				refused = newSpan(w.source.Name, *r.input, r.Place, r.Body, n)
			}
			if err := w.refuse(refused.refusal(i, v, w.reader.Body(i))); err != nil {
				return err
			}
		default:
			if err := w.keep(); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep adds the record to the index.
func (w *indexWorker) keep() error {
	call := w.call
	e, id := entryOf(call, call.Place), call.ID()
	e.hash = w.whole.hash(id)
	w.found[bucketOf(e.hash)].add(e, id)
	w.records++
	w.account.wrongTypes += call.WrongTypes
	w.account.suspicions += call.ZoneSuspicions
	if call.ObservedAt < w.soon {
		w.account.newest = max(w.account.newest, call.ObservedAt) // what a broken clock says of the future is no news
	}
	if parent := call.Parent(); parent != "" {
		if _, known := w.parents[parent]; !known {
			w.parents[strings.Clone(parent)] = struct{}{}
		}
	}
	if w.bytes += entryBytes + int64(len(id)); w.bytes > partBytes {
		w.bytes = 0
		return w.whole.take(&w.found)
	}
	return nil
}

func (w *indexWorker) refuse(r *Refusal) error {
	w.account.Quarantined++
	w.account.reasons[r.Reason]++
	return w.refused.add(r)
}
