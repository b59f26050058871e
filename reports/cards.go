package reports

import (
	"fmt"
	"math"
)

// The figures on the cards of a summary, the report's own figure first.
var (
	slaCards         = []string{"service_level", "offered", "answered", "abandon_rate", "asa", "wait_p90", "longest_wait_answered", "talk", "to_target"}
	abandonmentCards = []string{"abandon_rate", "offered", "abandoned", "short_abandons", "ata", "longest_wait_abandoned", "calls_abandoned", "ivr_abandoned", "service_level"}
)

// cards show the few figures that matter, each beside the period before and a usual day.
func (b *book) cards(sheet string) {
	names := slaCards
	if b.r.Name == "abandonment" {
		names = abandonmentCards
	}
	t := b.r.Table("Kpis")
	for row, height := range []float64{20, 36, 17, 17} {
		b.height(sheet, summaryCards+row, height)
	}
	for i, name := range names {
		k := t.kpi(name)
		col, row := i+1, summaryCards
		as := formatOf(k.text("unit"))
		if as == Seconds {
			as = seconds
		}
		b.put(sheet, col, row, cardLabel(k), look{role: roleCardLabel})
		if k.get("value") == nil {
			b.put(sheet, col, row+1, "–", look{role: roleCardValue})
		} else {
			b.put(sheet, col, row+1, k.get("value"), look{as: as, role: roleCardValue, tone: b.cardTone(k)})
		}
		first, tone := b.cardChange(k, "previous", b.r.beforeText())
		second, secondTone := b.cardChange(k, "same_weekday", "usual "+b.r.From.Format("Mon"))
		if i == 0 {
			if first == "" && second == "" {
				first = "nothing before to compare with"
			}
			if verdict, verdictTone := b.verdictText(); verdict != "" {
				first, tone, second, secondTone = verdict, verdictTone, first, tone
			}
		}
		b.put(sheet, col, row+2, orNil(first), look{role: roleCardText, tone: tone})
		b.put(sheet, col, row+3, orNil(second), look{role: roleCardText, tone: secondTone})
	}
}

// cardLabel is the figure's name, shortened to a card's width.
func cardLabel(k figure) string {
	switch k.text("kpi") {
	case "asa":
		return "Speed of answer, mean"
	case "ata":
		return "Time to abandon, mean"
	case "longest_wait_answered", "longest_wait_abandoned":
		return "Longest wait"
	default:
		return k.text("label")
	}
}

// kpi is the row of a figure.
func (t *Table) kpi(name string) figure {
	at := t.Index("kpi")
	for _, row := range t.Rows {
		if row[at] == name {
			return figure{t, row}
		}
	}
	return figure{t, nil}
}

// verdictText says whether the target was met and by how much; nothing in a report that has no target.
func (b *book) verdictText() (string, Tone) {
	if b.r.Name == "abandonment" {
		return "", Neutral
	}
	t := b.r.Table("Kpis")
	target := percent(t.kpi("target").get("value"))
	variance, ok := t.kpi("variance").get("value").(float64)
	switch {
	case !ok:
		return "nothing to judge", Neutral
	case variance >= 0:
		return fmt.Sprintf("✓ Met by %s (%s)", points(variance), target), Good
	default:
		return fmt.Sprintf("✗ Missed by %s (%s)", points(variance), target), Bad
	}
}

// cardTone colours the figure that has a target.
func (b *book) cardTone(k figure) Tone {
	if k.get("target") == nil {
		return Neutral
	}
	_, tone := b.verdictText()
	return tone
}

// cardChange tells a change in words: "▲ 1.2 pp vs day before". Counts change by a share, as days differ in volume.
func (b *book) cardChange(k figure, with, words string) (string, Tone) {
	value, before := numberOf(k.get("value")), numberOf(k.get(with))
	if value == nil || before == nil {
		return "", Neutral
	}
	change := *value - *before
	var text string
	switch k.text("unit") {
	case "ratio":
		text = fmt.Sprintf("%.1f pp", math.Abs(change)*100)
	case "s":
		text = fmt.Sprintf("%.1f s", math.Abs(change))
	default:
		if *before == 0 {
			return "", Neutral
		}
		share := math.Abs(change / *before) * 100
		text = fmt.Sprintf("%.1f %%", share)
		if share >= 100 {
			text = fmt.Sprintf("%.0f %%", share)
		}
	}
	arrow := "▲ "
	switch {
	case change == 0:
		return "= " + words, Neutral
	case change < 0:
		arrow = "▼ "
	}
	return arrow + text + " vs " + words, toneOf(k.text("kpi"), change)
}

func numberOf(v Value) *float64 {
	switch v := v.(type) {
	case int64:
		return ptr(float64(v))
	case float64:
		return &v
	default:
		return nil
	}
}
