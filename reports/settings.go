package reports

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Kind is the kind of a report's period; it decides what the period is compared with.
type Kind string

// The kinds of period.
const (
	Day   Kind = "day"
	Week  Kind = "week"
	Month Kind = "month"
	Range Kind = "range"
)

// Settings say what a report covers and how it counts. They apply at report time to all dates and never touch
// the lake. All dates are midnight UTC of the day they name; no clock is read.
type Settings struct {
	From, To time.Time // first and last day of the period
	Kind     Kind
	Complete bool           // false: the period goes on, the report is "to date"
	Zone     *time.Location // business zone, named in the report; nil is UTC

	Threshold    time.Duration // T, of queues without a rule
	ShortAbandon time.Duration // S; 0 counts no abandon as short
	Target       float64       // of the service level, 0 to 1
	Formula      string        // one of Formulas()
	Boundary     string        // le: a wait of exactly T is within; lt: it is not (S alike)
	NotMet       []string      // exits in the denominator that count as not met
	Queues       []QueueRule   // the first match wins
	Hours        []Hours       // opening hours; a source that no rule names is always open
	Holidays     []time.Time   // days on which every source is closed
	Exclusions   []Exclusion   // outages, whose entries are taken out of everything
	Interval     time.Duration // divides a day

	Sources   []Source
	Run       Run       // the last run that changed the tables
	Watermark time.Time // "now" of the report: up to where the sources have been seen, UTC
	Quiet     []string  // sources that were silent for too long to hold the watermark back
	MaxRows   int       // of a long table; 0 is 500,000
}

// QueueRule names the queues of a source and what holds for them. A nil limit is the default one.
type QueueRule struct {
	Source       string // empty: every source
	Match        string // name of the queue; * stands for any text, ? for one character
	Group        string // queues of one group are reported as one; empty: each as itself
	Threshold    *time.Duration
	Target       *float64
	ShortAbandon *time.Duration
}

// Hours are opening hours on the source's wall clock. Where Close is not after Open, they run past midnight.
type Hours struct {
	Source      string // empty: every source
	Days        []time.Weekday
	Open, Close time.Duration // since midnight
}

// Exclusion is an outage on the source's wall clock, From inclusive, To exclusive.
type Exclusion struct {
	Source   string // empty: every source
	From, To time.Time
	Reason   string
}

// Source is one configured source and what became of its records in the last run that changed the tables.
type Source struct {
	Name, Vendor, Zone string
	Accounting         *Accounting // nil: the source had no part in that run
}

// Accounting says where the records of one source ended: Read = New + Duplicate + Quarantined + Ignored.
type Accounting struct {
	Read, New, Duplicate, Quarantined, Ignored int64
	Open                                       int64            // of the quarantined, those nobody dropped or replayed
	Files, Problems                            int64            // files read; requests and files that failed
	Complete                                   bool             // everything that was wanted was fetched
	Reasons                                    map[string]int64 // records in quarantine by reason
}

// Run names a run of the pipeline and when it was made.
type Run struct {
	ID string
	At time.Time
}

const (
	defaultMaxRows  = 500_000
	defaultInterval = 30 * time.Minute
	midnightToNext  = 24 * time.Hour
	formulaDefault  = "exclude_short_abandons"
)

// DefaultSettings returns the settings that hold where the configuration says nothing.
func DefaultSettings() Settings {
	return Settings{
		Kind:         Day,
		Complete:     true,
		Zone:         time.UTC,
		Threshold:    20 * time.Second,
		ShortAbandon: 5 * time.Second,
		Target:       0.8,
		Formula:      formulaDefault,
		Boundary:     "le",
		NotMet:       []string{"voicemail", "missed", "failed"},
		Interval:     defaultInterval,
	}
}

// Check returns an error that names every setting a report could not count by.
func (s *Settings) Check() error {
	var errs []error
	if !slices.ContainsFunc(formulas, func(f formula) bool { return f.name == s.Formula }) {
		errs = append(errs, fmt.Errorf("formula %q is none of %v", s.Formula, Formulas()))
	}
	if s.Boundary != "le" && s.Boundary != "lt" {
		errs = append(errs, fmt.Errorf("boundary %q is neither le nor lt", s.Boundary))
	}
	if s.Interval < time.Minute || s.Interval%time.Minute != 0 || midnightToNext%s.Interval != 0 {
		errs = append(errs, fmt.Errorf("interval %v does not divide a day into whole minutes", s.Interval))
	}
	if s.To.Before(s.From) {
		errs = append(errs, fmt.Errorf("period ends on %s, before it begins on %s", isoDate(s.To), isoDate(s.From)))
	}
	if s.Target < 0 || s.Target > 1 {
		errs = append(errs, fmt.Errorf("target %v is not between 0 and 1", s.Target))
	}
	for _, exit := range s.NotMet {
		if !slices.Contains(notMetExits, exit) {
			errs = append(errs, fmt.Errorf("not_met %q is none of %v", exit, notMetExits))
		}
	}
	for _, h := range s.Hours {
		if h.Open < 0 || h.Open > midnightToNext || h.Close < 0 || h.Close > midnightToNext {
			errs = append(errs, fmt.Errorf("hours from %v to %v leave the day", h.Open, h.Close))
		}
	}
	return errors.Join(errs...)
}

// notMetExits are the exits that may be counted as not met; answered and abandoned always count.
var notMetExits = []string{"voicemail", "callback", "overflow", "missed", "failed"}

func (s *Settings) zone() *time.Location {
	if s.Zone == nil {
		return time.UTC
	}
	return s.Zone
}

func (s *Settings) maxRows() int {
	if s.MaxRows <= 0 {
		return defaultMaxRows
	}
	return s.MaxRows
}
