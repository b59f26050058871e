package extract

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRequests(t *testing.T) {
	basic := func(user string) http.Header {
		pair := base64.StdEncoding.EncodeToString([]byte(user + ":" + testToken))
		return http.Header{"Authorization": {"Basic " + pair}}
	}
	nectar := http.Header{"Access-Token": {testToken}, "Content-Type": {"application/json"}}
	tests := []struct {
		name   string
		vendor string
		user   string
		prefix string
		id     string
		want   string
		header http.Header
	}{
		{"nectar", "nectardesk", "", "", "17", "/calls/17", nectar},
		{"a slash at the end", "nectardesk", "", "/", "17", "/calls/17", nectar},
		{"a prefix", "nectardesk", "", "/v2/x", "17", "/v2/x/calls/17", nectar},
		{"an escaped prefix", "nectardesk", "", "/a%2Fb/", "17", "/a%2Fb/calls/17", nectar},
		{"ids are escaped", "nectardesk", "", "", "a/b?c#d%2F é", "", nil},
		{"ids are escaped", "nectardesk", "", "", "a/b?c#d%2Fé", "/calls/a%2Fb%3Fc%23d%252F%C3%A9", nectar},
		{"Apps API", "ccai", "acme", "/apps/api/v1", "17", "/apps/api/v1/calls/17", basic("acme")},
		{"Manager API", "ccai", "acme", "/manager/api/v1//", "17", "/manager/api/v1/calls/17", basic("acme")},
		{"the subdomain is the user", "ccai", "", "/apps/api/v1/", "17", "/apps/api/v1/calls/17", basic("customer")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var path string
			var header http.Header
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				path, header = r.URL.EscapedPath(), r.Header
				answerCall(w, r)
			})
			// Requests for a host with a subdomain go to the server all the same, through it as a proxy.
			proxy, err := url.Parse(server.URL)
			require.NoError(t, err)
			transport := &http.Transport{Proxy: http.ProxyURL(proxy)}
			defer transport.CloseIdleConnections()
			api := testAPI(t, "http://customer.uc1.example.com"+tt.prefix, func(o *APIOptions) {
				o.Vendor, o.User, o.Client = tt.vendor, tt.user, &http.Client{Transport: transport}
			})
			result, lines := fetchAll(t, api, tt.id)
			if tt.want == "" {
				require.Equal(t, map[string]string{tt.id: "the id holds white space or control characters"}, result.Failed)
				require.Zero(t, result.Requests)
				return
			}
			require.Equal(t, []string{tt.id}, result.Fetched)
			require.Equal(t, tt.want, path)
			require.Equal(t, "application/json", header.Get("Accept"))
			for key := range tt.header {
				require.Equal(t, tt.header[key], header[key])
			}
			for _, key := range []string{"Access-Token", "Authorization"} {
				require.Equal(t, tt.header[key], header[key], "no credential but the vendor's own")
			}
			require.Len(t, lines, 1)
			require.Equal(t, strings.TrimPrefix(tt.want, strings.TrimRight(tt.prefix, "/")), lines[0].Path)
		})
	}
}

func TestCustomerFlag(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/calls/1/customer_flag":
			fmt.Fprint(w, `{"verified_customer": true}`)
		case "/calls/2/customer_flag", "/calls/4":
			http.NotFound(w, r)
		case "/calls/3/customer_flag":
			http.Error(w, `{"message": "no such user"}`, http.StatusBadRequest)
		default:
			answerCall(w, r)
		}
	})
	api := testAPI(t, server.URL, func(o *APIOptions) { o.Vendor, o.CustomerFlag, o.Concurrency = "ccai", true, 1 })
	result, lines := fetchAll(t, api, "1", "2", "3", "4")
	require.Equal(t, []string{"1", "2"}, result.Fetched, "a call need not have a flag")
	require.Equal(t, []string{"4"}, result.NotFound)
	require.Equal(t, map[string]string{"3": `GET /calls/3/customer_flag: 400 Bad Request: "no such user"`}, result.Failed)
	require.Equal(t, []string{"/calls/1", "/calls/1/customer_flag", "/calls/2", "/calls/3"}, pathsOf(lines))
	require.EqualValues(t, 7, result.Requests, "no flag of a call that does not exist")
}

