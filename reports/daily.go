package reports

import (
	"fmt"
	"slices"
	"time"
)

var (
	slaDayColumns = slices.Concat([]string{
		"date", "offered", "service_level", "target", "variance", "verdict", "to_target",
		"answered", "answered_within", "asa", "wait_p90", "longest_wait_answered",
		"abandoned", "abandon_rate", "short_abandons", "abandoned_within", "abandon_rate_gross",
		"ata", "wait_p50", "longest_wait_abandoned", "talk", "other", "ivr_abandoned", "calls", "calls_answered", "calls_abandoned",
	}, restColumns, formulaNames)
	abandonmentDayColumns = slices.Concat([]string{
		"date", "offered", "abandoned", "abandon_rate", "abandon_rate_gross", "short_abandons", "abandoned_within",
		"ata", "longest_wait_abandoned", "answered", "other", "asa", "longest_wait_answered",
		"ivr_abandoned", "calls", "calls_answered", "calls_abandoned",
		"service_level", "target", "variance", "verdict", "to_target", "answered_within", "wait_p50", "wait_p90", "talk",
	}, restColumns, formulaNames)
)

// dailyTable has one row per day of the period, also for days without a call; days that are not there yet are left out.
func (d *data) dailyTable(names []string) *Table {
	rows := d.figures.rows(grainDay, current)
	for len(rows) > 1 {
		last := rows[len(rows)-1]
		day, _ := last.get("day").(time.Time)
		if last.count("entries") > 0 || !day.After(d.s.seen()) {
			break
		}
		rows = rows[:len(rows)-1]
	}
	t := pick("Daily", rows, names...)
	t.Totals = d.totals(t, "date", "All days")
	for i, row := range rows {
		t.set(i, "other", row.other())
		for _, name := range []string{"ivr_abandoned", "calls", "calls_answered", "calls_abandoned"} {
			t.set(i, name, d.callCountOn(name, row.get("day")))
		}
	}
	return t
}

// other are the offered entries that were neither answered nor abandoned.
func (f figure) other() int64 { return f.count("offered") - f.count("answered") - f.count("abandoned") }

func (d *data) callCountOn(name string, day Value) Value {
	period, on, at := d.calls.Index("period"), d.calls.Index("day"), d.calls.Index(name)
	for _, row := range d.calls.Rows {
		if row[period] == current && row[on] == day {
			return row[at]
		}
	}
	return int64(0)
}

var timeColumns = []string{
	"time_of_day", "offered", "answered", "abandoned", "other", "service_level", "target", "verdict", "to_target",
	"abandon_rate", "asa", "ata", "answered_within", "abandoned_within", "short_abandons",
}

// timeTable adds up the days of the period by the interval of the day.
func (d *data) timeTable() *Table {
	rows := slices.DeleteFunc(d.figures.rows(grainTime, current), func(f figure) bool { return f.get("minute_of_day") == nil })
	t := pick("TimeOfDay", rows, timeColumns...)
	t.Totals = d.totals(t, "time_of_day", "All day")
	for i, row := range rows {
		t.set(i, "time_of_day", clock(row.count("minute_of_day")))
		t.set(i, "other", row.other())
	}
	return t
}

// clock writes minutes since midnight as "08:30".
func clock(minutes int64) string { return fmt.Sprintf("%02d:%02d", minutes/60%24, minutes%60) }
