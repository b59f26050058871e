package pipeline

import (
	"cmp"
	"context"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"callmart/extract/raw"
	"callmart/transform"
)

// plan is where the calls of a run go.
type plan struct {
	source transform.Source
	dir    string
	budget int64 // bytes that may lie in memory
	keep   bool  // the index, since the lake's calls are looked up in it

	mu         sync.Mutex // guards all that follows
	partitions map[transform.Date]*plannedPartition
	loose      int64 // bytes of parts in memory
	file       *hourFile
}

// planner cuts one bucket of the index after the other into calls. It serves one goroutine.
type planner struct {
	*plan
	index   *index
	reader  *transform.Reader
	merger  *merger
	found   map[hourKey]*hourCalls
	bytes   int64 // in found
	last    hourKey
	hour    *hourCalls  // of last
	copies  int64       // records that add nothing
	waiting int64       // records that say nothing of when their call was, and whose call was not seen yet
	waits   []raw.Place // of those, and of their copies
	same    []string
}

// hourKey names an hour of a date.
type hourKey struct {
	date transform.Date
	hour int64
}

const hourMicros = int64(time.Hour / time.Microsecond)

// Reasons of records that are read again.
const (
	reasonWaiting = "waits_for_its_call"  // such as a customer flag
	reasonHeld    = "date_is_not_written" // by this run
)

// make cuts the indexed records into calls and the calls into partitions, on all cores. A call with several records is
// merged to find its start, since any of them may have moved it.
func (p *plan) make(ctx context.Context, x *index, newMerger func() *merger) error {
	p.partitions = map[transform.Date]*plannedPartition{}
	var next atomic.Int32
	var mu sync.Mutex
	waiting := int64(0)
	group, ctx := errgroup.WithContext(ctx)
	for range runtime.GOMAXPROCS(0) {
		reader, err := transform.NewReader(p.source)
		if err != nil {
			return err
		}
		group.Go(func() error {
			w := &planner{plan: p, index: x, reader: reader, merger: newMerger(), found: map[hourKey]*hourCalls{}}
			for i := next.Add(1) - 1; i < buckets; i = next.Add(1) - 1 {
				if err := w.bucket(ctx, &x.buckets[i]); err != nil {
					return err
				}
				if !p.keep || x.sorted != nil {
					x.forget(int(i))
				}
			}
			mu.Lock()
			defer mu.Unlock()
			x.account.Duplicate += w.copies
			waiting += w.waiting
			x.waiting = append(x.waiting, w.waits...)
			for _, id := range w.same {
				x.same[id] = true
			}
			return p.take(w.found)
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if waiting > 0 {
		x.account.Ignored += waiting
		x.account.ignored[reasonWaiting] += waiting
	}
	x.account.New = x.records - x.account.Duplicate - waiting
	return nil
}

func (w *planner) bucket(ctx context.Context, s *bucket) error {
	for id, entries := range s.calls {
		if err := w.call(ctx, id, entries); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (w *planner) call(ctx context.Context, id string, entries []entry) error {
	c := plannedCall{start: entries[0].start, final: entries[0].is(final)}
	undated, distinct := entries[0].is(dateless), 1
	if len(entries) > 1 {
		versions, copies, same, err := w.merger.versions(ctx, placesOf(entries))
		if err != nil {
			return err
		}
		w.copies += int64(copies)
		c.copies = uint32(copies)
		if same {
			w.same = append(w.same, strings.Clone(id))
			return nil
		}
		distinct = len(versions)
		merged := w.merger.finish(versions)
		start, dated := merged.Start()
		c.start, c.final, undated = start, merged.Final, !dated
	}
	if undated {
		w.waiting += int64(distinct)
		w.waits = append(w.waits, placesOf(entries)...)
		return nil
	}
	key := hourKey{w.reader.DateAt(c.start), floorDiv(c.start, hourMicros)}
	if w.hour == nil || key != w.last {
		if w.last, w.hour = key, w.found[key]; w.hour == nil {
			w.hour = &hourCalls{}
			w.found[key] = w.hour
		}
	}
	if w.keep {
		entries[0].planned = key.date
	}
	w.hour.add(c, id, entries)
	if w.bytes += callBytes + int64(len(entries))*placeBytes + int64(len(id)); w.bytes > partBytes {
		w.bytes, w.hour = 0, nil
		return w.take(w.found)
	}
	return nil
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// take adds the hours that a planner filled, and empties them for what it finds next. What all have planned goes to the disk
// once it is more than the budget.
func (p *plan) take(found map[hourKey]*hourCalls) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, s := range found {
		if len(s.calls) == 0 {
			continue
		}
		part := p.partitions[key.date]
		if part == nil {
			part = &plannedPartition{date: key.date, hours: map[int64]*plannedHour{}}
			p.partitions[key.date] = part
		}
		h := part.hours[key.hour]
		if h == nil {
			h = &plannedHour{}
			part.hours[key.hour] = h
		}
		h.parts = append(h.parts, s.fitted())
		p.loose += s.bytes()
		s.calls, s.places, s.ids = s.calls[:0], s.places[:0], s.ids[:0]
	}
	if p.loose <= p.budget {
		return nil
	}
	return p.spill()
}

// spill writes what lies in memory to the disk.
func (p *plan) spill() (err error) {
	if p.file == nil {
		if p.file, err = newHourFile(p.dir); err != nil {
			return err
		}
	}
	for _, part := range p.partitions {
		part.file = p.file
		for _, h := range part.hours {
			for i := range h.parts {
				e, err := p.file.write(&h.parts[i])
				if err != nil {
					return err
				}
				h.spilled = append(h.spilled, e)
			}
			h.parts = nil
		}
	}
	p.loose = 0
	return nil
}

// close frees the plan's file.
func (p *plan) close() error { return p.file.close() }

// sorted are the partitions by date.
func (p *plan) sorted() []*plannedPartition {
	out := slices.Collect(maps.Values(p.partitions))
	slices.SortFunc(out, func(a, b *plannedPartition) int { return cmp.Compare(a.date, b.date) })
	return out
}
