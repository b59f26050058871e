package load

import (
	"fmt"
	"strings"

	arrow15 "github.com/apache/arrow/go/v15/arrow"

	"github.com/apache/arrow-go/v18/arrow"

	"callmart/transform/schema"
)

// duckType is the DuckDB type of a column as it is stored.
func duckType(t schema.Type) string {
	return [...]string{
		schema.Text: "VARCHAR", schema.Instant: "TIMESTAMPTZ", schema.Local: "TIMESTAMP", schema.Seconds: "DOUBLE",
		schema.Number: "DOUBLE", schema.Int: "BIGINT", schema.Bool: "BOOLEAN", schema.Texts: "VARCHAR[]", schema.JSON: "VARCHAR",
	}[t]
}

// arrowType is the Arrow type that DuckDB is told a column has.
func arrowType(t schema.Type) arrow.DataType {
	switch t {
	case schema.Instant:
		return &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	case schema.Local:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case schema.Seconds, schema.Number:
		return arrow.PrimitiveTypes.Float64
	case schema.Int:
		return arrow.PrimitiveTypes.Int64
	case schema.Bool:
		return arrow.FixedWidthTypes.Boolean
	case schema.Texts:
		return arrow.ListOf(arrow.BinaryTypes.String)
	default:
		return arrow.BinaryTypes.String
	}
}

// fits tells whether a batch's column of type d can be read as t.
func fits(d arrow15.DataType, t schema.Type) bool {
	switch d := d.(type) {
	case *arrow15.StringType:
		return t == schema.Text || t == schema.JSON
	case *arrow15.TimestampType:
		return d.Unit == arrow15.Microsecond && (t == schema.Instant && d.TimeZone == "UTC" || t == schema.Local && d.TimeZone == "")
	case *arrow15.Float64Type:
		return t == schema.Seconds || t == schema.Number
	case *arrow15.Int64Type:
		return t == schema.Int
	case *arrow15.BooleanType:
		return t == schema.Bool
	case *arrow15.ListType:
		return t == schema.Texts && d.Elem().ID() == arrow15.STRING
	default:
		return false
	}
}

// arrowSchema is the schema of a table's batches.
func arrowSchema(t *schema.Table) *arrow.Schema {
	fields := make([]arrow.Field, len(t.Fields))
	for i, f := range t.Fields {
		fields[i] = arrow.Field{Name: f.Name, Type: arrowType(f.Type), Nullable: true}
	}
	return arrow.NewSchema(fields, nil)
}

// storedColumns lists a table's columns for a SELECT, cast to the types they are stored in.
func storedColumns(t *schema.Table) string {
	return columns(t, func(f schema.Field) string {
		return fmt.Sprintf("CAST(%s AS %s)", identifier(f.Name), duckType(f.Type))
	})
}

// emptyColumns lists a table's columns for a SELECT without a source.
func emptyColumns(t *schema.Table, typeOf func(schema.Type) string) string {
	return columns(t, func(f schema.Field) string { return "CAST(NULL AS " + typeOf(f.Type) + ")" })
}

func columns(t *schema.Table, expression func(schema.Field) string) string {
	list := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		list[i] = expression(f) + " AS " + identifier(f.Name)
	}
	return strings.Join(list, ", ")
}

// identifier and literal quote a name and a text for SQL.
func identifier(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
