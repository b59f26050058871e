package parquetfile_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"

	"callmart/transform"
	"callmart/transform/schema"
)

var errDisk = errors.New("disk is full")

// failing takes some writes and fails from then on.
type failing struct {
	bytes.Buffer
	after int
}

func (f *failing) Write(b []byte) (int, error) {
	if f.after--; f.after < 0 {
		return len(b) / 2, errDisk
	}
	return f.Buffer.Write(b)
}

// An error of the output comes back, at whichever write it occurs, and stays until the writer is reset: a file that
// lacks a part is never closed as if it were whole.
func TestOutputFails(t *testing.T) {
	rec := record(allTypes, rowsOf(allTypes, 2*groupRows+5, some))
	small := record(allTypes, rowsOf(allTypes, 5, some))
	want := write(t, allTypes, small)
	w := newWriter(t, allTypes)
	failed := map[string]int{}
	for after := range 6 {
		out := &failing{after: after}
		step, err := "reset", w.Reset(out)
		if err == nil {
			step, err = "write", w.Write(rec)
		}
		if err == nil {
			step = "close"
			_, err = w.Close()
		}
		if err == nil {
			requireRows(t, rowsOf(allTypes, 2*groupRows+5, some), readGo(t, out.Bytes()), "parquet-go")
			continue
		}
		require.ErrorIs(t, err, errDisk)
		failed[step]++

		out.after = 1000 // there is space again, but what was lost is lost
		require.ErrorIs(t, w.Write(small), errDisk, step)
		_, err = w.Close()
		require.ErrorIs(t, err, errDisk, step)
		require.Equal(t, want, writeWith(t, w, small), "after reset")
	}
	require.Equal(t, map[string]int{"reset": 1, "write": 2, "close": 2}, failed)
}

// A writer without a file, before the first Reset or after Close, says so.
func TestWriterWithoutFile(t *testing.T) {
	w, rec := newWriter(t, allTypes), record(allTypes, rowsOf(allTypes, 5, some))
	var file bytes.Buffer
	for range 2 {
		require.ErrorContains(t, w.Write(rec), "no file is open")
		_, err := w.Close()
		require.ErrorContains(t, err, "no file is open")

		file.Reset()
		require.NoError(t, w.Reset(&file))
		require.NoError(t, w.Write(rec))
		_, err = w.Close()
		require.NoError(t, err)
		require.Equal(t, write(t, allTypes, rec), file.Bytes())
	}
}

// A record that is none of the table says why. It adds nothing, and those before and after it are written.
func TestRecordsThatDoNotFit(t *testing.T) {
	table := tableOf(schema.Text, schema.Instant, schema.Local, schema.Number, schema.Int, schema.Bool, schema.Texts)
	types := make([]arrow.DataType, len(table.Fields))
	for i, f := range transform.ArrowSchema(table).Fields() {
		types[i] = f.Type
	}
	other := func(column int, d arrow.DataType) []arrow.DataType {
		changed := append([]arrow.DataType{}, types...)
		changed[column] = d
		return changed
	}
	good := record(table, rowsOf(table, 3, some))
	for name, test := range map[string]struct {
		types []arrow.DataType
		want  string
	}{
		"too few":            {types[:6], "batch of tests has 6 columns, not 7"},
		"too many":           {append(other(0, types[0]), types[0]), "batch of tests has 8 columns, not 7"},
		"none":               {nil, "batch of tests has 0 columns, not 7"},
		"bytes":              {other(0, arrow.BinaryTypes.Binary), "batch of tests has a as binary, not text"},
		"large text":         {other(0, arrow.BinaryTypes.LargeString), "batch of tests has a as large_utf8, not text"},
		"null":               {other(0, arrow.Null), "batch of tests has a as null, not text"},
		"milliseconds":       {other(1, arrow.FixedWidthTypes.Timestamp_ms), "batch of tests has b as timestamp[ms, tz=UTC], not instant (UTC)"},
		"local as instant":   {other(1, types[2]), "batch of tests has b as timestamp[us], not instant (UTC)"},
		"instant as local":   {other(2, types[1]), "batch of tests has c as timestamp[us, tz=UTC], not local time"},
		"zone":               {other(1, &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "Asia/Kolkata"}), "batch of tests has b as timestamp[us, tz=Asia/Kolkata], not instant (UTC)"},
		"float":              {other(3, arrow.PrimitiveTypes.Float32), "batch of tests has d as float32, not number"},
		"integer as number":  {other(3, types[4]), "batch of tests has d as int64, not number"},
		"int32":              {other(4, arrow.PrimitiveTypes.Int32), "batch of tests has e as int32, not integer"},
		"text as bool":       {other(5, types[0]), "batch of tests has f as utf8, not boolean"},
		"text as list":       {other(6, types[0]), "batch of tests has g as utf8, not list of text"},
		"list of integers":   {other(6, arrow.ListOf(types[4])), "batch of tests has g as list<item: int64, nullable>, not list of text"},
		"large list":         {other(6, arrow.LargeListOf(types[0])), "batch of tests has g as large_list<item: utf8, nullable>, not list of text"},
		"dictionary":         {other(0, &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: types[0]}), "batch of tests has a as dictionary<values=utf8, indices=int32, ordered=false>, not text"},
		"columns, exchanged": {append([]arrow.DataType{types[1], types[0]}, types[2:]...), "batch of tests has a as timestamp[us, tz=UTC], not text"},
	} {
		t.Run(name, func(t *testing.T) {
			fields := make([]arrow.Field, len(test.types))
			columns := make([]arrow.Array, len(test.types))
			for i, d := range test.types {
				fields[i] = arrow.Field{Name: string(rune('a' + i)), Type: d, Nullable: true}
				columns[i] = array.MakeArrayOfNull(memory.DefaultAllocator, d, 2)
			}
			requireRefused(t, table, good, array.NewRecord(arrow.NewSchema(fields, nil), columns, 2), test.want)
		})
	}
}

