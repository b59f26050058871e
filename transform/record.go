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
	some := b.some()
	valid := b.bitmaps(&some)
	zeros := b.zeros()
	defer zeros.Release()
	arrays := make([]arrow.Array, len(b.cols))
	for i := range b.cols {
		if dt := b.schema.Field(i).Type; some.has(i) {
			arrays[i] = b.cols[i].array(dt, b.rows, valid[i])
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

// some returns the columns that have a value in any row.
func (b *batch) some() (some cells) {
	for i, known := range b.known {
		some[i%b.words] |= known
	}
	return some
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

// bitmaps returns the bits of what is known of the columns that have a value, in whole words.
func (b *batch) bitmaps(some *cells) [][]byte {
	valid := make([][]byte, len(b.cols))
	words := (b.rows + 63) / 64
	for i := range valid {
		if !some.has(i) {
			continue
		}
		valid[i] = b.cols[i].mem.Allocate(8 * max(words, 1))
	}
	var block [64]uint64
	for at := range words {
		for w := range b.words {
			clear(block[:])
			for r := range min(64, b.rows-64*at) {
				block[r] = b.known[(64*at+r)*b.words+w]
			}
			transpose(&block)
			for i := 64 * w; i < min(64*w+64, len(valid)); i++ {
				if valid[i] != nil {
					binary.LittleEndian.PutUint64(valid[i][8*at:], block[i&63])
				}
			}
		}
	}
	return valid
}

// transpose makes rows columns of 64 by 64 bits, by exchanging ever smaller squares.
func transpose(m *[64]uint64) {
	mask := ^uint64(0) >> 32
	for size := 32; size > 0; size, mask = size>>1, mask^mask<<(size>>1) {
		for i := 0; i < 64; i = (i + size + 1) &^ size {
			swap := (m[i]>>size ^ m[i+size]) & mask
			m[i] ^= swap << size
			m[i+size] ^= swap
		}
	}
}

// array hands the column over. It is empty afterwards.
func (c *column) array(dt arrow.DataType, rows int, valid []byte) arrow.Array {
	nulls := rows
	for i := 0; i < 8*((rows+63)/64); i += 8 {
		nulls -= bits.OnesCount64(binary.LittleEndian.Uint64(valid[i:]))
	}
	var known *memory.Buffer
	if nulls > 0 {
		c.complete(rows, valid)
		known = c.buffer(valid, (rows+7)/8)
	} else {
		c.mem.Free(valid)
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
	*c = column{mem: c.mem, kind: c.kind, hint: len(c.data)}
	a := array.MakeFromData(data)
	release(data)
	return a
}

// complete makes up for rows without a value: room behind the last one that has any, and where texts end.
func (c *column) complete(rows int, valid []byte) {
	switch c.kind {
	case schema.Text, schema.JSON, schema.Texts:
		if len(c.offsets) <= rows {
			c.grow(rows - 1)
		}
		c.spread(rows, valid)
	case schema.Bool:
		if 8*len(c.fixed) < rows {
			c.grow(rows - 1)
		}
	default:
		if len(c.nums) < rows {
			c.grow(rows - 1)
		}
	}
}

// spread gives each row without a value the end of the one before. To see to it when the next value comes would be a
// question for every value; here it is none.
func (c *column) spread(rows int, valid []byte) {
	ends, last := c.offsets[1:rows+1], int32(0)
	for len(ends) > 0 {
		known := binary.LittleEndian.Uint64(valid)
		for r := range ends[:min(64, len(ends))] {
			end := ends[r]
			if known>>r&1 == 0 {
				end = last
			}
			ends[r], last = end, end
		}
		ends, valid = ends[min(64, len(ends)):], valid[8:]
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
