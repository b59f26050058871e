package load

import (
	"fmt"
	"strings"

	"callmart/transform/schema"
)

// duckType is the DuckDB type of a column as it is stored.
func duckType(t schema.Type) string {
	return [...]string{
		schema.Text: "VARCHAR", schema.Instant: "TIMESTAMPTZ", schema.Local: "TIMESTAMP", schema.Seconds: "DOUBLE",
		schema.Number: "DOUBLE", schema.Int: "BIGINT", schema.Bool: "BOOLEAN", schema.Texts: "VARCHAR[]", schema.JSON: "VARCHAR",
	}[t]
}

// storedColumns lists a table's columns for a SELECT, cast to the types they are stored in.
func storedColumns(t *schema.Table) string {
	return columns(t, func(f schema.Field) string {
		return fmt.Sprintf("CAST(%s AS %s)", identifier(f.Name), duckType(f.Type))
	})
}

// emptyColumns lists a table's columns for a SELECT without a source.
func emptyColumns(t *schema.Table) string {
	return columns(t, func(f schema.Field) string { return "CAST(NULL AS " + viewType(f.Type) + ")" })
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
