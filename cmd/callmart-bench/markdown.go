package main

import (
	"fmt"
	"strconv"
	"strings"
)

// markdown writes the report as tables for a reader.
func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s. Files in the page cache, every contender into an empty folder, in turn, %s; median, in brackets the fastest and slowest.\n",
		r.Date, r.Machine, counted(r.Runs, "run"))
	if share := r.disturbed(); share > 0.05 {
		fmt.Fprintf(&b, "Other processes took up to %.0f %% of the machine meanwhile: compare nothing with runs of another day.\n", 100*share)
	}
	for _, v := range r.Vendors {
		fmt.Fprintf(&b, "\n%s: %s calls in %s records, %s MB of JSON in %s (%s), %s; %.1f %% of the calls are told of twice.\n\n",
			v.Vendor, grouped(v.Calls), grouped(v.Records), grouped(v.InputBytes/1e6), counted(r.Files, "file"), packed(r.Packed), counted(int(r.Days), "day"), 100*r.Repeats)
		b.WriteString("| contender | seconds | to callmart | calls/s | MB/s | peak memory, MB | CPU, s | Parquet, MB | rows and sums |\n|---|--:|--:|--:|--:|--:|--:|--:|---|\n")
		for _, c := range v.Results {
			b.WriteString(c.row())
		}
	}
	for _, in := range r.Instances {
		b.WriteString(in.markdown())
	}
	for _, m := range r.Many {
		b.WriteString(m.markdown())
	}
	return b.String()
}

func (c *result) row() string {
	name := c.Name
	if c.Version != "" {
		name += " " + c.Version
	}
	if why := c.NotRun; why != "" {
		return fmt.Sprintf("| %s | not run: %s | | | | | | | |\n", name, cell(why))
	}
	if why := c.Failed; why != "" {
		return fmt.Sprintf("| %s | failed: %s | | | | | | | |\n", name, cell(why))
	}
	same := "itself"
	if c.Comparison != nil {
		same = fmt.Sprintf("equal in %d columns", c.Comparison.Columns)
		if len(c.Comparison.Unsorted) > 0 {
			same += ", not sorted"
		}
		if n := len(c.Comparison.Differences); n > 0 {
			same = fmt.Sprintf("**%s**: %s", counted(n, "difference"), cell(c.Comparison.Differences[0]))
		}
	}
	m := c.Median
	return fmt.Sprintf("| %s | %.2f (%.2f to %.2f) | %.2f | %s | %.0f | %s | %.1f | %.1f | %s |\n",
		name, m.Seconds, c.Fastest, c.Slowest, c.Ratio, grouped(int64(c.CallsPerS)), c.MBPerS, grouped(m.Peak/1e6), m.CPU, float64(m.Written)/1e6, same)
}

// cell keeps a text within one cell of a table.
func cell(text string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ").Replace(text)
}

func packed(compress string) string {
	if compress == "none" {
		return "not compressed"
	}
	return compress
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return grouped(int64(n)) + " " + noun + "s"
}

// grouped writes 1,234,567.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
