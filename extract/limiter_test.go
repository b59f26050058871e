package extract

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// arrivals notes when requests come in, in the fake time of a bubble.
type arrivals struct {
	mu    sync.Mutex
	begun time.Time
	at    []time.Duration
}

// note returns the number of the request, from 1.
func (a *arrivals) note() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at = append(a.at, time.Since(a.begun))
	return len(a.at)
}

// timed fetches ids in fake time, in which nothing but waits takes any.
func timed(t *testing.T, change func(*APIOptions), ids []string, answer func(w http.ResponseWriter, r *http.Request, n int)) (FetchResult, []time.Duration) {
	t.Helper()
	land, _ := testLanding(t)
	var result FetchResult
	var seen arrivals
	synctest.Test(t, func(t *testing.T) {
		seen.begun = time.Now()
		client := serveInMemory(t, func(w http.ResponseWriter, r *http.Request) { answer(w, r, seen.note()) })
		api := testAPI(t, "http://api.example.com", func(o *APIOptions) {
			o.Client, o.Now, o.Sleep = client, nil, nil
			change(o)
		})
		var err error
		result, err = api.Fetch(t.Context(), ids, land, nil)
		require.NoError(t, err)
	})
	requireBalance(t, ids, result)
	return result, seen.at
}

func TestRateIsObeyed(t *testing.T) {
	result, at := timed(t, func(o *APIOptions) { o.Rate, o.Concurrency = 5, 10 }, numbered(51),
		func(w http.ResponseWriter, r *http.Request, _ int) { answerCall(w, r) })
	require.Len(t, result.Fetched, 51)
	require.Len(t, at, 51)
	for i, when := range at {
		require.InDelta(t, float64(i)*0.2, when.Seconds(), 0.001)
	}
}

// The same with a clock of the caller's, over a real connection.
func TestRateIsObeyedByTheGivenClock(t *testing.T) {
	clock := newSkippingClock()
	begun := clock.now
	server := serve(t, answerCall)
	api := testAPI(t, server.URL, func(o *APIOptions) { o.Now, o.Sleep, o.Rate, o.Concurrency = clock.Now, clock.Sleep, 2, 1 })
	result, _ := fetchAll(t, api, numbered(21)...)
	require.Len(t, result.Fetched, 21)
	require.InDelta(t, 10, clock.now.Sub(begun).Seconds(), 0.001)
}

// With a bucket that gives a token every 100 s, waits between attempts do not matter: each attempt waits for its own.
func TestRetriesCostTokens(t *testing.T) {
	result, at := timed(t, func(o *APIOptions) { o.Rate, o.Concurrency = 0.01, 2 }, numbered(2),
		func(w http.ResponseWriter, _ *http.Request, _ int) { say(500, "")(w) })
	require.Len(t, result.Failed, 2)
	require.Len(t, at, 12)
	for i, when := range at {
		require.InDelta(t, float64(i)*100, when.Seconds(), 0.001)
	}
	require.EqualValues(t, 10, result.Retries)
}

func TestWaitsGrow(t *testing.T) {
	result, at := timed(t, func(o *APIOptions) { o.Concurrency = 1 }, numbered(1),
		func(w http.ResponseWriter, _ *http.Request, _ int) { say(500, "")(w) })
	require.Len(t, result.Failed, 1)
	require.Len(t, at, 6, "the default")
	for i, wait := 1, time.Second; i < len(at); i, wait = i+1, 2*wait {
		require.GreaterOrEqual(t, at[i]-at[i-1], wait/2)
		require.LessOrEqual(t, at[i]-at[i-1], wait*3/2)
	}
}

func TestWaitsHaveJitter(t *testing.T) {
	different := map[time.Duration]bool{}
	for range 20 {
		different[newWaits().NextBackOff()] = true
	}
	require.Greater(t, len(different), 10)
}

func TestTimeoutIsRetried(t *testing.T) {
	result, at := timed(t, func(o *APIOptions) { o.Timeout = 7 * time.Second }, numbered(1),
		func(w http.ResponseWriter, r *http.Request, n int) {
			if n == 1 {
				<-r.Context().Done()
				return
			}
			if n == 2 { // headers come, the body does not
				w.Header().Set("Content-Length", "10")
				w.(http.Flusher).Flush()
				<-r.Context().Done()
				return
			}
			answerCall(w, r)
		})
	require.Len(t, result.Fetched, 1)
	require.Len(t, at, 3)
	for i := range 2 {
		require.GreaterOrEqual(t, at[i+1]-at[i], 7*time.Second)
		require.Less(t, at[i+1]-at[i], 11*time.Second)
	}

	result, _ = timed(t, func(o *APIOptions) { o.Timeout = 7 * time.Second }, numbered(1),
		func(_ http.ResponseWriter, r *http.Request, _ int) { <-r.Context().Done() })
	require.Equal(t, map[string]string{"1": "GET /calls/1: no answer within 7s, in attempt 6"}, result.Failed)
}

