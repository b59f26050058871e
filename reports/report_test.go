package reports_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"callmart/reports"
	"callmart/transform/schema"
)

// sample is the lake of testdata/sql/lake.txt, with settings that name a run.
func sample(t testing.TB) (*lake, *reports.Settings) {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/sql/lake.txt")
	require.NoError(t, err)
	l := newLake(t)
	for _, section := range archive.Files {
		if table := tableNamed(section.Name); table != nil {
			columns, rows := parseRows(string(section.Data))
			l.insert(t, table.Name, columns, rows)
		}
	}
	tt, ok := t.(*testing.T)
	require.True(t, ok)
	s := settingsOf(tt, archive)
	s.Run = reports.Run{ID: "20260114T013000Z", At: time.Date(2026, 1, 14, 1, 30, 0, 0, time.UTC)}
	s.Watermark = time.Date(2026, 1, 14, 1, 25, 0, 0, time.UTC)
	s.Sources = []reports.Source{
		{Name: "a", Vendor: "nectardesk", Zone: "Europe/Berlin", Accounting: &reports.Accounting{
			Read: 30, New: 20, Duplicate: 5, Quarantined: 3, Open: 3, Ignored: 2, Files: 4, Problems: 1,
			Reasons: map[string]int64{"no call id": 1, "bad JSON": 2},
		}},
		{Name: "b", Vendor: "ccai", Zone: "UTC", Accounting: &reports.Accounting{Read: 2, New: 2, Files: 1, Complete: true}},
		{Name: "c", Vendor: "whippy", Zone: "UTC"},
	}
	return l, s
}

// both builds the two reports.
func both(t testing.TB, l *lake, s *reports.Settings) []*reports.Report {
	t.Helper()
	sla, err := bound(t, l, s).SLA(t.Context())
	require.NoError(t, err)
	abandonment, err := bound(t, l, s).Abandonment(t.Context())
	require.NoError(t, err)
	return []*reports.Report{sla, abandonment}
}

