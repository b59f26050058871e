package parquetfile_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
	"github.com/stretchr/testify/require"

	"callmart/load/parquetfile"
	"callmart/transform/schema"
)

// DuckDB sees in each table the types that its own COPY gives, so that old and new files of a lake are alike; with
// rows, without, and where all of a column is NULL.
func TestTypes(t *testing.T) {
	types := map[schema.Type]string{
		schema.Text: "VARCHAR", schema.Instant: "TIMESTAMP WITH TIME ZONE", schema.Local: "TIMESTAMP", schema.Seconds: "DOUBLE", schema.Number: "DOUBLE",
		schema.Int: "BIGINT", schema.Bool: "BOOLEAN", schema.Texts: "VARCHAR[]", schema.JSON: "VARCHAR",
	}
	for id := range schema.NumStored {
		table := schema.Get(id)
		var want [][]any
		for _, f := range table.Fields {
			want = append(want, []any{f.Name, types[f.Type]})
		}
		for _, rows := range [][][]any{nil, rowsOf(table, 3, some), rowsOf(table, 3, func(_, _ int) bool { return true })} {
			file := write(t, table, record(table, rows))
			require.Equal(t, want, ask(t, file, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(?))"), table.Name)
		}
	}
}

// The schema has what DuckDB's COPY writes: physical, converted and logical types, and lists of three levels. A local
// time has no converted type, which would make it an instant.
func TestSchema(t *testing.T) {
	converted := map[deprecated.ConvertedType]string{
		deprecated.UTF8: "UTF8", deprecated.List: "LIST", deprecated.Int64: "INT_64", deprecated.TimestampMicros: "TIMESTAMP_MICROS",
	}
	var got []string
	for _, e := range open(t, write(t, allTypes)).Metadata().Schema {
		line := e.Name + " " + e.RepetitionType.V.String()
		if e.Type.Valid {
			line += " " + e.Type.V.String()
		}
		if e.ConvertedType.Valid {
			line += " " + converted[e.ConvertedType.V]
		}
		if e.LogicalType.Value != nil {
			line += " " + e.LogicalType.String()
		}
		got = append(got, line)
	}
	require.Equal(t, []string{
		"schema REQUIRED",
		"a OPTIONAL BYTE_ARRAY UTF8 STRING",
		"b OPTIONAL INT64 TIMESTAMP_MICROS TIMESTAMP(isAdjustedToUTC=true,unit=MICROS)",
		"c OPTIONAL INT64 TIMESTAMP(isAdjustedToUTC=false,unit=MICROS)",
		"d OPTIONAL DOUBLE",
		"e OPTIONAL DOUBLE",
		"f OPTIONAL INT64 INT_64 INT(64,true)",
		"g OPTIONAL BOOLEAN",
		"h OPTIONAL LIST LIST",
		"list REPEATED",
		"element OPTIONAL BYTE_ARRAY UTF8 STRING",
		"i OPTIONAL BYTE_ARRAY UTF8 STRING",
	}, got)
}

// Key-value pairs come back in order, empty ones and any text among them; a file has those of its own Close only.
func TestKeyValues(t *testing.T) {
	w := newWriter(t, allTypes)
	for _, meta := range [][]parquetfile.KeyValue{
		{{Key: "callmart.schema", Value: `{"it's":"quoted \"ö\""}`}, {Key: "b", Value: ""}, {Key: "a", Value: "1"}},
		nil,
		{{Key: "only", Value: "one"}},
	} {
		var file bytes.Buffer
		require.NoError(t, w.Reset(&file))
		_, err := w.Close(meta...)
		require.NoError(t, err)
		var got []parquetfile.KeyValue
		for _, kv := range open(t, file.Bytes()).Metadata().KeyValueMetadata {
			got = append(got, parquetfile.KeyValue(kv))
		}
		require.ElementsMatch(t, meta, got, "parquet-go sorts them")
		var want [][]any
		for _, kv := range meta {
			want = append(want, []any{[]byte(kv.Key), []byte(kv.Value)})
		}
		require.Equal(t, want, ask(t, file.Bytes(), "SELECT key, value FROM parquet_kv_metadata(?)"))
	}
}

// What else readers are told: who wrote the file, how statistics are ordered, the codec, one data page per column, and
// where each begins and how long it is, without gaps.
func TestFooter(t *testing.T) {
	rows := rowsOf(allTypes, groupRows+9, some)
	file := write(t, allTypes, record(allTypes, rows))
	require.Equal(t, "PAR1", string(file[:4]))
	require.Equal(t, "PAR1", string(file[len(file)-4:]))
	footer := int(binary.LittleEndian.Uint32(file[len(file)-8:]))

	meta := open(t, file).Metadata()
	require.Equal(t, "callmart", meta.CreatedBy, "without a version, which would change the bytes of all files")
	require.EqualValues(t, 1, meta.Version)
	require.EqualValues(t, len(rows), meta.NumRows)
	require.Len(t, meta.ColumnOrders, len(allTypes.Fields))
	for _, o := range meta.ColumnOrders {
		require.IsType(t, new(format.TypeDefinedOrder), o.Value, "or readers ignore the statistics")
	}
	require.Len(t, meta.RowGroups, 2)
	end := int64(len("PAR1"))
	for i, g := range meta.RowGroups {
		require.EqualValues(t, i, g.Ordinal)
		require.Equal(t, end, g.FileOffset)
		var compressed, uncompressed int64
		for k, c := range g.Columns {
			m := c.MetaData
			require.Equal(t, format.Zstd, m.Codec)
			first := m.DataPageOffset
			if m.DictionaryPageOffset != 0 {
				first = m.DictionaryPageOffset
			}
			require.Equal(t, end, first)
			end += m.TotalCompressedSize
			requirePages(t, file[first:end], m)
			compressed, uncompressed = compressed+m.TotalCompressedSize, uncompressed+m.TotalUncompressedSize
			if allTypes.Fields[k].Type == schema.Texts {
				require.Equal(t, []string{"h", "list", "element"}, []string(m.PathInSchema))
				require.Greater(t, m.NumValues, g.NumRows, "of elements")
			} else {
				require.Equal(t, []string{allTypes.Fields[k].Name}, []string(m.PathInSchema))
				require.Equal(t, g.NumRows, m.NumValues)
			}
		}
		require.Equal(t, compressed, g.TotalCompressedSize)
		require.Equal(t, uncompressed, g.TotalByteSize)
	}
	require.EqualValues(t, len(file)-8-footer, end)
}

// requirePages compares the headers of a column's pages, and how long they are, with the footer.
func requirePages(t *testing.T, pages []byte, m format.ColumnMetaData) {
	t.Helper()
	var types []format.PageType
	rest, uncompressed := bytes.NewReader(pages), int64(0)
	for rest.Len() > 0 {
		before := rest.Len()
		var h format.PageHeader
		require.NoError(t, thrift.NewDecoder(new(thrift.CompactProtocol).NewReader(rest)).Decode(&h))
		uncompressed += int64(before-rest.Len()) + int64(h.UncompressedPageSize)
		types = append(types, h.Type)
		if h.Type == format.DataPage {
			require.EqualValues(t, m.NumValues, h.DataPageHeader.V.NumValues)
		}
		_, err := rest.Seek(int64(h.CompressedPageSize), io.SeekCurrent)
		require.NoError(t, err)
	}
	require.Equal(t, m.TotalUncompressedSize, uncompressed)
	want := []format.PageType{format.DataPage}
	if m.DictionaryPageOffset != 0 {
		want = []format.PageType{format.DictionaryPage, format.DataPage}
	}
	require.Equal(t, want, types)
}

// DuckDB reads the same from the footer.
func TestFooterInDuckDB(t *testing.T) {
	file := write(t, allTypes, record(allTypes, rowsOf(allTypes, groupRows+9, some)))
	require.Equal(t, [][]any{{"callmart", int64(groupRows + 9), int64(2), int64(1)}},
		ask(t, file, "SELECT created_by, num_rows, num_row_groups, format_version FROM parquet_file_metadata(?)"))
	require.Equal(t, [][]any{{"ZSTD", int64(2 * len(allTypes.Fields))}},
		ask(t, file, "SELECT compression, count(*) FROM parquet_metadata(?) GROUP BY 1"))
}
