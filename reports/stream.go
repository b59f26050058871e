package reports

import "github.com/xuri/excelize/v2"

// stream writes a sheet that is one long table. Whatever a streamed sheet shall have must be set before its rows,
// and nothing of it may need an extension list (data bars, sparklines): excelize drops those without a word.
func (b *book) stream(name, title, note string, t *Table, frozenColumns, printedColumns int) {
	p := placed(name, tableRow, t)
	b.places[t.Name] = p
	b.try(b.f.SetSheetDimension(name, cell(1, 1)+":"+cell(len(t.Columns), p.last)))
	b.printed(name, printedColumns, p.last, tableRow, p.head)
	b.judge(p)
	b.try(b.f.SetCellHyperLink(name, cell(1, 3), "'"+sheetSummary+"'!A1", "Location"))
	for i, c := range t.Columns {
		if c.As == Code {
			b.try(b.f.AddIgnoredErrors(name, cell(i+1, p.first)+":"+cell(i+1, p.last), excelize.IgnoredErrorsNumberStoredAsText))
		}
	}
	w, err := b.f.NewStreamWriter(name)
	if err != nil {
		b.try(err)
		return
	}
	for i, c := range t.Columns {
		b.try(w.SetColWidth(i+1, i+1, c.width()))
	}
	b.try(w.SetPanes(frozen(frozenColumns+1, p.first)))
	text := func(v Value, l look) []any { return []any{excelize.Cell{Value: v, StyleID: b.style(l)}} }
	b.row(w, 1, text(title, look{role: roleTitle}), 30)
	b.row(w, 2, text(b.r.title()+" · "+b.r.periodText()+" · "+b.r.clockText(), look{role: roleSubtitle}), 18)
	b.row(w, 3, text("← Summary", look{role: roleLink}), 0)
	b.row(w, 4, text(note, look{role: roleNote}), 0)
	labels, units, names := make([]any, len(t.Columns)), make([]any, len(t.Columns)), make([]any, len(t.Columns))
	totals := make([]any, len(t.Totals))
	for i, v := range t.Totals {
		totals[i] = excelize.Cell{Value: v, StyleID: b.style(look{as: t.Columns[i].As, role: roleTotal})}
	}
	styles := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		labels[i] = excelize.Cell{Value: c.Label, StyleID: b.style(look{as: c.As, role: roleLabel})}
		units[i] = excelize.Cell{Value: orNil(c.Unit), StyleID: b.style(look{as: c.As, role: roleUnit})}
		names[i] = excelize.Cell{Value: c.Name, StyleID: b.style(look{role: roleHeader})}
		styles[i] = b.style(look{as: c.As})
	}
	b.row(w, tableRow, labels, t.labelHeight())
	b.row(w, tableRow+1, units, 0)
	if t.Totals != nil {
		b.row(w, p.head-1, totals, 0)
	}
	b.row(w, p.head, names, headerHeight)
	cells := make([]any, len(t.Columns))
	for i, values := range t.Rows {
		for j, v := range values {
			cells[j] = excelize.Cell{Value: v, StyleID: styles[j]}
		}
		b.row(w, p.first+i, cells, 0)
	}
	b.try(w.AddTable(p.excel()))
	b.try(w.Flush())
}

func (b *book) row(w *excelize.StreamWriter, row int, cells []any, height float64) {
	if b.err == nil {
		b.try(w.SetRow(cell(1, row), cells, excelize.RowOpts{Height: height}))
	}
}
