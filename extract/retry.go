package extract

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// The waits between attempts double from the first to the longest, give or take half: 31 s in all for six.
const (
	firstWait   = time.Second
	longestWait = time.Minute
	// A host that asks for a longer pause has had enough for this run.
	longestPause = time.Hour
)

// errAbsent says that the vendor has no such call.
var errAbsent = errors.New("not found")

// failure says why a call could not be fetched, without secrets.
type failure struct {
	reason string
	mute   bool // no usable answer came, in any attempt
}

func (e *failure) Error() string { return e.reason }

// StopError says why a source was stopped before its work list was done. It never holds the token.
type StopError struct {
	Source string
	Reason string
}

func (e *StopError) Error() string { return "source " + e.Source + " was stopped: " + e.Reason }

// get asks until an answer is final. Errors: errAbsent, *failure, *StopError, those of an ended context.
func (f *fetch) get(ctx context.Context, of ask) (Envelope, error) {
	waits := newWaits()
	for attempt := 1; ; attempt++ {
		if err := f.api.bucket.wait(ctx, f.api.clock); err != nil {
			return Envelope{}, err
		}
		a, err := f.request(ctx, of)
		if err != nil {
			return Envelope{}, err
		}
		switch a.verdict {
		case taken:
			return Envelope{ReceivedAt: a.at, Path: of.path, Status: a.status, Body: a.body}, nil
		case absent:
			return Envelope{}, errAbsent
		case refused:
			return Envelope{}, &failure{reason: "GET " + of.path + ": " + a.reason}
		case denied, unserved:
			return Envelope{}, f.api.stopped(a, of)
		}
		if a.status == http.StatusTooManyRequests {
			f.throttled.Add(1)
		}
		if attempt == f.api.options.MaxAttempts {
			reason := fmt.Sprintf("GET %s: %s, in attempt %d", of.path, a.reason, attempt)
			return Envelope{}, &failure{reason: reason, mute: true}
		}
		if err := f.rest(ctx, a, waits.NextBackOff(), of); err != nil {
			return Envelope{}, err
		}
		f.retries.Add(1)
	}
}

// rest waits before the next attempt: as long as the host says, and no less than the backoff. What the host says,
// and that it is asked too often, concerns all workers.
func (f *fetch) rest(ctx context.Context, a answer, wait time.Duration, of ask) error {
	wait = max(wait, a.after)
	f.api.options.Log.LogAttrs(ctx, slog.LevelDebug, "retrying", slog.String("source", f.api.options.Source),
		slog.String("path", of.path), slog.String("reason", a.reason), slog.Duration("wait", wait))
	if wait > longestPause {
		until := f.api.clock.now().Add(wait).UTC().Format(time.RFC3339)
		return &StopError{Source: f.api.options.Source, Reason: "the host asks to wait until " + until + " (" + a.reason + ")"}
	}
	if a.after > 0 || a.status == http.StatusTooManyRequests {
		f.api.bucket.pause(f.api.clock.ticks().Add(wait))
	}
	return f.api.clock.sleep(ctx, wait)
}

// stopped says which key of the configuration to look at.
func (a *API) stopped(of answer, what ask) *StopError {
	advice := "check api.token and api.base_url"
	switch {
	case of.verdict == unserved:
		advice = "the API at api.base_url offers no calls by id, so they are switched off; use its list (api.ids.from: [list])"
	case of.status == http.StatusForbidden:
		advice = "the token may not read calls; check api.token and its permissions"
	}
	return &StopError{
		Source: a.options.Source,
		Reason: fmt.Sprintf("GET %s was answered %s: %s", what.path, of.reason, advice),
	}
}

func newWaits() *backoff.ExponentialBackOff {
	waits := &backoff.ExponentialBackOff{
		InitialInterval: firstWait, MaxInterval: longestWait, Multiplier: 2, RandomizationFactor: 0.5,
	}
	waits.Reset()
	return waits
}

// retryAfter reads the header: seconds, or an HTTP date. Anything else, and the past, is no wait.
func retryAfter(header string, now time.Time) time.Duration {
	seconds, err := strconv.ParseUint(header, 10, 32)
	if err == nil || errors.Is(err, strconv.ErrRange) { // beyond the range it is the greatest
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(header); err == nil {
		return max(0, date.Sub(now))
	}
	return 0
}
