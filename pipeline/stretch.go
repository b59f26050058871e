package pipeline

import (
	"context"
	"runtime"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"golang.org/x/sync/errgroup"

	"callmart/transform"
	"callmart/transform/schema"
)

// stretchBytes of records are worked on at a time: calls lie in the order of their ends, give or take minutes, so that
// enough of them are read in few pieces; and few enough that a date's calls keep all cores busy.
const stretchBytes = 4 << 20

// stretch is some calls of a partition that follow each other, on their way to its tables: their records are read and
// flattened on any core, and what comes of it is written in the order of the stretches.
type stretch struct {
	pieces  []piece
	calls   int
	bytes   int64    // of the calls' records
	carried *carried // goes in between, if there is any; then there is one stretch at a time
	last    bool     // the rest of what is carried follows

	write   transform.Emit // of batches, nil: keep them
	batches []tableBatch
	err     error
	done    chan struct{} // closed once batches and err are set
}

// piece is calls of one hour.
type piece struct {
	hour  *hourCalls
	calls []plannedCall
}

type tableBatch struct {
	table schema.ID
	rows  arrow.Record
}

// release frees what is not written.
func (s *stretch) release() {
	for _, b := range s.batches {
		b.rows.Release()
	}
	s.batches = nil
}

// stretches cuts calls of a partition, hour by hour, into stretches.
type stretches struct {
	next  *stretch
	page  place // of the last record
	yield func(*stretch) error
}

func (c *stretches) hour(h *hourCalls) error {
	for first := 0; first < len(h.calls); {
		if c.next == nil {
			c.next, c.page = &stretch{}, place{offset: -1}
		}
		s, end := c.next, first
		for end < len(h.calls) && s.bytes < stretchBytes {
			call := &h.calls[end]
			for _, p := range h.places[call.first : call.first+call.count] {
				if p.file != c.page.file || p.offset != c.page.offset { // the calls of a page are read at once
					s.bytes += int64(p.length)
				}
				c.page = p
			}
			end++
		}
		s.pieces = append(s.pieces, piece{h, h.calls[first:end]})
		s.calls += end - first
		if s.bytes >= stretchBytes {
			if err := c.end(false); err != nil {
				return err
			}
		}
		first = end
	}
	return nil
}

// end yields what was cut last. The partition's last stretch may have no calls.
func (c *stretches) end(last bool) error {
	s := c.next
	if c.next = nil; s == nil {
		if !last {
			return nil
		}
		s = &stretch{}
	}
	s.last = last
	return c.yield(s)
}

// stretchPool is the cores that work on the stretches of all partitions.
type stretchPool struct {
	work   chan *stretch
	tokens chan struct{} // one for each stretch that is worked on or waits to be written: their rows are in memory
	group  errgroup.Group
}

// newStretchPool starts the workers, for stretches of so many bytes of records together. They end with close, and give back
// every stretch they are sent.
func newStretchPool(ctx context.Context, mem memory.Allocator, budget int64, newMerger func() *merger, note func(*transform.Observation)) *stretchPool {
	cores := runtime.GOMAXPROCS(0)
	waiting := max(2, min(2*cores, int(budget/stretchBytes)))
	p := &stretchPool{work: make(chan *stretch), tokens: make(chan struct{}, waiting)}
	for range cores {
		p.group.Go(func() error {
			w := &stretchWorker{merger: newMerger(), note: note}
			w.batches = transform.NewBatches(mem, w.emit)
			for s := range p.work {
				w.current = s
				if s.err = w.flatten(ctx, s); s.err != nil {
					w.batches.Release()
				}
				close(s.done)
			}
			w.batches.Release()
			return nil
		})
	}
	return p
}

func (p *stretchPool) close() {
	close(p.work)
	_ = p.group.Wait() // the errors are the stretches'
}

// stretchWorker makes rows of calls. It serves one goroutine.
type stretchWorker struct {
	merger  *merger
	batches *transform.Batches
	note    func(*transform.Observation)
	current *stretch
}

func (w *stretchWorker) emit(id schema.ID, rec arrow.Record) error {
	if w.current.write != nil {
		return w.current.write(id, rec)
	}
	w.current.batches = append(w.current.batches, tableBatch{id, rec})
	return nil
}

func (w *stretchWorker) flatten(ctx context.Context, s *stretch) error {
	for _, p := range s.pieces {
		if err := ctx.Err(); err != nil {
			return err
		}
		w.batches.Settle()
		if err := w.merger.fetcher.gather(ctx, p.hour, p.calls); err != nil {
			return err
		}
		for i := range p.calls {
			c := &p.calls[i]
			if err := s.carried.before(ctx, c.start, p.hour.ids.at(c.id), w.batches); err != nil {
				return err
			}
			if err := w.call(ctx, p.hour, c); err != nil {
				return err
			}
		}
	}
	if s.last {
		if err := s.carried.rest(ctx, w.batches); err != nil {
			return err
		}
	}
	return w.batches.Flush()
}

// call writes one call of the run.
func (w *stretchWorker) call(ctx context.Context, h *hourCalls, c *plannedCall) error {
	if c.count == 1 { // most calls, and they pay for no merge
		only, err := w.merger.only(ctx, h.places[c.first].raw())
		if err != nil {
			return err
		}
		only.reader.Finish(only.call)
		w.note(only.call)
		return w.append(only.call, only.stays)
	}
	versions, _, _, err := w.merger.versions(ctx, h.records(c))
	if err != nil {
		return err
	}
	if len(versions) == 1 {
		call := w.merger.finish(versions)
		w.note(call)
		return w.append(call, false)
	}
	if err := w.batches.Versions(versions); err != nil {
		return err
	}
	call := w.merger.finish(versions)
	w.note(call)
	return w.batches.AppendMerged(call)
}

// append writes a call with one observation. Calls wait for others where the text of their record stays.
func (w *stretchWorker) append(call *transform.Observation, stays bool) error {
	err := w.batches.Append(call)
	if !stays {
		w.batches.Settle()
	}
	return err
}
