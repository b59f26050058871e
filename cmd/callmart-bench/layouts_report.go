package main

import (
	"fmt"
	"slices"
	"strings"
)

// layoutsReport is all that layouts found, as it is written to --json.
type layoutsReport struct {
	Date        string         `json:"date"`
	Machine     machine        `json:"machine"`
	Runs        int            `json:"runs"`
	Calls       int64          `json:"calls"`
	Entries     int64          `json:"queue_entries"`
	Days        int64          `json:"days"`
	Layouts     []layoutResult `json:"layouts"`
	Differences []string       `json:"differences"`
}

// layoutResult is one layout of calls and queue entries.
type layoutResult struct {
	Name    string                   `json:"name"`
	Does    string                   `json:"does"`
	Files   int                      `json:"files"`
	Bytes   int64                    `json:"bytes"`
	Failed  string                   `json:"failed,omitempty"` // why it could not be written
	Written spent                    `json:"written"`          // by COPY alone; of the lake unknown
	Answers map[string]*layoutFigure `json:"answers"`          // by question
}

// layoutFigure is what one question took.
type layoutFigure struct {
	Runs    []spent `json:"runs"`
	Median  spent   `json:"median"`
	Fastest float64 `json:"fastest_seconds"`
	Slowest float64 `json:"slowest_seconds"`
	rows    [][]string
}

func (f *layoutFigure) summarise() {
	f.Median = spent{
		Seconds: median(f.Runs, func(s spent) float64 { return s.Seconds }),
		CPU:     median(f.Runs, func(s spent) float64 { return s.CPU }),
		Read:    int64(median(f.Runs, func(s spent) float64 { return float64(s.Read) })),
	}
	f.Fastest, f.Slowest = f.Runs[0].Seconds, f.Runs[0].Seconds
	for _, s := range f.Runs {
		f.Fastest, f.Slowest = min(f.Fastest, s.Seconds), max(f.Slowest, s.Seconds)
	}
}

func (r *layoutsReport) differ(layout, question string) {
	text := layout + " answers " + question + " otherwise than the lake"
	if !slices.Contains(r.Differences, text) {
		r.Differences = append(r.Differences, text)
	}
}

// markdown writes a table per lake: a row per layout, and of each question bytes read, CPU and time.
func (r *layoutsReport) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s. %s calls with %s queue entries in %s; files in the page cache, a new process for each question, median of %s.\n\n",
		r.Date, r.Machine, grouped(r.Calls), grouped(r.Entries), counted(int(r.Days), "day"), counted(r.Runs, "run"))
	names := []string{"queue_month", "caller_history", "service_level", "one_hour"}
	b.WriteString("| layout | files | MB | writing, CPU µs a row |")
	for _, n := range names {
		b.WriteString(" " + strings.ReplaceAll(n, "_", " ") + ": MB read, CPU ms, ms |")
	}
	b.WriteString("\n|---|--:|--:|--:|" + strings.Repeat("--:|", len(names)) + "\n")
	for i := range r.Layouts {
		l := &r.Layouts[i]
		if l.Failed != "" {
			fmt.Fprintf(&b, "| %s | not written: %s | | |%s\n", l.Name, cell(l.Failed), strings.Repeat(" |", len(names)))
			continue
		}
		cost := ""
		if l.Written.CPU > 0 {
			cost = fmt.Sprintf("%.1f", 1e6*l.Written.CPU/float64(max(1, r.Calls+r.Entries)))
		}
		fmt.Fprintf(&b, "| %s | %s | %.1f | %s |", l.Name, grouped(int64(l.Files)), float64(l.Bytes)/1e6, cost)
		for _, n := range names {
			fmt.Fprintf(&b, " %s |", l.Answers[n])
		}
		b.WriteString("\n")
	}
	if f := r.Layouts[0].Answers["service_level_intervals"]; f != nil {
		fmt.Fprintf(&b, "\nService level by day from the lake's queue_intervals: %s (MB read, CPU ms, ms).\n", f)
	}
	for _, d := range r.Differences {
		fmt.Fprintf(&b, "\n**%s**\n", cell(d))
	}
	return b.String()
}

// String is bytes, CPU and time in one cell.
func (f *layoutFigure) String() string {
	if f == nil {
		return ""
	}
	read := "unknown"
	if f.Median.Read >= 0 {
		read = fmt.Sprintf("%.2f", float64(f.Median.Read)/1e6)
	}
	return fmt.Sprintf("%s, %.0f, %.0f", read, 1e3*f.Median.CPU, 1e3*f.Median.Seconds)
}

// problems are the answers that differ.
func (r *layoutsReport) problems() []string { return r.Differences }
