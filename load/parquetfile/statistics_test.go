package parquetfile_test

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/transform/schema"
)

// integer and double are bounds as the format writes them.
func integer(n int64) []byte  { return binary.LittleEndian.AppendUint64(nil, uint64(n)) }
func double(f float64) []byte { return integer(int64(math.Float64bits(f))) }

// The smallest and largest value and the number of NULLs are told where readers may use them: of numbers, instants,
// booleans and texts that are not too long. What cannot be ordered has none.
func TestStatistics(t *testing.T) {
	negative, nan, inf := math.Copysign(0, -1), math.NaN(), math.Inf(1)
	const moment = 1_768_291_200_000_001
	word := func(n int) string { return strings.Repeat("x", n) }
	for name, test := range map[string]struct {
		of                schema.Type
		cells             []any
		nulls             int64
		smallest, largest []byte
		duck              [2]any // the same, as DuckDB shows it, which shows no infinite ones
	}{
		"text":              {schema.Text, list("b", nil, "a", "c", nil), 2, []byte("a"), []byte("c"), [2]any{"a", "c"}},
		"text, dictionary":  {schema.Text, list("b", "b", "c", "c", "a", "a"), 0, []byte("a"), []byte("c"), [2]any{"a", "c"}},
		"one prefix":        {schema.Text, list("12345678b", "12345678", "12345678c", "12345678a"), 0, []byte("12345678"), []byte("12345678c"), [2]any{"12345678", "12345678c"}},
		"zeros":             {schema.Text, list("a\x00", "a", "a\x00\x00"), 0, []byte("a"), []byte("a\x00\x00"), [2]any{"a", "a\x00\x00"}},
		"bytes, not words":  {schema.Text, list("å", "z", "Z"), 0, []byte("Z"), []byte("å"), [2]any{"Z", "å"}},
		"empty and more":    {schema.Text, list("b", "", "a"), 0, []byte{}, []byte("b"), [2]any{"", "b"}},
		"empty":             {schema.Text, list("", "", nil), 1, []byte{}, []byte{}, [2]any{"", ""}},
		"256 bytes":         {schema.Text, list(word(256), "a"), 0, []byte("a"), []byte(word(256)), [2]any{"a", word(256)}},
		"257 bytes":         {schema.Text, list("b", word(257), "a"), 0, nil, nil, [2]any{}},
		"257, dictionary":   {schema.Text, list("b", word(257), "b", word(257)), 0, nil, nil, [2]any{}},
		"257 in the middle": {schema.Text, list("a", "n"+word(256), "z"), 0, nil, nil, [2]any{}},
		"json":              {schema.JSON, list("{}", "[]", nil), 1, nil, nil, [2]any{}},
		"int":               {schema.Int, list(int64(3), nil, int64(-4)), 1, integer(-4), integer(3), [2]any{"-4", "3"}},
		"int, all of them":  {schema.Int, list(int64(math.MaxInt64), int64(math.MinInt64)), 0, integer(math.MinInt64), integer(math.MaxInt64), [2]any{"-9223372036854775808", "9223372036854775807"}},
		"instant":           {schema.Instant, list(int64(moment), nil, int64(moment+1)), 1, integer(moment), integer(moment + 1), [2]any{"2026-01-13 08:00:00.000001+00", "2026-01-13 08:00:00.000002+00"}},
		"local":             {schema.Local, list(int64(moment), nil, int64(-1)), 1, integer(-1), integer(moment), [2]any{"1969-12-31 23:59:59.999999", "2026-01-13 08:00:00.000001"}},
		"number":            {schema.Number, list(2.5, nil, -1.5), 1, double(-1.5), double(2.5), [2]any{"-1.5", "2.5"}},
		"seconds":           {schema.Seconds, list(2.5, 2.5, 2.5), 0, double(2.5), double(2.5), [2]any{"2.5", "2.5"}},
		"infinite":          {schema.Number, list(-inf, inf), 0, double(-inf), double(inf), [2]any{}},
		"only infinite":     {schema.Number, list(inf, inf), 0, double(inf), double(inf), [2]any{}},
		"zeros are both":    {schema.Number, list(0.0, 0.0), 0, double(negative), double(0), [2]any{"-0.0", "0.0"}},
		"negative are both": {schema.Number, list(negative, negative), 0, double(negative), double(0), [2]any{"-0.0", "0.0"}},
		"zero is largest":   {schema.Number, list(negative, -2.0), 0, double(-2), double(0), [2]any{"-2.0", "0.0"}},
		"zero is smallest":  {schema.Number, list(0.0, 2.0), 0, double(negative), double(2), [2]any{"-0.0", "2.0"}},
		"NaN":               {schema.Number, list(1.0, nan, 2.0, nil), 1, nil, nil, [2]any{}},
		"only NaN":          {schema.Number, list(nan, nan), 0, nil, nil, [2]any{}},
		"bool":              {schema.Bool, list(true, nil, false), 1, []byte{0}, []byte{1}, [2]any{"false", "true"}},
		"bool, true":        {schema.Bool, list(true, true), 0, []byte{1}, []byte{1}, [2]any{"true", "true"}},
		"bool, false":       {schema.Bool, list(false), 0, []byte{0}, []byte{0}, [2]any{"false", "false"}},
		"NULL":              {schema.Text, list(nil, nil, nil), 3, nil, nil, [2]any{}},
		"NULL numbers":      {schema.Number, list(nil, nil), 2, nil, nil, [2]any{}},
		// A list without elements is one level without a value, as a NULL is.
		"lists": {schema.Texts, list([]string{"a", "b"}, nil, []string{}, []string{"c"}), 2, nil, nil, [2]any{}},
	} {
		t.Run(name, func(t *testing.T) {
			file := roundTrip(t, tableOf(test.of), only(test.cells...))
			got := open(t, file).Metadata().RowGroups[0].Columns[0].MetaData.Statistics
			require.Equal(t, test.nulls, got.NullCount)
			require.Equal(t, test.smallest, got.MinValue)
			require.Equal(t, test.largest, got.MaxValue)
			require.Nil(t, got.Min, "of old readers, which order otherwise")
			require.Nil(t, got.Max, "of old readers, which order otherwise")
			require.Equal(t, [][]any{{test.duck[0], test.duck[1], test.nulls}},
				ask(t, file, "SELECT stats_min_value, stats_max_value, stats_null_count FROM parquet_metadata(?)"))
		})
	}
}

