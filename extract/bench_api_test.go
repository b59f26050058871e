package extract

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkFetch is the whole way of a 1.4 kB call from a server on loopback to the disk, without a rate.
func BenchmarkFetch(b *testing.B) {
	body := []byte(`{"calls": {"id": 1, "padding": "` + strings.Repeat("payload ", 170) + `"}}`)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(body) // the client sees what is missing
	}))
	defer server.Close()
	api, err := NewAPI(APIOptions{Vendor: "nectardesk", BaseURL: server.URL, Token: testToken, Rate: 1e9, Concurrency: 8})
	require.NoError(b, err)
	land, err := OpenLanding(filepath.Join(b.TempDir(), "raw"), "run")
	require.NoError(b, err)
	ids := numbered(b.N)
	b.SetBytes(int64(len(body)))
	b.ResetTimer()
	result, err := api.Fetch(b.Context(), ids, land, nil)
	require.NoError(b, err)
	require.Len(b, result.Fetched, b.N)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}
