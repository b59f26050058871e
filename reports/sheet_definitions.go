package reports

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

const definitionColumns = 7

// definitions say how every figure is counted: the settings in use, the formulas side by side, the bridge from entries
// to calls, the figures, and the columns of the lake.
func (b *book) definitions() {
	const name = sheetDefinitions
	b.heading(name, "Definitions", "How this report counts. Analysts find the same words in the lake's Parquet files.")
	b.widths(name, 28, 30, 17, 17, 74, 44, 74)
	row := 6
	b.section(name, row, definitionColumns, "Settings of this report")
	for _, s := range b.r.settings.explained() {
		row++
		b.put(name, 1, row, s.name, look{role: roleKey})
		b.put(name, 2, row, s.value, look{as: s.as, role: roleSetting})
		b.put(name, 3, row, orNil(s.note), look{role: roleFinding})
		if s.defined != "" {
			b.try(b.f.SetDefinedName(&excelize.DefinedName{Name: s.defined, RefersTo: fmt.Sprintf("'%s'!$B$%d", name, row)}))
		}
	}
	titles := []struct {
		table, title string
		columns      []string
	}{
		{"Variants", "One period, every formula: why two reports can differ", []string{
			"variant", "service_level", "numerator", "denominator", "definition", "label", "configured",
		}},
		{"Bridge", "From queue entries to calls", []string{"step", "count", "kind", "line", "definition"}},
		{"Figures", "What every figure means", []string{"kpi", "label", "unit", "definition"}},
		{"Fields", "Columns of the lake", nil},
	}
	last := row
	for _, s := range titles {
		t := b.r.Table(s.table)
		if t == nil {
			continue
		}
		b.section(name, last+2, definitionColumns, s.title)
		last = b.table(name, last+3, t.ordered(s.columns)).last
	}
	b.emphasise(b.places["Variants"], "configured", true)
	if p, ok := b.places["Bridge"]; ok {
		b.emphasise(p, "kind", "total")
	}
	b.freeze(name, 1, 4)
	b.printed(name, definitionColumns, last, 0, 0)
}

// emphasise makes the rows bold in which a column has the value.
func (b *book) emphasise(p place, column string, v Value) {
	at := p.table.Index(column)
	for i, row := range p.table.Rows {
		if row[at] != v {
			continue
		}
		for j, v := range row {
			b.put(p.sheet, j+1, p.first+i, v, look{as: p.table.shown(i, j), role: roleTotal})
		}
	}
}

// ordered is the table with its columns in another order, for a sheet that is read from left to right.
func (t *Table) ordered(names []string) *Table {
	if names == nil {
		return t
	}
	out := &Table{Name: t.Name, Note: t.Note, Total: t.Total}
	for _, name := range names {
		out.Columns = append(out.Columns, t.Columns[t.Index(name)])
	}
	for _, row := range t.Rows {
		values := make([]Value, len(names))
		for i, name := range names {
			values[i] = row[t.Index(name)]
		}
		out.Rows = append(out.Rows, values)
	}
	return out
}
