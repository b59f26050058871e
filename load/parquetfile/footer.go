package parquetfile

import (
	"encoding/binary"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"callmart/transform/schema"
)

// createdBy is what readers are told wrote a file; it has no version, so that a file depends on its rows alone.
const createdBy = "callmart"

// KeyValue is one entry of a file's key-value metadata.
type KeyValue struct{ Key, Value string }

// footer writes the description of the file, and where it begins.
func (w *Writer) footer(meta []KeyValue) error {
	f := format.FileMetaData{Version: 1, Schema: elements(w.table), NumRows: w.written, RowGroups: w.groups, CreatedBy: createdBy}
	for _, m := range meta {
		f.KeyValueMetadata = append(f.KeyValueMetadata, format.KeyValue(m))
	}
	for range w.table.Fields {
		f.ColumnOrders = append(f.ColumnOrders, format.ColumnOrder{Value: new(format.TypeDefinedOrder)})
	}
	b, err := thrift.Marshal(&w.protocol, &f)
	if err != nil {
		return err
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(len(b)))
	return w.write(append(b, magic...))
}

// elements is the table's schema, as the format lists it.
func elements(t *schema.Table) []format.SchemaElement {
	list := []format.SchemaElement{{
		Name: "schema", RepetitionType: thrift.New(format.Required), NumChildren: thrift.New(int32(len(t.Fields))),
	}}
	for _, f := range t.Fields {
		if f.Type == schema.Texts {
			list = append(list,
				format.SchemaElement{
					Name: f.Name, RepetitionType: thrift.New(format.Optional), NumChildren: thrift.New(int32(1)),
					ConvertedType: thrift.New(deprecated.List), LogicalType: format.LogicalType{Value: new(format.ListType)},
				},
				format.SchemaElement{Name: "list", RepetitionType: thrift.New(format.Repeated), NumChildren: thrift.New(int32(1))})
			f = schema.Field{Name: "element", Type: schema.Text}
		}
		list = append(list, leaf(f))
	}
	return list
}

// leaf is a column that is no list. Its type says what DuckDB would say, so that all files of a lake are alike.
func leaf(f schema.Field) format.SchemaElement {
	e := format.SchemaElement{Name: f.Name, Type: thrift.New(physicalType(f.Type)), RepetitionType: thrift.New(format.Optional)}
	switch f.Type {
	case schema.Text, schema.JSON:
		e.ConvertedType, e.LogicalType.Value = thrift.New(deprecated.UTF8), new(format.StringType)
	case schema.Instant:
		e.ConvertedType, e.LogicalType.Value = thrift.New(deprecated.TimestampMicros), timestamp(true)
	case schema.Local: // a converted type would make it an instant
		e.LogicalType.Value = timestamp(false)
	case schema.Int:
		e.ConvertedType, e.LogicalType.Value = thrift.New(deprecated.Int64), &format.IntType{BitWidth: 64, IsSigned: true}
	}
	return e
}

func timestamp(utc bool) *format.TimestampType {
	return &format.TimestampType{IsAdjustedToUTC: utc, Unit: format.TimeUnit{Value: new(format.MicroSeconds)}}
}

func physicalType(t schema.Type) format.Type {
	switch t {
	case schema.Instant, schema.Local, schema.Int:
		return format.Int64
	case schema.Seconds, schema.Number:
		return format.Double
	case schema.Bool:
		return format.Boolean
	}
	return format.ByteArray
}

// pathOf is where a column's values lie in the schema.
func pathOf(f schema.Field) []string {
	if f.Type == schema.Texts {
		return []string{f.Name, "list", "element"}
	}
	return []string{f.Name}
}
