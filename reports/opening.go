package reports

import (
	"slices"
	"time"
)

// alwaysOpen reports whether neither hours nor holidays ever close the source.
func (s *Settings) alwaysOpen(source string) bool {
	return len(s.Holidays) == 0 && len(s.hoursOf(source)) == 0
}

func (s *Settings) hoursOf(source string) []Hours {
	var hours []Hours
	for _, h := range s.Hours {
		if h.Source == "" || h.Source == source {
			hours = append(hours, h)
		}
	}
	return hours
}

// openings lists when the source is open from the first to the last day, as spans within one day that do not overlap.
// Hours past midnight belong to the day on which they begin: a holiday closes the night that follows it, not the one before.
func (s *Settings) openings(source string, first, last time.Time) []window {
	hours := s.hoursOf(source)
	var open []window
	for day := first.AddDate(0, 0, -1); !day.After(last); day = day.AddDate(0, 0, 1) {
		if slices.ContainsFunc(s.Holidays, day.Equal) {
			continue
		}
		if len(hours) == 0 {
			open = append(open, window{from: day, to: day.AddDate(0, 0, 1)})
		}
		for _, h := range hours {
			if !slices.Contains(h.Days, day.Weekday()) {
				continue
			}
			midnight := day.AddDate(0, 0, 1)
			if h.Close > h.Open {
				open = append(open, window{from: day.Add(h.Open), to: day.Add(h.Close)})
				continue
			}
			open = append(open, window{from: day.Add(h.Open), to: midnight}, window{from: midnight, to: midnight.Add(h.Close)})
		}
	}
	var days []window
	for _, w := range merged(open) {
		for day := w.from.Truncate(midnightToNext); day.Before(w.to); day = day.AddDate(0, 0, 1) {
			days = append(days, window{from: later(w.from, day), to: earlier(w.to, day.AddDate(0, 0, 1))})
		}
	}
	return days
}

// window is a span of wall-clock time, its end excluded.
type window struct{ from, to time.Time }

// merged sorts windows and joins those that touch, so that no moment lies in two of them; empty ones are dropped.
func merged(windows []window) []window {
	windows = slices.DeleteFunc(windows, func(w window) bool { return !w.from.Before(w.to) })
	slices.SortFunc(windows, func(a, b window) int { return a.from.Compare(b.from) })
	var out []window
	for _, w := range windows {
		if n := len(out); n > 0 && !w.from.After(out[n-1].to) {
			out[n-1].to = later(out[n-1].to, w.to)
			continue
		}
		out = append(out, w)
	}
	return out
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// outages are the exclusions of the source as windows that do not overlap.
func (s *Settings) outages(source string) []window {
	var out []window
	for _, x := range s.Exclusions {
		if x.Source == "" || x.Source == source {
			out = append(out, window{x.From, x.To})
		}
	}
	return merged(out)
}
