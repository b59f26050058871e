package extract

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"callmart/extract/raw"
)

const testToken = "s3cr3t/t0ken+x" // a form of its own in URLs and in JSON

// serve starts a server on loopback, which must see all its connections closed.
func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	running := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, running) })
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// serveInMemory starts a server whose connections are pipes, so that the time of a synctest bubble goes on while
// both sides wait. It returns a client for it; any address leads there.
func serveInMemory(t *testing.T, handler http.HandlerFunc) *http.Client {
	t.Helper()
	listener := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: handler}
	go func() { _ = server.Serve(listener) }() // always ends with ErrServerClosed
	transport := &http.Transport{DialContext: listener.dial}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		require.NoError(t, server.Close())
	})
	return &http.Client{Transport: transport}
}

type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "pipe"} }

// skippingClock jumps over every wait.
type skippingClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *skippingClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *skippingClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

func newSkippingClock() *skippingClock {
	return &skippingClock{now: time.Date(2026, 1, 12, 2, 30, 0, 123456789, time.UTC)}
}

// testAPI asks as fast as it can and waits for nothing, unless change says otherwise.
func testAPI(t *testing.T, url string, change func(*APIOptions)) *API {
	t.Helper()
	clock := newSkippingClock()
	o := APIOptions{
		Source: "test", Vendor: "nectardesk", BaseURL: url, Token: testToken, Rate: 1e9,
		Timeout: 10 * time.Second, Now: clock.Now, Sleep: clock.Sleep,
	}
	if change != nil {
		change(&o)
	}
	api, err := NewAPI(o)
	require.NoError(t, err)
	return api
}

func testLanding(t *testing.T) (*Landing, string) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "_raw", "source=test", "2026-01-12")
	land, err := OpenLanding(folder, "run1")
	require.NoError(t, err)
	return land, folder
}

// fetchAll fetches ids, checks that the counts balance, and returns what was landed beside the result.
func fetchAll(t *testing.T, api *API, ids ...string) (FetchResult, []landedLine) {
	t.Helper()
	land, folder := testLanding(t)
	result, err := api.Fetch(t.Context(), ids, land, nil)
	require.NoError(t, err)
	require.NoError(t, land.Close())
	requireBalance(t, ids, result)
	return result, landedIn(t, folder)
}

// requireBalance checks that each id ended in exactly one place.
func requireBalance(t *testing.T, ids []string, r FetchResult) {
	t.Helper()
	ended := append(append(append([]string{}, r.Fetched...), r.NotFound...), r.Postponed...)
	for id := range r.Failed {
		ended = append(ended, id)
	}
	require.ElementsMatch(t, distinct(ids), ended)
}

type landedLine struct {
	ReceivedAt time.Time       `json:"received_at"`
	Path       string          `json:"path"`
	Status     int             `json:"status"`
	Body       json.RawMessage `json:"body"`
}

// landedIn reads landed answers back the way the pipeline does.
func landedIn(t *testing.T, folder string) []landedLine {
	t.Helper()
	archive := &Archive{
		Globs: []Glob{{Pattern: folder + "/**/*.ndjson.zst", Origin: raw.API}},
		Spool: t.TempDir(),
	}
	inputs, problems, err := archive.Inputs(t.Context())
	require.NoError(t, err)
	require.Empty(t, problems)
	var lines []landedLine
	for _, input := range inputs {
		file, err := archive.Open(t.Context(), input)
		require.NoError(t, err)
		tail, err := file.Scan(t.Context(), func(r *raw.Record) error {
			var line landedLine
			require.NoError(t, json.Unmarshal(r.Body, &line))
			require.Equal(t, raw.API, r.Origin)
			lines = append(lines, line)
			return nil
		}, noBad(t))
		require.NoError(t, err)
		require.Zero(t, tail)
		require.NoError(t, file.Close())
	}
	return lines
}

func pathsOf(lines []landedLine) []string {
	var paths []string
	for _, line := range lines {
		paths = append(paths, line.Path)
	}
	return paths
}

func numbered(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprint(i + 1)
	}
	return ids
}

// answerCall answers as a vendor does whose every call exists.
func answerCall(w http.ResponseWriter, r *http.Request) {
	_, id, _ := strings.Cut(r.URL.Path, "/calls/")
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, "{\n  \"calls\": {\"id\": %q}\n}\n", id)
}