// requireRefused writes a record between two good ones.
func requireRefused(t *testing.T, table *schema.Table, good, bad arrow.Record, want string) {
	t.Helper()
	w := newWriter(t, table)
	var file bytes.Buffer
	require.NoError(t, w.Reset(&file))
	require.NoError(t, w.Write(good))
	require.EqualError(t, w.Write(bad), want)
	require.NoError(t, w.Write(good))
	_, err := w.Close()
	require.NoError(t, err)
	require.Equal(t, write(t, table, good, good), file.Bytes())
}

// textsOf is a column of texts that lie between the given offsets of one text.
func textsOf(text string, offsets ...int32) arrow.Array {
	data := array.NewData(arrow.BinaryTypes.String, len(offsets)-1, []*memory.Buffer{
		nil, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(offsets)), memory.NewBufferBytes([]byte(text)),
	}, nil, 0, 0)
	return array.NewStringData(data)
}

// listOf is a column of lists that lie between the given offsets of their elements.
func listOf(elements arrow.Array, offsets ...int32) arrow.Array {
	data := array.NewData(arrow.ListOf(arrow.BinaryTypes.String), len(offsets)-1, []*memory.Buffer{
		nil, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(offsets)),
	}, []arrow.ArrayData{elements.Data()}, 0, 0)
	return array.NewListData(data)
}

func recordOf(t *schema.Table, c arrow.Array) arrow.Record {
	field := arrow.Field{Name: t.Fields[0].Name, Type: c.DataType(), Nullable: true}
	return array.NewRecord(arrow.NewSchema([]arrow.Field{field}, nil), []arrow.Array{c}, int64(c.Len()))
}

// Readers refuse a file with text that is not UTF-8, each text by itself: what is UTF-8 only beside the next is not.
func TestTextThatIsNotUTF8(t *testing.T) {
	for name, c := range map[string]arrow.Array{
		"a byte":          textsOf("ab\xffcd", 0, 2, 5),
		"Latin-1":         textsOf("l\xe5ng", 0, 4),
		"a surrogate":     textsOf("\xed\xa0\x80", 0, 3),
		"cut at the end":  textsOf("a\xc3", 0, 2),
		"cut in two":      textsOf("å", 0, 1, 2),
		"cut at an empty": textsOf("å", 0, 1, 1, 2),
		"cut in three":    textsOf("a☎b", 0, 2, 3, 5),
		"one of many":     textsOf("aaaåaaa", 0, 1, 2, 3, 4, 5, 6, 7, 8),
		"slice cut":       array.NewSlice(textsOf("a☎b", 0, 2, 5), 1, 2),
	} {
		t.Run(name, func(t *testing.T) {
			for _, of := range []schema.Type{schema.Text, schema.JSON} {
				table := tableOf(of)
				requireRefused(t, table, record(table, only("å", nil)), recordOf(table, c), "batch of tests has a with text that is not UTF-8")
			}
			table := tableOf(schema.Texts)
			lists := listOf(c, 0, 0, int32(c.Len()))
			requireRefused(t, table, record(table, only([]string{"å"}, nil)), recordOf(table, lists), "batch of tests has a with text that is not UTF-8")
		})
	}
}

// A slice is judged by its own rows: what is wrong with others of its record does not matter.
func TestSliceBesideBadText(t *testing.T) {
	texts := textsOf("å\xffö", 0, 2, 3, 5)
	for _, row := range []int64{0, 2} {
		want := []any{"å", nil, "ö"}[row]
		table := tableOf(schema.Text)
		file := write(t, table, recordOf(table, texts).NewSlice(row, row+1))
		requireRows(t, only(want), readDuck(t, file), "DuckDB")

		table = tableOf(schema.Texts)
		lists := recordOf(table, listOf(texts, 0, 1, 2, 3))
		file = write(t, table, lists.NewSlice(row, row+1))
		requireRows(t, only([]string{want.(string)}), readDuck(t, file), "DuckDB")
	}
}

// No list of the lake has a NULL element, for which the file has no place; it would become an empty text.
func TestListsWithNULL(t *testing.T) {
	table := tableOf(schema.Texts)
	b := array.NewListBuilder(memory.DefaultAllocator, arrow.BinaryTypes.String)
	elements := b.ValueBuilder().(*array.StringBuilder)
	b.Append(true)
	elements.Append("a")
	b.Append(true)
	elements.Append("b")
	elements.AppendNull()
	bad := recordOf(table, b.NewArray())
	requireRefused(t, table, record(table, only([]string{"å"}, nil)), bad, "batch of tests has a with a NULL in a list")
	requireRows(t, only([]string{"a"}), readGo(t, write(t, table, bad.NewSlice(0, 1))), "parquet-go")

	b.Append(true)
	elements.AppendNull()
	requireRefused(t, table, record(table, only([]string{"å"}, nil)), recordOf(table, b.NewArray()), "batch of tests has a with a NULL in a list")
}
