package reports

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// explain says in words which setting decided, for an entry of a source, f being its row of sql/judged.sql.
func (e *EntryVerdict) explain(s *Settings, source string, f map[string]Value) {
	name, _ := f["queue"].(string)
	if rule := s.rule(source, name); rule != nil {
		e.QueueRule = rule.Match + ": " + rule.explained()
	}
	at, dated := f["entered_local"].(time.Time)
	against, _ := f["counts_against"].(bool)
	switch {
	case e.State == "excluded":
		e.Because = "entered during an outage that is left out of everything" + s.outageAt(source, at)
	case e.State == "after_hours" && dated:
		e.Because = "entered outside opening hours: " + s.openOn(source, at)
	case e.State == "open":
		e.Because = "has not ended yet; it is counted as open and judged by nothing until it does"
	case e.State == "unknown":
		e.Because = "nothing says how it ended, so it is not offered"
	case !against && e.Verdict == nil:
		e.Because = "offered, but exit " + e.Exit + " is not judged: it is none of answered, abandoned and not_met (" + strings.Join(s.NotMet, ", ") + ")"
	case e.Wait == nil:
		e.Because = "offered, but its wait is unknown: no formula judges it"
	default:
		e.Because = e.judgement(s)
	}
}

// judgement says what the configured formula makes of an offered entry with a known wait.
func (e *EntryVerdict) judgement(s *Settings) string {
	text := e.Exit + " after " + secondsText(*e.Wait)
	within, limit := ", more than the threshold of ", secondsText(e.Threshold)
	if e.Within {
		within = ", within the threshold of "
	} else if *e.Wait == e.Threshold {
		within = ", not less than the threshold of "
	}
	switch {
	case e.Exit == "answered":
		text += within + limit
	case e.Exit == "abandoned" && e.Short:
		text += ", a short abandon (limit " + secondsText(e.ShortLimit) + ")"
	case e.Exit == "abandoned" || e.Exit == "callback" && !slices.Contains(s.NotMet, e.Exit):
		text += within + limit
	default:
		text += ", and not_met lists " + e.Exit
	}
	switch {
	case e.Verdict == nil:
		return text + ": " + s.Formula + " leaves it out"
	case *e.Verdict == "met":
		return text + ": met under " + s.Formula
	}
	return text + ": not met under " + s.Formula
}

func secondsText(s float64) string { return strconv.FormatFloat(s, 'f', -1, 64) + " s" }

// rule is the first rule for a queue, nil if there is none.
func (s *Settings) rule(source, queue string) *QueueRule {
	for i := range s.Queues {
		if rule := &s.Queues[i]; (rule.Source == "" || rule.Source == source) && match(rule.Match, queue) {
			return rule
		}
	}
	return nil
}

// outageAt names the outages at a moment of a source's wall clock.
func (s *Settings) outageAt(source string, at time.Time) (text string) {
	const layout = "2006-01-02 15:04"
	for _, x := range s.Exclusions {
		if (x.Source == "" || x.Source == source) && !at.Before(x.From) && at.Before(x.To) {
			text += ": " + x.From.Format(layout) + " to " + x.To.Format(layout)
			if x.Reason != "" {
				text += " (" + x.Reason + ")"
			}
		}
	}
	return text
}

// openOn says when a source was open on the day of a moment.
func (s *Settings) openOn(source string, at time.Time) string {
	day := at.Truncate(midnightToNext)
	var spans []string
	for _, w := range s.openings(source, day, day) {
		if w.from.Truncate(midnightToNext).Equal(day) {
			spans = append(spans, clockOf(w.from.Sub(day))+" to "+clockOf(w.to.Sub(day)))
		}
	}
	switch {
	case len(spans) > 0:
		return isoDate(day) + " was open " + strings.Join(spans, ", ")
	case slices.ContainsFunc(s.Holidays, day.Equal):
		return isoDate(day) + " is a holiday"
	}
	return isoDate(day) + " was closed all day"
}
