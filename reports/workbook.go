package reports

import (
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"
)

// book is a workbook in the making. The first error stops nothing but is kept, so that a sheet reads as a list of steps.
type book struct {
	f      *excelize.File
	r      *Report
	places map[string]place // where each table lies
	styles map[look]int
	marks  map[mark]int
	extent map[string][2]int // last column and row of each sheet that is not streamed
	err    error
}

func (b *book) try(err error) {
	if b.err == nil {
		b.err = err
	}
}

// sheet is one sheet of a workbook and what writes it.
type sheet struct {
	name  string
	tab   string // colour
	write func(*book)
}

// sheetsOf lists a report's sheets in their order.
func sheetsOf(report string) []sheet {
	sheets := []sheet{
		{sheetSummary, accent, (*book).summary},
		{sheetQueues, answeredFill, (*book).queues},
		{sheetTrend, answeredFill, (*book).trend},
	}
	if report == "sla" {
		sheets = append(sheets, sheet{sheetIntervals, otherFill, (*book).intervals})
	} else {
		sheets = append(sheets, sheet{sheetAbandoned, otherFill, (*book).abandonedCalls})
	}
	return append(sheets,
		sheet{sheetDefinitions, otherFill, (*book).definitions},
		sheet{sheetQuality, otherFill, (*book).quality})
}

// WriteXLSX writes the report as a workbook. The same report gives the same bytes.
func (r *Report) WriteXLSX(w io.Writer) (err error) {
	b := &book{
		f: excelize.NewFile(), r: r,
		places: map[string]place{}, styles: map[look]int{}, marks: map[mark]int{},
		extent: map[string][2]int{},
	}
	defer func() {
		if closed := b.f.Close(); err == nil {
			err = closed
		}
	}()
	b.f.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return newSortedZip(w) })
	b.try(b.f.SetDefaultFont(fontName))
	b.properties()
	sheets := sheetsOf(r.Name)
	for i, s := range sheets {
		if i == 0 {
			b.try(b.f.SetSheetName("Sheet1", s.name))
		} else {
			_, err := b.f.NewSheet(s.name)
			b.try(err)
		}
		b.setUp(s)
	}
	// Summary comes last: its charts and links need to know where the tables lie.
	for i := len(sheets) - 1; i >= 0; i-- {
		sheets[i].write(b)
	}
	for _, s := range sheets { // readers that stream a sheet trust its dimension
		if last, ok := b.extent[s.name]; ok {
			b.try(b.f.SetSheetDimension(s.name, "A1:"+cell(last[0], last[1])))
		}
	}
	if b.err != nil {
		return fmt.Errorf("laying out workbook %s: %w", r.Name, b.err)
	}
	if err := b.f.Write(w); err != nil {
		return fmt.Errorf("writing workbook %s: %w", r.Name, err)
	}
	return nil
}

// properties are the document's; its times are the run's, so that a workbook does not change by being made again.
func (b *book) properties() {
	made := b.r.Run.At.UTC().Format(time.RFC3339)
	if b.r.Run.At.IsZero() {
		made = b.r.To.UTC().Format(time.RFC3339)
	}
	b.try(b.f.SetDocProps(&excelize.DocProperties{
		Title:    b.r.title() + ", " + b.r.periodText(),
		Subject:  b.r.title() + " of the contact centre",
		Creator:  "callmart",
		Keywords: "contact centre, service level, abandonment",
		Created:  made, Modified: made, LastModifiedBy: "callmart",
		Language: "en-GB",
	}))
	b.try(b.f.SetAppProps(&excelize.AppProperties{Application: "Microsoft Excel", Company: ""}))
}

