package transform

import (
	"math/bits"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"callmart/extract/raw"
	"callmart/transform/schema"
)

// BatchRows is how many rows an Arrow record has. Larger records make the same files, but lie in memory that is farther away
// when they are written, and again when they are read.
const BatchRows = 1024

// batchBytes is how much text ends a record early, so that memory does not grow with the size of calls.
const batchBytes = 16 << 20

// Emit takes over a full record of a table.
type Emit func(schema.ID, arrow.Record) error

// Batches collects the rows of finished calls as Arrow columns, one batch per table, and emits each when it is full.
type Batches struct {
	tables [schema.NumStored]*batch
	emit   Emit

	computed [3]*computed // of calls, queue entries and agents
	wide     Row          // scratch
	text     []byte       // scratch
}

// NewBatches returns empty batches whose memory comes from mem.
func NewBatches(mem memory.Allocator, emit Emit) *Batches {
	b := &Batches{emit: emit, computed: [...]*computed{newComputed(schema.Calls), newComputed(schema.QueueEntries), newComputed(schema.Agents)}}
	for id := range b.tables {
		b.tables[id] = newBatch(schema.Get(schema.ID(id)), mem)
	}
	return b
}

// Append adds a finished call with one observation and its children, and where the record of it lay. What the call's texts
// lie in, but for the observation itself, must stay as it is until Settle or Flush.
func (b *Batches) Append(o *Observation) error {
	if err := b.call(o); err != nil {
		return err
	}
	return b.record(o, o, 0, &b.tables[schema.Calls].states)
}

// AppendMerged adds a finished call with several observations and its children. Versions has their records. It settles all
// calls so far.
func (b *Batches) AppendMerged(o *Observation) error {
	defer b.Settle()
	return b.call(o)
}

// call adds a call's row and its children's.
func (b *Batches) call(o *Observation) error {
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
	if t.rows+t.held.rows < BatchRows && t.bytes < batchBytes {
		return nil
	}
	return b.emit(table, t.record())
}

// Settle lets go of what the texts of all calls so far lie in.
func (b *Batches) Settle() {
	for _, t := range b.tables {
		t.settle()
	}
}

// Flush emits what is left.
func (b *Batches) Flush() error {
	for id, t := range b.tables {
		if t.rows+t.held.rows > 0 {
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
	schema *arrow.Schema
	fields []schema.Field
	calls  bool // or observations of calls: they have lists and extra
	cols   []column
	held   block

	textCols, numCols []int // columns that are made of cells

	rows  int
	bytes int // of texts

	tags    list // scratch
	origins [1 << (raw.File + 1)]list
	derived map[cells]*list
	always  cells

	states      states // of the last call's row
	lastDerived cells
	lastList    *list
}

func newBatch(t *schema.Table, mem memory.Allocator) *batch {
	b := &batch{fields: t.Fields, calls: t.ID == schema.Calls || t.ID == schema.ObservedOf(schema.Calls), schema: ArrowSchema(t), cols: make([]column, len(t.Fields)), derived: map[cells]*list{}, always: alwaysDerived()}
	for i := range b.cols {
		b.cols[i] = column{mem: mem, kind: t.Fields[i].Type}
		switch t.Fields[i].Type {
		case schema.Text:
			b.textCols = append(b.textCols, i)
		case schema.JSON, schema.Texts:
		default:
			b.numCols = append(b.numCols, i)
		}
	}
	return b
}

// append adds a row. Its cells wait for those of the next rows; what is no cell is written at once.
func (b *batch) append(row Row, o *Observation) {
	at := b.rows + b.held.rows
	held := b.held.add(row)
	if b.calls {
		b.held.addHashes(held, &o.hashed)
		b.bytes += b.callOnly(at, o)
	}
	if b.held.rows == blockRows || o.Place.Length > largeRecord {
		b.settle()
	}
}

// settle writes the rows that wait to the columns.
func (b *batch) settle() {
	if b.held.rows == 0 {
		return
	}
	b.held.hash()
	for _, i := range b.textCols {
		if known := b.held.known(i); known != 0 {
			b.bytes += b.cols[i].blockTexts(b.rows, &b.held, i, known)
		}
	}
	for _, i := range b.numCols {
		if known := b.held.known(i); known != 0 {
			b.cols[i].blockNums(b.rows, &b.held, i, known)
		}
	}
	b.rows += b.held.rows
	b.held.reset()
}

// callOnly writes the columns that are no cells; only calls have them. It returns how many bytes of text they hold.
func (b *batch) callOnly(at int, o *Observation) (size int) {
	if extra := o.extra.bytes(); len(extra) > 0 {
		b.cols[schema.CallExtra].text(at, view(extra))
		size = len(extra)
	}
	if len(o.Tags) > 0 {
		b.tags.reset()
		for _, tag := range o.Tags {
			b.tags.add(tag)
		}
		b.cols[schema.CallTags].list(at, &b.tags)
	}
	b.cols[schema.CallOrigins].list(at, b.originList(o.Origins))
	b.states = statesOf(o.Call)
	b.cols[schema.CallDerivedFields].list(at, b.derivedList(b.states.derived()))
	return size
}

// originList returns the words of origins, from the few sets of them there are.
func (b *batch) originList(origins uint8) *list {
	l := &b.origins[origins&(1<<(raw.File+1)-1)]
	if len(l.ends) == 0 {
		for origin := raw.List; origin <= raw.File; origin++ {
			if origins&(1<<origin) != 0 {
				l.add(origin.String())
			}
		}
	}
	return l
}

// maxLists bounds the lists that are kept: calls of one source have the same few.
const maxLists = 256

// derivedList returns the names of cells.
func (b *batch) derivedList(derived cells) *list {
	for w := range derived {
		derived[w] &^= b.always[w]
	}
	if derived == b.lastDerived && b.lastList != nil {
		return b.lastList
	}
	l := b.listOf(derived)
	b.lastDerived, b.lastList = derived, l
	return l
}

// listOf is derivedList for others than the last row's.
func (b *batch) listOf(derived cells) *list {
	if l := b.derived[derived]; l != nil {
		return l
	}
	if len(b.derived) == maxLists {
		clear(b.derived)
	}
	l := &list{}
	for w := range derived {
		for m := derived[w]; m != 0; m &= m - 1 {
			l.add(b.fields[w<<6|bits.TrailingZeros64(m)].Name)
		}
	}
	b.derived[derived] = l
	return l
}

// alwaysDerived are the columns that no vendor gives: to call them derived would say nothing.
func alwaysDerived() (always cells) {
	for _, col := range [...]int{
		schema.CallStartedLocal, schema.CallUTCOffset, schema.CallHandle, schema.CallAgentCount, schema.CallEntryCount,
		schema.CallTransferCount, schema.CallRecordingCount, schema.CallObservationCount, schema.CallFirstObservedAt, schema.CallLastObservedAt,
	} {
		always.add(col)
	}
	return always
}

// record hands over the columns as an Arrow record and starts anew.
func (b *batch) record() arrow.Record {
	b.settle()
	b.held.forget()
	rec := b.build()
	b.rows, b.bytes = 0, 0
	return rec
}

func (b *batch) release() {
	for i := range b.cols {
		b.cols[i].release()
	}
	b.held.reset()
	b.rows, b.bytes = 0, 0
}
