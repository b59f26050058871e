package extract

import (
	"math"
	"time"
)

// tally keeps what became of the ids, and lands answers. It serves one goroutine.
type tally struct {
	fetch    *fetch
	progress func(FetchStats)
	fates    []fate
	reasons  map[string]string
	waiting  []landed // in the order of their answers
	done     int64
	wasted   int64
	err      error // of the landing
}

// landed is an id whose last answer is in an open chunk.
type landed struct {
	outcome
	last int64 // number of its last answer in the landing
}

func newTally(f *fetch, progress func(FetchStats)) *tally {
	return &tally{fetch: f, progress: progress, fates: make([]fate, len(f.ids)), reasons: map[string]string{}}
}

// run takes outcomes until there are no more. Answers wait for no more than chunkAge to become durable.
func (t *tally) run(outcomes <-chan outcome) error {
	var due <-chan time.Time
	for {
		select {
		case o, ok := <-outcomes:
			if !ok {
				t.flush()
				return t.err
			}
			t.take(o)
		case <-due:
			t.flush()
		}
		switch {
		case len(t.waiting) == 0:
			due = nil
		case due == nil:
			due = time.After(chunkAge)
		}
	}
}

func (t *tally) take(o outcome) {
	// Of a call that was interrupted, nothing is landed: all of it will be fetched again.
	if o.fate == postponed || t.err != nil {
		t.wasted += int64(len(o.answers))
		o.answers = nil
		if o.fate == fetched {
			return
		}
	}
	if len(o.answers) == 0 {
		t.settle(o)
		return
	}
	last := int64(math.MaxInt64) // never durable, if landing fails
	for _, answer := range o.answers {
		n, err := t.fetch.land.Append(answer)
		if err != nil {
			t.fail(err)
			last = math.MaxInt64
			break
		}
		last = n
	}
	t.waiting = append(t.waiting, landed{outcome: o, last: last})
	t.settleDurable()
}

func (t *tally) flush() {
	if t.err == nil {
		if err := t.fetch.land.Flush(); err != nil {
			t.fail(err)
		}
	}
	t.settleDurable()
}

// fail stops all work: nothing can be landed any more.
func (t *tally) fail(err error) {
	t.err = err
	t.fetch.cancel(err)
}

// settleDurable counts the ids whose answers are durable by now and, once landing has failed, gives up the others.
func (t *tally) settleDurable() {
	n := 0
	for n < len(t.waiting) && t.waiting[n].last <= t.fetch.land.Durable() {
		t.settle(t.waiting[n].outcome)
		n++
	}
	t.waiting = t.waiting[n:]
	if t.err == nil {
		return
	}
	for _, w := range t.waiting {
		t.wasted += int64(len(w.answers))
		if w.fate != fetched {
			t.settle(w.outcome)
		}
	}
	t.waiting = nil
}

// settle fixes what became of an id.
func (t *tally) settle(o outcome) {
	t.fates[o.index] = o.fate
	if o.fate == failed {
		t.reasons[t.fetch.ids[o.index]] = o.reason
	}
	if o.fate != postponed {
		t.done++
	}
	t.progress(FetchStats{
		Wanted: int64(len(t.fates)), Done: t.done,
		Requests: t.fetch.requests.Load(), Throttled: t.fetch.throttled.Load(),
	})
}

func (t *tally) result() FetchResult {
	r := FetchResult{
		Failed: t.reasons, Wasted: t.wasted, Requests: t.fetch.requests.Load(),
		Retries: t.fetch.retries.Load(), Throttled: t.fetch.throttled.Load(),
	}
	for i, fate := range t.fates {
		id := t.fetch.ids[i]
		switch fate {
		case fetched:
			r.Fetched = append(r.Fetched, id)
		case notFound:
			r.NotFound = append(r.NotFound, id)
		case postponed:
			r.Postponed = append(r.Postponed, id)
		}
	}
	return r
}
