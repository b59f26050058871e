package transform

import (
	"encoding/binary"
	"math"
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"callmart/transform/schema"
)

// column is one column under construction, in an allocator's memory: texts have offsets, lists have offsets of their
// texts. Room for rows grows by steps up to a whole batch, when a value needs it; what is known is kept by the batch.
type column struct {
	// What a text needs fills one cache line: a row goes to a hundred columns, and their heads must stay near.
	offsets []int32 // view of ends; of rows without a value they are set last
	data    []byte  // bytes of texts
	used    int     // of data

	nums  []int64 // view of fixed
	fixed []byte  // 8 bytes a row, or a bit a row
	kind  schema.Type

	ends      []byte // int32 a row and one more: of the texts, or of the lists
	texts     []byte // lists only: int32 ends of their texts
	textEnds  []int32
	textCount int
	hint      int // room for texts in the record before
	mem       memory.Allocator
}

const (
	firstRoom = 128
	roomStep  = 8
)

// grow makes room for a row.
func (c *column) grow(row int) {
	rows := firstRoom
	for rows <= row {
		rows *= roomStep
	}
	rows = max(row+1, min(rows, BatchRows))
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

func (c *column) num(row int, n int64) {
	if row >= len(c.nums) {
		c.grow(row)
	}
	c.nums[row] = n
}

func (c *column) bool(row int, n int64) {
	if row>>3 >= len(c.fixed) {
		c.grow(row)
	}
	c.fixed[row>>3] |= byte(n) << (row & 7)
}

// text writes a text. It is called for most cells there are, so all that is rare is one question.
func (c *column) text(row int, s string) {
	used := c.used + len(s)
	if used > len(c.data) || row+1 >= len(c.offsets) {
		c.prepare(row, len(s))
	}
	short(c.data[c.used:used], s)
	c.used = used
	c.offsets[row+1] = int32(used)
}

// prepare makes room for a row and its text.
func (c *column) prepare(row, size int) {
	if c.used+size > len(c.data) {
		c.room(size)
	}
	if row+1 >= len(c.offsets) {
		c.grow(row)
	}
}

// short copies a text into as many bytes. Most texts have up to 32, which two moves that may overlap copy faster than a call.
func short(dst []byte, s string) {
	src := bytesOf(s)
	switch n := len(dst); {
	case n > 32:
		copy(dst, src)
	case n > 16:
		a, b := [16]byte(src[:16]), [16]byte(src[n-16:])
		*(*[16]byte)(dst) = a
		*(*[16]byte)(dst[n-16:]) = b
	case n >= 8:
		a, b := binary.LittleEndian.Uint64(src), binary.LittleEndian.Uint64(src[n-8:])
		binary.LittleEndian.PutUint64(dst, a)
		binary.LittleEndian.PutUint64(dst[n-8:], b)
	case n >= 4:
		a, b := binary.LittleEndian.Uint32(src), binary.LittleEndian.Uint32(src[n-4:])
		binary.LittleEndian.PutUint32(dst, a)
		binary.LittleEndian.PutUint32(dst[n-4:], b)
	default:
		for i := range dst {
			dst[i] = src[i]
		}
	}
}

// room makes room for a text.
func (c *column) room(size int) {
	c.data = c.resize(c.data, max(4096, c.hint, 2*len(c.data), c.used+size), false)
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
	c.offsets[row+1] = int32(c.textCount)
}

func (c *column) release() {
	for _, b := range [...][]byte{c.fixed, c.ends, c.data, c.texts} {
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
