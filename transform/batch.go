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
const BatchRows = 2048

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
	schema *arrow.Schema
	fields []schema.Field
	calls  bool // or observations of calls: they have lists and extra
	cols   []column
	places kinds
	known  []uint64 // of each row, a bit per cell: the cells that have a value
	words  int      // of a row's bits
	rows   int
	bytes  int // of texts

	tags    list // scratch
	origins [1 << (raw.File + 1)]list
	derived map[cells]*list
	always  cells

	lastDerived cells
	lastList    *list
}

// kinds are a table's columns by what they hold. Texts that are no cells, and lists, are in none of them.
type kinds struct{ texts, nums, seconds, bools cells }

func newBatch(t *schema.Table, mem memory.Allocator) *batch {
	b := &batch{fields: t.Fields, calls: t.ID == schema.Calls || t.ID == schema.ObservedOf(schema.Calls), schema: ArrowSchema(t), cols: make([]column, len(t.Fields)), derived: map[cells]*list{}, always: alwaysDerived(), words: (len(t.Fields) + 63) / 64}
	for i := range b.cols {
		b.cols[i] = column{mem: mem, kind: t.Fields[i].Type}
		switch t.Fields[i].Type {
		case schema.Text:
			b.places.texts.add(i)
		case schema.Seconds:
			b.places.seconds.add(i)
		case schema.Bool:
			b.places.bools.add(i)
		case schema.JSON, schema.Texts:
		default:
			b.places.nums.add(i)
		}
	}
	return b
}

// append adds a row. It is the innermost loop of the hot path. Most cells of a wide row are empty, so it first makes a
// mask of those that are not and then goes through the mask; what a column misses it makes up for when it is next written
// to.
func (b *batch) append(row Row, o *Observation) {
	states := statesOf(row)
	known := states.known()
	at, size := b.rows, 0
	for w := range known {
		for m := known[w] & b.places.texts[w]; m != 0; m &= m - 1 {
			i := w<<6 | bits.TrailingZeros64(m)
			b.cols[i].text(at, row[i].Text)
			size += len(row[i].Text)
		}
		for m := known[w] & b.places.nums[w]; m != 0; m &= m - 1 {
			i := w<<6 | bits.TrailingZeros64(m)
			b.cols[i].num(at, row[i].Num)
		}
		for m := known[w] & b.places.seconds[w]; m != 0; m &= m - 1 {
			i := w<<6 | bits.TrailingZeros64(m)
			b.cols[i].num(at, secondsBits(row[i].Num))
		}
		for m := known[w] & b.places.bools[w]; m != 0; m &= m - 1 {
			i := w<<6 | bits.TrailingZeros64(m)
			b.cols[i].bool(at, row[i].Num)
		}
	}
	if b.calls {
		size += b.callOnly(at, o, &states, &known)
	}
	b.known = append(b.known, known[:b.words]...)
	b.bytes += size
	b.rows++
}

// callOnly writes the columns that are no cells; only calls have them. It returns how many bytes of text they hold.
func (b *batch) callOnly(at int, o *Observation, states *states, known *cells) (size int) {
	if extra := o.extra.bytes(); len(extra) > 0 {
		b.cols[schema.CallExtra].text(at, view(extra))
		known.add(schema.CallExtra)
		size = len(extra)
	}
	if len(o.Tags) > 0 {
		b.tags.reset()
		for _, tag := range o.Tags {
			b.tags.add(tag)
		}
		b.cols[schema.CallTags].list(at, &b.tags)
		known.add(schema.CallTags)
	}
	b.cols[schema.CallOrigins].list(at, b.originList(o.Origins))
	known.add(schema.CallOrigins)
	b.cols[schema.CallDerivedFields].list(at, b.derivedList(states.derived()))
	known.add(schema.CallDerivedFields)
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
	rec := b.build()
	b.known, b.rows, b.bytes = b.known[:0], 0, 0
	return rec
}

func (b *batch) release() {
	for i := range b.cols {
		b.cols[i].release()
	}
	b.known, b.rows, b.bytes = b.known[:0], 0, 0
}
