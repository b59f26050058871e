package transform

import (
	"encoding/binary"
	"math/bits"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"callmart/transform/schema"
)

// build hands all columns over as one record.
func (b *batch) build() arrow.Record {
	zeros := b.zeros()
	defer zeros.Release()
	arrays := make([]arrow.Array, len(b.cols))
	for i := range b.cols {
		if dt, c := b.schema.Field(i).Type, &b.cols[i]; c.valid != nil {
			arrays[i] = c.array(dt, b.rows)
		} else {
			arrays[i] = nulls(dt, b.rows, zeros)
		}
	}
	rec := array.NewRecord(b.schema, arrays, int64(b.rows))
	for _, a := range arrays {
		a.Release()
	}
	return rec
}

// zeros are what columns without a value share: of the hundred columns a vendor fills the half.
func (b *batch) zeros() *memory.Buffer {
	mem := b.cols[0].mem
	zeros := mem.Allocate(8 * (b.rows + 1))
	clear(zeros)
	buf := memory.NewBufferWithAllocator(zeros, mem)
	buf.ResizeNoShrink(len(zeros))
	return buf
}

// nulls makes an array without a value.
func nulls(dt arrow.DataType, rows int, zeros *memory.Buffer) arrow.Array {
	var data *array.Data
	switch dt.ID() {
	case arrow.STRING:
		data = array.NewData(dt, rows, []*memory.Buffer{zeros, zeros, zeros}, nil, rows, 0)
	case arrow.LIST:
		child := array.NewData(arrow.BinaryTypes.String, 0, []*memory.Buffer{nil, zeros, zeros}, nil, 0, 0)
		data = array.NewData(dt, rows, []*memory.Buffer{zeros, zeros}, []arrow.ArrayData{child}, rows, 0)
		child.Release()
	default:
		data = array.NewData(dt, rows, []*memory.Buffer{zeros, zeros}, nil, rows, 0)
	}
	defer data.Release()
	return array.MakeFromData(data)
}

// array hands the column over. It is empty afterwards.
func (c *column) array(dt arrow.DataType, rows int) arrow.Array {
	c.reach(rows)
	nulls := rows
	for i := 0; i < rows; i += 64 {
		nulls -= bits.OnesCount64(binary.LittleEndian.Uint64(c.valid[i>>3:]))
	}
	var known *memory.Buffer
	if nulls > 0 {
		known = c.buffer(c.valid, (rows+7)/8)
	} else {
		c.mem.Free(c.valid)
	}
	var data *array.Data
	switch c.kind {
	case schema.Text, schema.JSON:
		data = array.NewData(dt, rows, []*memory.Buffer{known, c.buffer(c.ends, 4*(rows+1)), c.buffer(c.data, c.used)}, nil, nulls, 0)
	case schema.Texts:
		child := array.NewData(arrow.BinaryTypes.String, c.textCount, []*memory.Buffer{nil, c.buffer(c.texts, 4*(c.textCount+1)), c.buffer(c.data, c.used)}, nil, 0, 0)
		data = array.NewData(dt, rows, []*memory.Buffer{known, c.buffer(c.ends, 4*(rows+1))}, []arrow.ArrayData{child}, nulls, 0)
		release(child)
	case schema.Bool:
		data = array.NewData(dt, rows, []*memory.Buffer{known, c.buffer(c.fixed, (rows+7)/8)}, nil, nulls, 0)
	default:
		data = array.NewData(dt, rows, []*memory.Buffer{known, c.buffer(c.fixed, 8*rows)}, nil, nulls, 0)
	}
	*c = column{mem: c.mem, kind: c.kind, hint: len(c.data), before: c.room}
	a := array.MakeFromData(data)
	release(data)
	return a
}

// reach makes up for the last rows, where they have no value.
func (c *column) reach(rows int) {
	if rows > c.room {
		c.grow(rows - 1)
	}
	if c.offsets != nil {
		c.skip(rows)
	}
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
