package transform

import (
	"encoding/binary"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"callmart/transform/schema"
)

// buffer is a growing block of an allocator's memory.
type buffer struct {
	mem memory.Allocator
	b   []byte
	n   int
}

// room makes room for n more bytes and returns where they go.
func (b *buffer) room(n int) []byte {
	if need := b.n + n; need > len(b.b) {
		size := max(64, 2*len(b.b))
		for size < need {
			size *= 2
		}
		if b.b == nil {
			b.b = b.mem.Allocate(size)
		} else {
			b.b = b.mem.Reallocate(size, b.b)
		}
	}
	out := b.b[b.n : b.n+n]
	b.n += n
	return out
}

// take hands the block over as an Arrow buffer.
func (b *buffer) take() *memory.Buffer {
	if b.b == nil {
		b.room(0)
		b.b = b.mem.Allocate(64)
	}
	buf := memory.NewBufferWithAllocator(b.b, b.mem)
	buf.ResizeNoShrink(b.n)
	b.b, b.n = nil, 0
	return buf
}

func (b *buffer) free() {
	if b.b != nil {
		b.mem.Free(b.b)
	}
	b.b, b.n = nil, 0
}

// column is one column under construction: a bitmap of what is known, and values; texts and lists have offsets.
type column struct {
	valid  buffer
	values buffer // numbers, bits, or the bytes of texts
	ends   buffer // int32 offsets of texts
	lists  buffer // int32 offsets of lists, in texts
	rows   int
	nulls  int
	texts  int // elements of lists so far
}

func (c *column) init(mem memory.Allocator) {
	*c = column{valid: buffer{mem: mem}, values: buffer{mem: mem}, ends: buffer{mem: mem}, lists: buffer{mem: mem}}
}

func (c *column) release() {
	c.valid.free()
	c.values.free()
	c.ends.free()
	c.lists.free()
	*c = column{valid: c.valid, values: c.values, ends: c.ends, lists: c.lists}
}

// mark notes whether the next value is known.
func (c *column) mark(known bool) {
	if c.rows&7 == 0 {
		c.valid.room(1)[0] = 0
	}
	if known {
		c.valid.b[c.rows>>3] |= 1 << (c.rows & 7)
	} else {
		c.nulls++
	}
	c.rows++
}

func (c *column) num(n int64, known bool) {
	c.mark(known)
	binary.LittleEndian.PutUint64(c.values.room(8), uint64(n))
}

func (c *column) seconds(ms int64, known bool) {
	c.mark(known)
	binary.LittleEndian.PutUint64(c.values.room(8), math.Float64bits(float64(ms)/1000))
}

func (c *column) bit(b, known bool) {
	if c.rows&7 == 0 {
		c.values.room(1)[0] = 0
	}
	if b {
		c.values.b[c.rows>>3] |= 1 << (c.rows & 7)
	}
	c.mark(known)
}

func (c *column) text(s string, known bool) {
	if c.rows == 0 {
		binary.LittleEndian.PutUint32(c.ends.room(4), 0)
	}
	c.mark(known)
	copy(c.values.room(len(s)), s)
	binary.LittleEndian.PutUint32(c.ends.room(4), uint32(c.values.n))
}

func (c *column) bytes(b []byte, known bool) { c.text(view(b), known) }

func (c *column) list(texts []string, known bool) {
	if c.rows == 0 {
		binary.LittleEndian.PutUint32(c.lists.room(4), 0)
		binary.LittleEndian.PutUint32(c.ends.room(4), 0)
	}
	c.mark(known)
	for _, s := range texts {
		copy(c.values.room(len(s)), s)
		binary.LittleEndian.PutUint32(c.ends.room(4), uint32(c.values.n))
		c.texts++
	}
	binary.LittleEndian.PutUint32(c.lists.room(4), uint32(c.texts))
}

// build hands all columns over as one record.
func (b *batch) build() arrow.Record {
	arrays := make([]arrow.Array, len(b.cols))
	for i := range b.cols {
		arrays[i] = b.cols[i].array(b.schema.Field(i).Type, b.table.Fields[i].Type)
	}
	rec := array.NewRecord(b.schema, arrays, int64(b.rows))
	for _, a := range arrays {
		a.Release()
	}
	return rec
}

func (c *column) array(dt arrow.DataType, t schema.Type) arrow.Array {
	var valid *memory.Buffer
	if c.nulls > 0 {
		valid = c.valid.take()
	} else {
		c.valid.free()
	}
	var data *array.Data
	switch t {
	case schema.Text, schema.JSON:
		data = array.NewData(dt, c.rows, []*memory.Buffer{valid, c.ends.take(), c.values.take()}, nil, c.nulls, 0)
	case schema.Texts:
		child := array.NewData(arrow.BinaryTypes.String, c.texts, []*memory.Buffer{nil, c.ends.take(), c.values.take()}, nil, 0, 0)
		data = array.NewData(dt, c.rows, []*memory.Buffer{valid, c.lists.take()}, []arrow.ArrayData{child}, c.nulls, 0)
		release(child)
	default:
		data = array.NewData(dt, c.rows, []*memory.Buffer{valid, c.values.take()}, nil, c.nulls, 0)
	}
	a := array.MakeFromData(data)
	release(data)
	return a
}

// release gives up the references of a Data's maker: to the buffers, which NewData retained, and to the Data.
func release(data *array.Data) {
	for _, b := range data.Buffers() {
		if b != nil {
			b.Release()
		}
	}
	data.Release()
}

// ArrowSchema returns a table's Arrow schema.
func ArrowSchema(t *schema.Table) *arrow.Schema {
	fields := make([]arrow.Field, len(t.Fields))
	for i, f := range t.Fields {
		fields[i] = arrow.Field{Name: f.Name, Type: arrowType(f.Type), Nullable: true}
	}
	return arrow.NewSchema(fields, nil)
}

func arrowType(t schema.Type) arrow.DataType {
	switch t {
	case schema.Instant:
		return arrow.FixedWidthTypes.Timestamp_us
	case schema.Local:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case schema.Seconds, schema.Number:
		return arrow.PrimitiveTypes.Float64
	case schema.Int:
		return arrow.PrimitiveTypes.Int64
	case schema.Bool:
		return arrow.FixedWidthTypes.Boolean
	case schema.Texts:
		return arrow.ListOf(arrow.BinaryTypes.String)
	}
	return arrow.BinaryTypes.String
}
