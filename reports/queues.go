package reports

import (
	"cmp"
	"slices"
)

var formulaNames = Formulas()

// slaQueueColumns and abandonmentQueueColumns hold the same figures; each report begins with its own.
var (
	slaQueueColumns = slices.Concat([]string{
		"source", "queue", "offered", "service_level", "target", "variance", "verdict", "to_target", "previous", "change",
		"answered", "answered_within", "asa", "wait_p90", "longest_wait_answered",
		"abandoned", "abandon_rate", "threshold", "short_abandons", "abandoned_within", "abandon_rate_gross",
		"ata", "wait_p50", "longest_wait_abandoned", "talk",
	}, restColumns, formulaNames)
	abandonmentQueueColumns = slices.Concat([]string{
		"source", "queue", "offered", "abandoned", "abandon_rate", "previous", "change", "abandon_rate_gross",
		"short_abandons", "abandoned_within", "ata", "longest_wait_abandoned", "answered", "asa", "longest_wait_answered",
		"service_level", "target", "variance", "verdict", "to_target", "threshold", "answered_within",
		"wait_p50", "wait_p90", "talk",
	}, restColumns, formulaNames)
	restColumns = []string{
		"voicemail", "callback", "overflow", "missed", "failed", "open", "unknown", "after_hours", "excluded",
		"unknown_wait", "judged", "entries", "short_abandon_limit",
	}
)

// queueTable has one row per reported queue, the busiest first. previous and change are those of the figure named.
func (d *data) queueTable(compared string, names []string) *Table {
	rows := d.figures.rows(grainQueue, current)
	slices.SortStableFunc(rows, func(a, b figure) int {
		return cmp.Or(cmp.Compare(b.count("offered"), a.count("offered")), cmp.Compare(b.count("entries"), a.count("entries")))
	})
	before := d.figures.rows(grainQueue, previous)
	t := pick("Queues", rows, names...)
	t.Totals = d.totals(t, "queue", "All queues")
	now, then := d.figures.total(current).get(compared), Value(nil)
	if d.hasEntries(previous) {
		then = d.figures.total(previous).get(compared)
	}
	t.Totals[t.Index("previous")], t.Totals[t.Index("change")] = then, difference(column(compared), now, then)
	for i, row := range rows {
		for _, old := range before {
			if !old.sameAs(row, "source", "queue") {
				continue
			}
			t.set(i, "previous", old.get(compared))
			t.set(i, "change", difference(column(compared), row.get(compared), old.get(compared)))
		}
	}
	t.describe("previous", Column{Label: column(compared).Label + " before", Unit: column(compared).Unit, As: Rate})
	t.describe("change", Column{Label: "Change", Unit: "pp", As: Points})
	return t
}

// totals is the row over everything, named in one of its columns.
func (d *data) totals(t *Table, column, name string) []Value {
	values := make([]Value, len(t.Columns))
	for i, c := range t.Columns {
		values[i] = d.value(c.Name, current)
	}
	values[t.Index(column)] = name
	return values
}

// set writes a value of a row.
func (t *Table) set(row int, column string, v Value) { t.Rows[row][t.Index(column)] = v }

// describe says how a column of this table reads, where that is not the same in all tables.
func (t *Table) describe(name string, c Column) {
	was := &t.Columns[t.Index(name)]
	was.Label, was.Unit, was.As = c.Label, c.Unit, c.As
}
