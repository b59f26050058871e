package reports

import "github.com/xuri/excelize/v2"

// series is one row of columns or one line of a chart; its name is the column's name for readers.
type series struct {
	column string
	colour string
	stroke stroke
}

// stroke is how a line is drawn.
type stroke uint8

const (
	dots   stroke = iota // a line through points
	dashes               // a dashed line
	ticks                // a dash at each column, no line
)

// picture is a chart of columns, with lines over them.
type picture struct {
	title, alt    string
	category      string
	columns       []series // stacked
	lines         []series
	countsAndRate bool // lines are rates on an axis of their own
	rows          int  // at most
	width, height uint
}

const (
	dayLabel   = "d mmm"
	mostLabels = 16 // under a chart
)

// chart draws a table; without rows there is nothing to draw and a note says so.
func (b *book) chart(sheet, at string, p place, c picture) {
	if len(p.table.Rows) == 0 {
		col, row, err := excelize.CellNameToCoordinates(at)
		b.try(err)
		b.put(sheet, col, row, c.title+": nothing to show, no call entered a queue.", look{role: roleNote})
		return
	}
	if c.rows == 0 {
		c.rows = len(p.table.Rows)
	}
	columns := &excelize.Chart{
		Type: excelize.ColStacked, Series: c.series(p, c.columns, false),
		Format:       excelize.GraphicOptions{AltText: c.alt, Name: c.title, Positioning: "oneCell"},
		Dimension:    excelize.ChartDimension{Width: c.width, Height: c.height},
		Legend:       excelize.ChartLegend{Position: "bottom", Font: chartFont(9)},
		Title:        excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: c.title, Font: chartTitleFont()}}},
		ShowBlanksAs: "gap",
		VaryColors:   ptr(false),
		GapWidth:     ptr(uint(45)),
		Overlap:      ptr(100),
		XAxis:        excelize.ChartAxis{Font: *chartFont(9)},
		YAxis:        excelize.ChartAxis{Font: *chartFont(9), MajorGridLines: true, Minimum: ptr(0.0)},
		Border:       excelize.LineOptions{Type: excelize.LineNone},
	}
	if p.table.Columns[p.table.Index(c.category)].As == Date {
		columns.XAxis.NumFmt = excelize.ChartNumFmt{CustomNumFmt: dayLabel}
	}
	rates := excelize.ChartAxis{
		Font: *chartFont(9), Minimum: ptr(0.0), Maximum: ptr(1.0), NumFmt: excelize.ChartNumFmt{CustomNumFmt: "0%"},
	}
	if b.r.Name == "abandonment" {
		rates.Maximum = nil // a rate of a few per cent would lie flat on the axis
	}
	if !c.countsAndRate {
		columns.YAxis.Maximum, columns.YAxis.NumFmt = rates.Maximum, rates.NumFmt
	}
	if c.rows > mostLabels {
		columns.XAxis.Alignment = excelize.Alignment{TextRotation: 90}
	}
	columns.XAxis.TickLabelSkip = (c.rows + mostLabels - 1) / mostLabels
	lines := &excelize.Chart{
		Type: excelize.Line, Series: c.series(p, c.lines, true), ShowBlanksAs: "gap",
		XAxis: columns.XAxis, YAxis: columns.YAxis,
	}
	if c.countsAndRate {
		columns.YAxis.NumFmt = excelize.ChartNumFmt{CustomNumFmt: "#,##0"}
		rates.Secondary = true
		lines.YAxis = rates
	}
	b.try(b.f.AddChart(sheet, at, columns, lines))
}

func (c picture) series(p place, list []series, line bool) []excelize.ChartSeries {
	var out []excelize.ChartSeries
	for _, s := range list {
		e := excelize.ChartSeries{
			Name: p.label(s.column), Categories: p.cells(c.category, c.rows), Values: p.cells(s.column, c.rows),
			Fill: solid(s.colour),
		}
		if line {
			e.Line = excelize.LineOptions{Type: excelize.LineSolid, Fill: solid(s.colour), Width: 2.25}
			e.Marker = excelize.ChartMarker{Symbol: "circle", Size: 5, Fill: solid(s.colour)}
			switch s.stroke {
			case dashes:
				e.Line.Dash, e.Marker = excelize.LineDashDash, excelize.ChartMarker{Symbol: "none"}
			case ticks:
				e.Line = excelize.LineOptions{Type: excelize.LineNone}
				e.Marker = excelize.ChartMarker{Symbol: "dash", Size: 16, Fill: solid(s.colour), Border: excelize.LineOptions{
					Type: excelize.LineSolid, Fill: solid(s.colour), Width: 1,
				}}
			}
		}
		out = append(out, e)
	}
	return out
}

func chartFont(size float64) *excelize.Font {
	return &excelize.Font{Family: fontName, Size: size, Color: mutedInk}
}

func chartTitleFont() *excelize.Font {
	return &excelize.Font{Family: fontName, Size: 12, Bold: true, Color: accent}
}

// volume are the columns of a chart of what became of the offered entries.
var volume = []series{
	{column: "answered", colour: answeredFill},
	{column: "abandoned", colour: abandonedFill},
	{column: "other", colour: otherFill},
}

// rateLines are what a report follows: service level against its target, or the abandon rate.
func (b *book) rateLines() []series {
	if b.r.Name == "abandonment" {
		return []series{{column: "abandon_rate", colour: badInk}}
	}
	return []series{
		{column: "service_level", colour: levelLine},
		{column: "target", colour: targetLine, stroke: dashes},
	}
}
