package extract

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
)

// FetchResult says what became of every id that was wanted. Each is in exactly one of the first four, in the
// order of the work list.
type FetchResult struct {
	Fetched   []string          // every part of the call is durable
	NotFound  []string          // the vendor answered 404
	Failed    map[string]string // id to the last error, without secrets
	Postponed []string          // not tried, or not to the end, before the source was stopped or the run ended

	Requests  int64 // everything that was sent, retries and redirects included
	Retries   int64
	Throttled int64 // answers with status 429
	Wasted    int64 // whole answers that were not landed

	Stopped string // why the source was stopped before its end; empty if it was not
}

// FetchStats is how far a fetch has come.
type FetchStats struct {
	Wanted    int64 // ids
	Done      int64 // of them; the postponed are not
	Requests  int64
	Throttled int64
}

// fetch is one call of API.Fetch.
type fetch struct {
	api    *API
	client *http.Client // follows redirects as we do
	ids    []string
	land   *Landing
	cancel context.CancelCauseFunc

	requests, retries, throttled atomic.Int64
	mute                         atomic.Int64 // calls in a row without a usable answer
}

// fate is what became of an id.
type fate uint8

const (
	postponed fate = iota
	fetched
	notFound
	failed
)

// outcome is what a worker reports of one id.
type outcome struct {
	index   int
	fate    fate
	answers []Envelope
	reason  string // of a failure
}

// Fetch gets the calls of the given ids, each once, lands every answer before it counts it, and says what became of
// every id. progress, which may be nil, is called from this goroutine. A source that was stopped is no error:
// Stopped says why. The errors are those of the landing and of an ended context; the result holds with them too.
func (a *API) Fetch(ctx context.Context, ids []string, land *Landing, progress func(FetchStats)) (FetchResult, error) {
	working, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	f := &fetch{api: a, ids: distinct(ids), land: land, cancel: cancel}
	client := *a.client
	client.CheckRedirect = f.redirect
	f.client = &client
	if a.own {
		defer client.CloseIdleConnections()
	}
	if progress == nil {
		progress = func(FetchStats) {}
	}
	t := newTally(f, progress)
	err := t.run(f.start(working))
	if err == nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	result := t.result()
	var stop *StopError
	if errors.As(context.Cause(working), &stop) {
		result.Stopped = stop.Error()
		a.options.Log.Warn("source stopped", "source", a.options.Source, "reason", stop.Reason)
	}
	if err != nil {
		return result, fmt.Errorf("fetching calls of source %s: %w", a.options.Source, err)
	}
	return result, nil
}

// start lets workers take ids in order until all are taken or the context ends. The channel is closed when the
// last has reported.
func (f *fetch) start(ctx context.Context) <-chan outcome {
	outcomes := make(chan outcome, f.api.options.Concurrency)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(f.api.options.Concurrency, len(f.ids)) {
		workers.Go(func() {
			for ctx.Err() == nil {
				index := int(next.Add(1)) - 1
				if index >= len(f.ids) {
					return
				}
				outcomes <- f.call(ctx, index)
			}
		})
	}
	go func() {
		workers.Wait()
		close(outcomes)
	}()
	return outcomes
}

// call fetches the parts of one call.
func (f *fetch) call(ctx context.Context, index int) outcome {
	o := outcome{index: index, fate: fetched}
	if reason := wrongID(f.ids[index]); reason != "" {
		o.fate, o.reason = failed, reason
		return o
	}
	for _, part := range f.api.vendor.asks(f.ids[index]) {
		envelope, err := f.get(ctx, part)
		var failure *failure
		var stop *StopError
		switch {
		case err == nil:
			o.answers = append(o.answers, envelope)
		case errors.Is(err, errAbsent) && part.part:
			// A call need not have it.
		case errors.Is(err, errAbsent):
			o.fate = notFound
			f.heard()
			return o
		case errors.As(err, &failure):
			o.fate, o.reason = failed, failure.reason
			f.unheard(failure)
			return o
		case errors.As(err, &stop):
			f.cancel(stop)
			fallthrough
		default:
			o.fate = postponed
			return o
		}
	}
	f.heard()
	return o
}

// heard notes that the host gives answers.
func (f *fetch) heard() { f.mute.Store(0) }

// unheard stops the source when its host has not given a usable answer for many calls: trying each of a long list
// to the end would take all night.
func (f *fetch) unheard(e *failure) {
	if !e.mute {
		f.heard()
		return
	}
	if n := f.mute.Add(1); n == int64(f.api.options.MaxFailures) {
		reason := fmt.Sprintf("%d calls in a row failed, the last with %s", n, e.reason)
		f.cancel(&StopError{Source: f.api.options.Source, Reason: reason})
	}
}

func distinct(ids []string) []string {
	seen := make(map[string]struct{}, len(ids))
	unique := make([]string, 0, len(ids))
	for _, id := range ids {
		if _, ok := seen[id]; !ok {
			seen[id] = struct{}{}
			unique = append(unique, id)
		}
	}
	return unique
}
