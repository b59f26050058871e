package load

import (
	"context"
	"fmt"

	arrow15 "github.com/apache/arrow/go/v15/arrow"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"callmart/transform/schema"
)

var _ array.RecordReader = (*stream)(nil)

// stream is what DuckDB pulls a table's batches from, one COPY after the other: begin says where the next COPY's
// batches come from. DuckDB calls it from C, so nothing may panic out of Next.
type stream struct {
	table  *schema.Table
	schema *arrow.Schema
	ctx    context.Context //nolint:containedctx // of one COPY; C calls Next without one
	in     <-chan arrow15.Record
	record arrow.Record
	rows   int64
	err    error
}

func newStream(t *schema.Table) *stream { return &stream{table: t, schema: arrowSchema(t)} }

// begin makes the stream hand out the batches of in until it is closed, ctx ends or a batch does not fit.
func (s *stream) begin(ctx context.Context, in <-chan arrow15.Record) {
	s.ctx, s.in, s.rows, s.err = ctx, in, 0, nil
}

// end drops the last batch and says how many rows were handed out.
func (s *stream) end() (rows int64, err error) {
	s.drop()
	s.ctx, s.in = nil, nil
	return s.rows, s.err
}

// Next waits for a batch.
func (s *stream) Next() (ok bool) {
	defer func() {
		if r := recover(); r != nil {
			s.err, ok = fmt.Errorf("reading a batch of %s: %v", s.table.Name, r), false
		}
	}()
	s.drop()
	if s.in == nil || s.err != nil {
		return false
	}
	select {
	case <-s.ctx.Done():
		s.err = s.ctx.Err()
		return false
	case rec, open := <-s.in:
		if !open {
			s.in = nil
			return false
		}
		defer rec.Release()
		s.record, s.err = bridge(rec, s.table, s.schema)
		if s.err != nil {
			return false
		}
		s.rows += rec.NumRows()
		return true
	}
}

func (s *stream) drop() {
	if s.record != nil {
		s.record.Release()
		s.record = nil
	}
}

// Schema, Record and Err are read by DuckDB; its references are not counted, for it never gives back the first.
func (s *stream) Schema() *arrow.Schema { return s.schema }

// Record returns the batch that Next brought.
func (s *stream) Record() arrow.Record { return s.record }

// Err returns why Next returned false, nil at the regular end.
func (s *stream) Err() error { return s.err }

// Retain does nothing: the stream lives as long as its feed.
func (s *stream) Retain() {}

// Release does nothing: the stream lives as long as its feed.
func (s *stream) Release() {}
