package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// ledger is what a source remembers from run to run that its tables do not say. It is committed with the run.
type ledger struct {
	Settings   *formed              `json:"settings"` // by which the lake's rows were made; nil: by a version that kept none
	Totals     Totals               `json:"totals"`
	NotFound   map[string]time.Time `json:"not_found,omitempty"` // when the API did not know an id
	Open       map[string]time.Time `json:"open,omitempty"`      // calls that are not final, and when they began
	Pending    map[string]time.Time `json:"pending,omitempty"`   // ids that were wanted of the API and are still to be fetched, and when a webhook named them
	IDs        map[string]idRange   `json:"ids,omitempty"`       // of the calls of each date
	Answered   bool                 `json:"answered,omitempty"`  // whether the API ever knew a call
	Quarantine *quarantineCount     `json:"quarantine,omitempty"`
}

// Totals are the sums over all runs since the source was loaded anew.
type Totals struct {
	Accounting
	Files            int64            `json:"files"`
	QuarantineReason map[string]int64 `json:"quarantine_reasons,omitempty"`
	IgnoredReason    map[string]int64 `json:"ignored_reasons,omitempty"`
	WrongTypes       int64            `json:"wrong_types,omitempty"`
	ZoneSuspicions   int64            `json:"zone_suspicions,omitempty"`
	NewestObserved   *time.Time       `json:"newest_observed_at,omitempty"`
}

func ledgerPath(source string) string { return "_ledger/" + source + ".json" }

func readLedger(lake, source string) (*ledger, error) {
	l := &ledger{}
	path := filepath.Join(lake, filepath.FromSlash(ledgerPath(source)))
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("reading ledger: %w", err)
	default:
		if err := json.Unmarshal(text, l); err != nil {
			return nil, &LedgerError{path, readAgain(source), err}
		}
	}
	if l.IDs == nil {
		l.IDs = map[string]idRange{}
	}
	for _, m := range [...]*map[string]time.Time{&l.NotFound, &l.Open, &l.Pending} {
		if *m == nil {
			*m = map[string]time.Time{}
		}
	}
	return l, nil
}

// remember reads the ledger, and decides whether everything is read anew: at the first run, in a rebuild, and of a lake
// whose ledger does not say what was read. A lake that was formed by other settings is a *settingsError.
func (s *sourceRun) remember(ctx context.Context) (err error) {
	if s.book, err = readLedger(s.runner.config.Lake, s.config.Name); err != nil {
		return err
	}
	fresh := s.book.Settings == nil // nothing was loaded, or by a version that kept no ledger
	s.whole = s.options.Rebuild == FromRaw || fresh && s.options.Rebuild == ""
	if fresh {
		if err := s.withoutLedger(ctx); err != nil {
			return err
		}
	}
	s.part = s.options.Rebuild == FromRaw && s.options.From+s.options.To != "" && !fresh
	if s.whole && !s.part {
		if !fresh {
			s.adopts = slices.ContainsFunc(s.book.Settings.differences(formedBy(s.settings)), configuredSetting)
		}
		// Calls that are not final stay known as such: those of dates that cannot be made anew are in no record.
		s.book.Totals = Totals{}
		return nil
	}
	if fresh {
		return nil
	}
	changed := s.book.Settings.differences(formedBy(s.settings))
	if s.options.Rebuild == FromObservations && s.options.From+s.options.To == "" {
		changed = slices.DeleteFunc(changed, adoptable)
	}
	if len(changed) > 0 {
		return &settingsError{Source: s.config.Name, Changed: changed}
	}
	return nil
}

// configuredSetting tells settings, which can be set back, from the versions that come with the program.
func configuredSetting(d difference) bool { return !strings.Contains(d.Setting, "version") }

// adoptable settings can be adopted from observations: nothing that reading a payload needs depends on them.
func adoptable(d difference) bool { return d.Setting == "timezone" || d.Setting == "schema version" }

// total adds the run to the sums over all runs, and writes them into the manifest.
func (s *sourceRun) total(m *SourceManifest) {
	a, t := &s.index.account, &s.book.Totals
	if s.options.Rebuild != FromObservations && !s.part {
		t.Read += a.Read
		t.New += a.New
		t.Duplicate += a.Duplicate
		t.Quarantined += a.Quarantined
		t.Ignored += a.Ignored
		t.Files += int64(len(s.todo))
		t.WrongTypes += a.wrongTypes
		t.ZoneSuspicions += a.suspicions
		addTo(&t.QuarantineReason, a.reasons)
		addTo(&t.IgnoredReason, a.ignored)
	}
	if a.newest != 0 {
		if at := time.UnixMicro(a.newest).UTC(); t.NewestObserved == nil || at.After(*t.NewestObserved) {
			t.NewestObserved = &at
		}
	}
	m.NewestObserved = t.NewestObserved
	whole := *t
	whole.QuarantineReason, whole.IgnoredReason = maps.Clone(t.QuarantineReason), maps.Clone(t.IgnoredReason)
	m.Totals = &whole
}

func addTo(sums *map[string]int64, more map[string]int64) {
	if *sums == nil {
		*sums = map[string]int64{}
	}
	for k, n := range more {
		(*sums)[k] += n
	}
}

// forgets are the files that this run read, and from where on: what the quarantine has of them from there on is void.
// It may also have lines of a file that is new to the ledger: of one that was away for some runs.
func (s *sourceRun) forgets() map[string]int64 {
	from := make(map[string]int64, len(s.todo))
	for k := range s.index.account.read.all {
		from[k.path] = k.from
	}
	return from
}

// stageMemory stages what the source remembers of the run.
func (s *sourceRun) stageMemory() error {
	settings := formedBy(s.settings)
	s.book.Settings = &settings
	text, err := json.MarshalIndent(s.book, "", " ")
	if err != nil {
		return fmt.Errorf("writing ledger: %w", err)
	}
	return s.staging.AddBytes(ledgerPath(s.config.Name), append(text, '\n'))
}

// stageRead stages which files were read.
func (s *sourceRun) stageRead() error {
	if s.options.Rebuild == FromObservations {
		return nil
	}
	if s.part { // what was known of a file still holds
		known, err := readInputs(s.runner.config.Lake, s.config.Name)
		if err != nil {
			return err
		}
		return stageInputs(s.staging, s.config.Name, pointers(known))
	}
	inputs := pointers(s.kept)
	for k := range s.index.account.read.all {
		switch {
		case awaits(k.path):
			continue
		case s.held[k.number]: // the next run reads it again, and what it refuses of it takes the place of what is refused now
			k = &readInput{path: k.path, size: -1, origin: k.origin, event: k.event}
		}
		inputs = append(inputs, k)
	}
	return stageInputs(s.staging, s.config.Name, inputs)
}

func pointers(inputs []readInput) []*readInput {
	all := make([]*readInput, len(inputs))
	for i := range inputs {
		all[i] = &inputs[i]
	}
	return all
}

// openCalls notes which calls are not final yet.
func (s *sourceRun) openCalls(partitions []*plannedPartition) error {
	if s.config.API == nil {
		return nil
	}
	for _, p := range partitions {
		err := p.each(false, func(hour *hourCalls) error {
			for i := range hour.calls {
				c := &hour.calls[i]
				if id := hour.ids.at(c.id); c.final {
					delete(s.book.Open, id)
				} else {
					s.book.Open[strings.Clone(id)] = time.UnixMicro(c.start).UTC()
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
