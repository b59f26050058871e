package main

import (
	"fmt"
	"strconv"
	"strings"

	"callmart/pipeline"
	"callmart/reports"
	"callmart/transform"
)

// shownColumns are those that a line shows of a row; --json has all.
var shownColumns = map[string][]string{
	"queue_entries": {"queue", "entered_at", "wait_seconds", "exit", "agent_name", "is_transfer", "transfer_id", "vendor_sla"},
	"agents":        {"agent_name", "agent_id", "type", "was_answered", "action", "started_at", "ring_seconds", "talk_seconds", "hold_seconds", "wrap_up_seconds"},
	"transfers":     {"kind", "status", "fail_reason", "from_agent_name", "to_agent_name", "to_queue", "to_number", "created_at"},
	"participants":  {"type", "name", "number", "status", "connected_at", "call_seconds"},
	"media":         {"kind", "url", "duration_seconds"},
	"events":        {"event", "occurred_at", "received_at", "status", "detail"},
}

// children prints the child tables, a line per row.
func (p *explained) children(call *pipeline.ExplainedCall) {
	for _, c := range call.Tables {
		from := c.Why.Meaning()
		if len(c.Observations) > 0 {
			from = "from " + hashes(c.Observations) + ", " + rowsWhy(c.Why)
		}
		p.head("%s: %d, %s", c.Table, len(c.Rows), from)
		for _, o := range c.Others {
			p.line(1, "#%d has %d, not taken", o.Observation, o.Rows)
		}
		if c.Made != nil {
			p.line(1, "%s", toldText(*c.Made))
		}
		columns, shown := shownColumns[c.Table]
		if !shown {
			continue
		}
		for i, row := range c.Rows {
			p.line(1, "%d: %s", i, p.row(row, columns))
			for _, x := range c.Exits {
				if x.Entry == i {
					p.line(2, "exit %s: %s", x.Exit, toldText(x.Told))
				}
			}
		}
	}
	if call.NoEntries != nil {
		p.head("no queue entry: %s", toldText(*call.NoEntries))
	}
}

// rowsWhy says why the rows of an observation were taken.
func rowsWhy(why transform.Why) string {
	switch why {
	case transform.Only:
		return "the only one that has any"
	case transform.Newest:
		return "the newest of the most detailed kind"
	}
	return why.Meaning()
}

// row joins the known columns of a row; ~ marks what was computed after the merge.
func (p *explained) row(row transform.Cells, columns []string) string {
	var parts []string
	for _, column := range columns {
		for _, cell := range row {
			if cell.Column != column {
				continue
			}
			mark := " "
			if cell.Computed {
				mark = " ~"
			}
			parts = append(parts, column+mark+p.short(cell.Value))
		}
	}
	return strings.Join(parts, ", ")
}

// counted prints how the reports count the call.
func (p *explained) counted(call *pipeline.ExplainedCall) {
	v := call.Counted
	p.head("in the reports (formula %s, boundary %s)", v.Formula, v.Boundary)
	in := "no figure of calls"
	if len(v.CountedIn) > 0 {
		in = strings.Join(v.CountedIn, ", ")
	}
	p.line(1, "the call counts in %s", in)
	if len(v.Entries) == 0 {
		p.line(1, "no queue entry, so no service level judges it")
	}
	for _, e := range v.Entries {
		p.line(1, "queue entry %d: %s", e.Entry, e.Because)
		p.line(2, "counts on %s in %s", e.Day, strings.Join(e.CountedIn, ", "))
		p.line(2, "reported as %s; threshold %s s, short abandon %s s, target %s %%", reportedAs(e), number(e.Threshold), number(e.ShortLimit), strconv.FormatFloat(e.Target*100, 'g', 6, 64))
		if e.QueueRule != "" {
			p.line(2, "by the rule %s", e.QueueRule)
		}
		p.line(2, "by formula: %s", formulaText(e.Formulas))
	}
}

func reportedAs(e reports.EntryVerdict) string {
	queue, source := "no queue", "several sources"
	if e.ReportedQueue != nil {
		queue = *e.ReportedQueue
	}
	if e.ReportedSource != nil {
		source = *e.ReportedSource
	}
	return fmt.Sprintf("queue %s of %s", queue, source)
}

// formulaText gathers the formulas by what they say.
func formulaText(formulas []reports.FormulaVerdict) string {
	by := map[string][]string{}
	for _, f := range formulas {
		word := "left out by"
		if f.Verdict != nil {
			word = map[string]string{"met": "met under", "not_met": "not met under"}[*f.Verdict]
		}
		by[word] = append(by[word], f.Formula)
	}
	var parts []string
	for _, word := range []string{"met under", "not met under", "left out by"} {
		if len(by[word]) > 0 {
			parts = append(parts, word+" "+strings.Join(by[word], ", "))
		}
	}
	return strings.Join(parts, "; ")
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
