package extract

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProbeTellsATokenThatIsRefused(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Access-Token") != "good-token":
			w.WriteHeader(http.StatusUnauthorized)
		case r.URL.Path == "/calls/1":
			_, _ = w.Write([]byte(`{"calls":{"id":1}}`))
		case r.URL.Path == "/calls/500":
			w.WriteHeader(http.StatusInternalServerError)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer server.Close()
	probe := func(token, id string) (string, error) {
		api, err := NewAPI(APIOptions{Source: "s", Vendor: "nectardesk", BaseURL: server.URL, Token: token, Client: server.Client()})
		require.NoError(t, err)
		return api.Probe(context.Background(), id)
	}
	said, err := probe("good-token", "1")
	require.NoError(t, err)
	require.Contains(t, said, "with a call")
	said, err = probe("good-token", "2")
	require.NoError(t, err)
	require.Contains(t, said, "knows no call 2")
	_, err = probe("secret-and-wrong", "1")
	require.ErrorContains(t, err, "check api.token")
	require.NotContains(t, err.Error(), "secret-and-wrong")
	_, err = probe("good-token", "500")
	require.ErrorContains(t, err, "500")
}
