package extract

import (
	"compress/gzip"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestFetch(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/calls/4") {
			http.Error(w, `{"message": "Resource not found"}`, http.StatusNotFound)
			return
		}
		answerCall(w, r)
	})
	api := testAPI(t, server.URL, nil)
	land, folder := testLanding(t)
	ids := append(numbered(150), "1", "2", "", "x y")
	var seen []FetchStats
	result, err := api.Fetch(t.Context(), ids, land, func(s FetchStats) { seen = append(seen, s) })
	require.NoError(t, err)
	requireBalance(t, ids, result)
	require.Len(t, result.NotFound, 11)
	require.Equal(t, []string{"4", "40", "41"}, result.NotFound[:3], "in the order of the work list")
	require.Len(t, result.Fetched, 139)
	require.Equal(t, []string{"1", "2", "3", "5"}, result.Fetched[:4])
	require.Equal(t, map[string]string{"": "the id is empty", "x y": "the id holds white space or control characters"}, result.Failed)
	require.Empty(t, result.Postponed)
	require.Empty(t, result.Stopped)
	require.Equal(t, [4]int64{150}, [4]int64{result.Requests, result.Retries, result.Throttled, result.Wasted})

	require.Len(t, seen, 152)
	for i, s := range seen {
		require.EqualValues(t, 152, s.Wanted)
		require.EqualValues(t, i+1, s.Done)
	}
	require.EqualValues(t, 150, seen[151].Requests)

	require.NoError(t, land.Close())
	lines := landedIn(t, folder)
	require.Len(t, lines, 139)
	for _, line := range lines {
		require.Equal(t, 200, line.Status)
		require.JSONEq(t, fmt.Sprintf(`{"calls": {"id": %q}}`, strings.TrimPrefix(line.Path, "/calls/")), string(line.Body))
		require.WithinDuration(t, newSkippingClock().now, line.ReceivedAt, time.Millisecond)
	}
}

func TestFetchNothing(t *testing.T) {
	server := serve(t, answerCall)
	result, lines := fetchAll(t, testAPI(t, server.URL, nil))
	require.Empty(t, result.Fetched)
	require.Empty(t, lines)
}

// What a worker is told about one answer, by status and body.
func TestAnswers(t *testing.T) {
	page := "<!DOCTYPE html><html><body>We are down for maintenance</body></html>"
	whole := `{"calls": {"id": 1}}`
	tests := []struct {
		name   string
		answer func(w http.ResponseWriter)
		want   string // of Failed; "fetched", "not found" or "stopped: ..."
		tries  int64
	}{
		{"a call", say(200, whole), "fetched", 1},
		{"an array", say(200, "["+whole+"]"), "fetched", 1},
		{"a byte order mark", say(200, "\ufeff"+whole+"\r\n"), "fetched", 1},
		{"compressed", compressed(whole, 0), "fetched", 1},
		{"compressed and cut", compressed(whole, 6), "unexpected EOF, in attempt 3", 3},
		{"shorter than it says", cut(whole, len(whole)+1), "unexpected EOF, in attempt 3", 3},
		{"cut at its end, chunked", cut(whole[:10], -1), "unexpected EOF, in attempt 3", 3},
		{"cut JSON", say(200, whole[:10]), "the answer is no JSON object, in attempt 3", 3},
		{"a page", say(200, page), "the answer is no JSON object, in attempt 3", 3},
		{"nothing", say(200, ""), "the answer is no JSON object, in attempt 3", 3},
		{"a word", say(200, `"ok"`), "the answer is no JSON object, in attempt 3", 3},
		{"null", say(200, "null"), "the answer is no JSON object, in attempt 3", 3},
		{"two values", say(200, whole+whole), "the answer is no JSON object, in attempt 3", 3},
		{"too large", say(200, `"`+strings.Repeat("x", maxBodyBytes)+`"`), fmt.Sprintf("the answer is larger than %d bytes", maxBodyBytes), 1},
		{"no content", say(204, ""), "204 No Content, in attempt 3", 3},
		{"not changed", say(304, ""), "304 Not Modified", 1},
		{"refused", say(400, `{"message": "bad id"}`), `400 Bad Request: "bad id"`, 1},
		{"a page that refuses", say(410, page), "410 Gone", 1},
		{"a long message", say(422, `{"error": "`+strings.Repeat("é\n", 150)+`"}`), "", 1},
		{"not found", say(404, page), "not found", 1},
		{"405", say(405, ""), "405 Method Not Allowed", 1},
		{"401", say(401, ""), "stopped: GET /calls/1 was answered 401 Unauthorized: check api.token and api.base_url", 1},
		{"403", say(403, `{"message": "no scope"}`), `stopped: GET /calls/1 was answered 403 Forbidden: "no scope": the token may not read calls; check api.token and its permissions`, 1},
		{"408", say(408, ""), "408 Request Timeout, in attempt 3", 3},
		{"429", say(429, ""), "429 Too Many Requests, in attempt 3", 3},
		{"500", say(500, `{"message": "oops"}`), `500 Internal Server Error: "oops", in attempt 3`, 3},
		{"503", say(503, page), "503 Service Unavailable, in attempt 3", 3},
		{"an unknown status", say(599, ""), "599, in attempt 3", 3},
		{"no answer", func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, "EOF, in attempt 3", 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) { tt.answer(w) })
			result, lines := fetchAll(t, testAPI(t, server.URL, func(o *APIOptions) { o.MaxAttempts = 3 }), "1")
			require.Equal(t, tt.tries, result.Requests)
			require.Equal(t, tt.tries-1, result.Retries)
			switch why, stopped := strings.CutPrefix(tt.want, "stopped: "); {
			case stopped:
				require.Equal(t, "source test was stopped: "+why, result.Stopped)
				require.Equal(t, []string{"1"}, result.Postponed)
			case tt.want == "fetched":
				require.Equal(t, []string{"1"}, result.Fetched)
				require.Len(t, lines, 1)
				require.Contains(t, string(lines[0].Body), whole)
				return
			case tt.want == "not found":
				require.Equal(t, []string{"1"}, result.NotFound)
			case tt.want == "":
				require.Less(t, len([]rune(result.Failed["1"])), 400)
				require.NotContains(t, result.Failed["1"], "\n")
			default:
				require.Equal(t, map[string]string{"1": "GET /calls/1: " + tt.want}, result.Failed)
			}
			require.Empty(t, lines)
		})
	}
}

