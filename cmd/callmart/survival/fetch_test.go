package survival_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/fixtures"
)

// As in extract: a chunk holds 64 answers. Beside it as many may wait to be landed as requests are under way.
const (
	chunk       = 64
	concurrency = 4
	open        = chunk + 2*concurrency
)

// TestKillWhileFetching kills runs while they land the answers of an API. At most the open chunk is fetched again, and
// the tables are those of a run that was never killed and met the same answers.
func TestKillWhileFetching(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	zone, err := time.LoadLocation(vendors[0][2])
	require.NoError(t, err)
	for _, test := range []struct {
		at     string
		landed int // chunks at least that the kill cannot take
		again  int // requests at most that the kill wastes
	}{
		{"1 chunk written", 0, open},
		{"2 chunk written", 1, open},
		{"2 chunk in place", 2, open - chunk},
		{"1 before COMMIT", 5, 0},
	} {
		t.Run(test.at, func(t *testing.T) {
			t.Parallel()
			server := fixtures.NewServer(w.centre(0, zone), fixtures.ServerOptions{})
			url, stop, err := server.Listen(t.Context())
			require.NoError(t, err)
			defer func() { require.NoError(t, stop()) }()
			s := newSite(t, w.archive)
			s.fetches(url)
			s.killedAt(test.at)
			landed, err := filepath.Glob(filepath.Join(s.lake(), "_raw", "source=berlin", "*", "*.ndjson.zst"))
			require.NoError(t, err)
			require.GreaterOrEqual(t, len(landed), test.landed)

			s.succeeds()
			s.isClean()
			calls := w.calls[0]
			require.Equal(t, []string{fmt.Sprint(calls, " ", calls, " ", calls)}, s.query(`SELECT count(*) || ' ' || count(DISTINCT call_id)
				|| ' ' || count(*) FILTER (WHERE list_contains(origins, 'api')) FROM calls`))
			requests := int(server.Counts().Requests)
			require.LessOrEqual(t, requests-calls, test.again)
			t.Logf("%d calls, %d asked for again", calls, requests-calls)

			// The same answers, and no kill. Nothing is asked for.
			again := newSite(t, w.archive)
			again.fetches(url)
			require.NoError(t, os.CopyFS(filepath.Join(again.lake(), "_raw"), os.DirFS(filepath.Join(s.lake(), "_raw"))))
			again.succeeds()
			require.Equal(t, requests, int(server.Counts().Requests))
			want, err := readTables(s.lake())
			require.NoError(t, err)
			again.holds(want)
		})
	}
}

// fetches configures the first of the world's sources, with its API.
func (s *site) fetches(url string) {
	v := vendors[0]
	s.sources = fmt.Sprintf("  - name: %s\n    vendor: %s\n    timezone: %s\n    archive: [{paths: [%q]}]\n", v[0], v[1], v[2], s.archive+"/"+v[0]+"/**")
	s.sources += fmt.Sprintf("    api: {base_url: %q, token: secret, rate: 5000, concurrency: %d, ids: {from: [webhooks]}}\n", url, concurrency)
}
