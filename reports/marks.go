package reports

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// mark is a format that a condition gives.
type mark uint8

const (
	markGood mark = iota
	markBad
	markFew
)

// few is the number of offered entries below which a rate says little and is muted.
const few = 10

// mark returns the id of a conditional style, made on first use.
func (b *book) mark(m mark) *int {
	id, ok := b.marks[m]
	if !ok {
		style := map[mark]*excelize.Style{
			markGood: {Font: &excelize.Font{Color: goodInk}, Fill: solid(goodBand)},
			markBad:  {Font: &excelize.Font{Color: badInk}, Fill: solid(badBand)},
			markFew:  {Font: &excelize.Font{Color: mutedInk}},
		}[m]
		var err error
		id, err = b.f.NewConditionalStyle(style)
		b.try(err)
		b.marks[m] = id
	}
	return &id
}

// judge colours what the words and arrows of a table already say; rows with few calls stay muted.
func (b *book) judge(p place) {
	if len(p.table.Rows) == 0 {
		return
	}
	if col := p.column("offered"); col > 0 {
		b.when(p, p.all(), fmt.Sprintf("$%s%d<%d", letter(col), p.first, few), markFew, true)
	}
	if col := p.column("verdict"); col > 0 {
		for _, name := range []string{"service_level", "variance", "verdict"} {
			if p.column(name) == 0 {
				continue
			}
			b.when(p, p.local(name), fmt.Sprintf(`$%s%d="missed"`, letter(col), p.first), markBad, false)
			b.when(p, p.local(name), fmt.Sprintf(`$%s%d="met"`, letter(col), p.first), markGood, false)
		}
	}
	if col := p.column("change"); col > 0 && p.column("kpi") == 0 {
		better, worse := ">", "<"
		if b.r.Name == "abandonment" {
			better, worse = worse, better
		}
		at := fmt.Sprintf("$%s%d", letter(col), p.first)
		b.when(p, p.local("change"), fmt.Sprintf("AND(ISNUMBER(%s),%s%s0)", at, at, better), markGood, false)
		b.when(p, p.local("change"), fmt.Sprintf("AND(ISNUMBER(%s),%s%s0)", at, at, worse), markBad, false)
	}
}

func (b *book) when(p place, cells, formula string, m mark, stop bool) {
	b.try(b.f.SetConditionalFormat(p.sheet, cells, []excelize.ConditionalFormatOptions{{
		Type: "formula", Criteria: formula, Format: b.mark(m), StopIfTrue: stop,
	}}))
}

// bars draws the size of a column's numbers behind them. Not for streamed sheets, which would lose them.
func (b *book) bars(p place, name, colour string) {
	if p.column(name) == 0 || len(p.table.Rows) == 0 {
		return
	}
	b.try(b.f.SetConditionalFormat(p.sheet, p.local(name), []excelize.ConditionalFormatOptions{{
		Type: "data_bar", Criteria: "=", MinType: "num", MinValue: "0", MaxType: "max", BarColor: "#" + colour, BarSolid: true,
	}}))
}
