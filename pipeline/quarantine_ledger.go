package pipeline

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"callmart/load"
)

// What became of a refusal.
const (
	Open     = "open"     // nobody decided on it
	Dropped  = "dropped"  // it needs no more attention
	Replayed = "replayed" // a repaired record took its place
)

// Decision is what the operator decided about refusals. The raw data stays; every run counts the records as
// quarantined again, but not as open.
type Decision struct {
	State string    `json:"state"`
	At    time.Time `json:"at"`
	Note  string    `json:"note,omitempty"`
	Raw   string    `json:"raw,omitempty"` // of Replayed: the repaired record's file in the lake
}

// act is one decision, and the refusals it is about, in order.
type act struct {
	Decision
	IDs []string `json:"ids"`
}

// decisions are those about one source. They lie in the lake's ledger.
type decisions struct {
	source string
	acts   []*act
	byID   map[string]*act
}

func decisionsPath(source string) string { return "_ledger/" + source + ".quarantine.json" }

// readDecisions reads a source's decisions. One whose repaired record is gone holds no more: the refusal is open again.
func readDecisions(lake, source string) (*decisions, error) {
	d := &decisions{source: source, byID: map[string]*act{}}
	path := filepath.Join(lake, filepath.FromSlash(decisionsPath(source)))
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return d, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading decisions: %w", err)
	}
	if err := json.Unmarshal(text, &d.acts); err != nil {
		return nil, &LedgerError{
			path, "put that file back from a backup; or delete it, and refusals that were dropped or replayed are open again", err,
		}
	}
	for _, a := range d.acts {
		if a.Raw != "" {
			if _, err := os.Stat(filepath.Join(lake, filepath.FromSlash(a.Raw))); errors.Is(err, fs.ErrNotExist) {
				continue
			} else if err != nil {
				return nil, fmt.Errorf("reading decisions: %w", err)
			}
		}
		for _, id := range a.IDs {
			d.byID[id] = a
		}
	}
	return d, nil
}

// of returns the decision about a refusal, nil if it is open.
func (d *decisions) of(id string) *Decision {
	if a := d.byID[id]; a != nil {
		return &a.Decision
	}
	return nil
}

// decide puts a decision in the place of older ones. Without a state it takes them back.
func (d *decisions) decide(what Decision, ids []string) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	a := &act{Decision: what, IDs: slices.Compact(ids)}
	for _, old := range d.acts {
		old.IDs = slices.DeleteFunc(old.IDs, func(id string) bool {
			_, again := slices.BinarySearch(a.IDs, id)
			return again
		})
	}
	d.acts = slices.DeleteFunc(d.acts, func(a *act) bool { return len(a.IDs) == 0 })
	for _, id := range a.IDs {
		delete(d.byID, id)
	}
	if what.State == "" || len(a.IDs) == 0 {
		return
	}
	d.acts = append(d.acts, a)
	for _, id := range a.IDs {
		d.byID[id] = a
	}
}

// stage adds the decisions to a commit.
func (d *decisions) stage(s *load.Staging) error {
	acts := d.acts
	if acts == nil {
		acts = []*act{}
	}
	text, err := json.MarshalIndent(acts, "", " ")
	if err != nil {
		return fmt.Errorf("writing decisions: %w", err)
	}
	return s.AddBytes(decisionsPath(d.source), append(text, '\n'))
}

// QuarantineManifest says what became of a source's quarantined records: Quarantined = Open + Dropped + Replayed.
type QuarantineManifest struct {
	Open     int64 `json:"open"`
	Dropped  int64 `json:"dropped"`
	Replayed int64 `json:"replayed"`
}

// Total is the number of quarantined records.
func (m QuarantineManifest) Total() int64 { return m.Open + m.Dropped + m.Replayed }

// Count adds a record that was decided on like this; nil: it is open.
func (m *QuarantineManifest) Count(d *Decision) {
	switch {
	case d == nil:
		m.Open++
	case d.State == Replayed:
		m.Replayed++
	default:
		m.Dropped++
	}
}

func (m *QuarantineManifest) add(b QuarantineManifest) {
	m.Open += b.Open
	m.Dropped += b.Dropped
	m.Replayed += b.Replayed
}
