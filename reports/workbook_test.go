package reports_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"callmart/reports"
)

// workbook is a report as bytes, and opened.
func workbook(t testing.TB, r *reports.Report) ([]byte, *excelize.File) {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, r.WriteXLSX(&b))
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	return b.Bytes(), f
}

var sheetTables = map[string][][]string{ // sheet, then its tables in order
	"sla": {
		{"Summary", "Kpis"},
		{"Queues", "Queues"},
		{"Trend", "Daily", "TimeOfDay"},
		{"Intervals", "Intervals"},
		{"Definitions", "Variants", "Bridge", "Figures", "Fields"},
		{"Data quality", "Sources", "VendorSla", "UnknownWords", "OpenCalls"},
	},
	"abandonment": {
		{"Summary", "Kpis"},
		{"Queues", "Queues"},
		{"Trend", "Daily", "TimeOfDay"},
		{"Abandoned calls", "AbandonedCalls"},
		{"Definitions", "Variants", "Figures", "Fields"},
		{"Data quality", "Sources", "UnknownWords", "OpenCalls"},
	},
}

// checkTables holds every sheet to what it must have: its tables, each with the report's columns as header and all its rows.
func checkTables(t *testing.T, r *reports.Report, f *excelize.File) {
	t.Helper()
	want := sheetTables[r.Name]
	sheets := f.GetSheetList()
	require.Len(t, sheets, len(want))
	for i, expected := range want {
		require.Equal(t, expected[0], sheets[i])
		tables, err := f.GetTables(sheets[i])
		require.NoError(t, err)
		require.Len(t, tables, len(expected)-1)
		for _, name := range expected[1:] {
			checkTable(t, r.Table(name), f, sheets[i], tables)
		}
	}
}

func checkTable(t *testing.T, table *reports.Table, f *excelize.File, sheet string, tables []excelize.Table) {
	t.Helper()
	for _, found := range tables {
		if found.Name != table.Name {
			continue
		}
		from, to, ok := strings.Cut(found.Range, ":")
		require.True(t, ok)
		col, row, err := excelize.CellNameToCoordinates(from)
		require.NoError(t, err)
		toCol, toRow, err := excelize.CellNameToCoordinates(to)
		require.NoError(t, err)
		require.Equal(t, len(table.Columns), toCol-col+1, table.Name)
		require.Equal(t, max(len(table.Rows), 1), toRow-row, "rows of %s", table.Name)
		seen := map[string]bool{}
		for c := col; c <= toCol; c++ {
			at, err := excelize.CoordinatesToCellName(c, row)
			require.NoError(t, err)
			header, err := f.GetCellValue(sheet, at)
			require.NoError(t, err)
			require.GreaterOrEqual(t, table.Index(header), 0, "%s has no column %q", table.Name, header)
			require.False(t, seen[header], "header %q of %s stands twice", header, table.Name)
			seen[header] = true
			labels := row - 2
			if table.Totals != nil {
				labels--
			}
			above, err := excelize.CoordinatesToCellName(c, labels)
			require.NoError(t, err)
			label, err := f.GetCellValue(sheet, above)
			require.NoError(t, err)
			require.NotEmpty(t, label, "name for readers of %s in %s", header, table.Name)
		}
		return
	}
	require.Fail(t, "no table "+table.Name+" on "+sheet)
}

func TestWorkbookHasItsSheetsTablesAndCharts(t *testing.T) {
	l, s := sample(t)
	for _, r := range both(t, l, s) {
		t.Run(r.Name, func(t *testing.T) {
			raw, f := workbook(t, r)
			checkTables(t, r, f)
			parts := unzip(t, raw)
			charts, drawings := 0, ""
			for name, text := range parts {
				require.NoError(t, wellFormed(text), name)
				if strings.HasPrefix(name, "xl/charts/chart") {
					charts++
				}
				if strings.HasPrefix(name, "xl/drawings/drawing") {
					drawings += text
				}
				if strings.HasPrefix(name, "xl/worksheets/sheet") {
					has(t, text, `orientation="landscape"`, name)
					has(t, text, "<pane ", name)
					has(t, text, "Page &amp;P of &amp;N", name)
					has(t, text, `fitToWidth="1"`, name)
					require.NotContains(t, text[:strings.Index(text, "<sheetData>")], `ref="A1"`, "the dimension of %s", name)
					require.NotContains(t, cellsOf(text), "<f>", "%s holds a formula", name)
				}
			}
			require.Equal(t, 3, charts)
			require.Equal(t, charts, strings.Count(drawings, ` descr="`), "every chart has a text for those who do not see it")
			has(t, parts["docProps/core.xml"], "2026-01-14T01:30:00Z", "the document's times")
			has(t, parts["xl/workbook.xml"], `name="SL_target"`, "defined names")
			has(t, parts["xl/workbook.xml"], `name="_xlnm.Print_Titles"`, "rows that repeat in print")
		})
	}
}

