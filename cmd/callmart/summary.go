package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"callmart/pipeline"
)

// printSummary writes for a human what a run did; the manifest has all of it.
func printSummary(w io.Writer, m *pipeline.Manifest) error {
	var b strings.Builder
	for _, s := range m.Sources {
		a := s.Accounting
		switch {
		case s.Files == 0 && a.Read == 0 && m.Rebuild == pipeline.FromObservations:
			fmt.Fprintf(&b, "%s: made of the observations\n", s.Source)
		case s.Files == 0 && a.Read == 0 && m.Rebuild == pipeline.Intervals:
			fmt.Fprintf(&b, "%s: made of the tables\n", s.Source)
		case s.Files == 0 && a.Read == 0:
			fmt.Fprintf(&b, "%s: nothing new to read\n", s.Source)
		default:
			fmt.Fprintf(&b, "%s: files %s, records %s = %s new + %s duplicate + %s quarantined%s + %s ignored\n",
				s.Source, thousands(int64(s.Files)), thousands(a.Read), thousands(a.New), thousands(a.Duplicate),
				thousands(a.Quarantined), reasons(s.QuarantineReason), thousands(a.Ignored))
		}
		if q := s.Quarantine; q != nil && q.Open > 0 {
			fmt.Fprintf(&b, "  open in quarantine: %s (callmart quarantine list --source %s)\n", thousands(q.Open), s.Source)
		}
		for _, problem := range s.Problems {
			fmt.Fprintf(&b, "  problem: %s\n", problem)
		}
		for _, u := range s.UnknownWords {
			fmt.Fprintf(&b, "  unknown outcome of %s calls: %s\n", thousands(u.Calls), words(u))
		}
		if s.ZoneSuspicions > 0 {
			fmt.Fprintf(&b, "  %s calls begin more than 1 h off the time in their id: is payload_timezone right?\n", thousands(s.ZoneSuspicions))
		}
	}
	changed := 0
	for _, p := range m.Partitions {
		if p.Changed {
			changed++
		}
	}
	fmt.Fprintf(&b, "%d of %d partitions changed\n", changed, len(m.Partitions))
	for _, workbook := range m.Workbooks {
		fmt.Fprintln(&b, workbook)
	}
	for _, command := range m.Skipped {
		fmt.Fprintf(&b, "too old to be made again by itself: %s\n", command)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func reasons(counts map[string]int64) string {
	if len(counts) == 0 {
		return ""
	}
	var parts []string
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, reason+" "+thousands(counts[reason]))
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// words is how the configuration's outcomes would name them.
func words(u pipeline.UnknownWord) string {
	var parts []string
	for _, w := range []struct{ column, word string }{
		{"raw_status", u.RawStatus}, {"raw_type", u.RawType}, {"raw_reason", u.RawReason},
	} {
		if w.word != "" {
			parts = append(parts, fmt.Sprintf("%s %q", w.column, w.word))
		}
	}
	return strings.Join(parts, ", ")
}
