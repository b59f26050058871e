package pipeline_test

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/load"
	"callmart/pipeline"
)

const token = "s3cret-t0ken"

// vendorAPI is a Nectar Desk API that knows some calls and counts what it is asked.
type vendorAPI struct {
	*httptest.Server
	mu    sync.Mutex
	calls map[string]string // id to body
	asked map[string]int
	deny  bool
}

func newVendorAPI(t *testing.T) *vendorAPI {
	t.Helper()
	v := &vendorAPI{calls: map[string]string{}, asked: map[string]int{}}
	v.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.mu.Lock()
		defer v.mu.Unlock()
		id := strings.TrimPrefix(r.URL.Path, "/v2/calls/")
		v.asked[id]++
		body, known := v.calls[id]
		switch {
		case r.Header.Get("Access-Token") != token || v.deny:
			http.Error(w, `{"message":"bad token `+r.Header.Get("Access-Token")+`"}`, http.StatusUnauthorized)
		case !known:
			http.Error(w, `{"message":"not found"}`, http.StatusNotFound)
		default:
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, body)
		}
	}))
	t.Cleanup(v.Close)
	return v
}

func rest(id int, ended bool) string {
	return fmt.Sprintf(`{"calls":{"id":%d,"is_inbound":true,"is_answered":%v,"is_ended":%v,"started_at":%d,"duration":60,"talk_time":50,"type":"answered","ring_group":{"id":1,"name":"Sales"},"original_call_id":77}}`,
		id, ended, ended, 1767600000+id)
}

func webhook(id int) string {
	return fmt.Sprintf(`{"received_at":"2026-01-05T09:00:00Z","event":"call_ended","body":{"id":%d,"type":"inbound","startedDate":"2026-01-05T09:00:0%d+01:00","endedDate":"2026-01-05T09:01:00+01:00","duration":60,"talkTime":50,"waitingTime":10,"sub_type":"(Sales)Handled","ringGroup":{"id":1,"name":"Sales"}}}`+"\n", id, id%10)
}

func (s *site) apiConfig(url, ids string) *pipeline.Config {
	s.t.Helper()
	text := fmt.Sprintf(`lake: ./lake
timezone: Europe/Berlin
sources:
  - name: nectar
    vendor: nectardesk
    api: {base_url: "%s/v2/", token: "${TOKEN}", rate: 1000, ids: %s}
    archive: [{paths: ["archive/**"]}]
`, url, ids)
	require.NoError(s.t, os.WriteFile(s.path("callmart.yaml"), []byte(text), 0o644))
	cfg, err := pipeline.LoadConfig(s.path("callmart.yaml"), func(name string) (string, bool) { return token, name == "TOKEN" })
	require.NoError(s.t, err)
	return cfg
}

func (s *site) column(query string) []string {
	s.t.Helper()
	ctx := context.Background()
	lake, err := load.Open(ctx, s.path("lake"), load.Options{})
	require.NoError(s.t, err)
	session, err := lake.Session(ctx, load.Selection{})
	require.NoError(s.t, err)
	defer func() { require.NoError(s.t, session.Close()) }()
	rows, err := session.Query(ctx, query)
	require.NoError(s.t, err)
	defer rows.Close()
	var all []string
	for rows.Next() {
		var text string
		require.NoError(s.t, rows.Scan(&text))
		all = append(all, text)
	}
	require.NoError(s.t, rows.Err())
	return all
}

