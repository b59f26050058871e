package parquetfile_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/require"

	"callmart/transform/schema"
)

// Every type keeps its values, the odd ones among them. A column of one type alone shows which type fails.
func TestRoundTrip(t *testing.T) {
	year := func(y int) int64 { return time.Date(y, 2, 28, 23, 59, 59, 999_999_000, time.UTC).UnixMicro() }
	moments := []any{int64(0), int64(-1), int64(1), nil, year(1900), year(1969), year(2026), year(9999)}
	doubles := []any{0.0, math.Copysign(0, -1), 0.001, nil, -1e300, math.MaxFloat64, math.SmallestNonzeroFloat64, math.Pi}
	for name, test := range map[string]struct {
		of    schema.Type
		cells []any
	}{
		"text":    {schema.Text, []any{"", "a", nil, "lång", "☎️📞", "a\x00b", "\n", "'\"\\", strings.Repeat("x", 300)}},
		"instant": {schema.Instant, moments},
		"local":   {schema.Local, moments},
		"seconds": {schema.Seconds, doubles},
		"number":  {schema.Number, doubles},
		"int":     {schema.Int, []any{int64(0), int64(-1), nil, int64(math.MaxInt64), int64(math.MinInt64), int64(7)}},
		"bool":    {schema.Bool, []any{true, false, nil, true, true, false, nil, true, false, true}},
		"texts":   {schema.Texts, []any{[]string{"a", "", "lång"}, nil, []string{}, []string{""}, []string{"a", "a"}}},
		"json":    {schema.JSON, []any{"{}", `{"a":"ö"}`, nil, "null", "[1, 2]"}},
	} {
		t.Run(name, func(t *testing.T) { roundTrip(t, tableOf(test.of), only(test.cells...)) })
	}
}

// The tables of the lake, with all their columns, come back as they were written.
func TestRoundTripTables(t *testing.T) {
	for id := range schema.NumStored {
		table := schema.Get(id)
		t.Run(table.Name, func(t *testing.T) { roundTrip(t, table, rowsOf(table, 77, some)) })
	}
}

// calls has columns of all types, so that the test above has met each of them in a real table.
func TestCallsHaveAllTypes(t *testing.T) {
	have := map[schema.Type]bool{}
	for _, f := range schema.Get(schema.Calls).Fields {
		have[f.Type] = true
	}
	require.Len(t, have, len(allTypes.Fields))
}

// Many records of different lengths are one table of all their rows, in order.
func TestRoundTripRecords(t *testing.T) {
	rows := rowsOf(allTypes, 500, some)
	var recs []arrow.Record
	for from, n := 0, 1; from < len(rows); from, n = from+n, n*2 {
		recs = append(recs, record(allTypes, rows[from:min(from+n, len(rows))]))
	}
	file := write(t, allTypes, recs...)
	requireRows(t, rows, readGo(t, file), "parquet-go")
	requireRows(t, rows, readDuck(t, file), "DuckDB")
}