func say(status int, body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body)) // some statuses allow none
	}
}

// cut ends a connection within the body, of which it promised so many bytes; -1: chunks.
func cut(body string, promised int) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		if promised >= 0 {
			w.Header().Set("Content-Length", strconv.Itoa(promised))
		}
		fmt.Fprint(w, body)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
}

// compressed leaves so many bytes out at the end.
func compressed(body string, missing int) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		var packed strings.Builder
		z := gzip.NewWriter(&packed)
		fmt.Fprint(z, body)
		_ = z.Close() // into memory
		w.Header().Set("Content-Encoding", "gzip")
		fmt.Fprint(w, packed.String()[:packed.Len()-missing])
	}
}

// A server that fails in every way it can, half of the time, in fake time: everything is there in the end.
func TestFlakyServer(t *testing.T) {
	land, folder := testLanding(t)
	ids := numbered(500)
	var result FetchResult
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		random := rand.New(rand.NewPCG(1, 2))
		client := serveInMemory(t, func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			dice := random.IntN(18)
			mu.Unlock()
			switch dice {
			case 0:
				say(500, "")(w)
			case 1:
				w.Header().Set("Retry-After", "2")
				say(429, "")(w)
			case 2:
				say(429, "")(w)
			case 3:
				<-r.Context().Done() // until the client has had enough
			case 4:
				cut(`{"calls": {"id"`, 200)(w)
			case 5:
				cut(`{"calls": {"id"`, -1)(w)
			case 6:
				say(200, "<html>busy</html>")(w)
			case 7:
				panic(http.ErrAbortHandler)
			case 8:
				compressed(`{"calls": {}}`, 5)(w)
			default:
				answerCall(w, r)
			}
		})
		api := testAPI(t, "http://api.example.com", func(o *APIOptions) {
			o.Client, o.Now, o.Sleep, o.Rate, o.MaxAttempts = client, nil, nil, 100, 50
		})
		var err error
		result, err = api.Fetch(t.Context(), ids, land, nil)
		require.NoError(t, err)
	})
	require.NoError(t, land.Close())
	requireBalance(t, ids, result)
	require.Equal(t, ids, result.Fetched)
	require.Greater(t, result.Retries, int64(200))
	require.Greater(t, result.Throttled, int64(20))
	require.Equal(t, result.Requests, int64(len(ids))+result.Retries)
	lines := landedIn(t, folder)
	require.Len(t, lines, len(ids))
	for _, line := range lines {
		require.JSONEq(t, fmt.Sprintf(`{"calls": {"id": %q}}`, strings.TrimPrefix(line.Path, "/calls/")), string(line.Body))
	}
}