func TestReportsAsJSON(t *testing.T) {
	l, s := sample(t)
	for _, r := range both(t, l, s) {
		t.Run(r.Name, func(t *testing.T) {
			// Fields is the schema as it stands and has its own test.
			r.Tables = without(r.Tables, "Fields")
			text, err := json.Marshal(r)
			require.NoError(t, err)
			var got bytes.Buffer
			require.NoError(t, json.Indent(&got, text, "", " "))
			golden := filepath.Join("testdata", r.Name+".json")
			if *update {
				require.NoError(t, os.WriteFile(golden, got.Bytes(), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(string(want), got.String()))
		})
	}
}

func without(tables []*reports.Table, name string) []*reports.Table {
	var out []*reports.Table
	for _, table := range tables {
		if table.Name != name {
			out = append(out, table)
		}
	}
	return out
}

// The verdict of each entry and the formula over the sums are written apart; they must agree for every formula and row.
func TestVerdictsAddUpToEachFormula(t *testing.T) {
	l, s := sample(t)
	for _, boundary := range []string{"le", "lt"} {
		for _, name := range reports.Formulas() {
			t.Run(boundary+" "+name, func(t *testing.T) {
				s.Formula, s.Boundary = name, boundary
				r, err := bound(t, l, s).SLA(t.Context())
				require.NoError(t, err)
				for _, table := range []string{"Queues", "Daily"} {
					rows := r.Table(table)
					require.NotEmpty(t, rows.Rows)
					for i := range rows.Rows {
						require.Equal(t, at(t, rows, i, name), at(t, rows, i, "service_level"), "row %d of %s", i, table)
					}
				}
				require.Equal(t, kpi(t, r, name), kpi(t, r, "service_level"))
				variants := r.Table("Variants")
				for i := range variants.Rows {
					require.Equal(t, at(t, variants, i, "variant") == name, at(t, variants, i, "configured"))
				}
			})
		}
	}
}

func TestTotalsReconcile(t *testing.T) {
	l, s := sample(t)
	reportsOf := both(t, l, s)
	sla, abandonment := reportsOf[0], reportsOf[1]
	for _, figure := range []string{
		"offered", "answered", "abandoned", "answered_within", "abandoned_within", "short_abandons", "voicemail", "callback",
		"overflow", "missed", "failed", "open", "unknown", "excluded", "after_hours", "unknown_wait", "judged", "entries",
	} {
		want := kpi(t, sla, figure)
		for _, table := range []string{"Queues", "Daily", "Intervals"} {
			require.Equal(t, want, sum(t, sla.Table(table), figure), "%s of %s", figure, table)
		}
		require.Equal(t, want, kpi(t, abandonment, figure))
	}
	require.EqualValues(t, kpi(t, sla, "abandoned"), len(abandonment.Table("AbandonedCalls").Rows))
	require.Equal(t, kpi(t, sla, "offered"), sumOf(t, sla, "answered", "abandoned", "voicemail", "callback", "overflow", "missed", "failed"))
	require.Equal(t, kpi(t, sla, "entries"), sumOf(t, sla, "offered", "open", "unknown", "after_hours", "excluded"))

	bridge := sla.Table("Bridge")
	var parts int64
	for i := range bridge.Rows {
		n, _ := at(t, bridge, i, "count").(int64)
		switch at(t, bridge, i, "kind") {
		case "part":
			parts += n
		case "total":
			require.Equal(t, parts, n, "line %d", i+1)
		}
	}
}

func TestSourceThatTheConfigurationForgotIsStillCounted(t *testing.T) {
	l, s := sample(t)
	s.Sources = s.Sources[:1]
	r, err := bound(t, l, s).SLA(t.Context())
	require.NoError(t, err)
	sources := r.Table("Sources")
	require.Len(t, sources.Rows, 2)
	require.Equal(t, "b", at(t, sources, 1, "source"))
	require.Nil(t, at(t, sources, 1, "read"))
	require.EqualValues(t, 21, kpi(t, r, "entries"))
}

func TestLongTablesAreCappedWithANote(t *testing.T) {
	l, s := sample(t)
	s.MaxRows = 6
	r, err := bound(t, l, s).SLA(t.Context())
	require.NoError(t, err)
	// Sales of source a has 6 intervals and is the busiest; nothing else fits beside it, and no queue is cut.
	intervals := r.Table("Intervals")
	require.Len(t, intervals.Rows, 6)
	require.EqualValues(t, 11, intervals.Total)
	require.Contains(t, intervals.Note, "6 of 11 rows")
	for i := range intervals.Rows {
		require.Equal(t, "Sales", at(t, intervals, i, "queue"))
		require.Equal(t, "a", at(t, intervals, i, "source"))
	}
	require.EqualValues(t, 18, kpi(t, r, "offered"), "totals cover everything")

	s.MaxRows = 3
	r, err = bound(t, l, s).Abandonment(t.Context())
	require.NoError(t, err)
	calls := r.Table("AbandonedCalls")
	require.Len(t, calls.Rows, 3)
	require.EqualValues(t, 4, calls.Total)
	require.Contains(t, calls.Note, "3 of 4 rows")
	require.Equal(t, 90.0, at(t, calls, 0, "wait_seconds"), "the longest wait is kept")
}

func TestFieldsAreTheSchema(t *testing.T) {
	l, s := sample(t)
	for _, r := range both(t, l, s) {
		fields := r.Table("Fields")
		row := 0
		for _, table := range schema.Tables() {
			for _, field := range table.Fields {
				require.Equal(t, table.Name, at(t, fields, row, "table"))
				require.Equal(t, field.Name, at(t, fields, row, "column"))
				require.Equal(t, field.Doc, at(t, fields, row, "meaning"))
				row++
			}
		}
		require.Len(t, fields.Rows, row)
	}
}

func TestQueueIntervalsHaveTheColumnsOfTheSchema(t *testing.T) {
	l, s := sample(t)
	bound(t, l, s)
	want := []string{"date DATE"} // tells the partitions apart
	for _, field := range schema.Get(schema.QueueIntervals).Fields {
		want = append(want, field.Name+" "+duckTypes[field.Type])
	}
	rows, err := l.Query(t.Context(), "SELECT column_name || ' ' || column_type FROM (DESCRIBE "+read(t, "queue_intervals")+")")
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	var got []string
	for rows.Next() {
		var column string
		require.NoError(t, rows.Scan(&column))
		got = append(got, column)
	}
	require.NoError(t, rows.Err())
	require.Equal(t, want, got)
}

// testdata/columns.txt lists what other programs may rely on. A line may be added, never changed or removed.
func TestTablesAndColumnsOnlyGrow(t *testing.T) {
	l, s := sample(t)
	var b strings.Builder
	for _, r := range both(t, l, s) {
		for _, table := range r.Tables {
			for _, column := range table.Columns {
				require.NotEmpty(t, column.Label)
				require.NotEmpty(t, column.Doc, "%s of %s is explained nowhere", column.Name, table.Name)
				b.WriteString(r.Name + " " + table.Name + " " + column.Name + "\n")
			}
		}
	}
	if *update {
		require.NoError(t, os.WriteFile("testdata/columns.txt", []byte(b.String()), 0o600))
	}
	want, err := os.ReadFile("testdata/columns.txt")
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(string(want), b.String()))
}

func at(t testing.TB, table *reports.Table, row int, column string) reports.Value {
	t.Helper()
	i := table.Index(column)
	require.GreaterOrEqual(t, i, 0, "%s has no column %s", table.Name, column)
	return table.Rows[row][i]
}

func kpi(t testing.TB, r *reports.Report, name string) reports.Value {
	t.Helper()
	table := r.Table("Kpis")
	for i := range table.Rows {
		if at(t, table, i, "kpi") == name {
			return at(t, table, i, "value")
		}
	}
	require.Fail(t, "no kpi "+name)
	return nil
}

func sum(t testing.TB, table *reports.Table, column string) (n int64) {
	t.Helper()
	for i := range table.Rows {
		v, ok := at(t, table, i, column).(int64)
		require.True(t, ok)
		n += v
	}
	return n
}

func sumOf(t testing.TB, r *reports.Report, names ...string) (n int64) {
	t.Helper()
	for _, name := range names {
		v, ok := kpi(t, r, name).(int64)
		require.True(t, ok)
		n += v
	}
	return n
}