func TestNewAPIRefuses(t *testing.T) {
	tests := []struct {
		name    string
		options APIOptions
		want    string
	}{
		{"another vendor", APIOptions{Vendor: "whippy", BaseURL: "https://x.example.com", Token: testToken}, `vendor "whippy" has no calls by id`},
		{"no address", APIOptions{Vendor: "ccai", BaseURL: "x.example.com", Token: testToken}, "base_url is no address"},
		{"no web address", APIOptions{Vendor: "ccai", BaseURL: "ftp://x.example.com", Token: testToken}, "base_url is no address"},
		{"a password", APIOptions{Vendor: "ccai", BaseURL: "https://a:" + url.QueryEscape(testToken) + "@x.example.com", Token: testToken}, "base_url must have no user"},
		{"a query", APIOptions{Vendor: "ccai", BaseURL: "https://x.example.com?a=1", Token: testToken}, "base_url must have no user, query"},
		{"no token", APIOptions{Vendor: "ccai", BaseURL: "https://x.example.com"}, "the token is empty"},
		{"a token with its line break", APIOptions{Vendor: "ccai", BaseURL: "https://x.example.com", Token: testToken + "\n"}, "control characters"},
		{"a negative rate", APIOptions{Vendor: "ccai", BaseURL: "https://x.example.com", Token: testToken, Rate: -1}, "a rate of -1"},
		{"a user with a colon", APIOptions{Vendor: "ccai", BaseURL: "https://x.example.com", Token: testToken, User: "a:b"}, "colon"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.options.Source = "acme"
			_, err := NewAPI(tt.options)
			require.ErrorContains(t, err, tt.want)
			require.ErrorContains(t, err, "preparing API of source acme: ")
			requireNoToken(t, err.Error())
		})
	}
}

func TestDefaults(t *testing.T) {
	for vendor, rate := range map[string]float64{"nectardesk": 5, "ccai": 1} {
		api, err := NewAPI(APIOptions{Vendor: vendor, BaseURL: "https://x.example.com", Token: testToken})
		require.NoError(t, err)
		require.EqualValues(t, rate, api.bucket.limiter.Limit())
		require.Equal(t, 4, api.options.Concurrency)
		require.Equal(t, 6, api.options.MaxAttempts)
		require.Equal(t, "30s", api.options.Timeout.String())
	}
}

// requireNoToken checks a text for the token in all the ways it may be written.
func requireNoToken(t *testing.T, text string) {
	t.Helper()
	for _, form := range []string{
		testToken, url.QueryEscape(testToken), url.PathEscape(testToken), `s3cr3t\/t0ken+x`,
		base64.StdEncoding.EncodeToString([]byte("acme:" + testToken)),
	} {
		require.NotContains(t, text, form)
	}
}