// TestWebhooksAreFetched follows webhooks to the API: both copies of a call are one row, a call that the API does not
// know stays as the webhook told it, and the next run asks for nothing again.
func TestWebhooksAreFetched(t *testing.T) {
	api, s := newVendorAPI(t), newSite(t)
	for id := 1; id <= 3; id++ {
		s.archive("nectar", fmt.Sprintf("%d.json", id), []byte(webhook(id)))
	}
	api.calls["1"], api.calls["2"], api.calls["77"] = rest(1, true), rest(2, true), rest(77, true)
	cfg := s.apiConfig(api.URL, `{from: [webhooks, parents]}`)

	m, err := pipeline.Run(context.Background(), cfg, pipeline.RunOptions{})
	require.NoError(t, err, "a call that is not found is counted, not a failure")
	f := m.Sources[0].Fetch
	require.Equal(t, []int{3, 2, 1, 0, 0}, []int{f.Wanted, f.Fetched, f.NotFound, f.Failed, f.Postponed})
	require.Equal(t, []string{"1 api+webhook", "2 api+webhook", "3 webhook"},
		s.column(`SELECT call_id || ' ' || array_to_string(list_sort(origins), '+') FROM calls ORDER BY call_id`))

	// The parent was named by an answer: the next run wants it, and nothing else.
	m, err = pipeline.Run(context.Background(), cfg, pipeline.RunOptions{})
	require.NoError(t, err)
	require.Equal(t, 1, m.Sources[0].Fetch.Wanted)
	before := s.files()
	m, err = pipeline.Run(context.Background(), cfg, pipeline.RunOptions{})
	require.NoError(t, err)
	require.Zero(t, m.Sources[0].Fetch.Wanted)
	require.Equal(t, map[string]int{"1": 1, "2": 1, "3": 1, "77": 1}, api.asked)
	require.False(t, m.Changed)
	requireSameFiles(t, before, s.files())
	s.requireNoSecret()
}

// requireNoSecret reads every byte that the program wrote.
func (s *site) requireNoSecret() {
	s.t.Helper()
	require.NoError(s.t, filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		require.NotContains(s.t, string(b), token, path)
		return err
	}))
}

func TestOpenCallsAreFetchedAgainUntilTheyEnd(t *testing.T) {
	api, s := newVendorAPI(t), newSite(t)
	api.calls["5"] = rest(5, false)
	cfg := s.apiConfig(api.URL, `{from: [webhooks], range: [5, 6]}`)
	cfg.Sources[0].API.GiveUpAfter = 1 << 60
	for want := 1; want <= 3; want++ {
		if want == 3 {
			api.calls["5"] = rest(5, true)
		}
		_, err := pipeline.Run(context.Background(), cfg, pipeline.RunOptions{})
		require.NoError(t, err)
		require.Equal(t, want, api.asked["5"])
	}
	require.Equal(t, []string{"answered"}, s.column("SELECT outcome FROM calls"))
	_, err := pipeline.Run(context.Background(), cfg, pipeline.RunOptions{})
	require.NoError(t, err)
	require.Equal(t, map[string]int{"5": 3, "6": 1}, api.asked, "ended calls, and those not found, are not asked for again")
}

func TestRefusedTokenMakesTheRunIncomplete(t *testing.T) {
	api, s := newVendorAPI(t), newSite(t)
	api.deny = true
	s.archive("nectar", "1.json", []byte(webhook(1)+webhook(2)))
	m, err := pipeline.Run(context.Background(), s.apiConfig(api.URL, `{from: [webhooks]}`), pipeline.RunOptions{})
	require.ErrorIs(t, err, pipeline.ErrIncomplete)
	require.NotContains(t, err.Error(), token)
	require.Equal(t, 2, m.Sources[0].Fetch.Postponed)
	require.Len(t, s.column("SELECT call_id FROM calls"), 2, "what the webhooks told is published")
	s.requireNoSecret()
}

// TestWrongBaseURLForgetsNothing answers everything with 404, as a server does behind a wrong base URL: the run says so,
// and once the URL is mended everything is fetched.
func TestWrongBaseURLForgetsNothing(t *testing.T) {
	api, s := newVendorAPI(t), newSite(t)
	cfg := s.apiConfig(api.URL, `{from: [], range: [1, 3]}`)
	m, err := pipeline.Run(context.Background(), cfg, pipeline.RunOptions{})
	require.ErrorIs(t, err, pipeline.ErrIncomplete)
	require.ErrorContains(t, err, "check api.base_url")
	require.Equal(t, 3, m.Sources[0].Fetch.Postponed)
	for id := 1; id <= 3; id++ {
		api.calls[fmt.Sprint(id)] = rest(id, true)
	}
	m, err = pipeline.Run(context.Background(), cfg, pipeline.RunOptions{})
	require.NoError(t, err)
	require.Equal(t, 3, m.Sources[0].Fetch.Fetched)
}

