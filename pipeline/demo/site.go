package demo

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"callmart/fixtures"
)

// site is one invented contact centre: a source of the configuration, with its archive and, for some, its API.
type site struct {
	name   string
	zone   string
	region string
	centre fixtures.Centre
	api    bool
	token  string // made anew for every demo, and written nowhere
	url    string // of the API, while it is served
}

// sites are a customer service in Berlin, its partner in India, a shop in New York, and a staffing agency whose calls a
// virtual agent takes.
func sites(opt Options) ([]*site, error) {
	all := []*site{
		{name: "berlin", zone: "Europe/Berlin", region: "DE", api: true, centre: fixtures.Centre{Vendor: "nectardesk", Seed: 11, CallsPerDay: opt.Calls * 40 / 100}},
		{name: "mumbai", zone: "Asia/Kolkata", region: "IN", centre: fixtures.Centre{Vendor: "callerdesk", Seed: 12, CallsPerDay: opt.Calls * 22 / 100}},
		{name: "newyork", zone: "America/New_York", region: "US", api: true, centre: fixtures.Centre{Vendor: "ccai", Seed: 13, CallsPerDay: opt.Calls * 30 / 100}},
		{name: "staffing", zone: "America/New_York", region: "US", centre: fixtures.Centre{Vendor: "whippy", Seed: 14, CallsPerDay: opt.Calls * 8 / 100}},
	}
	for _, s := range all {
		zone, err := time.LoadLocation(s.zone)
		if err != nil {
			return nil, fmt.Errorf("loading zone: %w", err)
		}
		s.centre.Zone, s.centre.From, s.centre.Days = zone, first(zone), opt.Days
		s.centre.CallsPerDay = max(1, s.centre.CallsPerDay)
		var b [12]byte
		if _, err := rand.Read(b[:]); err != nil {
			return nil, fmt.Errorf("making a token: %w", err)
		}
		s.token = hex.EncodeToString(b[:])
	}
	return all, nil
}

// brokenRecords is how many records of each archive cannot be read, as in every archive.
const brokenRecords = 2

// archive writes the webhooks of the month, and the examples of the vendor's documentation among them.
func (s *site) archive(_ context.Context, dir string) (fixtures.ArchiveStats, error) {
	folder := filepath.Join(dir, "archive", s.name)
	stats, err := fixtures.WriteArchive(folder, s.centre, fixtures.ArchiveOptions{Compress: true, Bad: brokenRecords})
	if err != nil {
		return stats, err
	}
	documented := filepath.Join(folder, "documented")
	if err := os.MkdirAll(documented, 0o755); err != nil {
		return stats, err
	}
	payloads, err := fixtures.Payloads(s.centre.Vendor)
	if err != nil {
		return stats, err
	}
	for _, p := range payloads {
		body := p.Body
		if p.Name == "customer-flag" {
			body = fmt.Appendf(nil, `{"received_at":"2026-10-01T08:00:00Z","path":"/calls/515/customer_flag","body":%s}`, body)
		}
		if err := os.WriteFile(filepath.Join(documented, p.Name+".json"), body, 0o644); err != nil {
			return stats, err
		}
	}
	if s.api && s.centre.Vendor == "ccai" {
		return stats, s.idFile(dir)
	}
	return stats, nil
}

// idFile lists the calls of a vendor that sends no webhooks, as an export of its portal would.
func (s *site) idFile(dir string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# calls of %s, from %s on\n", s.name, s.centre.From.Format(time.DateOnly))
	for call := range s.centre.Calls() {
		b.WriteString(call.ID)
		b.WriteByte('\n')
	}
	return os.WriteFile(filepath.Join(dir, "archive", s.name+"-ids.txt"), []byte(b.String()), 0o644)
}

// serve starts the vendor's API on loopback; stop ends it.
func (s *site) serve(ctx context.Context) (stop func() error, err error) {
	if !s.api {
		return func() error { return nil }, nil
	}
	server := fixtures.NewServer(s.centre, fixtures.ServerOptions{Token: s.token, User: s.user(), MissingEvery: 400, FailEvery: 250})
	s.url, stop, err = server.Listen(ctx)
	return stop, err
}

// user is the name for HTTP Basic, which callmart takes from the first label of the host.
func (s *site) user() string { return "127" }

// variable is the environment variable that the configuration names for the token.
func (s *site) variable() string { return strings.ToUpper(s.name) + "_TOKEN" }

// secrets gives the pipeline the tokens without an environment.
func secrets(sites []*site) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for _, s := range sites {
			if s.variable() == name {
				return s.token, true
			}
		}
		return os.LookupEnv(name)
	}
}

// events are the folders of raw bodies that do not say their event: the configuration says it for them.
func (s *site) events() []string {
	if s.centre.Vendor != "nectardesk" {
		return nil
	}
	return []string{
		"call_ended", "call_abandoned", "call_overflowed_to_voicemail", "call_disposition_saved", "call_disposition_modified",
		"call_recording_received",
	}
}