// A server that sends the token back wherever it can.
func TestTokenAppearsNowhere(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(answerCall))
	defer elsewhere.Close()
	escaped := url.QueryEscape(testToken)
	for _, vendor := range []string{"nectardesk", "ccai"} {
		t.Run(vendor, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				credential := strings.TrimPrefix(r.Header.Get("Access-Token")+r.Header.Get("Authorization"), "Basic ")
				echo := fmt.Sprintf(`{"id": 1, "message": "no: %s, %s, %s, s3cr3t\/t0ken+x", "calls": {}}`, credential, testToken, escaped)
				switch strings.TrimPrefix(r.URL.Path, "/calls/") {
				case "bad":
					http.Error(w, echo, http.StatusBadRequest)
				case "down":
					http.Error(w, echo, http.StatusBadGateway)
				case "page":
					fmt.Fprint(w, "<html>"+echo)
				case "elsewhere":
					http.Redirect(w, r, elsewhere.URL+"/"+escaped+"?token="+escaped, http.StatusFound)
				case "host":
					http.Redirect(w, r, "http://"+escaped+".example.com/", http.StatusFound)
				case "broken":
					w.Header().Set("Location", "http://[::"+testToken+"]:x/"+escaped)
					w.WriteHeader(http.StatusFound)
				case "number":
					fmt.Fprint(w, `{"calls": {"id": 12345678}}`)
				case "key":
					http.Error(w, echo, http.StatusUnauthorized)
				default:
					fmt.Fprint(w, echo)
				}
			})
			var log bytes.Buffer
			api := testAPI(t, server.URL, func(o *APIOptions) {
				o.Vendor, o.User, o.Concurrency, o.MaxAttempts = vendor, "acme", 1, 2
				o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			})
			ids := []string{"1", "bad", "down", "page", "elsewhere", "host", "broken", "key", "after"}
			result, lines := fetchAll(t, api, ids...)
			require.Equal(t, []string{"1"}, result.Fetched)
			require.Len(t, result.Failed, 6)
			require.Equal(t, []string{"key", "after"}, result.Postponed)
			require.Contains(t, result.Failed["bad"], `400 Bad Request: "no: **redacted**, **redacted**, **redacted**, **redacted**"`)
			require.Contains(t, result.Stopped, "**redacted**")
			require.Contains(t, result.Stopped, "check api.token")
			requireNoToken(t, fmt.Sprint(result))
			require.NotEmpty(t, log.String())
			requireNoToken(t, log.String())
			require.Len(t, lines, 1)
			requireNoToken(t, string(lines[0].Body))
			require.Contains(t, string(lines[0].Body), redacted)
		})
	}
}

// A token of digits may be part of a call's numbers: taking it out there would land broken JSON.
func TestTokenThatIsANumber(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"calls": {"id": 912345678}}`) })
	for token, want := range map[string]int{"12345678": 1, "345": 0} {
		result, lines := fetchAll(t, testAPI(t, server.URL, func(o *APIOptions) { o.Token = token }), "912345678")
		require.Len(t, result.Failed, want)
		require.Len(t, lines, 1-want)
	}
}

func TestRedirects(t *testing.T) {
	var strangers int
	stranger := serve(t, func(w http.ResponseWriter, r *http.Request) {
		strangers++
		answerCall(w, r)
	})
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/calls/same":
			http.Redirect(w, r, "/v2/calls/same", http.StatusMovedPermanently)
		case "/v2/calls/same":
			if r.Header.Get("Access-Token") != testToken {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			answerCall(w, r)
		case "/calls/circle":
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		default:
			http.Redirect(w, r, stranger.URL+r.URL.Path, http.StatusFound)
		}
	})
	result, lines := fetchAll(t, testAPI(t, server.URL, nil), "same", "circle", "other")
	require.Equal(t, []string{"same"}, result.Fetched)
	require.Equal(t, []string{"/calls/same"}, pathsOf(lines))
	require.Equal(t, map[string]string{
		"circle": "GET /calls/circle: redirected too often",
		"other":  "GET /calls/other: redirected to another host, " + stranger.URL + ": check base_url",
	}, result.Failed)
	require.Zero(t, strangers, "the credential goes nowhere else")
	require.EqualValues(t, 2+4+1, result.Requests)
	require.Zero(t, result.Retries)
}

func TestLandedFilesHoldNothingElse(t *testing.T) {
	server := serve(t, answerCall)
	land, folder := testLanding(t)
	_, err := testAPI(t, server.URL, nil).Fetch(t.Context(), numbered(200), land, nil)
	require.NoError(t, err)
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.NotEmpty(t, entries)
	for _, entry := range entries {
		require.True(t, strings.HasPrefix(entry.Name(), "run1-") && strings.HasSuffix(entry.Name(), ".ndjson.zst"), entry.Name())
	}
	require.Len(t, landedIn(t, filepath.Dir(folder)), 200)
}