// setUp gives a sheet what all have: its colour, a print-out that fits the page, a footer. Streamed sheets need it first.
func (b *book) setUp(s sheet) {
	b.try(b.f.SetSheetProps(s.name, &excelize.SheetPropsOptions{
		TabColorRGB: ptr(s.tab), FitToPage: ptr(true), DefaultRowHeight: ptr(15.0), CustomHeight: ptr(true),
	}))
	b.try(b.f.SetSheetView(s.name, 0, &excelize.ViewOptions{ShowGridLines: ptr(false)}))
	b.try(b.f.SetPageLayout(s.name, &excelize.PageLayoutOptions{
		Size: ptr(9), Orientation: ptr("landscape"), FitToWidth: ptr(1), FitToHeight: ptr(0),
	}))
	b.try(b.f.SetPageMargins(s.name, &excelize.PageLayoutMarginsOptions{
		Left: ptr(0.4), Right: ptr(0.4), Top: ptr(0.5), Bottom: ptr(0.6), Header: ptr(0.3), Footer: ptr(0.3),
	}))
	b.try(b.f.SetHeaderFooter(s.name, &excelize.HeaderFooterOptions{
		OddFooter: fmt.Sprintf("&L&8%s · %s · %s&C&8%s&R&8Page &P of &N", b.r.title(), b.r.periodText(), b.r.Zone, s.name),
	}))
}

// put writes a value with a look; nil leaves a blank that still has the look.
func (b *book) put(sheet string, col, row int, v Value, l look) {
	at := cell(col, row)
	last := b.extent[sheet]
	b.extent[sheet] = [2]int{max(last[0], col), max(last[1], row)}
	if v != nil {
		b.try(b.f.SetCellValue(sheet, at, v))
	}
	b.try(b.f.SetCellStyle(sheet, at, at, b.style(l)))
}

// link writes text that leads to a sheet of the workbook.
func (b *book) link(sheet string, col, row int, text, to string, l look) {
	b.put(sheet, col, row, text, l)
	b.try(b.f.SetCellHyperLink(sheet, cell(col, row), fmt.Sprintf("'%s'!A1", to), "Location",
		excelize.HyperlinkOpts{Tooltip: ptr("Go to " + to)}))
}

func (b *book) height(sheet string, row int, points float64) {
	b.try(b.f.SetRowHeight(sheet, row, points))
}

// width sets the width of one column, in characters.
func (b *book) width(sheet string, col int, width float64) {
	b.try(b.f.SetColWidth(sheet, letter(col), letter(col), width))
}

// widths sets the widths of the first columns, in characters.
func (b *book) widths(sheet string, widths ...float64) {
	for i, width := range widths {
		b.width(sheet, i+1, width)
	}
}

// freeze keeps the rows above and the columns left of a cell in sight.
func (b *book) freeze(sheet string, col, row int) {
	b.try(b.f.SetPanes(sheet, frozen(col, row)))
}

func frozen(col, row int) *excelize.Panes {
	pane := "bottomLeft"
	if col > 1 {
		pane = "bottomRight"
	}
	return &excelize.Panes{Freeze: true, XSplit: col - 1, YSplit: row - 1, TopLeftCell: cell(col, row), ActivePane: pane}
}

// printed sets what of a sheet is printed and the rows that stand on top of each page.
func (b *book) printed(sheet string, columns, lastRow, firstTitle, lastTitle int) {
	b.try(b.f.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Area", Scope: sheet, RefersTo: area(sheet, 1, 1, columns, lastRow),
	}))
	if firstTitle > 0 {
		b.try(b.f.SetDefinedName(&excelize.DefinedName{
			Name: "_xlnm.Print_Titles", Scope: sheet, RefersTo: fmt.Sprintf("'%s'!$%d:$%d", sheet, firstTitle, lastTitle),
		}))
	}
}

// letter is the name of a column that is known to exist.
func letter(col int) string {
	name, err := excelize.ColumnNumberToName(col)
	if err != nil {
		return "A"
	}
	return name
}

func cell(col, row int) string { return fmt.Sprintf("%s%d", letter(col), row) }

func area(sheet string, col, row, toCol, toRow int) string {
	return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", sheet, letter(col), row, letter(toCol), toRow)
}
