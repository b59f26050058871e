package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// reported says what the workbooks were last made of, so that a run makes only those again that would change.
type reported struct {
	Run      string `json:"run"`      // the last run that changed the tables
	Settings string `json:"settings"` // hash of all that a report depends on beside the tables
	Seen     Date   `json:"seen"`     // local date of the watermark: periods that reach it were made "to date"

	want *reported // what they are to be made of now
}

const reportedFile = "_ledger/reports.json"

func readReported(cfg *Config) (*reported, error) {
	r := &reported{}
	text, err := os.ReadFile(filepath.Join(cfg.Lake, filepath.FromSlash(reportedFile)))
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading ledger of reports: %w", err)
	}
	if json.Unmarshal(text, r) != nil {
		return &reported{}, nil // broken: everything is made again
	}
	return r, nil
}

// of is what reports made now depend on: settings, completeness and open refusals, but no dates.
func (*reported) of(cfg *Config, h *history) *reported {
	settings := *reportSettings(cfg, h, Period{Kind: Day, From: "2000-01-01", To: "2000-01-01"})
	zone := settings.Zone.String()
	run, seen := settings.Run.ID, DateOf(settings.Watermark.In(settings.Zone))
	settings.Zone, settings.Complete, settings.Run.ID = nil, false, ""
	settings.Run.At, settings.Watermark = settings.From, settings.From
	for i := range settings.Sources {
		if a := settings.Sources[i].Accounting; a != nil {
			lasting := *a
			lasting.Read, lasting.New, lasting.Duplicate, lasting.Ignored, lasting.Files = 0, 0, 0, 0, 0
			settings.Sources[i].Accounting = &lasting
		}
	}
	text, err := json.Marshal(struct {
		Settings any
		Zone     string
	}{settings, zone})
	if err != nil {
		return &reported{Run: run, Seen: seen}
	}
	sum := sha256.Sum256(text)
	return &reported{Run: run, Settings: hex.EncodeToString(sum[:8]), Seen: seen}
}

// open reports whether the period's reports were made "to date" and more has been seen since.
func (r *reported) open(p Period) bool { return r.Seen != r.want.Seen && p.To >= r.Seen }

// fits reports whether all workbooks but those of changed dates are as they would be made now: the settings are the
// same, and the reports of the run before this one were made.
func (r *reported) fits(h *history, changed bool) bool {
	if r.Settings != r.want.Settings {
		return false
	}
	if changed {
		return r.Run != "" && r.Run == h.before
	}
	return r.Run == r.want.Run
}

// noteReports remembers that all workbooks are made.
func (r *runner) noteReports(*history) error {
	if r.options.From != "" {
		return nil // only one period was
	}
	text, err := json.Marshal(r.reported.want)
	if err != nil {
		return fmt.Errorf("writing ledger of reports: %w", err)
	}
	if err := writeFile(filepath.Join(r.config.Lake, filepath.FromSlash(reportedFile)), append(text, '\n')); err != nil {
		return fmt.Errorf("writing ledger of reports: %w", err)
	}
	return nil
}
