package reports

import (
	"fmt"
	"strings"
	"time"
)

func (p span) text() string {
	if p.from.Equal(p.to) {
		return isoDate(p.from)
	}
	return isoDate(p.from) + " to " + isoDate(p.to)
}

// setting is one line of how the report counts.
type setting struct {
	name    string
	value   Value
	as      Format
	note    string
	defined string // name of the cell in the workbook, for formulas of the reader
}

// explained tells the settings in the reader's words.
func (s *Settings) explained() []setting {
	boundary := "a wait of exactly T (or S) is within"
	if s.Boundary == "lt" {
		boundary = "a wait of exactly T (or S) is not within"
	}
	used := formula{}
	for _, f := range formulas {
		if f.name == s.Formula {
			used = f
		}
	}
	out := []setting{
		{name: "Unit", value: "queue entry", note: "One row per time an inbound call waits for a human."},
		{name: "Counted in the period", value: "by arrival", note: "An entry counts on the day and in the interval in which it entered, whenever it ended."},
		{name: "Compared with", value: s.before().text(), note: "The period before; one that goes on is compared with as many days as have passed of it."},
		{name: "Service level", value: s.Formula, note: used.label + ": " + used.definition + "."},
		{name: "Threshold T", value: s.Threshold.Seconds(), as: Seconds, note: "seconds; queues may have their own, below.", defined: "T_seconds"},
		{name: "Short abandon S", value: s.ShortAbandon.Seconds(), as: Seconds, note: "seconds; 0 counts no abandon as short.", defined: "S_seconds"},
		{name: "Target", value: s.Target, as: Rate, note: "Default; queues may have their own, below.", defined: "SL_target"},
		{name: "Boundary", value: s.Boundary, note: boundary + "."},
		{name: "Judged", value: "J", note: "Answered + abandoned + " + listed(s.NotMet) + ", with a known wait. The base of the formulas."},
		{name: "Not counted as offered", value: "shown apart", note: "Open and unknown exits, entries after hours and entries within an outage."},
		{name: "Interval", value: s.Interval.Minutes(), as: Count, note: "minutes"},
		{name: "Business zone", value: s.zone().String(), note: "Each source's days and intervals follow its own zone, see Data quality."},
		{name: "Tables last changed by run", value: orNil(s.Run.ID), note: runTime(s.Run.At)},
		{name: "Seen up to", value: instantOrNil(s.Watermark), as: Instant, note: "UTC; later calls are not in this report."},
	}
	for _, r := range s.Queues {
		out = append(out, setting{name: "Queue rule", value: r.Match, note: r.explained()})
	}
	for _, h := range s.Hours {
		out = append(out, setting{name: "Opening hours", value: named(h.Source), note: h.explained()})
	}
	for _, day := range s.Holidays {
		out = append(out, setting{name: "Holiday", value: day, as: Date, note: "Closed all day."})
	}
	for _, x := range s.Exclusions {
		out = append(out, setting{name: "Outage, excluded", value: named(x.Source), note: fmt.Sprintf("%s to %s: %s",
			x.From.Format("2006-01-02 15:04"), x.To.Format("2006-01-02 15:04"), x.Reason)})
	}
	return out
}

func (r QueueRule) explained() string {
	parts := []string{"in " + named(r.Source)}
	if r.Group != "" {
		parts = append(parts, "reported as "+r.Group)
	}
	if r.Threshold != nil {
		parts = append(parts, "T "+limit(*r.Threshold))
	}
	if r.ShortAbandon != nil {
		parts = append(parts, "S "+limit(*r.ShortAbandon))
	}
	if r.Target != nil {
		parts = append(parts, "target "+percent(*r.Target))
	}
	return strings.Join(parts, ", ")
}

func (h Hours) explained() string {
	days := make([]string, len(h.Days))
	for i, day := range h.Days {
		days[i] = day.String()[:3]
	}
	return fmt.Sprintf("%s %s to %s", strings.Join(days, " "), clockOf(h.Open), clockOf(h.Close))
}

// clockOf writes a time of day; the end of the day is 24:00.
func clockOf(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
}

func named(source string) string {
	if source == "" {
		return "every source"
	}
	return source
}

func listed(words []string) string {
	if len(words) == 0 {
		return "nothing else"
	}
	return strings.Join(words, " + ")
}

func instantOrNil(t time.Time) Value {
	if t.IsZero() {
		return nil
	}
	return t.UTC()
}

func runTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return "made " + t.UTC().Format("2006-01-02 15:04:05") + " UTC"
}