// TestAnswersThatAreNotTheCallAreFailures serves errors and other calls with status 200.
func TestAnswersThatAreNotTheCallAreFailures(t *testing.T) {
	api, s := newVendorAPI(t), newSite(t)
	api.calls["1"], api.calls["2"], api.calls["3"] = rest(1, true), `{"error":"not found"}`, rest(9, true)
	m, err := pipeline.Run(context.Background(), s.apiConfig(api.URL, `{from: [], range: [1, 3]}`), pipeline.RunOptions{})
	require.ErrorIs(t, err, pipeline.ErrIncomplete)
	require.Equal(t, 1, m.Sources[0].Fetch.Fetched)
	require.Equal(t, 2, m.Sources[0].Fetch.Failed)
	require.Equal(t, []string{"1"}, s.column("SELECT call_id FROM calls"))
}

// TestLoadLeavesTheAskingToTheNextRun reads webhooks in a run that asks no API: the next one wants their calls.
func TestLoadLeavesTheAskingToTheNextRun(t *testing.T) {
	api, s := newVendorAPI(t), newSite(t)
	for id := 1; id <= 3; id++ {
		s.archive("nectar", fmt.Sprintf("%d.json", id), []byte(webhook(id)))
		api.calls[fmt.Sprint(id)] = rest(id, true)
	}
	cfg := s.apiConfig(api.URL, `{from: [webhooks]}`)
	m, err := pipeline.Run(context.Background(), cfg, pipeline.RunOptions{Offline: true, NoReport: true})
	require.NoError(t, err)
	require.Nil(t, m.Sources[0].Fetch)
	for _, wanted := range []int{3, 0} {
		m, err = pipeline.Run(context.Background(), cfg, pipeline.RunOptions{})
		require.NoError(t, err)
		require.Equal(t, wanted, m.Sources[0].Fetch.Wanted)
	}
	require.Equal(t, []string{"1 2", "2 2", "3 2"}, s.column(`SELECT call_id || ' ' || CAST(observation_count AS VARCHAR) FROM calls ORDER BY call_id`))
}

// TestOpenCallsOfFrozenDatesStayOpen makes a lake anew when the file of a call that is not over is gone: the next run asks
// for the call all the same.
func TestOpenCallsOfFrozenDatesStayOpen(t *testing.T) {
	api, s := newVendorAPI(t), newSite(t)
	s.archive("nectar", "1.json", []byte(rest(1, false)))
	cfg := s.apiConfig(api.URL, `{from: [webhooks]}`)
	now := func() time.Time { return time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC) }
	_, err := pipeline.Run(context.Background(), cfg, pipeline.RunOptions{Offline: true, NoReport: true, Now: now})
	require.NoError(t, err)
	require.NoError(t, os.Remove(s.path("archive", "nectar", "1.json")))
	_, err = pipeline.Run(context.Background(), cfg, pipeline.RunOptions{Offline: true, NoReport: true, Now: now, Rebuild: pipeline.FromRaw})
	require.ErrorIs(t, err, pipeline.ErrIncomplete)
	api.calls["1"] = rest(1, true)
	m, err := pipeline.Run(context.Background(), cfg, pipeline.RunOptions{NoReport: true, Now: now})
	require.NoError(t, err)
	require.Equal(t, 1, m.Sources[0].Fetch.Wanted)
	require.Equal(t, []string{"1 true"}, s.column(`SELECT call_id || ' ' || CAST(is_final AS VARCHAR) FROM calls`))
}
