package reports

import (
	"fmt"
	"slices"
	"strings"
)

// Rows of the summary. The first screen holds everything down to the findings.
const (
	summaryLinks    = 3
	summaryWarnings = 4
	summaryCards    = 6
	summaryFindings = 11
	summaryCharts   = 18
	summaryKpis     = 38
	summaryColumns  = 9
	warningLines    = 1
	mostQueues      = 12 // in a chart
)

// summary answers what a manager asks first: met or missed, by how much, better or worse, and where to look.
func (b *book) summary() {
	const name = sheetSummary
	b.widths(name, 31, 18.5, 18.5, 18.5, 18.5, 18.5, 18.5, 18.5, 26)
	b.put(name, 1, 1, b.r.title(), look{role: roleTitle})
	b.height(name, 1, 32)
	b.put(name, 1, 2, b.r.periodText()+" · "+b.r.clockText(), look{role: roleSubtitle})
	b.height(name, 2, 18)
	for i, s := range sheetsOf(b.r.Name)[1:] {
		b.link(name, i+1, summaryLinks, "→ "+s.name, s.name, look{role: roleLink})
	}
	b.warningLine(name, summaryWarnings, summaryColumns)
	b.cards(name)
	b.findings(name)
	b.summaryCharts(name)
	b.section(name, summaryKpis-1, summaryColumns, "All figures")
	p := b.table(name, summaryKpis, b.kpisForReaders())
	b.tones(p)
	b.freeze(name, 1, summaryWarnings+1)
	b.printed(name, summaryColumns, p.last, 0, 0)
}

// warningLine says in one line whether the figures can be relied on; Data quality tells the rest.
func (b *book) warningLine(sheet string, row, columns int) {
	text, as := b.r.calm()
	if len(b.r.Warnings) > 0 {
		as = roleWarning
		text = "⚠ " + b.r.Warnings[0]
		if more := len(b.r.Warnings) - warningLines; more > 0 {
			text += fmt.Sprintf(" %d more on Data quality.", more)
		}
	}
	for col := 1; col <= columns; col++ {
		b.put(sheet, col, row, nil, look{role: as})
	}
	b.put(sheet, 1, row, text, look{role: as})
	b.height(sheet, row, 20)
}

// findings are the sentences on what to look at; each leads to the sheet that shows it.
func (b *book) findings(sheet string) {
	b.section(sheet, summaryFindings, summaryColumns, "What to look at")
	for i, f := range b.r.Findings {
		sign := map[Tone]string{Good: "✓ ", Bad: "▼ ", Neutral: "• "}[f.Tone]
		row := summaryFindings + 1 + i
		b.put(sheet, 1, row, sign+f.Text, look{role: roleFinding, tone: f.Tone})
		b.link(sheet, summaryColumns, row, "→ "+f.Sheet, f.Sheet, look{role: roleLink})
		b.height(sheet, row, 18)
	}
}

func (b *book) summaryCharts(sheet string) {
	queues, days, hours := b.places["Queues"], b.places["Daily"], b.places["TimeOfDay"]
	const left, right = 625, 715
	at := picture{
		category: "queue", rows: charted(queues.table), width: left, height: 370,
		title:   "Queues against their target",
		alt:     "Columns: service level of the busiest queues. Dashes: their target.",
		columns: []series{{column: "service_level", colour: answeredFill}},
		lines:   []series{{column: "target", colour: targetLine, stroke: ticks}},
	}
	if b.r.Name == "abandonment" {
		at.title, at.alt = "Abandon rate by queue", "Columns: abandon rate of the busiest queues."
		at.columns = []series{{column: "abandon_rate", colour: abandonedFill}}
		at.lines = nil
	}
	b.chart(sheet, cell(1, summaryCharts), queues, at)
	trend, p := b.dayPicture(), days
	if b.r.From.Equal(b.r.To) {
		trend, p = b.timePicture(), hours
	}
	trend.width, trend.height = right, 370
	b.chart(sheet, cell(5, summaryCharts), p, trend)
}

// charted is how many of the busiest queues a chart shows: those with enough calls for a rate, but at least one.
func charted(t *Table) int {
	n := 0
	for _, row := range t.Rows {
		if offered, _ := row[t.Index("offered")].(int64); offered >= few {
			n++
		}
	}
	return min(max(n, 1), mostQueues)
}

// kpisForReaders is Kpis with the names for readers first.
func (b *book) kpisForReaders() *Table {
	t := b.r.Table("Kpis")
	order := []string{"label", "value", "unit", "previous", "change", "change_unit", "same_weekday", "target", "kpi"}
	out := &Table{Name: t.Name, Columns: describe(order...), Total: t.Total}
	for _, row := range t.Rows {
		values := make([]Value, len(order))
		for i, name := range order {
			values[i] = row[t.Index(name)]
		}
		out.Rows = append(out.Rows, values)
	}
	out.describe("target", Column{Label: "Target", As: ByUnit})
	out.Columns[out.Index("previous")].Label = upperFirst(b.r.beforeText())
	return out
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// tones colours the changes for the better and for the worse.
func (b *book) tones(p place) {
	names, changes := p.table.Index("kpi"), p.table.Index("change")
	for i, row := range p.table.Rows {
		name, _ := row[names].(string)
		if tone := toneOf(name, row[changes]); tone != Neutral {
			b.put(p.sheet, changes+1, p.first+i, row[changes], look{as: p.table.shown(i, changes), tone: tone})
		}
	}
}

// Figures that are good when they rise, and those that are bad.
var (
	risesWell = slices.Concat(formulaNames, []string{
		"service_level", "variance", "queues_met", "intervals_met",
	})
	risesBadly = []string{
		"to_target", "abandoned", "abandoned_within", "short_abandons", "abandon_rate", "abandon_rate_gross", "asa", "wait_p50",
		"wait_p90", "longest_wait_answered", "longest_wait_abandoned", "missed", "failed", "overflow", "voicemail",
		"unknown", "unknown_wait", "calls_abandoned", "ivr_abandoned",
	}
)

func toneOf(name string, change Value) Tone {
	var up bool
	switch change := change.(type) {
	case int64:
		if change == 0 {
			return Neutral
		}
		up = change > 0
	case float64:
		if change == 0 {
			return Neutral
		}
		up = change > 0
	default:
		return Neutral
	}
	switch {
	case slices.Contains(risesWell, name) && up, slices.Contains(risesBadly, name) && !up:
		return Good
	case slices.Contains(risesWell, name), slices.Contains(risesBadly, name):
		return Bad
	default:
		return Neutral
	}
}
