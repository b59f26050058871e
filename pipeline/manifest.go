package pipeline

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Accounting says where the records of one source ended: Read = New + Duplicate + Quarantined + Ignored.
type Accounting struct {
	Read        int64 `json:"read"`
	New         int64 `json:"new"`
	Duplicate   int64 `json:"duplicate"`
	Quarantined int64 `json:"quarantined"`
	Ignored     int64 `json:"ignored"`
}

// Balanced reports whether every record read ended in exactly one place.
func (a Accounting) Balanced() bool {
	return a.Read == a.New+a.Duplicate+a.Quarantined+a.Ignored
}

// Manifest is what a run did. It is written to _runs/<run>.json with the run's commit, and printed with --json.
type Manifest struct {
	Run        string           `json:"run"`
	StartedAt  time.Time        `json:"started_at"`
	FinishedAt time.Time        `json:"finished_at"`
	Rebuild    string           `json:"rebuild,omitempty"` // FromRaw, FromObservations or Intervals; "": it took what was new
	From       string           `json:"from,omitempty"`    // first date that it wrote; "": all
	To         string           `json:"to,omitempty"`
	Changed    bool             `json:"changed"`  // whether any table is another than before
	Complete   bool             `json:"complete"` // whether everything that was wanted was read
	Sources    []SourceManifest `json:"sources"`
	Partitions []PartManifest   `json:"partitions"`
	Stages     []Stage          `json:"stages"`
	PeakMemory int64            `json:"peak_memory_bytes,omitempty"` // of the process, up to the commit; 0 where the system does not tell
	Workbooks  []string         `json:"workbooks,omitempty"`         // in the answer of a run only: they are made after the commit
	Skipped    []string         `json:"skipped,omitempty"`           // commands that make the reports that were too old to be made again
}

// SourceManifest is what a run did with one source.
type SourceManifest struct {
	Source           string              `json:"source"`
	Vendor           string              `json:"vendor"`
	Files            int                 `json:"files"`
	InputBytes       int64               `json:"input_bytes,omitempty"` // of those files, on the disk, and of grown ones what is new
	Accounting       Accounting          `json:"accounting"`
	QuarantineReason map[string]int64    `json:"quarantine_reasons,omitempty"`
	Quarantine       *QuarantineManifest `json:"quarantine,omitempty"` // what became of the quarantined; nil in old manifests
	IgnoredReason    map[string]int64    `json:"ignored_reasons,omitempty"`
	Problems         []string            `json:"problems,omitempty"` // files that could not be read
	PendingBytes     int64               `json:"pending_bytes,omitempty"`
	UnknownWords     []UnknownWord       `json:"unknown_words,omitempty"`
	WrongTypes       int64               `json:"wrong_types,omitempty"`     // values that stayed in extra
	ZoneSuspicions   int64               `json:"zone_suspicions,omitempty"` // starts more than 1 h off the call id's epoch
	NewestObserved   *time.Time          `json:"newest_observed_at,omitempty"`
	Fetch            *FetchManifest      `json:"fetch,omitempty"`
	Totals           *Totals             `json:"totals,omitempty"` // over all runs; nil in old manifests, whose runs read everything
	Complete         bool                `json:"complete"`
}

// open is how many quarantined records nobody decided on.
func (s *SourceManifest) open() int64 {
	if s.Quarantine == nil {
		return s.Accounting.Quarantined
	}
	return s.Quarantine.Open
}

// FetchManifest says what became of the calls that were wanted of an API:
// Wanted = Fetched + NotFound + Failed + Postponed.
type FetchManifest struct {
	Wanted    int               `json:"wanted"`
	Fetched   int               `json:"fetched"`
	NotFound  int               `json:"not_found"`
	Failed    int               `json:"failed"`
	Postponed int               `json:"postponed"` // stopped before their turn, or not found but just announced
	Requests  int64             `json:"requests"`
	Retries   int64             `json:"retries"`
	Throttled int64             `json:"throttled"` // answers 429
	Wasted    int64             `json:"wasted"`    // answers that will be fetched again
	Stale     int               `json:"stale"`     // calls not final for longer than give_up_after
	Stopped   string            `json:"stopped,omitempty"`
	Errors    map[string]string `json:"errors,omitempty"` // by id, the first hundred
}

func (f *FetchManifest) complete() bool { return f.Failed == 0 && f.Postponed == 0 && f.Stopped == "" }

// UnknownWord is a vendor's words that no outcome is known for, and how many calls have them.
type UnknownWord struct {
	RawStatus string `json:"raw_status,omitempty"`
	RawType   string `json:"raw_type,omitempty"`
	RawReason string `json:"raw_reason,omitempty"`
	Calls     int64  `json:"calls"`
}

// PartManifest is one partition of the run.
type PartManifest struct {
	Source  string           `json:"source"`
	Date    string           `json:"date"`
	Changed bool             `json:"changed"`
	Rows    map[string]int64 `json:"rows"`
	Bytes   int64            `json:"bytes"`
}

// Stage is a part of the run and how long it took.
type Stage struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
}

func (m *Manifest) bytes() ([]byte, error) {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing manifest: %w", err)
	}
	return append(b, '\n'), nil
}

// manifests reads the manifests of a lake, newest first, until want says that one is the right one; nil if none is.
func findManifest(lake string, want func(*Manifest) bool) (*Manifest, error) {
	dir := filepath.Join(lake, "_runs")
	files, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading manifests: %w", err)
	}
	for _, f := range slices.Backward(files) {
		if !strings.HasSuffix(f.Name(), ".json") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, fmt.Errorf("reading manifests: %w", err)
		}
		m := &Manifest{}
		if err := json.Unmarshal(text, m); err != nil {
			return nil, brokenManifest(filepath.Join(dir, f.Name()), err)
		}
		if want(m) {
			return m, nil
		}
	}
	return nil, nil
}
