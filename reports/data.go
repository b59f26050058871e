package reports

import (
	"context"
	"fmt"
)

// data is what both reports count once and lay out in several tables.
type data struct {
	s       *Settings
	figures *figures
	calls   *Table // sql/call_counts.sql
	sources *Table // sql/source_counts.sql
}

func load(ctx context.Context, q Querier, s *Settings) (*data, error) {
	if err := Bind(ctx, q, s); err != nil {
		return nil, err
	}
	d := &data{s: s}
	var err error
	if d.figures, err = count(ctx, q); err != nil {
		return nil, err
	}
	if d.calls, err = run(ctx, q, "call_counts", "", 0); err != nil {
		return nil, err
	}
	if d.sources, err = run(ctx, q, "source_counts", "", 0); err != nil {
		return nil, err
	}
	return d, nil
}

// report is a report without tables.
func (d *data) report(name string) *Report {
	s := d.s
	return &Report{
		Name: name, From: s.From, To: s.To, Kind: s.Kind, Complete: s.Complete, Zone: s.zone().String(),
		Run: s.Run, Watermark: s.Watermark, Warnings: d.warnings(), settings: s,
	}
}

// results runs the queries whose rows are tables as they stand, in the order given.
func results(ctx context.Context, q Querier, limit int, queries ...[2]string) ([]*Table, error) {
	var out []*Table
	for _, query := range queries {
		t, err := run(ctx, q, query[0], query[1], limit)
		if err != nil {
			return nil, err
		}
		if n := t.Total - int64(len(t.Rows)); n > 0 {
			t.Note = fmt.Sprintf("%d of %d rows are shown; all are in the lake's Parquet files.", len(t.Rows), t.Total)
		}
		out = append(out, t)
	}
	return out, nil
}

// callCount adds up a column of the call counts over a period, nil for a period without days.
func (d *data) callCount(name, period string) Value {
	at, p := d.calls.Index(name), d.calls.Index("period")
	var sum Value
	for _, row := range d.calls.Rows {
		if row[p] != period {
			continue
		}
		n, _ := row[at].(int64)
		total, _ := sum.(int64)
		sum = total + n
	}
	return sum
}
