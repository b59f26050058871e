package pipeline

import (
	"fmt"
	"time"
)

// The kinds of periods.
const (
	Day   = "day"
	Week  = "week"
	Month = "month"
	Range = "range"
)

// Period is a span of whole days; both ends belong to it. The zero value is no period.
type Period struct {
	Kind string `json:"kind"` // day, week, month or range
	From Date   `json:"from"`
	To   Date   `json:"to"`
}

// UsageError says that what was asked for makes no sense, and what to try instead.
type UsageError struct {
	Message string
	Try     string // may be empty
}

// Error returns the message.
func (e *UsageError) Error() string { return e.Message }

// PeriodOf returns the day, week or month that holds a date. Weeks begin on weekStart.
func PeriodOf(kind string, d Date, weekStart time.Weekday) (Period, error) {
	switch kind {
	case Day:
		return Period{Day, d, d}, nil
	case Week:
		first := d.AddDays(-int(d.Weekday()-weekStart+7) % 7)
		return Period{Week, first, first.AddDays(6)}, nil
	case Month:
		t := d.Time()
		first := DateOf(t.AddDate(0, 0, 1-t.Day()))
		return Period{Month, first, DateOf(first.Time().AddDate(0, 1, -1))}, nil
	default:
		return Period{}, &UsageError{fmt.Sprintf("%q is no period", kind), "--period day, week or month"}
	}
}

// ParsePeriod reads the flags --from, --to, --period and --date: either both ends, or a kind and a date that lies in
// it. A kind without a date gives a period without dates, the caller's newest; no flags give the zero value.
func ParsePeriod(from, to, kind, date string, weekStart time.Weekday) (Period, error) {
	byEnds, byKind := from != "" || to != "", kind != "" || date != ""
	switch {
	case byEnds && byKind:
		return Period{}, &UsageError{"--from and --to do not go with --period and --date", "one pair of the two"}
	case byEnds:
		return parseRange(from, to)
	case !byKind:
		return Period{}, nil
	case kind == "":
		return Period{}, &UsageError{"--date needs --period", "--period day --date " + date}
	}
	d := Date("2000-01-01")
	if date != "" {
		var err error
		if d, err = parseFlag("date", date); err != nil {
			return Period{}, err
		}
	}
	p, err := PeriodOf(kind, d, weekStart)
	if err == nil && date == "" {
		p.From, p.To = "", ""
	}
	return p, err
}

func parseRange(from, to string) (Period, error) {
	if from == "" || to == "" {
		return Period{}, &UsageError{"--from and --to go together", "the same date twice for one day"}
	}
	first, err := parseFlag("from", from)
	if err != nil {
		return Period{}, err
	}
	last, err := parseFlag("to", to)
	if err != nil {
		return Period{}, err
	}
	if last < first {
		return Period{}, &UsageError{fmt.Sprintf("--to %s is before --from %s", last, first), "the earlier date as --from"}
	}
	return Period{Range, first, last}, nil
}

func parseFlag(name, text string) (Date, error) {
	d, err := ParseDate(text)
	if err != nil {
		return "", &UsageError{fmt.Sprintf("--%s %q %s", name, text, err), fmt.Sprintf("--%s 2026-01-31", name)}
	}
	return d, nil
}

// Days returns the number of days in the period.
func (p Period) Days() int { return int(p.To.Time().Sub(p.From.Time())/(24*time.Hour)) + 1 }

// Contains reports whether the day belongs to the period.
func (p Period) Contains(d Date) bool { return p.From <= d && d <= p.To }

// Previous returns the period just before, of the same kind: for a range, as many days.
func (p Period) Previous() Period {
	last := p.From.AddDays(-1)
	if p.Kind == Month {
		return Period{Month, DateOf(p.From.Time().AddDate(0, -1, 0)), last}
	}
	return Period{p.Kind, p.From.AddDays(-p.Days()), last}
}

// String returns the period as file names carry it: its day, or <from>_<to>.
func (p Period) String() string {
	if p.From == p.To {
		return string(p.From)
	}
	return string(p.From) + "_" + string(p.To)
}

// File returns the name of a report's workbook for the period, for example sla_2026-01-05_2026-01-11.xlsx.
func (p Period) File(report string) string { return report + "_" + p.String() + ".xlsx" }

// LatestFile returns the name under which the newest workbook of the kind stands, for example sla_week_latest.xlsx;
// empty for a range, of which none is newest.
func (p Period) LatestFile(report string) string {
	if p.Kind == Range {
		return ""
	}
	return report + "_" + p.Kind + "_latest.xlsx"
}
