package pipeline

import (
	"time"

	"callmart/reports"
)

// history is what the manifests say for the reports: the last run that changed the tables, and how far every
// source has been seen.
type history struct {
	changed *Manifest
}

func readHistory(cfg *Config) (*history, error) {
	m, err := findManifest(cfg.Lake, func(m *Manifest) bool { return m.Changed })
	return &history{changed: m}, err
}

// watermark is up to where the sources have been seen: the least of their newest times of receipt. A source that is
// silent for longer than quiet_after behind the newest leaves it, and is named.
func (h *history) watermark(quietAfter time.Duration) (at time.Time, quiet []string) {
	if h.changed == nil {
		return time.Time{}, nil
	}
	var newest time.Time
	for _, s := range h.changed.Sources {
		if s.NewestObserved != nil && s.NewestObserved.After(newest) {
			newest = *s.NewestObserved
		}
	}
	for _, s := range h.changed.Sources {
		switch {
		case s.NewestObserved == nil:
		case newest.Sub(*s.NewestObserved) > quietAfter:
			quiet = append(quiet, s.Source)
		case at.IsZero() || s.NewestObserved.Before(at):
			at = *s.NewestObserved
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
	s.Watermark, s.Quiet = h.watermark(cfg.QuietAfter)
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

// accounting is what the last run that changed the tables did with a source; nil if it had no part in it.
func (h *history) accounting(source string) *reports.Accounting {
	if h.changed == nil {
		return nil
	}
	for _, s := range h.changed.Sources {
		if s.Source == source {
			a := s.Accounting
			return &reports.Accounting{
				Read: a.Read, New: a.New, Duplicate: a.Duplicate, Quarantined: a.Quarantined, Ignored: a.Ignored,
				Files: int64(s.Files), Problems: int64(len(s.Problems)), Complete: s.Complete, Reasons: s.QuarantineReason,
			}
		}
	}
	return nil
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
