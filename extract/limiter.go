package extract

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Buckets are the token buckets of a run, one per host and credential: sources that share an account share its
// limit. The zero value is ready; it may be used from several goroutines.
type Buckets struct {
	mu  sync.Mutex
	all map[[2]string]*bucket
}

// of is the bucket of a host and credential. The lowest rate that was asked for holds.
func (b *Buckets) of(host, credential string, perSecond float64) *bucket {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := [2]string{host, credential}
	if known := b.all[key]; known != nil {
		known.limiter.SetLimit(min(known.limiter.Limit(), rate.Limit(perSecond)))
		return known
	}
	if b.all == nil {
		b.all = map[[2]string]*bucket{}
	}
	b.all[key] = &bucket{limiter: rate.NewLimiter(rate.Limit(perSecond), 1)}
	return b.all[key]
}

// bucket lets requests pass one at a time, evenly, and none while the host asks for a pause.
type bucket struct {
	limiter *rate.Limiter

	mu    sync.Mutex
	until time.Time // end of the pause
}

// wait takes one token. A token that comes due within a pause is lost, so that the requests held up by the pause
// do not all go out at its end.
func (b *bucket) wait(ctx context.Context, c clock) error {
	for {
		now := c.ticks()
		if left := b.paused().Sub(now); left > 0 {
			if err := c.sleep(ctx, left); err != nil {
				return err
			}
			continue
		}
		token := b.limiter.ReserveN(now, 1)
		if err := c.sleep(ctx, token.DelayFrom(now)); err != nil {
			token.CancelAt(c.ticks())
			return err
		}
		if !b.paused().After(c.ticks()) {
			return nil
		}
	}
}

// pause holds up everything that uses the bucket. The longest pause holds.
func (b *bucket) pause(until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if until.After(b.until) {
		b.until = until
	}
}

func (b *bucket) paused() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.until
}

// clock is time, or a test's.
type clock struct {
	now   func() time.Time                           // what stands on the wall
	ticks func() time.Time                           // what goes on while we sleep
	sleep func(context.Context, time.Duration) error // at once if there is nothing to wait for
}

// newClock takes the time that it is given only as far as it goes: where the sleep is real, waits are measured in
// real time, even if the time on the wall stands still.
func newClock(now func() time.Time, sleep func(context.Context, time.Duration) error) clock {
	c := clock{now: now, ticks: now}
	if now == nil || sleep == nil {
		c.ticks = time.Now
	}
	if now == nil {
		c.now = time.Now
	}
	if sleep == nil {
		sleep = sleepFor
	}
	c.sleep = func(ctx context.Context, d time.Duration) error {
		if err := ctx.Err(); err != nil || d <= 0 {
			return err
		}
		return sleep(ctx, d)
	}
	return c
}

func sleepFor(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