func TestWorkbookShowsTheFiguresOfTheReport(t *testing.T) {
	l, s := sample(t)
	r := both(t, l, s)[0]
	_, f := workbook(t, r)
	rows, err := f.GetRows("Queues", excelize.Options{RawCellValue: true})
	require.NoError(t, err)
	head := 7 // title, period, link, note, labels, units, total, header
	require.Equal(t, "All queues", rows[head-1][1])
	require.Equal(t, []string{"a", "Sales", "10", "0.3333333333333333", "0.8"}, rows[head+1][:5])
	require.Equal(t, "missed", rows[head+1][6])

	line, err := f.GetCellValue("Summary", "A4")
	require.NoError(t, err)
	require.Contains(t, line, "a is incomplete")
	style, err := f.GetCellStyle("Summary", "A4")
	require.NoError(t, err)
	looks, err := f.GetStyle(style)
	require.NoError(t, err)
	require.Equal(t, "B42318", looks.Font.Color, "the warning is red")
}

func TestWorkbookOfTheSameReportHasTheSameBytes(t *testing.T) {
	l, s := sample(t)
	first, again := both(t, l, s), both(t, l, s)
	for i := range first {
		a, _ := workbook(t, first[i])
		for range 3 {
			b, _ := workbook(t, again[i])
			require.True(t, bytes.Equal(a, b), "%s differs from build to build", first[i].Name)
		}
	}
}

func TestWorkbookOfAnEmptyLakeIsCompleteAndSaysSo(t *testing.T) {
	l := newLake(t)
	for _, r := range both(t, l, oneDay("2026-01-13")) {
		t.Run(r.Name, func(t *testing.T) {
			_, f := workbook(t, r)
			checkTables(t, r, f)
			finding, err := f.GetCellValue("Summary", "A12")
			require.NoError(t, err)
			require.Contains(t, finding, "No call entered a queue")
			value, err := f.GetCellValue("Summary", "B41")
			require.NoError(t, err)
			require.Empty(t, value, "a rate without a denominator is a blank cell")
		})
	}
}

func TestTextOfTheDataStaysText(t *testing.T) {
	const evil = `=HYPERLINK("http://x","y")`
	l := newLake(t)
	l.insert(t, "calls", []string{"source", "date", "call_id", "direction", "outcome", "started_local", "customer_number"},
		[][]string{{"a", "2026-01-13", evil, "inbound", "abandoned", "2026-01-13 09:00:00", "+4930123456789012345"}})
	l.insert(t, "queue_entries",
		[]string{"source", "date", "call_id", "queue_entry_index", "queue", "entered_local", "wait_seconds", "exit"},
		[][]string{{"a", "2026-01-13", evil, "0", evil, "2026-01-13 09:00:00", "9", "abandoned"}})
	for _, r := range both(t, l, oneDay("2026-01-13")) {
		raw, f := workbook(t, r)
		for name, text := range unzip(t, raw) {
			if strings.HasPrefix(name, "xl/worksheets/sheet") {
				require.NotContains(t, cellsOf(text), "<f>", name)
			}
		}
		if r.Name == "abandonment" {
			row, err := f.GetRows("Abandoned calls", excelize.Options{RawCellValue: true})
			require.NoError(t, err)
			require.Equal(t, evil, row[7][1])
			require.Equal(t, "+4930123456789012345", row[7][7])
			style, err := f.GetCellStyle("Abandoned calls", "H8")
			require.NoError(t, err)
			look, err := f.GetStyle(style)
			require.NoError(t, err)
			require.Equal(t, "@", *look.CustomNumFmt, "a number that a reader edits stays text")
		}
	}
}

func TestAFullDiskIsAnError(t *testing.T) {
	l := newLake(t)
	for _, r := range both(t, l, oneDay("2026-01-13")) {
		require.ErrorIs(t, r.WriteXLSX(full{}), errFull)
	}
}

var errFull = errors.New("no space left")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

// has is Contains for long texts: it does not print them.
func has(t testing.TB, text, want, what string) {
	t.Helper()
	require.True(t, strings.Contains(text, want), "%s lacks %s", what, want)
}

// cellsOf is a sheet's data alone; conditional formats have formulas of their own.
func cellsOf(text string) string {
	from, to := strings.Index(text, "<sheetData>"), strings.Index(text, "</sheetData>")
	if from < 0 || to < 0 {
		return text
	}
	return text[from:to]
}

func unzip(t testing.TB, raw []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	require.NoError(t, err)
	parts := map[string]string{}
	for _, file := range archive.File {
		r, err := file.Open()
		require.NoError(t, err)
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		require.NoError(t, r.Close())
		parts[file.Name] = string(text)
	}
	require.Equal(t, "[Content_Types].xml", archive.File[0].Name)
	return parts
}

func wellFormed(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
