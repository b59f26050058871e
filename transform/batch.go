package transform

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"callmart/extract/raw"
	"callmart/transform/schema"
)

// BatchRows is how many rows an Arrow record has. It is fixed, since Parquet files are the same bytes only if
// DuckDB gets the same batches.
const BatchRows = 8192

// batchBytes is how much text ends a record early, so that memory does not grow with the size of calls.
const batchBytes = 16 << 20

// Emit takes over a full record of a table.
type Emit func(schema.ID, arrow.Record) error

// Batches collects the rows of finished calls as Arrow columns, one batch per table, and emits each when it is full.
type Batches struct {
	tables [schema.NumStored]*batch
	emit   Emit
	wide   Row // scratch
}

// NewBatches returns empty batches whose memory comes from mem.
func NewBatches(mem memory.Allocator, emit Emit) *Batches {
	b := &Batches{emit: emit}
	for id := range b.tables {
		b.tables[id] = newBatch(schema.Get(schema.ID(id)), mem)
	}
	return b
}

// Append adds a finished call with one observation and its children, and where the record of it lay.
func (b *Batches) Append(o *Observation) error {
	if err := b.AppendMerged(o); err != nil {
		return err
	}
	return b.record(o, o, 0)
}

// AppendMerged adds a finished call with several observations and its children. Versions has their records.
func (b *Batches) AppendMerged(o *Observation) error {
	if err := b.row(schema.Calls, o.Call, o); err != nil {
		return err
	}
	id := o.Call[schema.CallID]
	for table := schema.Calls + 1; table < schema.NumRead; table++ {
		rows := &o.Children[table]
		for i := range rows.Len() {
			row := rows.At(i)
			row[schema.ChildCallID] = id
			row[schema.ChildIndex] = Cell{Num: int64(i), State: Given}
			if err := b.row(table, row, o); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *Batches) row(table schema.ID, row Row, o *Observation) error {
	t := b.tables[table]
	t.append(row, o)
	if t.rows < BatchRows && t.bytes < batchBytes {
		return nil
	}
	return b.emit(table, t.record())
}

// Flush emits what is left.
func (b *Batches) Flush() error {
	for id, t := range b.tables {
		if t.rows > 0 {
			if err := b.emit(schema.ID(id), t.record()); err != nil {
				return err
			}
		}
	}
	return nil
}

// Release frees what was not emitted.
func (b *Batches) Release() {
	for _, t := range b.tables {
		t.release()
	}
}

// batch is the columns of one table.
type batch struct {
	table  *schema.Table
	schema *arrow.Schema
	cols   []column
	rows   int
	bytes  int // of texts
}

func newBatch(t *schema.Table, mem memory.Allocator) *batch {
	b := &batch{table: t, schema: ArrowSchema(t), cols: make([]column, len(t.Fields))}
	for i := range b.cols {
		b.cols[i] = column{mem: mem, kind: t.Fields[i].Type}
	}
	return b
}

// append adds a row. It is the innermost loop of the hot path: a cell costs a few nanoseconds.
func (b *batch) append(row Row, o *Observation) {
	at := b.rows
	if at == b.cols[0].room {
		for i := range b.cols {
			b.cols[i].grow()
		}
	}
	for i := range b.cols {
		col, cell := &b.cols[i], &row[i]
		switch col.kind {
		case schema.Text:
			col.text(at, cell.Text, cell.State != Absent)
			b.bytes += len(cell.Text)
		case schema.Seconds:
			if cell.State != Absent {
				col.nums[at] = secondsBits(cell.Num)
				col.set(at)
			}
		case schema.Bool:
			if cell.State != Absent {
				col.fixed[at>>3] |= byte(cell.Num) << (at & 7)
				col.set(at)
			}
		case schema.JSON:
			extra := o.extra.bytes() // the only column of the kind
			col.text(at, view(extra), len(extra) > 0)
			b.bytes += len(extra)
		case schema.Texts:
			texts := b.list(i, row, o)
			col.list(at, texts, len(texts) > 0 || i != schema.CallTags)
		default:
			if cell.State != Absent {
				col.nums[at] = cell.Num
				col.set(at)
			}
		}
	}
	b.rows++
}

// list returns the texts of a list column. Only calls have such columns.
func (b *batch) list(col int, row Row, o *Observation) []string {
	switch col {
	case schema.CallTags:
		return o.Tags
	case schema.CallOrigins:
		o.list = o.list[:0]
		for origin := raw.List; origin <= raw.File; origin++ {
			if o.Origins&(1<<origin) != 0 {
				o.list = append(o.list, origin.String())
			}
		}
	case schema.CallDerivedFields:
		o.list = o.list[:0]
		for i := range row {
			if row[i].derived() && !alwaysDerived(i) {
				o.list = append(o.list, b.table.Fields[i].Name)
			}
		}
	}
	return o.list
}

// alwaysDerived names the columns that no vendor gives: to call them derived would say nothing.
func alwaysDerived(col int) bool {
	switch col {
	case schema.CallStartedLocal, schema.CallUTCOffset, schema.CallHandle, schema.CallAgentCount, schema.CallEntryCount,
		schema.CallTransferCount, schema.CallRecordingCount, schema.CallObservationCount, schema.CallFirstObservedAt, schema.CallLastObservedAt:
		return true
	}
	return false
}

// record hands over the columns as an Arrow record and starts anew.
func (b *batch) record() arrow.Record {
	rec := b.build()
	b.rows, b.bytes = 0, 0
	return rec
}

func (b *batch) release() {
	for i := range b.cols {
		b.cols[i].release()
	}
	b.rows, b.bytes = 0, 0
}
