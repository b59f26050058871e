package reports

import (
	"slices"
	"strings"

	"callmart/transform/schema"
)

// fieldTable lists every column of the lake as the schema documents it, with the origins that the configured sources'
// vendors have.
func (d *data) fieldTable() *Table {
	t := &Table{Name: "Fields", Columns: describe("table", "column", "type", "unit", "meaning", "values", "origin")}
	vendors := d.vendors()
	for id := range schema.NumTables {
		table := schema.Get(id)
		for i := range table.Fields {
			field := &table.Fields[i]
			t.Rows = append(t.Rows, []Value{
				table.Name, field.Name, field.Type.String(), orNil(field.Unit), field.Doc,
				orNil(strings.Join(field.Values, ", ")), orNil(field.Origins.For(vendors)),
			})
		}
	}
	t.Total = int64(len(t.Rows))
	t.describe("unit", Column{Label: "Unit"})
	return t
}

// vendors are those of the configured sources, each once, in the dictionary's order.
func (d *data) vendors() []string {
	var vendors []string
	for _, v := range schema.Vendors() {
		if slices.ContainsFunc(d.s.Sources, func(s Source) bool { return s.Vendor == v }) {
			vendors = append(vendors, v)
		}
	}
	return vendors
}

func orNil(s string) Value {
	if s == "" {
		return nil
	}
	return s
}
