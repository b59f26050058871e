package reports

import (
	"strings"

	"callmart/transform/schema"
)

// fieldTable lists every column of the lake as the schema documents it.
func fieldTable() *Table {
	t := &Table{Name: "Fields", Columns: describe("table", "column", "type", "unit", "meaning", "values")}
	for _, table := range schema.Tables() {
		for _, field := range table.Fields {
			t.Rows = append(t.Rows, []Value{
				table.Name, field.Name, field.Type.String(), orNil(field.Unit), field.Doc,
				orNil(strings.Join(field.Values, ", ")),
			})
		}
	}
	t.Total = int64(len(t.Rows))
	t.describe("unit", Column{Label: "Unit"})
	return t
}

func orNil(s string) Value {
	if s == "" {
		return nil
	}
	return s
}
