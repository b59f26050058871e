package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"callmart/pipeline"
	"callmart/transform"
)

// explained prints explanations for people.
type explained struct {
	out  *bufio.Writer
	zone *time.Location
}

func printExplained(w io.Writer, e *pipeline.Explained) error {
	p := &explained{bufio.NewWriter(w), e.Location}
	for i := range e.Calls {
		if i > 0 {
			p.line(0, "")
		}
		call := &e.Calls[i]
		p.line(0, "call %s of source %s (%s), date %s, zone %s", e.CallID, e.Source, e.Vendor, call.Date, e.Zone)
		p.summary(call)
		if i == 0 {
			for _, note := range e.Notes {
				p.line(0, "note: %s", note)
			}
		}
		if len(call.Differences) > 0 {
			p.line(0, "note: today's rules make something else of its observations: %s", strings.Join(call.Differences, ", "))
		}
		p.observations(call)
		p.outcome(call)
		if err := p.fields(call); err != nil {
			return err
		}
		p.children(call)
		p.counted(call)
	}
	return p.out.Flush()
}

// line prints a line, safe for a terminal.
func (p *explained) line(indent int, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	fmt.Fprintln(p.out, strings.Repeat("  ", indent)+printable(text, ""))
}

// head begins a section.
func (p *explained) head(format string, args ...any) {
	fmt.Fprintln(p.out)
	p.line(0, format, args...)
}

func (p *explained) summary(call *pipeline.ExplainedCall) {
	var parts []string
	for _, column := range []string{"direction", "outcome", "is_final", "started_at"} {
		for _, f := range call.Fields {
			if f.Column == column {
				parts = append(parts, map[string]string{"is_final": "final: ", "started_at": "started "}[column]+f.Value.In(p.zone))
			}
		}
	}
	p.line(0, "%s", strings.Join(parts, ", "))
}

func (p *explained) observations(call *pipeline.ExplainedCall) {
	p.head("observations, oldest first")
	for _, o := range call.Observations {
		event := o.Event
		if event == "" {
			event = "no event"
		}
		p.line(1, "#%d %s, %s, by %s%s", o.Observation, o.PayloadKind, event, strings.Join(o.Origins, " and "), map[bool]string{true: ", final", false: ", not final"}[o.Final])
		seen := "never"
		if o.ObservedAt.Known() {
			seen = o.ObservedAt.In(p.zone)
		}
		p.line(2, "observed %s", seen)
		if o.UpdatedAt.Known() {
			p.line(2, "updated by the vendor %s", o.UpdatedAt.In(p.zone))
		}
		if o.Outcome == "" {
			p.line(2, "says nothing of an outcome")
		} else {
			p.line(2, "outcome %s, evidence %s: %s", o.Outcome, o.Evidence, decidedBy(o.Decided, o.Words))
		}
		place := fmt.Sprintf("%s:%d, %s bytes", o.File, o.Offset, thousands(o.Length))
		if o.Position > 0 {
			place += fmt.Sprintf(", record %d in it", o.Position+1)
		}
		p.line(2, "sha256 %.12s, %s, %s", o.SHA256, place, o.RawFile)
	}
}

// decidedBy says what decided an outcome, or that it cannot be told any more.
func decidedBy(rules []transform.Told, words []transform.Word) string {
	switch len(rules) {
	case 0:
		return "decided while it was read, from " + wordsText(words)
	case 1:
		return toldText(rules[0])
	}
	var all []string
	for _, r := range rules {
		all = append(all, toldText(r))
	}
	return "one of " + strings.Join(all, "; or ")
}

func toldText(t transform.Told) string {
	text := string(t.Rule) + " (" + t.Meaning + ")"
	if len(t.Words) > 0 {
		text += ", " + wordsText(t.Words)
	}
	return text
}

func wordsText(words []transform.Word) string {
	if len(words) == 0 {
		return "no word"
	}
	var all []string
	for _, w := range words {
		all = append(all, w.Column+" "+strconv.Quote(w.Word))
	}
	return strings.Join(all, ", ")
}

func (p *explained) outcome(call *pipeline.ExplainedCall) {
	o := call.Outcome
	p.head("outcome")
	p.line(1, "%s, evidence %s, from #%d: %s", o.Outcome, o.Evidence, o.Observation, o.Why.Meaning())
	p.line(1, "%s", decidedBy(o.DecidedBy, call.Observations[o.Observation].Words))
}

// longestValue is how much of a value a line shows.
const longestValue = 64

func (p *explained) short(v transform.Value) string {
	text := strings.ReplaceAll(v.In(p.zone), "\n", " ")
	if runes := []rune(text); len(runes) > longestValue {
		return fmt.Sprintf("%s… (%s characters, see --json)", string(runes[:longestValue]), thousands(int64(len(runes))))
	}
	if text == "" {
		return "nothing"
	}
	return text
}

// fields prints the columns of calls.
func (p *explained) fields(call *pipeline.ExplainedCall) error {
	p.head("fields")
	table := newTable(p.out)
	for _, f := range call.Fields {
		from, why := string(f.Why), f.Because
		if len(f.Observations) > 0 {
			from, why = hashes(f.Observations)+" "+string(f.How), f.Why.Meaning()
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", f.Column, from, printable(p.short(f.Value), ""), why)
		for _, o := range f.Others {
			fmt.Fprintf(table, "  \t#%d %s\t%s\tnot taken\n", o.Observation, o.How, printable(p.short(o.Value), ""))
		}
	}
	return table.Flush()
}

func hashes(observations []int) string {
	var all []string
	for _, i := range observations {
		all = append(all, "#"+strconv.Itoa(i))
	}
	return strings.Join(all, " ")
}