// A time on the wall that stands still, as of a run that is replayed, holds up nothing.
func TestWaitsAreRealIfSleepIs(t *testing.T) {
	wall := newSkippingClock().now
	result, at := timed(t, func(o *APIOptions) {
		o.Rate, o.Concurrency, o.Now = 2, 1, func() time.Time { return wall }
	}, numbered(20), func(w http.ResponseWriter, r *http.Request, n int) {
		if n == 10 {
			w.Header().Set("Retry-After", wall.Add(40*time.Second).Format(http.TimeFormat))
			say(429, "")(w)
			return
		}
		answerCall(w, r)
	})
	require.Len(t, result.Fetched, 20)
	require.InDelta(t, 4.5+40+10*0.5, at[20].Seconds(), 1.5)
}

// One worker is told to wait: none asks before the time is over, and then no faster than the rate.
func TestRetryAfterHoldsForAllWorkers(t *testing.T) {
	forms := map[string]func() string{
		"seconds": func() string { return "90" },
		"date":    func() string { return time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat) },
	}
	for name, header := range forms {
		for _, status := range []int{429, 503} {
			t.Run(name, func(t *testing.T) {
				result, at := timed(t, func(o *APIOptions) { o.Rate, o.Concurrency = 10, 5 }, numbered(40),
					func(w http.ResponseWriter, r *http.Request, n int) {
						if n == 20 {
							w.Header().Set("Retry-After", header())
							say(status, "")(w)
							return
						}
						answerCall(w, r)
					})
				require.Len(t, result.Fetched, 40)
				require.EqualValues(t, 1, result.Retries)
				require.Len(t, at, 41)
				// HTTP dates have whole seconds.
				require.InDelta(t, 90, (at[20] - at[19]).Seconds(), 1.001)
				for i := 21; i < 41; i++ {
					require.GreaterOrEqual(t, at[i]-at[i-1], 99*time.Millisecond)
				}
				if status == 429 {
					require.EqualValues(t, 1, result.Throttled)
				}
			})
		}
	}
}

// Without Retry-After, 429 still concerns everyone.
func TestThrottledHostIsLeftAlone(t *testing.T) {
	_, at := timed(t, func(o *APIOptions) { o.Rate, o.Concurrency = 1000, 5 }, numbered(100),
		func(w http.ResponseWriter, r *http.Request, n int) {
			if n == 50 {
				say(429, "")(w)
				return
			}
			answerCall(w, r)
		})
	longest := time.Duration(0)
	for i := 1; i < len(at); i++ {
		longest = max(longest, at[i]-at[i-1])
	}
	require.GreaterOrEqual(t, longest, 400*time.Millisecond)
}

func TestTooLongAPauseStopsTheSource(t *testing.T) {
	result, at := timed(t, func(o *APIOptions) { o.Concurrency = 1 }, numbered(10),
		func(w http.ResponseWriter, r *http.Request, n int) {
			if n == 4 {
				w.Header().Set("Retry-After", "86400")
				say(429, "")(w)
				return
			}
			answerCall(w, r)
		})
	require.Len(t, at, 4)
	require.Len(t, result.Fetched, 3)
	require.Len(t, result.Postponed, 7)
	require.Contains(t, result.Stopped, "the host asks to wait until 2000-01-02T")
	require.Contains(t, result.Stopped, "429 Too Many Requests")
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 12, 2, 30, 0, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"":                               0,
		"0":                              0,
		"120":                            2 * time.Minute,
		"-5":                             0,
		"1.5":                            0,
		"soon":                           0,
		"99999999999999999999999":        (1<<32 - 1) * time.Second,
		"Mon, 12 Jan 2026 02:31:30 GMT":  90 * time.Second,
		"Monday, 12-Jan-26 02:31:30 GMT": 90 * time.Second,
		"Mon, 12 Jan 2026 02:29:00 GMT":  0,
	} {
		require.Equal(t, want, retryAfter(header, now), header)
	}
}

// Two sources of one account ask no faster than one.
func TestSourcesOfAnAccountShareItsBucket(t *testing.T) {
	buckets := &Buckets{}
	of := func(url, token string, rate float64) *bucket {
		return testAPI(t, url, func(o *APIOptions) { o.BaseURL, o.Token, o.Rate, o.Buckets = url, token, rate, buckets }).bucket
	}
	first := of("https://a.example.com/v1", "token-one", 5)
	require.Same(t, first, of("https://a.example.com/v2", "token-one", 2))
	require.EqualValues(t, 2, first.limiter.Limit(), "the lowest rate holds")
	require.Same(t, first, of("https://a.example.com", "token-one", 9))
	require.EqualValues(t, 2, first.limiter.Limit())
	require.NotSame(t, first, of("https://a.example.com", "token-two", 5))
	require.NotSame(t, first, of("https://b.example.com", "token-one", 5))
}

// A worker that gives up gives its token back.
func TestCancelledWaitCostsNoToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := (&Buckets{}).of("host", "token", 0.1)
		clock := newClock(nil, nil)
		require.NoError(t, b.wait(t.Context(), clock))
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, b.wait(short, clock), context.DeadlineExceeded)
		begun := time.Now()
		require.NoError(t, b.wait(t.Context(), clock))
		require.InDelta(t, 9, time.Since(begun).Seconds(), 0.001)
	})
}
