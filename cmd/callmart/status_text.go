package main

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"callmart/pipeline"
)

// printStatus writes a status for a human: tables first, then, in sentences, what wants attention.
func printStatus(w io.Writer, s *pipeline.Status, zone *time.Location) error {
	p := &statusPrinter{out: bufio.NewWriter(w), zone: zone}
	p.head(s)
	p.runs(s)
	p.freshness(s)
	p.records(s)
	p.apis(s)
	p.sizes(s)
	p.notes(s)
	if p.err != nil {
		return p.err
	}
	return p.out.Flush()
}

type statusPrinter struct {
	out  *bufio.Writer
	zone *time.Location
	err  error // of the first table that could not be written
}

func (p *statusPrinter) at(t time.Time) string { return t.In(p.zone).Format(time.DateTime) }

// table prints rows of cells below a head; nothing where there are no rows.
func (p *statusPrinter) table(head string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintln(p.out)
	table := newTable(p.out)
	fmt.Fprintln(table, strings.ReplaceAll(head, ", ", "\t"))
	for _, cells := range rows {
		for i := range cells {
			cells[i] = printable(cells[i], "")
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	if err := table.Flush(); p.err == nil {
		p.err = err
	}
}

func (p *statusPrinter) head(s *pipeline.Status) {
	if !s.Exists {
		fmt.Fprintf(p.out, "There is no lake in %s yet: callmart run makes it.\n", s.Lake)
		return
	}
	fmt.Fprintf(p.out, "%s: %s calls of %s, %s in %s files; times of %s\n", s.Lake, thousands(s.Calls), plural(int64(len(s.Sources)), "source"),
		bytesOf(s.Size.Total), thousands(s.Size.Files), p.zone)
	if h := s.Held; h != nil {
		run := "a run"
		if h.Run != "" {
			run = "run " + h.Run
		}
		if h.Killed {
			fmt.Fprintf(p.out, "%s of process %d was killed; it had begun %s\n", run, h.PID, p.at(h.Since))
		} else {
			fmt.Fprintf(p.out, "%s of process %d on %s holds the lake since %s\n", run, h.PID, h.Host, p.at(h.Since))
		}
	}
	for _, u := range s.Unended {
		if u.Committed {
			fmt.Fprintf(p.out, "run %s is committed but not published: the next run does it\n", u.Run)
		} else {
			fmt.Fprintf(p.out, "run %s did not end and published nothing: the next run cleans up behind it\n", u.Run)
		}
	}
}

func (p *statusPrinter) runs(s *pipeline.Status) {
	var rows [][]string
	for _, r := range s.Runs {
		result := "nothing new"
		switch {
		case r.Changed && r.Rebuild != "":
			result = "rebuilt (" + r.Rebuild + "), changed"
		case r.Changed:
			result = "changed"
		case r.Rebuild != "":
			result = "rebuilt (" + r.Rebuild + "), unchanged"
		}
		if !r.Complete {
			result += ", INCOMPLETE"
		}
		rows = append(rows, []string{
			r.Run, p.at(r.StartedAt), seconds(r.Seconds), thousands(r.Files), known(r.InputBytes), thousands(r.Records), thousands(r.New),
			fmt.Sprintf("%s of %s", thousands(int64(r.ChangedPart)), thousands(int64(r.Partitions))), thousands(r.ChangedRows), known(r.PeakMemory), result,
		})
	}
	p.table("run, started, took, files, size, records, new, partitions changed, rows in them, memory, result", rows)
	switch {
	case s.Exists && s.Known == 0:
		fmt.Fprintln(p.out, "\nNo run has ended here yet.")
	case s.Known > len(s.Runs) && len(s.Runs) > 0:
		fmt.Fprintf(p.out, "… and %s before: --runs N shows more\n", plural(int64(s.Known-len(s.Runs)), "run"))
	}
}

func (p *statusPrinter) freshness(s *pipeline.Status) {
	var rows [][]string
	for _, c := range s.Sources {
		newest, age, last := "-", "-", "never"
		if c.NewestObserved != nil {
			newest, age = p.at(*c.NewestObserved), span(*c.Age)
		}
		if c.Quiet {
			age += ", quiet"
		}
		if c.LastRunAt != nil {
			last = p.at(*c.LastRunAt)
			if c.Complete != nil && !*c.Complete {
				last += ", INCOMPLETE"
			}
		}
		dates := "-"
		if c.First != "" {
			dates = c.First + " to " + c.Last
		}
		name := c.Source
		if !c.Configured {
			name += " (not configured)"
		}
		rows = append(rows, []string{name, dash(c.Vendor), newest, age, last, thousands(c.Calls), thousands(int64(c.Partitions)), dates})
	}
	p.table("source, vendor, newest record, age, last read, calls, partitions, dates of calls", rows)
}

func (p *statusPrinter) records(s *pipeline.Status) {
	var rows [][]string
	for _, c := range s.Sources {
		if c.Records.Read+c.KnownFiles+c.Quarantine.Total() == 0 {
			continue
		}
		row := []string{c.Source, thousands(c.KnownFiles), bytesOf(c.KnownBytes), bytesOf(c.PendingBytes)}
		for _, n := range []int64{
			c.Records.Read, c.Records.New, c.Records.Duplicate, c.Records.Quarantined, c.Records.Ignored, c.Quarantine.Open, c.Quarantine.Dropped, c.Quarantine.Replayed,
		} {
			row = append(row, thousands(n))
		}
		rows = append(rows, row)
	}
	p.table("source, files, size, pending, records, new, duplicate, quarantined, ignored, open, dropped, replayed", rows)
}

func (p *statusPrinter) apis(s *pipeline.Status) {
	var rows [][]string
	for _, c := range s.Sources {
		if a := c.API; a != nil {
			row := []string{c.Source}
			for _, n := range []int{a.Pending, a.Failed, a.Open, a.Stale, a.NotFound} {
				row = append(row, thousands(int64(n)))
			}
			rows = append(rows, row)
		}
	}
	p.table("API of, pending, failed, open calls, stale, not found", rows)
}

func (p *statusPrinter) sizes(s *pipeline.Status) {
	var rows [][]string
	for _, c := range s.Sources {
		if z := c.Size; z.Files > 0 {
			rows = append(rows, []string{
				c.Source, bytesOf(z.Tables), bytesOf(z.Observations), bytesOf(z.Ledger), bytesOf(z.Raw), bytesOf(z.Quarantine), bytesOf(z.Total), thousands(z.Files),
			})
		}
	}
	p.table("on disk, tables, observations, ledger, raw, quarantine, in all, files", rows)
}

// notes says what wants attention.
func (p *statusPrinter) notes(s *pipeline.Status) {
	var lines []string
	note := func(format string, args ...any) { lines = append(lines, printable(fmt.Sprintf(format, args...), "")) }
	if len(s.Runs) > 0 && !s.Runs[0].Complete {
		missing := s.Runs[0].Missing
		for _, m := range missing[:min(len(missing), shownProblems)] {
			note("the last run missed: %s", m)
		}
		if more := len(missing) - shownProblems; more > 0 {
			note("the last run missed %s more: --json names all", thousands(int64(more)))
		}
	}
	for _, c := range s.Sources {
		if c.Settings != nil {
			note("%s", c.Settings.Message)
			note("  the next run would refuse that; try: %s", c.Settings.Adopt)
		}
		if c.Quarantine.Open > 0 {
			note("%s: %s open in quarantine: callmart quarantine list --source %s", c.Source, plural(c.Quarantine.Open, "record"), c.Source)
		}
		if a := c.API; a != nil {
			ids := slices.Sorted(maps.Keys(a.Errors))
			for _, id := range ids[:min(len(ids), shownProblems)] {
				note("%s: call %s failed: %s", c.Source, id, a.Errors[id])
			}
			if a.Pending > 0 && !a.Configured {
				note("%s: %s pending, but no api is configured", c.Source, plural(int64(a.Pending), "id"))
			}
		}
		if !c.Configured && c.Size.Files > 0 {
			note("%s is in the lake, but not in the configuration: no run reads it", c.Source)
			note("  reports count its calls as long as its folders source=%s are there", c.Source)
		}
	}
	for _, problem := range s.Problems {
		note("could not be read, and is missing above: %s", problem)
	}
	if len(lines) == 0 {
		return
	}
	fmt.Fprintln(p.out)
	for _, line := range lines {
		fmt.Fprintln(p.out, line)
	}
}

// shownProblems is how many problems of a kind are printed; --json has all.
const shownProblems = 3
