package parquetfile_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"

	"callmart/load/parquetfile"
	"callmart/transform/schema"
)

// A file without rows has the whole schema: most files of most partitions are such ones.
func TestNoRows(t *testing.T) {
	for id := range schema.NumStored {
		table := schema.Get(id)
		file := write(t, table)
		require.Empty(t, readGo(t, file))
		require.Empty(t, readDuck(t, file))
		require.Empty(t, open(t, file).RowGroups())
		require.Len(t, ask(t, file, "DESCRIBE SELECT * FROM read_parquet(?)"), len(table.Fields))
		require.Equal(t, file, write(t, table, record(table, nil)), "records without rows add nothing")
	}
}

// A record without rows between others changes nothing.
func TestEmptyRecords(t *testing.T) {
	rows := rowsOf(allTypes, 20, some)
	empty := record(allTypes, nil)
	whole := record(allTypes, rows)
	file := write(t, allTypes, empty, whole.NewSlice(0, 9), empty, whole.NewSlice(4, 4), whole.NewSlice(9, 20), empty)
	require.Equal(t, write(t, allTypes, whole), file)
}

// A writer keeps its memory for the next file, which is the file of a new writer all the same.
func TestWriterIsUsedAgain(t *testing.T) {
	table := tableOf(schema.Text, schema.Texts, schema.JSON, schema.Number, schema.Int, schema.Bool)
	files := map[string][][]any{
		"none":         nil,
		"few":          rowsOf(table, 10, some),
		"many":         rowsOf(table, 5000, some),
		"two groups":   rowsOf(table, groupRows+30, some),
		"NULL":         rowsOf(table, 100, func(_, _ int) bool { return true }),
		"without NULL": rowsOf(table, 100, never),
		"empty texts":  {{"", []string{""}, "", 0.0, int64(0), false}, {"", []string{""}, "", 0.0, int64(0), false}},
		"empty lists":  {{nil, []string{}, nil, nil, nil, nil}},
		"distinct": each(3000, func(i int) []any {
			return []any{fmt.Sprint(i), []string{fmt.Sprint(i)}, fmt.Sprint(i), float64(i), int64(i), i%2 == 0}
		}),
	}
	want := map[string][]byte{}
	for name, rows := range files {
		want[name] = write(t, table, record(table, rows))
	}
	w := newWriter(t, table)
	for before := range files {
		for after, rows := range files {
			writeWith(t, w, record(table, files[before]))
			require.True(t, bytes.Equal(want[after], writeWith(t, w, record(table, rows))), "%s after %s", after, before)
		}
	}
}

// What was written to a file that was not closed is forgotten.
func TestResetForgets(t *testing.T) {
	rec := record(allTypes, rowsOf(allTypes, 30, some))
	other := record(allTypes, rowsOf(allTypes, groupRows+7, never))
	w := newWriter(t, allTypes)
	for _, forgotten := range []arrow.Record{other, rec} {
		require.NoError(t, w.Reset(new(bytes.Buffer)))
		require.NoError(t, w.Write(forgotten))
		require.True(t, bytes.Equal(write(t, allTypes, rec), writeWith(t, w, rec)))
	}

	table := tableOf(schema.Text) // whose bytes decide where a row group ends
	large := record(table, only(strings.Repeat("a", groupBytes-1), "b"))
	w = newWriter(t, table)
	require.NoError(t, w.Reset(new(bytes.Buffer)))
	require.NoError(t, w.Write(large.NewSlice(0, 1)))
	require.Equal(t, []int64{2}, groupsOf(t, writeWith(t, w, large)))
}

// Records stay the caller's: what the writer needs of them it has copied when Write returns. Nothing of them is kept,
// also not of records it refuses or splits, or that the output fails with, and their memory may change at once.
func TestRecordsAreReleased(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	rows := rowsOf(allTypes, groupRows/2+100, some)
	w := newWriter(t, allTypes)
	var file bytes.Buffer
	require.NoError(t, w.Reset(&file))
	for range 3 {
		rec := recordIn(mem, allTypes, rows)
		slice := rec.NewSlice(5, 60)
		require.NoError(t, w.Write(rec))
		require.NoError(t, w.Write(slice))
		slice.Release()
		overwrite(rec)
		rec.Release()
		mem.AssertSize(t, 0)
	}
	_, err := w.Close()
	require.NoError(t, err)
	var want [][]any
	for range 3 {
		want = append(append(want, rows...), rows[5:60]...)
	}
	requireRows(t, want, readGo(t, file.Bytes()), "parquet-go")

	refused := recordIn(mem, tableOf(schema.Text), only("a"))
	require.Error(t, w.Write(refused))
	refused.Release()
	bad := allTypes.Index("h")
	rows[7] = append([]any{}, rows[7]...)
	rows[7][bad] = []string{"a", "\xff"}
	refused = recordIn(mem, allTypes, rows)
	require.NoError(t, w.Reset(&file))
	require.ErrorContains(t, w.Write(refused), "UTF-8")
	refused.Release()

	rec := recordIn(mem, allTypes, rowsOf(allTypes, groupRows+1, some))
	require.NoError(t, w.Reset(&failing{after: 1}))
	require.ErrorIs(t, w.Write(rec), errDisk)
	rec.Release()
}

// overwrite changes all memory of a record.
func overwrite(rec arrow.Record) {
	var spoil func(d arrow.ArrayData)
	spoil = func(d arrow.ArrayData) {
		for _, b := range d.Buffers() {
			if b != nil {
				for i := range b.Bytes() {
					b.Bytes()[i] ^= 0x55
				}
			}
		}
		for _, child := range d.Children() {
			spoil(child)
		}
	}
	for _, c := range rec.Columns() {
		spoil(c.Data())
	}
}

// The bytes of a file do not depend on what else a writer has compressed, whatever random files those were.
func TestRandomFilesOfOneWriter(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 9))
	w := newWriter(t, allTypes)
	for range 60 {
		from, n := random.IntN(500), random.IntN(400)
		rec := record(allTypes, rowsOf(allTypes, from+n, func(row, column int) bool { return (row*column)%(2+n%5) == 1 }))
		slice := rec.NewSlice(int64(from), int64(from+n))
		require.Equal(t, write(t, allTypes, slice), writeWith(t, w, slice))
	}
}

// Writers of one table do not share anything.
func TestWritersAreApart(t *testing.T) {
	rec := record(allTypes, rowsOf(allTypes, 30, some))
	want := write(t, allTypes, rec)
	var files [3]bytes.Buffer
	var writers [3]*parquetfile.Writer
	for i := range writers {
		writers[i] = newWriter(t, allTypes)
		require.NoError(t, writers[i].Reset(&files[i]))
	}
	for _, w := range writers {
		require.NoError(t, w.Write(rec))
	}
	for i, w := range writers {
		_, err := w.Close()
		require.NoError(t, err)
		require.Equal(t, want, files[i].Bytes())
	}
}
