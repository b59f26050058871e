package reports

import "time"

// The periods a figure is counted for.
const (
	current     = "current"
	previous    = "previous"
	sameWeekday = "same_weekday"
)

const weeksBefore = 4

// span is a run of days, both ends included.
type span struct{ from, to time.Time }

func (p span) days() int { return int(p.to.Sub(p.from)/midnightToNext) + 1 }

// Needs returns the first and last day a report reads: its period, the one before and, for a day, the same weekdays
// of the four weeks before.
func (s *Settings) Needs() (from, to time.Time) {
	from = s.before().from
	if weekdays := s.From.AddDate(0, 0, -7*weeksBefore); s.isOneDay() && weekdays.Before(from) {
		from = weekdays
	}
	return from, s.To
}

func (s *Settings) isOneDay() bool { return s.From.Equal(s.To) }

// before is the period before this one. A period that goes on is compared with as many days as have passed of it.
func (s *Settings) before() span {
	now := span{s.From, s.To}
	p := span{s.From.AddDate(0, 0, -now.days()), s.From.AddDate(0, 0, -1)}
	if s.Kind == Month {
		p.from = s.From.AddDate(0, -1, 0)
	}
	if s.Complete || s.Watermark.IsZero() {
		return p
	}
	passed := span{s.From, s.seen()}.days() // the day at hand is in both
	if cut := p.from.AddDate(0, 0, max(passed, 1)-1); cut.Before(p.to) {
		p.to = cut
	}
	return p
}

// seen is the day of the watermark in the business zone.
func (s *Settings) seen() time.Time {
	if s.Watermark.IsZero() {
		return s.To
	}
	y, m, d := s.Watermark.In(s.zone()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// days lists the days of the periods, as rows of the relation days.
func (s *Settings) days() [][]any {
	var rows [][]any
	add := func(period string, p span) {
		for day := p.from; !day.After(p.to); day = day.AddDate(0, 0, 1) {
			rows = append(rows, []any{period, day})
		}
	}
	add(current, span{s.From, s.To})
	add(previous, s.before())
	if s.isOneDay() {
		for week := 1; week <= weeksBefore; week++ {
			day := s.From.AddDate(0, 0, -7*week)
			add(sameWeekday, span{day, day})
		}
	}
	return rows
}

func isoDate(t time.Time) string { return t.Format(time.DateOnly) }
