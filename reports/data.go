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
	words   *Table // sql/unknown_words.sql
	open    *Table // sql/open_calls.sql
}

// load counts what both reports need, once for both.
func (b *Bound) load(ctx context.Context) (*data, error) {
	if b.data != nil {
		return b.data, nil
	}
	d := &data{s: b.s}
	var err error
	if d.figures, err = count(ctx, b.q); err != nil {
		return nil, err
	}
	if d.calls, err = run(ctx, b.q, "call_counts", "", 0); err != nil {
		return nil, err
	}
	if d.sources, err = run(ctx, b.q, "source_counts", "", 0); err != nil {
		return nil, err
	}
	lists, err := results(ctx, b.q, b.s.maxRows(), [2]string{"unknown_words", "UnknownWords"}, [2]string{"open_calls", "OpenCalls"})
	if err != nil {
		return nil, err
	}
	d.words, d.open = lists[0], lists[1]
	b.data = d
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
