package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/pipeline"
	"callmart/reports"
)

func TestPrintHeadlines(t *testing.T) {
	kpis := &reports.Table{Name: "Kpis"}
	for _, name := range []string{"kpi", "label", "value", "unit", "target"} {
		kpis.Columns = append(kpis.Columns, reports.Column{Name: name})
	}
	kpis.Rows = [][]any{
		{"service_level", "Service level", 0.8190, "ratio", 0.8},
		{"asa", "Average speed of answer", 12.34, "s", nil},
		{"offered", "Offered", int64(1060), "entries", nil},
		{"ata", "Average time to abandon", nil, "s", nil},
		{"voicemail", "Voicemail", int64(3), "entries", nil},
	}
	r := pipeline.ReportResult{
		Name: "sla", Period: pipeline.Period{Kind: pipeline.Day, From: "2026-01-13", To: "2026-01-13"}, File: "out/sla_2026-01-13.xlsx",
		Report: &reports.Report{Warnings: []string{"desk is incomplete"}, Tables: []*reports.Table{kpis}},
	}
	var out strings.Builder
	require.NoError(t, printHeadlines(&out, r))
	require.Equal(t, `sla 2026-01-13: out/sla_2026-01-13.xlsx
  Service level 81.9 % (target 80.0 %), Offered 1,060, Average speed of answer 12.3 s
  warning: desk is incomplete
`, out.String())
}
