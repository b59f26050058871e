package pipeline

import (
	"context"
	"errors"
	"slices"
	"time"

	"callmart/transform/schema"
)

// SourceStatus is how far a source is. What is not known, because it was never loaded or a file is damaged, is zero.
type SourceStatus struct {
	Source     string `json:"source"`
	Vendor     string `json:"vendor"`
	Configured bool   `json:"configured"` // false: the lake has it, the configuration has it no more

	NewestObserved *time.Time `json:"newest_observed_at"`
	Age            *float64   `json:"age_seconds"` // of that time
	Quiet          bool       `json:"quiet"`       // it is older than quiet_after
	LastRun        string     `json:"last_run"`    // that read the source; "" if none is known
	LastRunAt      *time.Time `json:"last_run_at"`
	LastFiles      int64      `json:"last_run_files"` // that it read
	LastBytes      int64      `json:"last_run_input_bytes"`
	Complete       *bool      `json:"complete"` // whether it got everything that it wanted

	Calls      int64  `json:"calls"`
	Partitions int    `json:"partitions"`
	First      string `json:"first_date"` // that has calls
	Last       string `json:"last_date"`

	Size         SizeStatus         `json:"size"`
	KnownFiles   int64              `json:"known_files"` // that were read
	KnownBytes   int64              `json:"known_bytes"`
	PendingBytes int64              `json:"pending_bytes"` // of incomplete records at the ends of files that may still grow
	Records      Accounting         `json:"records"`       // of all runs
	Quarantine   QuarantineManifest `json:"quarantine"`
	API          *APIStatus         `json:"api"`      // nil: none was ever asked
	Settings     *SettingsStatus    `json:"settings"` // nil: those of the lake are those of the configuration
}

// APIStatus is what is left to be fetched.
type APIStatus struct {
	Configured bool              `json:"configured"`
	Pending    int               `json:"pending"`   // ids that the next run asks for
	Failed     int               `json:"failed"`    // of the last run that asked
	Errors     map[string]string `json:"errors"`    // of those, by id, the first hundred
	Stopped    string            `json:"stopped"`   // why the last run stopped asking, "" if it did not
	Open       int               `json:"open"`      // calls that are not final
	Stale      int               `json:"stale"`     // of those, how many are older than give_up_after: nobody asks for them
	NotFound   int               `json:"not_found"` // ids that the API does not know
}

// SettingsStatus says that the next run would refuse the configuration, since it would form other rows than the lake has.
type SettingsStatus struct {
	Message string `json:"message"`
	Adopt   string `json:"adopt"` // what to do
}

func (r *statusReader) source(ctx context.Context, name string) (*SourceStatus, error) {
	s := &SourceStatus{Source: name}
	config := slices.IndexFunc(r.config.Sources, func(c Source) bool { return c.Name == name })
	if config >= 0 {
		s.Configured, s.Vendor = true, r.config.Sources[config].Vendor
		if r.config.Sources[config].API != nil {
			s.API = &APIStatus{Configured: true, Errors: map[string]string{}}
		}
	}
	if r.lake == nil {
		return s, nil
	}
	if size := r.sizes[name]; size != nil {
		s.Size = *size
	}
	counted, problems, err := r.lake.Count(ctx, schema.Calls, name)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		r.problem(err)
	}
	for _, p := range problems {
		r.problem(p)
	}
	damaged, err := r.lake.Whole(ctx, name)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		r.problem(err)
	}
	for _, p := range damaged {
		r.problem(p)
	}
	s.Calls, s.Partitions, s.First, s.Last = counted.Rows, counted.Partitions, counted.First, counted.Last
	r.inputs(s)
	book, err := readLedger(r.config.Lake, name)
	if err != nil {
		r.problem(err)
		book = nil
	}
	r.ofRun(s, r.latest[name])
	if book != nil {
		r.ofLedger(s, book, config)
	}
	if err := r.quarantined(ctx, s, book); err != nil {
		return nil, err
	}
	if s.NewestObserved != nil {
		age := r.status.At.Sub(*s.NewestObserved)
		seconds := age.Seconds()
		s.Age, s.Quiet = &seconds, age > r.config.QuietAfter
	}
	return s, nil
}

