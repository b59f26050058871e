package reports

// kpi is one row of Kpis before it is written: the figure in the periods.
type kpi struct {
	column               Column
	value, before, usual Value
	target               Value
}

// kpiNames are the figures of the Kpis tables, the most telling first; they stand here once for both reports.
var kpiNames = []string{
	"service_level", "target", "variance", "to_target",
	"offered", "answered", "abandoned", "answered_within", "abandoned_within", "short_abandons",
	"abandon_rate", "abandon_rate_gross", "asa", "ata", "wait_p50", "wait_p90",
	"longest_wait_answered", "longest_wait_abandoned", "talk",
	"voicemail", "callback", "overflow", "missed", "failed", "open", "unknown", "after_hours", "excluded", "unknown_wait",
	"judged", "entries", "ivr_abandoned", "calls", "calls_answered", "calls_abandoned",
	"queues_met", "queues_judged", "intervals_met", "intervals_judged", "threshold", "short_abandon_limit",
	"abandons_count_against", "exclude_short_abandons", "exclude_abandons_within_t", "abandons_within_t_met",
	"short_abandons_met", "answered_only", "removed_within_t",
}

// kpiTable has one row per figure, beside the period before and, for one day, the same weekdays before.
func (d *data) kpiTable(names []string) *Table {
	t := &Table{Name: "Kpis", Columns: describe(
		"kpi", "label", "value", "unit", "previous", "change", "change_unit", "same_weekday", "target")}
	for _, k := range d.kpis(names) {
		unit := k.column.unit()
		changeUnit := unit
		if k.column.As == Rate {
			changeUnit = "pp"
		}
		t.Rows = append(t.Rows, []Value{
			k.column.Name, k.column.Label, k.value, unit, k.before, difference(k.column, k.value, k.before), changeUnit,
			k.usual, k.target,
		})
	}
	t.Total = int64(len(t.Rows))
	return t
}

func (d *data) kpis(names []string) []kpi {
	var out []kpi
	for _, name := range names {
		k := kpi{column: column(name), value: d.value(name, current)}
		if d.hasEntries(previous) {
			k.before = d.value(name, previous)
		}
		if d.hasEntries(sameWeekday) {
			k.usual = d.usual(name, k.column)
		}
		if name == "service_level" {
			k.target = d.value("target", current)
		}
		out = append(out, k)
	}
	return out
}

// value is the figure over a whole period, from wherever it is counted.
func (d *data) value(name, period string) Value {
	switch name {
	case "ivr_abandoned", "calls", "calls_answered", "calls_abandoned":
		return d.callCount(name, period)
	case "queues_met":
		return d.verdicts(grainQueue, period, "met")
	case "queues_judged":
		return d.verdicts(grainQueue, period, "met", "missed")
	case "intervals_met":
		return d.verdicts(grainInterval, period, "met")
	case "intervals_judged":
		return d.verdicts(grainInterval, period, "met", "missed")
	}
	total := d.figures.total(period)
	if name == "other" {
		return total.other()
	}
	return total.get(name)
}

// usual is the figure of a day like this one: a count's mean over the days that had entries, a rate or a mean over
// all their entries together.
func (d *data) usual(name string, c Column) Value {
	switch name {
	case "queues_met", "queues_judged", "to_target", "longest_wait_answered", "longest_wait_abandoned":
		return nil // of four days pooled they say nothing of one
	}
	v := d.value(name, sameWeekday)
	days := d.figures.total(sameWeekday).count("days_with_entries")
	if n, ok := v.(int64); ok && c.As == Count && days > 0 {
		return float64(n) / float64(days)
	}
	return v
}

func (d *data) hasEntries(period string) bool { return d.figures.total(period).count("entries") > 0 }

// verdicts counts the rows of a grain whose verdict is one of the words.
func (d *data) verdicts(grain, period string, words ...string) int64 {
	var n int64
	for _, row := range d.figures.rows(grain, period) {
		for _, word := range words {
			if row.is("verdict", word) {
				n++
			}
		}
	}
	return n
}

// difference is a less b: in percentage points for rates, else in the figure's unit; nil where one is missing.
func difference(c Column, a, b Value) Value {
	switch a := a.(type) {
	case int64:
		if b, ok := b.(int64); ok {
			return a - b
		}
	case float64:
		if b, ok := b.(float64); ok {
			if c.As == Rate {
				return (a - b) * 100
			}
			return a - b
		}
	}
	return nil
}