// Each row group has statistics of its own, by which readers skip it; DuckDB finds the rows of the others.
func TestStatisticsOfGroups(t *testing.T) {
	table := tableOf(schema.Int, schema.Text)
	rows := make([][]any, 3*groupRows)
	for i := range rows {
		rows[i] = []any{int64(i), []any{"a", "b", nil}[i/groupRows]}
	}
	file := write(t, table, record(table, rows))
	require.Equal(t, [][]any{
		{int64(0), "0", "20479", int64(0), "a", "a", int64(0)},
		{int64(1), "20480", "40959", int64(0), "b", "b", int64(0)},
		{int64(2), "40960", "61439", int64(0), nil, nil, int64(groupRows)},
	}, ask(t, file, `SELECT a.row_group_id, a.stats_min_value, a.stats_max_value, a.stats_null_count, b.stats_min_value, b.stats_max_value, b.stats_null_count
		FROM parquet_metadata(?) a JOIN parquet_metadata($1) b USING (row_group_id) WHERE a.column_id = 0 AND b.column_id = 1 ORDER BY 1`))
	require.Equal(t, [][]any{{int64(1), int64(30000)}}, ask(t, file, "SELECT count(*), min(a) FROM read_parquet(?) WHERE a = 30000"))
	require.Equal(t, [][]any{{int64(groupRows), int64(groupRows)}}, ask(t, file, "SELECT count(*), min(a) FROM read_parquet(?) WHERE b = 'b'"))
}
