package reports

import (
	"cmp"
	"fmt"
	"slices"
)

var intervalColumns = []string{
	"source", "queue", "interval_start_local", "utc_offset_minutes", "offered", "answered", "abandoned",
	"service_level", "target", "verdict", "asa", "ata", "answered_within", "abandoned_within", "short_abandons",
	"voicemail", "callback", "overflow", "missed", "failed", "open", "unknown", "after_hours", "excluded",
	"unknown_wait", "judged", "entries", "answered_wait", "abandoned_wait", "threshold",
}

// intervalTable has one row per queue and interval of arrival. Both hours of a change to winter time have their own rows.
// Over the cap the busiest queues are kept, each whole.
func (d *data) intervalTable() *Table {
	rows := d.figures.rows(grainInterval, current)
	kept := busiest(rows, d.s.maxRows())
	t := pick("Intervals", kept, intervalColumns...)
	t.Total = int64(len(rows))
	t.Totals = d.totals(t, "queue", "All queues")
	if len(kept) < len(rows) {
		t.Note = fmt.Sprintf("%d of %d rows are shown, the busiest queues whole; all are in the lake's folder queue_intervals.",
			len(kept), len(rows))
	}
	return t
}

// busiest keeps whole queues, the busiest first, as long as they fit, in the order of rows.
func busiest(rows []figure, limit int) []figure {
	if len(rows) <= limit {
		return rows
	}
	var runs [][]figure
	for _, row := range rows {
		if n := len(runs); n > 0 && runs[n-1][0].sameAs(row, "source", "queue") {
			runs[n-1] = append(runs[n-1], row)
			continue
		}
		runs = append(runs, []figure{row})
	}
	order := slices.Clone(runs)
	slices.SortStableFunc(order, func(a, b []figure) int { return cmp.Compare(offered(b), offered(a)) })
	left := limit
	var kept []figure
	for _, run := range order {
		if len(run) > left {
			break
		}
		left -= len(run)
		kept = append(kept, run...)
	}
	return slices.DeleteFunc(slices.Clone(rows), func(f figure) bool {
		return !slices.ContainsFunc(kept, func(k figure) bool { return k.sameAs(f, "source", "queue") })
	})
}

func offered(rows []figure) (n int64) {
	for _, row := range rows {
		n += row.count("offered")
	}
	return n
}
