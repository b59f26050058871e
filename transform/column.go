package transform

import (
	"math"
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"callmart/transform/schema"
)

// column is one column under construction, in an allocator's memory: a bitmap of what is known, and values; texts have
// offsets, lists have offsets of their texts. Room for rows grows by steps up to a whole batch, so that a value is
// written without asking for room.
type column struct {
	mem   memory.Allocator
	kind  schema.Type
	room  int // rows there is room for
	known int // rows that are not NULL

	valid []byte
	fixed []byte // 8 bytes a row, or a bit a row
	ends  []byte // int32 a row and one more: of the texts, or of the lists
	data  []byte // bytes of texts
	used  int    // of data

	nums    []int64 // view of fixed
	offsets []int32 // view of ends

	texts     []byte // lists only: int32 ends of their texts
	textEnds  []int32
	textCount int
}

const (
	firstRoom = 128
	roomStep  = 8
)

// grow makes room for more rows.
func (c *column) grow() {
	rows := min(BatchRows, max(firstRoom, c.room*roomStep))
	c.valid = c.resize(c.valid, rows/8, true)
	switch c.kind {
	case schema.Text, schema.JSON, schema.Texts:
		c.ends = c.resize(c.ends, 4*(rows+1), false)
		c.offsets = unsafe.Slice((*int32)(unsafe.Pointer(unsafe.SliceData(c.ends))), rows+1)
		if c.room == 0 {
			c.offsets[0] = 0
		}
	case schema.Bool:
		c.fixed = c.resize(c.fixed, rows/8, true)
	default:
		c.fixed = c.resize(c.fixed, 8*rows, true)
		c.nums = unsafe.Slice((*int64)(unsafe.Pointer(unsafe.SliceData(c.fixed))), rows)
	}
	c.room = rows
}

// resize returns a larger block with the same beginning. What is new of a zeroed one is zero, so that the bytes of
// NULLs do not depend on what the memory held before.
func (c *column) resize(old []byte, size int, zeroed bool) []byte {
	b := old
	if old == nil {
		b = c.mem.Allocate(size)
	} else {
		b = c.mem.Reallocate(size, old)
	}
	if zeroed {
		clear(b[len(old):size])
	}
	return b[:size]
}

func (c *column) set(row int) {
	c.valid[row>>3] |= 1 << (row & 7)
	c.known++
}

// text writes a text; known is false for NULL.
func (c *column) text(row int, s string, known bool) {
	if known {
		if c.used+len(s) > len(c.data) {
			c.data = c.resize(c.data, max(4096, 2*len(c.data), c.used+len(s)), false)
		}
		copy(c.data[c.used:], s)
		c.used += len(s)
		c.set(row)
	}
	c.offsets[row+1] = int32(c.used)
}

// list writes a list of texts.
func (c *column) list(row int, texts []string, known bool) {
	for _, s := range texts {
		if c.textCount+2 > len(c.textEnds) {
			n := max(256, 2*len(c.textEnds))
			c.texts = c.resize(c.texts, 4*n, false)
			c.textEnds = unsafe.Slice((*int32)(unsafe.Pointer(unsafe.SliceData(c.texts))), n)
			c.textEnds[0] = 0
		}
		if c.used+len(s) > len(c.data) {
			c.data = c.resize(c.data, max(4096, 2*len(c.data), c.used+len(s)), false)
		}
		copy(c.data[c.used:], s)
		c.used += len(s)
		c.textCount++
		c.textEnds[c.textCount] = int32(c.used)
	}
	if known {
		c.set(row)
	}
	c.offsets[row+1] = int32(c.textCount)
}

func (c *column) release() {
	for _, b := range [...][]byte{c.valid, c.fixed, c.ends, c.data, c.texts} {
		if b != nil {
			c.mem.Free(b)
		}
	}
	*c = column{mem: c.mem, kind: c.kind}
}

// build hands all columns over as one record.
func (b *batch) build() arrow.Record {
	arrays := make([]arrow.Array, len(b.cols))
	for i := range b.cols {
		arrays[i] = b.cols[i].array(b.schema.Field(i).Type, b.rows)
	}
	rec := array.NewRecord(b.schema, arrays, int64(b.rows))
	for _, a := range arrays {
		a.Release()
	}
	return rec
}

// array hands the column over. It is empty afterwards.
func (c *column) array(dt arrow.DataType, rows int) arrow.Array {
	var valid *memory.Buffer
	nulls := rows - c.known
	if nulls > 0 {
		valid = c.buffer(c.valid, (rows+7)/8)
	} else {
		c.mem.Free(c.valid)
	}
	var data *array.Data
	switch c.kind {
	case schema.Text, schema.JSON:
		data = array.NewData(dt, rows, []*memory.Buffer{valid, c.buffer(c.ends, 4*(rows+1)), c.buffer(c.data, c.used)}, nil, nulls, 0)
	case schema.Texts:
		child := array.NewData(arrow.BinaryTypes.String, c.textCount, []*memory.Buffer{nil, c.buffer(c.texts, 4*(c.textCount+1)), c.buffer(c.data, c.used)}, nil, 0, 0)
		data = array.NewData(dt, rows, []*memory.Buffer{valid, c.buffer(c.ends, 4*(rows+1))}, []arrow.ArrayData{child}, nulls, 0)
		release(child)
	case schema.Bool:
		data = array.NewData(dt, rows, []*memory.Buffer{valid, c.buffer(c.fixed, (rows+7)/8)}, nil, nulls, 0)
	default:
		data = array.NewData(dt, rows, []*memory.Buffer{valid, c.buffer(c.fixed, 8*rows)}, nil, nulls, 0)
	}
	*c = column{mem: c.mem, kind: c.kind}
	a := array.MakeFromData(data)
	release(data)
	return a
}

// buffer wraps a block, of which size bytes are in use, so that Arrow gives it back to the allocator. Engines want an
// address even of nothing.
func (c *column) buffer(b []byte, size int) *memory.Buffer {
	if b == nil {
		b = c.mem.Allocate(64)
		clear(b)
	}
	buf := memory.NewBufferWithAllocator(b, c.mem)
	buf.ResizeNoShrink(size)
	return buf
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

// secondsBits are the bits of a DOUBLE of seconds.
func secondsBits(ms int64) int64 { return int64(math.Float64bits(float64(ms) / 1000)) }