func TestConcurrency(t *testing.T) {
	const limit = 3
	var mu sync.Mutex
	together := 0
	gate := make(chan struct{})
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		together++
		if together > limit {
			t.Errorf("%d requests at a time", together)
		}
		mine := gate
		if together == limit { // all the others wait: let this round go
			together = 0
			close(gate)
			gate = make(chan struct{})
		}
		mu.Unlock()
		select {
		case <-mine:
		case <-r.Context().Done(): // there are never so many: the request times out
		}
		answerCall(w, r)
	})
	api := testAPI(t, server.URL, func(o *APIOptions) { o.Concurrency, o.MaxAttempts = limit, 1 })
	result, _ := fetchAll(t, api, numbered(4*limit)...)
	require.Len(t, result.Fetched, 4*limit)
}

func TestStopsAtOnceWithoutAccess(t *testing.T) {
	for _, status := range []int{401, 403} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			var requests atomic.Int64
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				switch n := requests.Add(1); {
				case n == 101:
					say(status, "")(w)
				case n > 101:
					<-r.Context().Done() // only the end of the fetch ends these
				default:
					answerCall(w, r)
				}
			})
			api := testAPI(t, server.URL, func(o *APIOptions) { o.Timeout = time.Hour })
			ids := numbered(10_000)
			result, lines := fetchAll(t, api, ids...)
			require.Contains(t, result.Stopped, "source test was stopped: GET /calls/")
			require.Contains(t, result.Stopped, "check api.token")
			require.GreaterOrEqual(t, len(result.Fetched), 100-3, "what was answered before is landed, but for what was on its way")
			require.Len(t, lines, len(result.Fetched))
			require.LessOrEqual(t, result.Requests, int64(101+3))
			require.Zero(t, result.Wasted)
		})
	}
}

// Workers that wait for a long pause must not hold up the end.
func TestStopEndsWaits(t *testing.T) {
	waiting := make(chan struct{})
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/calls/1" {
			say(500, "")(w)
			return
		}
		<-waiting
		say(401, "")(w)
	})
	api := testAPI(t, server.URL, func(o *APIOptions) {
		o.Concurrency = 2
		o.Sleep = func(ctx context.Context, d time.Duration) error {
			if d < 100*time.Millisecond { // for a token
				return ctx.Err()
			}
			close(waiting)
			<-ctx.Done()
			return ctx.Err()
		}
	})
	result, _ := fetchAll(t, api, "1", "2")
	require.NotEmpty(t, result.Stopped)
	require.Equal(t, []string{"1", "2"}, result.Postponed)
}

func TestCallsByIDSwitchedOff(t *testing.T) {
	tests := []struct {
		name   string
		status int
		listed func(string) bool
		want   string // in Stopped
	}{
		{"405", 405, nil, "405 Method Not Allowed: the API at api.base_url offers no calls by id"},
		{"404 of a call that the list named", 404, func(id string) bool { return id == "3" }, "GET /calls/3 was answered 404 Not Found: the API at"},
		{"404 of others", 404, func(string) bool { return false }, ""},
		{"404 without a list", 404, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) { say(tt.status, "")(w) })
			api := testAPI(t, server.URL, func(o *APIOptions) {
				o.Vendor, o.Listed, o.CustomerFlag, o.Concurrency = "ccai", tt.listed, true, 1
			})
			result, _ := fetchAll(t, api, numbered(5)...)
			if tt.want == "" {
				require.Empty(t, result.Stopped)
				require.Len(t, result.NotFound, 5)
				return
			}
			require.Contains(t, result.Stopped, tt.want)
			require.NotEmpty(t, result.Postponed)
		})
	}
}

// One call that fails is that call's fault. Many in a row are the host's, and each takes long to give up.
func TestStopsWhenTheHostIsDown(t *testing.T) {
	down := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/calls/15" {
			http.NotFound(w, r)
			return
		}
		say(503, "")(w)
	}
	api := func(t *testing.T, failures int) *API {
		return testAPI(t, serve(t, down).URL, func(o *APIOptions) { o.Concurrency, o.MaxAttempts, o.MaxFailures = 1, 2, failures })
	}
	result, _ := fetchAll(t, api(t, 20), numbered(100)...)
	require.Len(t, result.Failed, 14+20)
	require.Len(t, result.Postponed, 100-35)
	require.Equal(t, "source test was stopped: 20 calls in a row failed, the last with GET /calls/35: 503 Service Unavailable, in attempt 2", result.Stopped)

	result, _ = fetchAll(t, api(t, -1), numbered(100)...)
	require.Len(t, result.Failed, 99)
	require.Empty(t, result.Stopped)
}

