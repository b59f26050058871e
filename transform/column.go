package transform

import (
	"math"
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"callmart/transform/schema"
)

// column is one column under construction, in an allocator's memory: texts have offsets, lists have offsets of their
// texts. Room for rows grows by steps up to a whole batch, when a value needs it.
type column struct {
	kind    schema.Type
	room    int     // for rows
	valid   []byte  // a bit a row; nil: there is no value yet
	offsets []int32 // view of ends
	ended   int     // rows whose end is set
	data    []byte  // bytes of texts
	used    int     // of data
	nums    []int64 // view of fixed
	fixed   []byte  // 8 bytes a row, or a bit a row

	ends      []byte // int32 a row and one more: of the texts, or of the lists
	texts     []byte // lists only: int32 ends of their texts
	textEnds  []int32
	textCount int
	hint      int // room for texts in the record before
	before    int // and for rows
	mem       memory.Allocator
}

const (
	firstRoom = 128
	roomStep  = 8
)

// grow makes room for a row.
func (c *column) grow(row int) {
	rows := max(firstRoom, c.before)
	for rows <= row {
		rows *= roomStep
	}
	rows = max(row+1, min(rows, BatchRows))
	c.room = rows
	c.valid = c.resize(c.valid, 8*((rows+63)/64), true)
	switch c.kind {
	case schema.Text, schema.JSON, schema.Texts:
		c.ends = c.resize(c.ends, 4*(rows+1), false)
		c.offsets = unsafe.Slice((*int32)(unsafe.Pointer(unsafe.SliceData(c.ends))), rows+1)
		c.offsets[0] = 0
	case schema.Bool:
		c.fixed = c.resize(c.fixed, (rows+7)/8, true)
	default:
		c.fixed = c.resize(c.fixed, 8*rows, true)
		c.nums = unsafe.Slice((*int64)(unsafe.Pointer(unsafe.SliceData(c.fixed))), rows)
	}
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

// text writes a text by itself.
func (c *column) text(row int, s string) {
	c.prepare(row, len(s))
	c.used += copy(c.data[c.used:], s)
	c.end(row, c.used)
}

// prepare makes room for a row and its text, and makes up for the rows before that have none.
func (c *column) prepare(row, size int) {
	if c.used+size > len(c.data) {
		c.data = c.resize(c.data, max(4096, c.hint, 2*len(c.data), c.used+size), false)
	}
	if row >= c.room {
		c.grow(row)
	}
	c.skip(row)
}

// skip gives rows without a value the end of the one before.
func (c *column) skip(row int) {
	for end := c.offsets[c.ended]; c.ended < row; c.ended++ {
		c.offsets[c.ended+1] = end
	}
}

// end says where a row's value ends.
func (c *column) end(row, end int) {
	c.offsets[row+1] = int32(end)
	c.ended = row + 1
	c.valid[row>>3] |= 1 << (row & 7)
}

// list is texts one after the other, and where each ends.
type list struct {
	data []byte
	ends []int32
}

func (l *list) reset() { l.data, l.ends = l.data[:0], l.ends[:0] }

func (l *list) add(s string) {
	l.data = append(l.data, s...)
	l.ends = append(l.ends, int32(len(l.data)))
}

// list writes a list of texts.
func (c *column) list(row int, texts *list) {
	c.prepare(row, len(texts.data))
	before := c.textCount
	if need := before + len(texts.ends) + 1; need > len(c.textEnds) {
		n := max(256, 2*len(c.textEnds), need)
		c.texts = c.resize(c.texts, 4*n, false)
		c.textEnds = unsafe.Slice((*int32)(unsafe.Pointer(unsafe.SliceData(c.texts))), n)
		c.textEnds[0] = 0
	}
	ends := c.textEnds[before+1:]
	for i, end := range texts.ends {
		ends[i] = int32(c.used) + end
	}
	c.used += copy(c.data[c.used:], texts.data)
	c.textCount += len(texts.ends)
	c.end(row, c.textCount)
}

func (c *column) release() {
	for _, b := range [...][]byte{c.valid, c.fixed, c.ends, c.data, c.texts} {
		if b != nil {
			c.mem.Free(b)
		}
	}
	*c = column{mem: c.mem, kind: c.kind}
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
