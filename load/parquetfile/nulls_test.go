package parquetfile_test

import (
	"fmt"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/stretchr/testify/require"

	"callmart/transform/schema"
)

// lengths lie beside the edges of bytes and words of bits.
var lengths = []int{1, 3, 7, 8, 9, 63, 65, 2048}

// Wherever the NULLs of a column are, they are read there, in columns of every type.
func TestNulls(t *testing.T) {
	for name, null := range map[string]func(i, n int) bool{
		"none":              func(_, _ int) bool { return false },
		"all":               func(_, _ int) bool { return true },
		"first":             func(i, _ int) bool { return i == 0 },
		"last":              func(i, n int) bool { return i == n-1 },
		"all but the first": func(i, _ int) bool { return i > 0 },
		"all but the last":  func(i, n int) bool { return i < n-1 },
		"alternating":       func(i, _ int) bool { return i%2 == 0 },
		"second half":       func(i, n int) bool { return i >= n/2 },
	} {
		for _, n := range lengths {
			t.Run(fmt.Sprintf("%s of %d", name, n), func(t *testing.T) {
				roundTrip(t, allTypes, rowsOf(allTypes, n, func(row, _ int) bool { return null(row, n) }))
			})
		}
	}
}

// The bits that say which rows are NULL are made once a column has both NULLs and values. Records without NULLs, with
// nothing else and with some, in any order, give what one record of all rows gives.
func TestNullsOfRecordsInAnyOrder(t *testing.T) {
	kinds := []func(row, column int) bool{
		never,
		func(_, _ int) bool { return true },
		func(row, _ int) bool { return row%3 == 1 },
	}
	for order := range 3 * 3 * 3 * 3 {
		for _, n := range []int{1, 3, 8, 13} {
			var rows [][]any
			var recs []arrow.Record
			for k := order; len(recs) < 4; k /= 3 {
				part := rowsOf(allTypes, n, kinds[k%3])
				rows, recs = append(rows, part...), append(recs, record(allTypes, part))
			}
			file := write(t, allTypes, recs...)
			requireRows(t, rows, readGo(t, file), fmt.Sprintf("order %d of %d rows", order, n))
			require.Equal(t, write(t, allTypes, record(allTypes, rows)), file, "order %d of %d rows", order, n)
		}
	}
}

// A slice of a record has the bits and offsets of the whole; it is written as a record of its rows alone.
func TestSlices(t *testing.T) {
	rows := rowsOf(allTypes, 200, some)
	whole := record(allTypes, rows)
	for _, from := range []int{1, 3, 7, 8, 9, 64, 117} {
		for _, n := range []int{1, 3, 7, 8, 9, 63, 65} {
			slice := whole.NewSlice(int64(from), int64(from+n))
			want := write(t, allTypes, record(allTypes, rows[from:from+n]))
			require.Equal(t, want, write(t, allTypes, slice), "%d rows from %d", n, from)
			slice.Release()
		}
	}
	requireRows(t, rows[3:66], readDuck(t, write(t, allTypes, whole.NewSlice(3, 66))), "DuckDB")
}

// A slice is told apart from its record also where only one of the two has NULLs.
func TestSlicesWithoutNulls(t *testing.T) {
	table := tableOf(schema.Text, schema.Int, schema.Texts)
	rows := rowsOf(table, 40, func(row, _ int) bool { return row < 10 })
	whole := record(table, rows)
	for _, at := range [][2]int64{{0, 10}, {1, 9}, {10, 40}, {11, 39}, {9, 11}} {
		file := write(t, table, whole.NewSlice(at[0], at[1]), whole.NewSlice(at[0], at[1]))
		want := append(append([][]any{}, rows[at[0]:at[1]]...), rows[at[0]:at[1]]...)
		requireRows(t, want, readGo(t, file), "parquet-go")
		requireRows(t, want, readDuck(t, file), "DuckDB")
	}
}

// Lists are NULL, empty, of one and of many elements; each alone, and all beside each other in any order of two.
func TestLists(t *testing.T) {
	many := make([]string, 300)
	for i := range many {
		many[i] = fmt.Sprint(i % 70)
	}
	lists := map[string]any{"null": nil, "empty": []string{}, "one": []string{"a"}, "empty text": []string{""}, "two": []string{"a", "b"}, "many": many}
	table := tableOf(schema.Texts)
	for first, a := range lists {
		for second, b := range lists {
			t.Run(first+", "+second, func(t *testing.T) {
				roundTrip(t, table, only(a, b))
				roundTrip(t, table, only(a, a, a, a, a, a, a, a, a, b, a, b, b, b, b, b, b, b, b, b))
			})
		}
	}
}

// The elements of lists may be a slice of others, whose texts begin somewhere within the text of all.
func TestListsOfASlice(t *testing.T) {
	table := tableOf(schema.Texts)
	elements := array.NewSlice(textsOf("abcdefgh", 0, 2, 3, 5, 8), 1, 4)
	rec := recordOf(table, listOf(elements, 0, 1, 1, 3))
	rows := only([]string{"c"}, []string{}, []string{"de", "fgh"})
	requireRows(t, rows, readGo(t, write(t, table, rec)), "parquet-go")
	requireRows(t, rows[2:], readGo(t, write(t, table, rec.NewSlice(2, 3))), "parquet-go")
}
