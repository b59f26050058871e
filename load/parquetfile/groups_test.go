package parquetfile_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/require"

	"callmart/transform/schema"
)

// groupRows and groupBytes are where a row group ends: known to memory and speed of those who read.
const (
	groupRows  = 20480
	groupBytes = 8 << 20
)

// groupsOf are the rows of a file's row groups.
func groupsOf(t *testing.T, file []byte) (rows []int64) {
	t.Helper()
	meta := open(t, file).Metadata()
	sum := int64(0)
	for _, g := range meta.RowGroups {
		rows, sum = append(rows, g.NumRows), sum+g.NumRows
	}
	require.Equal(t, meta.NumRows, sum)
	return rows
}

// A row group ends with its 20480th row, and the last one where the file ends: none is empty.
func TestGroupsByRows(t *testing.T) {
	table := tableOf(schema.Int)
	rows := only(each(2*groupRows+1, func(i int) any { return int64(i) })...)
	for n, want := range map[int][]int64{
		1: {1}, groupRows - 1: {groupRows - 1}, groupRows: {groupRows}, groupRows + 1: {groupRows, 1},
		2 * groupRows: {groupRows, groupRows}, 2*groupRows + 1: {groupRows, groupRows, 1},
	} {
		file := write(t, table, record(table, rows[:n]))
		require.Equal(t, want, groupsOf(t, file))
		requireRows(t, rows[:n], readGo(t, file), "parquet-go")
	}
}

// A row group ends with the row whose text makes it 8 MiB; the elements of lists count, and all columns together.
func TestGroupsByBytes(t *testing.T) {
	mega := strings.Repeat("0123456789abcdef", 1<<16)
	half := mega[:len(mega)/2]
	for name, test := range map[string]struct {
		table *schema.Table
		row   []any
		n     int
		want  []int64
	}{
		"one text":         {tableOf(schema.Text), list(mega), 22, []int64{8, 8, 6}},
		"just not":         {tableOf(schema.Text), list(mega[1:]), 22, []int64{9, 9, 4}},
		"just enough":      {tableOf(schema.Text), list(mega), 16, []int64{8, 8}},
		"text and JSON":    {tableOf(schema.Text, schema.JSON), list(half, half), 9, []int64{8, 1}},
		"elements":         {tableOf(schema.Texts), list([]string{half, "", half}), 9, []int64{8, 1}},
		"text and element": {tableOf(schema.Texts, schema.Text, schema.Int), list([]string{half}, half, int64(1)), 9, []int64{8, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			rows := make([][]any, test.n)
			for i := range rows {
				rows[i] = test.row
			}
			file := write(t, test.table, record(test.table, rows))
			require.Equal(t, test.want, groupsOf(t, file))
			requireRows(t, rows, readGo(t, file), "parquet-go")
		})
	}
}

// One row may be larger than a row group: it ends the one it is in.
func TestGroupOfOneLargeRow(t *testing.T) {
	table := tableOf(schema.Text)
	large := strings.Repeat("lång ", groupBytes/6+1)
	require.Greater(t, len(large), groupBytes)
	rows := only("a", large, "b", "c")
	file := roundTrip(t, table, rows)
	require.Equal(t, []int64{2, 2}, groupsOf(t, file))
}

// cuts are the same rows in records: slices of one, and records of their own, of random lengths.
func cuts(random *rand.Rand, table *schema.Table, whole arrow.Record, rows [][]any) (recs []arrow.Record) {
	for from := 0; from < len(rows); {
		n := min(len(rows)-from, 1+random.IntN([]int{3, 100, 9000, 50000}[random.IntN(4)]))
		if random.IntN(2) == 0 {
			recs = append(recs, whole.NewSlice(int64(from), int64(from+n)))
		} else {
			recs = append(recs, record(table, rows[from:from+n]))
		}
		from += n
	}
	return recs
}

// A file depends on its rows alone: however they are cut into records, its bytes are the same.
func TestCutsDoNotMatter(t *testing.T) {
	rows := rowsOf(allTypes, 2*groupRows+5000, some)
	whole := record(allTypes, rows)
	want := write(t, allTypes, whole)
	require.Equal(t, []int64{groupRows, groupRows, 5000}, groupsOf(t, want))
	requireRows(t, rows, readDuck(t, want), "DuckDB")
	for seed := range uint64(8) {
		recs := cuts(rand.New(rand.NewPCG(seed, 0)), allTypes, whole, rows)
		require.True(t, bytes.Equal(want, write(t, allTypes, recs...)), "seed %d, %d records", seed, len(recs))
	}
}

// Nor does it matter where row groups end by bytes.
func TestCutsDoNotMatterToBytes(t *testing.T) {
	table := tableOf(schema.Text, schema.Texts, schema.Bool)
	random := rand.New(rand.NewPCG(5, 6))
	filler := strings.Repeat("0123456789abcdef", 1<<15)
	rows := make([][]any, 260)
	for i := range rows {
		rows[i] = []any{fmt.Sprint(i, filler[:random.IntN(len(filler))]), []string{filler[:random.IntN(9000)], "x"}, i%2 == 0}
		if i%7 == 0 {
			rows[i][random.IntN(3)] = nil
		}
	}
	whole := record(table, rows)
	want := write(t, table, whole)
	require.Len(t, groupsOf(t, want), 8)
	for seed := range uint64(5) {
		recs := cuts(rand.New(rand.NewPCG(seed, 1)), table, whole, rows)
		require.True(t, bytes.Equal(want, write(t, table, recs...)), "seed %d, %d records", seed, len(recs))
	}
}
