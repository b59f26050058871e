package parquetfile_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"

	"callmart/load/parquetfile"
	"callmart/transform"
	"callmart/transform/schema"
)

// A test's rows are cells: string, int64 (instants too, in microseconds), float64, bool, []string, and nil for NULL.

// allTypes has a column of each type.
var allTypes = tableOf(schema.Text, schema.Instant, schema.Local, schema.Seconds, schema.Number, schema.Int, schema.Bool, schema.Texts, schema.JSON)

// tableOf is a table with columns a, b, c and so on.
func tableOf(types ...schema.Type) *schema.Table {
	t := &schema.Table{Name: "tests"}
	for i, typ := range types {
		t.Fields = append(t.Fields, schema.Field{Name: string(rune('a' + i)), Type: typ})
	}
	return t
}

// only are the rows of a table with one column.
func only(cells ...any) [][]any {
	rows := make([][]any, len(cells))
	for i, c := range cells {
		rows[i] = []any{c}
	}
	return rows
}

func list(cells ...any) []any { return cells }

// each are n cells or rows that f makes.
func each[T any](n int, f func(i int) T) []T {
	all := make([]T, n)
	for i := range all {
		all[i] = f(i)
	}
	return all
}

// rowsOf are n rows of a table with different cells, those of them NULL that null names.
func rowsOf(t *schema.Table, n int, null func(row, column int) bool) [][]any {
	rows := make([][]any, n)
	for i := range rows {
		rows[i] = make([]any, len(t.Fields))
		for k, f := range t.Fields {
			if !null(i, k) {
				rows[i][k] = cell(f.Type, i+k)
			}
		}
	}
	return rows
}

// some makes every fifth cell NULL.
func some(row, column int) bool { return (row+column)%5 == 4 }

func never(_, _ int) bool { return false }

// cell is cell i of a column: texts now short, now empty, now not ASCII.
func cell(t schema.Type, i int) any {
	switch t {
	case schema.Instant, schema.Local:
		return 1_768_291_200_000_000 + int64(i)*1_000_001
	case schema.Seconds, schema.Number:
		return float64(i%700) / 8
	case schema.Int:
		return int64(i*i - 3)
	case schema.Bool:
		return i%3 == 0
	case schema.Texts:
		return slices.Repeat([]string{cell(schema.Text, i).(string)}, i%4)
	case schema.JSON:
		return fmt.Sprintf(`{"row":%d}`, i)
	}
	return [...]string{fmt.Sprintf("c%d", i), strings.Repeat("lång ", i%7) + "☎", ""}[i%3]
}

func record(t *schema.Table, rows [][]any) arrow.Record {
	return recordIn(memory.DefaultAllocator, t, rows)
}

// recordIn builds a record of rows.
func recordIn(mem memory.Allocator, t *schema.Table, rows [][]any) arrow.Record {
	b := array.NewRecordBuilder(mem, transform.ArrowSchema(t))
	defer b.Release()
	for _, row := range rows {
		for i, c := range row {
			appendCell(b.Field(i), c)
		}
	}
	return b.NewRecord()
}

func appendCell(b array.Builder, cell any) {
	switch c := cell.(type) {
	case nil:
		b.AppendNull()
	case string:
		b.(*array.StringBuilder).Append(c)
	case float64:
		b.(*array.Float64Builder).Append(c)
	case bool:
		b.(*array.BooleanBuilder).Append(c)
	case int64:
		if instants, ok := b.(*array.TimestampBuilder); ok {
			instants.Append(arrow.Timestamp(c))
			return
		}
		b.(*array.Int64Builder).Append(c)
	case []string:
		lists := b.(*array.ListBuilder)
		lists.Append(true)
		lists.ValueBuilder().(*array.StringBuilder).AppendValues(c, nil)
	}
}

func newWriter(t testing.TB, table *schema.Table) *parquetfile.Writer {
	t.Helper()
	w, err := parquetfile.NewWriter(table)
	require.NoError(t, err)
	return w
}

// write returns the file of some records.
func write(t testing.TB, table *schema.Table, recs ...arrow.Record) []byte {
	t.Helper()
	return writeWith(t, newWriter(t, table), recs...)
}

func writeWith(t testing.TB, w *parquetfile.Writer, recs ...arrow.Record) []byte {
	t.Helper()
	var file bytes.Buffer
	require.NoError(t, w.Reset(&file))
	want := int64(0)
	for _, rec := range recs {
		require.NoError(t, w.Write(rec))
		want += rec.NumRows()
	}
	rows, err := w.Close()
	require.NoError(t, err)
	require.Equal(t, want, rows)
	return file.Bytes()
}

// roundTrip writes rows as one record and reads them back with both readers. It returns the file.
func roundTrip(t testing.TB, table *schema.Table, rows [][]any) []byte {
	t.Helper()
	file := write(t, table, record(table, rows))
	requireRows(t, rows, readGo(t, file), "parquet-go")
	requireRows(t, rows, readDuck(t, file), "DuckDB")
	return file
}
