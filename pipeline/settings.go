package pipeline

import (
	"time"

	"callmart/reports"
)

// history is what the manifests say for the reports.
type history struct {
	changed *Manifest                 // the last run that changed the tables
	before  string                    // the run that changed them before
	counted map[string]SourceManifest // by source, of the last run that changed the tables and read the source
	latest  map[string]SourceManifest // by source, of the last run that read it
}

// readHistory reads manifests, newest first, until every source is known. What a workbook shows of the accounting is of
// the last run that changed the tables, so that a run with nothing new changes no byte; whether a source is complete
// is the last run's to say.
func readHistory(cfg *Config) (*history, error) {
	h := &history{counted: map[string]SourceManifest{}, latest: map[string]SourceManifest{}}
	_, err := findManifest(cfg.Lake, func(m *Manifest) bool {
		switch {
		case !m.Changed:
		case h.changed == nil:
			h.changed = m
		case h.before == "":
			h.before = m.Run
		}
		for _, s := range m.Sources {
			if _, known := h.latest[s.Source]; !known {
				h.latest[s.Source] = s
			}
			if _, known := h.counted[s.Source]; !known && m.Changed {
				h.counted[s.Source] = s
			}
		}
		for _, s := range cfg.Sources {
			if _, known := h.counted[s.Name]; !known {
				return false
			}
		}
		return h.changed != nil && h.before != ""
	})
	return h, err
}

// watermark is up to where the sources have been seen: the least of their newest times of receipt. A source that is
// silent for longer than quiet_after behind the newest leaves it, and is named.
func (h *history) watermark(cfg *Config) (at time.Time, quiet []string) {
	var newest time.Time
	for _, s := range cfg.Sources {
		if seen := h.latest[s.Name].NewestObserved; seen != nil && seen.After(newest) {
			newest = *seen
		}
	}
	for _, s := range cfg.Sources {
		seen := h.latest[s.Name].NewestObserved
		switch {
		case seen == nil:
		case newest.Sub(*seen) > cfg.QuietAfter:
			quiet = append(quiet, s.Name)
		case at.IsZero() || seen.Before(at):
			at = *seen
		}
	}
	return at, quiet
}

// reportSettings says what a report covers and how it counts, by configuration and history.
func reportSettings(cfg *Config, h *history, p Period) *reports.Settings {
	s := reports.DefaultSettings()
	s.From, s.To, s.Kind = p.From.Time(), p.To.Time(), reports.Kind(p.Kind)
	s.Zone = cfg.Timezone
	sl := cfg.ServiceLevel
	s.Threshold, s.ShortAbandon, s.Target = sl.Threshold, sl.ShortAbandon, float64(sl.Target)
	s.Formula, s.Boundary, s.NotMet = sl.Formula, sl.Boundary, sl.NotMet
	s.Interval = cfg.Interval
	for _, q := range cfg.Queues {
		rule := reports.QueueRule{Source: q.Source, Match: string(q.Match), Group: q.Group, Threshold: q.Threshold, ShortAbandon: q.ShortAbandon}
		if q.Target != nil {
			target := float64(*q.Target)
			rule.Target = &target
		}
		s.Queues = append(s.Queues, rule)
	}
	for _, hours := range cfg.Hours {
		s.Hours = append(s.Hours, reports.Hours{Source: hours.Source, Days: weekdays(hours.Days), Open: sinceMidnight(hours.Open), Close: sinceMidnight(hours.Close)})
	}
	for _, d := range cfg.Holidays {
		s.Holidays = append(s.Holidays, d.Time())
	}
	for _, e := range cfg.Exclusions {
		s.Exclusions = append(s.Exclusions, reports.Exclusion{Source: e.Source, From: e.From, To: e.To, Reason: e.Reason})
	}
	s.Watermark, s.Quiet = h.watermark(cfg)
	s.Complete = !s.Watermark.IsZero() && s.Watermark.In(cfg.Timezone).Format(time.DateOnly) > string(p.To)
	for _, source := range cfg.Sources {
		s.Sources = append(s.Sources, reports.Source{
			Name: source.Name, Vendor: source.Vendor, Zone: source.Timezone.String(), Accounting: h.accounting(source.Name),
		})
	}
	if h.changed != nil {
		s.Run = reports.Run{ID: h.changed.Run, At: h.changed.StartedAt}
	}
	return &s
}

// accounting is what became of a source's records, and whether the last run read it completely; nil if no run did.
func (h *history) accounting(source string) *reports.Accounting {
	counted, known := h.counted[source]
	if !known {
		return nil
	}
	latest := h.latest[source]
	a, files, reasons := counted.Accounting, int64(counted.Files), counted.QuarantineReason
	if t := counted.Totals; t != nil {
		a, files, reasons = t.Accounting, t.Files, t.QuarantineReason
	}
	problems := int64(len(latest.Problems))
	if f := latest.Fetch; f != nil {
		problems += int64(f.Failed + f.Postponed)
	}
	return &reports.Accounting{
		Read: a.Read, New: a.New, Duplicate: a.Duplicate, Quarantined: a.Quarantined, Ignored: a.Ignored, Open: latest.open(),
		Files: files, Problems: problems, Complete: latest.Complete, Reasons: reasons,
	}
}

func weekdays(d Days) (list []time.Weekday) {
	for day, open := range d {
		if open {
			list = append(list, time.Weekday(day))
		}
	}
	return list
}

func sinceMidnight(c Clock) time.Duration { return time.Duration(c) * time.Minute }
