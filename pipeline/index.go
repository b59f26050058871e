package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"hash/maphash"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"callmart/extract"
	"callmart/extract/raw"
	"callmart/transform"
)

// entry is what the first pass keeps of a record: where it lies, whose call it is and when that began.
type entry struct {
	hash     uint64 // of the call's id
	start    int64  // microseconds
	seen     int64  // when the record was observed, microseconds
	id       string // in an arena of its worker
	place    raw.Place
	origin   raw.Origin
	final    bool
	dateless bool // waits for its call
	seenOnly bool // the start is only the time at which the record was observed
}

// inLake is the file number of observations that were read from the lake: their place is in the run's spool.
const inLake = -1

// raw reports whether the entry is a record that this run read.
func (e *entry) raw() bool { return e.place.File != inLake }

// index is the first pass over one source: every record's entry, sorted by call, and where all others ended.
type index struct {
	seed    maphash.Seed
	entries []entry
	parents map[string]struct{} // ids of calls that others name as theirs
	waiting []entry             // records whose call was not seen yet
	same    map[string]bool     // ids of calls that the lake has just so already
	account account
}

// account says where the records of a source ended, and what was noticed on the way.
type account struct {
	Accounting
	ignored    map[string]int64
	reasons    map[string]int64
	problems   []string
	read       []readInput // for the ledger
	pending    int64       // bytes of incomplete last records; 1 for a compressed file that is cut behind a record
	newest     int64       // newest time of receipt, microseconds
	wrongTypes int64
	suspicions int64
}

func newAccount() account {
	return account{ignored: map[string]int64{}, reasons: map[string]int64{}}
}

// add makes a the sum of both.
func (a *account) add(b *account) {
	a.Read += b.Read
	a.Quarantined += b.Quarantined
	a.Ignored += b.Ignored
	for k, n := range b.ignored {
		a.ignored[k] += n
	}
	for k, n := range b.reasons {
		a.reasons[k] += n
	}
	a.problems = append(a.problems, b.problems...)
	a.read = append(a.read, b.read...)
	a.pending += b.pending
	a.newest = max(a.newest, b.newest)
	a.wrongTypes += b.wrongTypes
	a.suspicions += b.suspicions
}

// indexer runs the first pass.
type indexer struct {
	source     transform.Source
	archive    *extract.Archive
	quarantine *quarantine
	workers    int
	now        func() time.Time
	progress   Progress
}