func TestConnectionErrors(t *testing.T) {
	server := serve(t, answerCall)
	address := server.URL
	server.Close()
	result, _ := fetchAll(t, testAPI(t, address, func(o *APIOptions) { o.MaxAttempts = 4 }), "1")
	require.Contains(t, result.Failed["1"], "connection refused, in attempt 4")
	require.EqualValues(t, 3, result.Retries)
}

func TestFetchEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var requests atomic.Int64
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) <= 70 {
			answerCall(w, r)
			return
		}
		fmt.Fprint(w, `{"calls": {"id"`) // the first half of an answer
		w.(http.Flusher).Flush()
		cancel()
		<-r.Context().Done()
	})
	land, folder := testLanding(t)
	ids := numbered(1000)
	result, err := testAPI(t, server.URL, func(o *APIOptions) { o.Concurrency = 1 }).Fetch(ctx, ids, land, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "fetching calls of source test: ")
	requireBalance(t, ids, result)
	require.Len(t, result.Fetched, 70, "what was answered in full is landed")
	require.Len(t, result.Postponed, 930)
	require.Empty(t, result.Stopped, "nobody stopped the source")

	again, err := testAPI(t, server.URL, nil).Fetch(ctx, ids, land, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, again.Postponed, 1000)
	require.Zero(t, again.Requests)
	require.NoError(t, land.Close())
	require.Len(t, landedIn(t, folder), 70)
}

// A call whose flag was not reached before the end is fetched again as a whole; its first answer was in vain.
func TestInterruptedCallIsWasted(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/customer_flag") {
			say(401, "")(w)
			return
		}
		answerCall(w, r)
	})
	api := testAPI(t, server.URL, func(o *APIOptions) { o.Vendor, o.CustomerFlag, o.Concurrency = "ccai", true, 1 })
	result, lines := fetchAll(t, api, "1", "2")
	require.Equal(t, []string{"1", "2"}, result.Postponed)
	require.EqualValues(t, 1, result.Wasted)
	require.Empty(t, lines)
}

// Nothing counts as fetched that is not on the disk.
func TestFetchWithoutRoomToLand(t *testing.T) {
	land, folder := testLanding(t)
	var requests atomic.Int64
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) == chunkAnswers+20 { // the first chunk is, or is about to be, on the disk
			require.NoError(t, os.RemoveAll(folder))
		}
		answerCall(w, r)
	})
	ids := numbered(1000)
	result, err := testAPI(t, server.URL, func(o *APIOptions) { o.Concurrency = 1 }).Fetch(t.Context(), ids, land, nil)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, "fetching calls of source test: landing answers in "+folder)
	requireBalance(t, ids, result)
	require.Len(t, result.Fetched, chunkAnswers)
	require.Empty(t, result.Failed)
	require.Less(t, result.Requests, int64(chunkAnswers*2+10), "the rest is not asked for in vain")
	require.InDelta(t, result.Requests, int64(len(result.Fetched))+result.Wasted, 1, "but for the one that was under way")
	require.Equal(t, err, func() error {
		_, again := testAPI(t, server.URL, func(o *APIOptions) { o.Concurrency = 1 }).Fetch(t.Context(), ids[:1], land, nil)
		return again
	}(), "a landing that failed stays so")
}

// An answer is not kept waiting for the chunk to be full.
func TestAnswersBecomeDurableWithinASecond(t *testing.T) {
	land, folder := testLanding(t)
	synctest.Test(t, func(t *testing.T) {
		client := serveInMemory(t, answerCall)
		api := testAPI(t, "http://api.example.com", func(o *APIOptions) {
			o.Client, o.Now, o.Sleep, o.Rate = client, nil, nil, 4
		})
		begun := time.Now()
		var counted []string
		result, err := api.Fetch(t.Context(), numbered(12), land, func(s FetchStats) {
			counted = append(counted, fmt.Sprintf("%d at %v", s.Done, time.Since(begun).Round(250*time.Millisecond)))
		})
		require.NoError(t, err)
		require.Len(t, result.Fetched, 12)
		require.Equal(t, "1 at 1s", counted[0])
		require.Len(t, names(t, folder), 3)
	})
}
