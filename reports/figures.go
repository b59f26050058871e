package reports

import (
	"context"
	"fmt"
)

// The grains of figures.
const (
	grainAll      = "all"
	grainDay      = "day"
	grainQueue    = "queue"
	grainInterval = "interval"
	grainTime     = "time"
)

// figures are all rows of sql/figures.sql, counted once for all tables of a report.
type figures struct{ table *Table }

// figure is one row of them.
type figure struct {
	table  *Table
	values []Value
}

func count(ctx context.Context, q Querier) (*figures, error) {
	t, err := selectRows(ctx, q, "SELECT *, day AS \"date\" FROM figures ORDER BY grain, period, day NULLS FIRST, minute_of_day NULLS FIRST, "+
		"source NULLS LAST, queue NULLS LAST, interval_start_local NULLS LAST, utc_offset_minutes DESC NULLS LAST", 0)
	if err != nil {
		return nil, fmt.Errorf("counting figures: %w", err)
	}
	return &figures{t}, nil
}

// rows returns the rows of one grain and period.
func (f *figures) rows(grain, period string) []figure {
	g, p := f.table.Index("grain"), f.table.Index("period")
	var out []figure
	for _, values := range f.table.Rows {
		if values[g] == grain && values[p] == period {
			out = append(out, figure{f.table, values})
		}
	}
	return out
}

// total returns the period's row over everything. It has no values where the period has no days.
func (f *figures) total(period string) figure {
	if rows := f.rows(grainAll, period); len(rows) > 0 {
		return rows[0]
	}
	return figure{f.table, nil}
}

// get returns the named value, nil where there is none.
func (f figure) get(name string) Value {
	i := f.table.Index(name)
	if i < 0 || f.values == nil {
		return nil
	}
	return f.values[i]
}

func (f figure) count(name string) int64    { n, _ := f.get(name).(int64); return n }
func (f figure) text(name string) string    { s, _ := f.get(name).(string); return s }
func (f figure) is(name, value string) bool { return f.get(name) == value }
func (f figure) sameAs(g figure, names ...string) bool {
	for _, name := range names {
		if f.get(name) != g.get(name) {
			return false
		}
	}
	return true
}

// pick makes a table of the named columns of rows.
func pick(name string, rows []figure, columns ...string) *Table {
	t := &Table{Name: name, Columns: describe(columns...), Total: int64(len(rows))}
	for _, row := range rows {
		values := make([]Value, len(columns))
		for i, column := range columns {
			values[i] = row.get(column)
		}
		t.Rows = append(t.Rows, values)
	}
	return t
}