// run adds the records of inputs to an index. A file that cannot be read is a problem of the account and stops nothing.
func (x *indexer) run(ctx context.Context, inputs []unread, whole *index) error {
	work := make(chan unread)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(work)
		for _, in := range inputs {
			select {
			case work <- in:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	var mu sync.Mutex
	for range x.workers {
		group.Go(func() error {
			w, err := x.worker(whole.seed)
			if err != nil {
				return err
			}
			for in := range work {
				if err := w.file(ctx, in); err != nil {
					return err
				}
			}
			mu.Lock()
			defer mu.Unlock()
			whole.entries = append(whole.entries, w.entries...)
			whole.account.add(&w.account)
			for id := range w.parents {
				whole.parents[id] = struct{}{}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	slices.Sort(whole.account.problems)
	whole.sort()
	return nil
}

func newIndex() *index {
	return &index{seed: maphash.MakeSeed(), parents: map[string]struct{}{}, same: map[string]bool{}, account: newAccount()}
}

// sort brings the records of one call together, in the order of their places.
func (x *index) sort() {
	slices.SortFunc(x.entries, func(a, b entry) int {
		if a.hash != b.hash {
			return cmp.Compare(a.hash, b.hash)
		}
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.place.File, b.place.File),
			cmp.Compare(a.place.Offset, b.place.Offset), cmp.Compare(a.place.Position, b.place.Position))
	})
}

// indexWorker indexes one file after the other.
type indexWorker struct {
	*indexer
	seed    maphash.Seed
	reader  *transform.Reader
	call    *transform.Observation
	refused *spool
	soon    int64  // two days from now, microseconds
	ids     []byte // arena
	entries []entry
	parents map[string]struct{}
	account account
}

func (x *indexer) worker(seed maphash.Seed) (*indexWorker, error) {
	reader, err := transform.NewReader(x.source)
	if err != nil {
		return nil, err
	}
	return &indexWorker{indexer: x, seed: seed, reader: reader, call: transform.NewObservation(), refused: x.quarantine.spool(), soon: x.now().AddDate(0, 0, 2).UnixMicro(), parents: map[string]struct{}{}, account: newAccount()}, nil
}

func (w *indexWorker) file(ctx context.Context, todo unread) error {
	in := todo.Input
	problem := func(err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		w.account.problems = append(w.account.problems, err.Error())
		return nil
	}
	f, err := w.archive.Open(ctx, in)
	if err != nil {
		return problem(err)
	}
	defer f.Close()
	from, err := resume(&todo, f)
	if err != nil {
		return problem(fmt.Errorf("reading %s: %w", in.Path, err))
	}
	gaveUp := false
	tail, err := f.ScanFrom(ctx, from, func(rec *raw.Record) error { return w.record(in, rec) }, func(b extract.Bad) error {
		w.account.Read++
		return w.refuse(newSpan(w.source.Name, in, b.Place, b.Payload, 1).refusal(0, transform.Verdict{Reason: b.Reason, Detail: b.Detail}, nil))
	})
	w.progress.Add(Files, 1)
	w.progress.Add(Bytes, f.Size())
	if err == nil && tail != (extract.Tail{}) {
		gaveUp, err = w.tail(in, f, tail)
	}
	var read readInput
	if err == nil {
		read, err = readOf(&in, f, tail, gaveUp)
	}
	if err != nil {
		// What was taken of it will be copies the next time, and what was refused is void.
		w.account.read = append(w.account.read, readInput{
			path: in.Path, number: in.Number, size: -1, origin: in.Origin.String(), event: in.Event, from: from,
		})
		return problem(fmt.Errorf("reading %s: %w", in.Path, err))
	}
	read.from = from
	w.account.read = append(w.account.read, read)
	return nil
}

// resume returns the offset from which a file is to be read: where the last run stopped, if what it read is still there.
func resume(todo *unread, f *extract.File) (int64, error) {
	if todo.known == nil {
		return 0, nil
	}
	mark, _, err := f.MarkAt(todo.known.offset)
	if err != nil || mark != todo.known.mark {
		return 0, err
	}
	return todo.known.offset, nil
}

// stillGrowing is how long an incomplete last record may be one that is still being written.
const stillGrowing = 24 * time.Hour

// tail waits for the rest of an incomplete last record, as long as the file may still grow. Then it is refused,
// unless it is a line, which may be whole.
func (w *indexWorker) tail(in extract.Input, f *extract.File, tail extract.Tail) (gaveUp bool, err error) {
	if w.now().Sub(in.ModTime) < stillGrowing {
		w.account.pending += max(tail.Length, 1)
		return false, nil
	}
	if tail.Line {
		rec, _, err := f.Read(raw.Place{File: in.Number, Offset: tail.Offset, Length: tail.Length}, nil)
		if err != nil {
			return false, err
		}
		return true, w.record(in, &rec)
	}
	beginning := make([]byte, min(tail.Length, quarantinePayload))
	if _, err := f.ReadSpan(tail.Offset, beginning); err != nil && tail.Length > 0 {
		return false, err
	}
	w.account.Read++
	place := raw.Place{File: in.Number, Offset: tail.Offset, Length: tail.Length}
	return true, w.refuse(newSpan(w.source.Name, in, place, beginning, 1).refusal(0, transform.Verdict{Reason: tailReason(tail)}, nil))
}

func (w *indexWorker) record(in extract.Input, rec *raw.Record) error {
	var refused *span
	n := w.reader.Open(rec)
	for i := range n {
		w.account.Read++
		switch v := w.reader.Index(i, w.call); v.Fate {
		case transform.Ignored:
			w.account.Ignored++
			w.account.ignored[v.Reason]++
		case transform.Quarantined:
			if refused == nil {
				refused = newSpan(w.source.Name, in, rec.Place, rec.Body, n)
			}
			if err := w.refuse(refused.refusal(i, v, w.reader.Body(i))); err != nil {
				return err
			}
		default:
			w.keepEntry()
		}
	}
	return nil
}

func (w *indexWorker) keepEntry() {
	call := w.call
	start, _ := call.Start()
	id := w.keep(call.ID())
	w.entries = append(w.entries, entry{
		hash: maphash.String(w.seed, id), start: start, seen: call.ObservedAt, id: id, place: call.Place,
		origin: call.Origin, final: call.Final, dateless: call.Dateless, seenOnly: call.SeenOnly,
	})
	w.account.wrongTypes += call.WrongTypes
	w.account.suspicions += call.ZoneSuspicions
	if call.ObservedAt < w.soon {
		w.account.newest = max(w.account.newest, call.ObservedAt) // what a broken clock says of the future is no news
	}
	if parent := call.Parent(); parent != "" {
		if _, known := w.parents[parent]; !known {
			w.parents[w.keep(parent)] = struct{}{}
		}
	}
}

func (w *indexWorker) refuse(r *Refusal) error {
	w.account.Quarantined++
	w.account.reasons[r.Reason]++
	return w.refused.add(r)
}
