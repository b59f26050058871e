package reports

import (
	"fmt"
	"math"

	"github.com/xuri/excelize/v2"
)

// Above its data, every Excel table has names for readers, units, the total where there is one, and the header with the
// machine's names. The total stands above so that sorting and filtering leave it alone.
const (
	tableLook    = "TableStyleLight1"
	headerHeight = 26
)

// place is where an Excel table lies. A table without rows has one blank row, as Excel demands.
type place struct {
	table       *Table
	sheet       string
	labels      int // row of the names for readers
	head        int // row of the header
	first, last int // rows of the data
}

// column is the 1-based column of the sheet, 0 if the table has no such column.
func (p place) column(name string) int {
	if p.table == nil {
		return 0
	}
	return p.table.Index(name) + 1
}

// cells is the reference to a column's data, for charts: at most limit rows.
func (p place) cells(name string, limit int) string {
	col := p.column(name)
	return area(p.sheet, col, p.first, col, min(p.last, p.first+limit-1))
}

// label is the reference to a column's name for readers.
func (p place) label(name string) string {
	col := p.column(name)
	return fmt.Sprintf("'%s'!$%s$%d", p.sheet, letter(col), p.labels)
}

// local is the reference to a column's data within its own sheet.
func (p place) local(name string) string {
	col := p.column(name)
	return cell(col, p.first) + ":" + cell(col, p.last)
}

func (p place) all() string { return cell(1, p.first) + ":" + cell(len(p.table.Columns), p.last) }

// table writes a table from column A, its names for readers in the given row, and returns where it lies.
func (b *book) table(sheet string, row int, t *Table) place {
	p := placed(sheet, row, t)
	for i, c := range t.Columns {
		b.put(sheet, i+1, row, c.Label, look{as: c.As, role: roleLabel})
		b.put(sheet, i+1, row+1, orNil(c.Unit), look{as: c.As, role: roleUnit})
		b.put(sheet, i+1, p.head, c.Name, look{role: roleHeader})
	}
	for i, v := range t.Totals {
		b.put(sheet, i+1, p.head-1, v, look{as: t.Columns[i].As, role: roleTotal})
	}
	b.height(sheet, row, t.labelHeight())
	b.height(sheet, p.head, headerHeight)
	for i, values := range t.Rows {
		for j, v := range values {
			b.put(sheet, j+1, p.first+i, v, look{as: t.shown(i, j)})
		}
	}
	b.try(b.f.AddTable(sheet, p.excel()))
	b.places[t.Name] = p
	return p
}

func placed(sheet string, row int, t *Table) place {
	head := row + 2
	if t.Totals != nil {
		head++
	}
	return place{table: t, sheet: sheet, labels: row, head: head, first: head + 1, last: head + max(len(t.Rows), 1)}
}

func (p place) excel() *excelize.Table {
	return &excelize.Table{
		Range: cell(1, p.head) + ":" + cell(len(p.table.Columns), p.last), Name: p.table.Name, StyleName: tableLook,
		ShowRowStripes: ptr(true),
	}
}

// shown is how a cell's value is shown: as its column, or as its row's unit says.
func (t *Table) shown(row, col int) Format {
	switch t.Columns[col].As {
	case ByUnit:
		unit, _ := t.Rows[row][t.Index("unit")].(string)
		return formatOf(unit)
	case ByChangeUnit:
		unit, _ := t.Rows[row][t.Index("change_unit")].(string)
		return changeOf(unit)
	default:
		return t.Columns[col].As
	}
}

func formatOf(unit string) Format {
	switch unit {
	case "ratio":
		return Rate
	case "s":
		return Seconds
	case "pp":
		return Points
	default:
		return Count
	}
}

func changeOf(unit string) Format {
	switch unit {
	case "pp":
		return Points
	case "s":
		return changeOfSeconds
	default:
		return changeOfCount
	}
}

// width is a column's width in characters.
func (c Column) width() float64 {
	switch c.As {
	case Slot, Local, Instant:
		return 21
	case Date:
		return 16
	case Words:
		if c.Name == "queue" {
			return 28
		}
		return 18
	case Verdict:
		return 11
	case Code:
		return 20
	case TimeOfDay:
		return 10
	default:
		return 13
	}
}

// labelHeight fits the longest name for readers into its column.
func (t *Table) labelHeight() float64 {
	lines := 1.0
	for _, c := range t.Columns {
		lines = max(lines, math.Ceil(float64(len(c.Label))*1.3/c.width()))
	}
	return 10 + 14*lines
}

// pixels is how wide columns are on a screen.
func pixels(columns []Column) uint {
	var sum uint
	for _, c := range columns {
		sum += uint(c.width()*7 + 5)
	}
	return sum
}

// heading writes the top of a sheet: its title, the period, and the way back.
func (b *book) heading(sheet, title, note string) {
	b.put(sheet, 1, 1, title, look{role: roleTitle})
	b.put(sheet, 1, 2, b.r.title()+" · "+b.r.periodText()+" · "+b.r.clockText(), look{role: roleSubtitle})
	b.link(sheet, 1, 3, "← Summary", sheetSummary, look{role: roleLink})
	b.put(sheet, 1, 4, orNil(note), look{role: roleNote})
	b.height(sheet, 1, 30)
	b.height(sheet, 2, 18)
}

// section writes a heading within a sheet across its columns.
func (b *book) section(sheet string, row, columns int, title string) {
	for col := 1; col <= columns; col++ {
		b.put(sheet, col, row, nil, look{role: roleSection})
	}
	b.put(sheet, 1, row, title, look{role: roleSection})
	b.height(sheet, row, 22)
}
