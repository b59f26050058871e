package main

import (
	"fmt"
	"io"
	"strings"

	"callmart/pipeline"
	"callmart/reports"
)

// headlines are the figures that are printed beside a workbook's path; the workbook has all of them.
var headlines = []string{"service_level", "offered", "answered", "abandoned", "abandon_rate", "asa", "ata"}

// printHeadlines writes a report's workbook, its headline figures and its warnings for a human.
func printHeadlines(w io.Writer, r pipeline.ReportResult) error {
	text := fmt.Sprintf("%s %s: %s\n", r.Name, r.Period, r.File)
	if r.Report != nil {
		if figures := figures(r.Report.Table("Kpis")); len(figures) > 0 {
			text += "  " + strings.Join(figures, ", ") + "\n"
		}
		for _, warning := range r.Report.Warnings {
			text += "  warning: " + warning + "\n"
		}
	}
	_, err := io.WriteString(w, text)
	return err
}

func figures(kpis *reports.Table) []string {
	if kpis == nil {
		return nil
	}
	name, label, value, unit, target := kpis.Index("kpi"), kpis.Index("label"), kpis.Index("value"), kpis.Index("unit"), kpis.Index("target")
	if min(name, label, value, unit, target) < 0 {
		return nil
	}
	var out []string
	for _, headline := range headlines {
		for _, row := range kpis.Rows {
			if row[name] != headline || row[value] == nil {
				continue
			}
			figure := fmt.Sprintf("%v %s", row[label], quantity(row[value], row[unit]))
			if row[target] != nil {
				figure += " (target " + quantity(row[target], row[unit]) + ")"
			}
			out = append(out, figure)
		}
	}
	return out
}

// quantity is a figure in its unit: 81.9 %, 12.3 s or 1,234.
func quantity(v, unit any) string {
	switch v := v.(type) {
	case int64:
		return thousands(v)
	case float64:
		switch unit {
		case "ratio":
			return fmt.Sprintf("%.1f %%", 100*v)
		case "s":
			return fmt.Sprintf("%.1f s", v)
		}
	}
	return fmt.Sprint(v)
}
