package extract

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"
)

// APIOptions say whose calls are fetched, and how hard. Zero values mean the defaults.
type APIOptions struct {
	Source      string        // name in the configuration, for messages
	Vendor      string        // nectardesk or ccai
	BaseURL     string        // calls are at {BaseURL}/calls/{id}
	User        string        // ccai only; default the first label of the base URL's host
	Token       string        // the secret: it is in no error, log line or landed file
	Rate        float64       // requests per second; default 5, for ccai 1
	Concurrency int           // requests under way at a time; default 4
	Timeout     time.Duration // of one request, its body included; default 30 s
	MaxAttempts int           // requests for one path before it failed; default 6
	MaxFailures int           // calls in a row that failed for want of a usable answer before the source is stopped; default 50

	CustomerFlag bool                 // ccai: fetch /calls/{id}/customer_flag too
	Listed       func(id string) bool // ccai: the vendor's own list named this call; nil: no list was read
	Buckets      *Buckets             // shared by the sources of a run; nil: a bucket of its own

	Client *http.Client                               // default: one with its own connections
	Now    func() time.Time                           // when answers came in; default time.Now
	Sleep  func(context.Context, time.Duration) error // default: a timer; with another, Now must go on as it sleeps
	Log    *slog.Logger                               // default: nothing is logged
}

// API fetches calls by their ids. Its methods may be called from several goroutines.
type API struct {
	options APIOptions
	base    *url.URL
	vendor  vendorAPI
	bucket  *bucket
	redact  *redactor
	clock   clock
	client  *http.Client
	own     bool // the client is ours, and so are its idle connections
}

// vendorAPI is what differs between the vendors.
type vendorAPI interface {
	sign(r *http.Request)                // adds credentials and headers
	asks(id string) []ask                // what makes up one call: the call itself, then what belongs to it
	judge(status int, of ask) verdict    // what an answer means; the body is checked after it
	secret() (forms []string, err error) // how the credential may look on the wire
}

// ask is one resource of a call.
type ask struct {
	path   string // below the base URL, escaped
	id     string // of the call that the answer must be; empty for parts
	part   bool   // it belongs to a call and may be missing
	listed bool   // the vendor's list named the call
}

// verdict is what an answer means.
type verdict uint8

const (
	taken    verdict = iota // the body is what was asked for
	absent                  // there is no such thing
	again                   // a later attempt may succeed
	refused                 // no attempt will succeed
	denied                  // the credential is not accepted
	unserved                // the API does not offer calls by id
)

// NewAPI checks the options and completes them with the defaults. Its errors never hold the token.
func NewAPI(o APIOptions) (*API, error) {
	api, err := newAPI(o)
	if err != nil {
		return nil, fmt.Errorf("preparing API of source %s: %w", o.Source, err)
	}
	return api, nil
}

func newAPI(o APIOptions) (*API, error) {
	base, err := baseURL(o.BaseURL)
	if err != nil {
		return nil, err
	}
	if o.Token == "" || !httpguts.ValidHeaderFieldValue(o.Token) || strings.TrimSpace(o.Token) != o.Token {
		return nil, errors.New("the token is empty, or has white space or control characters")
	}
	if o.Rate < 0 || math.IsNaN(o.Rate) || math.IsInf(o.Rate, 0) {
		return nil, fmt.Errorf("a rate of %v requests per second", o.Rate)
	}
	api := &API{base: base, own: o.Client == nil}
	switch o.Vendor {
	case "nectardesk":
		api.vendor = nectarAPI{token: o.Token}
		o.Rate = orDefault(o.Rate, 5)
	case "ccai":
		label, _, _ := strings.Cut(base.Hostname(), ".")
		o.User = orDefault(o.User, label)
		api.vendor = ccaiAPI{user: o.User, token: o.Token, flag: o.CustomerFlag, listed: o.Listed}
		o.Rate = orDefault(o.Rate, 1) // some of the vendor's pages say 1 per customer, others 10
	default:
		return nil, fmt.Errorf("vendor %q has no calls by id", o.Vendor)
	}
	forms, err := api.vendor.secret()
	if err != nil {
		return nil, err
	}
	api.redact = newRedactor(forms)
	o.Concurrency = max(1, orDefault(o.Concurrency, 4))
	o.Timeout = orDefault(o.Timeout, 30*time.Second)
	o.MaxAttempts = max(1, orDefault(o.MaxAttempts, 6))
	o.MaxFailures = orDefault(o.MaxFailures, 50)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Buckets == nil {
		o.Buckets = &Buckets{}
	}
	api.clock = newClock(o.Now, o.Sleep)
	api.bucket = o.Buckets.of(base.Host, strings.Join(forms, "\n"), o.Rate)
	if api.client = o.Client; api.own {
		api.client = newClient(o.Concurrency)
	}
	api.options = o
	return api, nil
}

// newClient keeps as many connections as are in use at a time.
func newClient(concurrency int) *http.Client {
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, IdleConnTimeout: time.Minute}
	transport.MaxIdleConnsPerHost = concurrency
	return &http.Client{Transport: transport}
}

// baseURL reads an address. Errors do not quote it: it may hold a password.
func baseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("base_url is no address: write it like https://api.example.com")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("base_url must have no user, query or fragment")
	}
	return u, nil
}

// at is the address of a path below the base URL.
func (a *API) at(path string) string {
	return a.base.Scheme + "://" + a.base.Host + strings.TrimRight(a.base.EscapedPath(), "/") + path
}

func orDefault[T comparable](value, standard T) T {
	var zero T
	if value == zero {
		return standard
	}
	return value
}