// inputs tells of the files that were read.
func (r *statusReader) inputs(s *SourceStatus) {
	known, err := readInputs(r.config.Lake, s.Source)
	if err != nil {
		r.problem(err)
	}
	for i := range known {
		s.KnownFiles++
		s.KnownBytes += max(0, known[i].size) // -1: it is to be read again
		if !known[i].gaveUp {
			s.PendingBytes += known[i].tail
		}
	}
}

// ofRun tells of the last run that read the source.
func (r *statusReader) ofRun(s *SourceStatus, last *latestRun) {
	if last == nil {
		return
	}
	m := &last.source
	s.LastRun, s.LastRunAt, s.Complete = last.run, &last.started, &m.Complete
	s.LastFiles, s.LastBytes = int64(m.Files), m.InputBytes
	s.NewestObserved = m.NewestObserved
	if s.Vendor == "" {
		s.Vendor = m.Vendor
	}
	if s.Records = m.Accounting; m.Totals != nil {
		s.Records = m.Totals.Accounting
	}
	if m.Quarantine != nil {
		s.Quarantine = *m.Quarantine
	}
	if f := m.Fetch; f != nil {
		if s.API == nil {
			s.API = &APIStatus{Errors: map[string]string{}}
		}
		s.API.Failed, s.API.Stopped, s.API.Stale = f.Failed, f.Stopped, f.Stale
		for id, text := range f.Errors {
			s.API.Errors[id] = text
		}
	}
}

// ofLedger tells what the source remembers, which is newer than the manifest where a run failed after its commit.
func (r *statusReader) ofLedger(s *SourceStatus, book *ledger, config int) {
	if book.Settings == nil {
		return // never loaded, or by a version that kept no ledger
	}
	s.Records = book.Totals.Accounting
	if book.Totals.NewestObserved != nil {
		s.NewestObserved = book.Totals.NewestObserved
	}
	if s.Vendor == "" {
		s.Vendor = book.Settings.Vendor
	}
	if s.API == nil && len(book.Pending)+len(book.Open)+len(book.NotFound) > 0 {
		s.API = &APIStatus{Errors: map[string]string{}}
	}
	if a := s.API; a != nil {
		a.Pending, a.Open, a.NotFound = len(book.Pending), len(book.Open), len(book.NotFound)
	}
	if config < 0 {
		return
	}
	c := r.config.Sources[config]
	if c.API != nil {
		s.API.Stale = 0
		for _, began := range book.Open {
			if r.status.At.Sub(began) > c.API.GiveUpAfter {
				s.API.Stale++
			}
		}
	}
	changed := book.Settings.differences(formedBy(transformSource(r.config, c)))
	if len(changed) == 0 {
		return
	}
	var usage *UsageError
	if errors.As(error(&settingsError{Source: s.Source, Changed: changed}), &usage) {
		s.Settings = &SettingsStatus{Message: usage.Message, Adopt: usage.Try}
	}
}

// quarantined counts the refused records by what was decided about them. The ledger's count holds until somebody decides.
func (r *statusReader) quarantined(ctx context.Context, s *SourceStatus, book *ledger) error {
	decided, err := readDecisions(r.config.Lake, s.Source)
	if err != nil {
		r.problem(err)
		return nil
	}
	if book != nil && book.Quarantine != nil && book.Quarantine.Decisions == decided.hash() {
		s.Quarantine = book.Quarantine.QuarantineManifest
		return nil
	}
	counts := QuarantineManifest{}
	q := quarantine{source: s.Source, lake: r.config.Lake}
	err = q.published(func(_ []byte, refusal *Refusal) error {
		counts.Count(decided.of(refusal.ID))
		return ctx.Err()
	})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		r.problem(err)
	default:
		s.Quarantine = counts
	}
	return nil
}
