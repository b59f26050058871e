package parquetfile

import (
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"callmart/transform/schema"
)

// column holds a column's values of a row group, those that are NULL left out.
type column struct {
	field schema.Field
	path  []string
	rows  int
	nulls int
	valid []byte  // a bit per row, once there is a NULL beside a value
	nums  []int64 // numbers, the bits of DOUBLEs, and booleans as 0 and 1
	texts texts   // texts, or the elements of lists
	sizes []int32 // lists: their number of elements, -1 for NULL
}

// texts are one after the other; ends[i] is where text i begins and i-1 ends.
type texts struct {
	data []byte
	ends []uint32
}

func (t *texts) reset() { t.data, t.ends = t.data[:0], append(t.ends[:0], 0) }

func (t *texts) len() int { return len(t.ends) - 1 }

func (t *texts) at(i int) []byte { return t.data[t.ends[i]:t.ends[i+1]] }

func (c *column) reset() {
	c.rows, c.nulls, c.valid, c.nums, c.sizes = 0, 0, c.valid[:0], c.nums[:0], c.sizes[:0]
	c.texts.reset()
}

// add copies a record's column.
func (c *column) add(from arrow.Array) {
	n, nulls := from.Len(), from.NullN()
	c.validity(from, n, nulls)
	c.rows += n
	c.nulls += nulls
	if list, ok := from.(*array.List); ok {
		c.addLists(list)
		return
	}
	if nulls == n {
		return
	}
	switch a := from.(type) {
	case *array.Int64:
		c.addNumbers(a.Int64Values(), from, nulls)
	case *array.Timestamp:
		c.addNumbers(sameBits[int64](a.TimestampValues()), from, nulls)
	case *array.Float64:
		c.addNumbers(sameBits[int64](a.Float64Values()), from, nulls)
	case *array.Boolean:
		for i := range n {
			if a.IsValid(i) {
				c.nums = append(c.nums, int64(bit(a.Data().Buffers()[1].Bytes(), a.Data().Offset()+i)))
			}
		}
	case *array.String:
		c.texts.add(a, nulls)
	}
}

// validity notes which rows are NULL. Columns that have only NULLs, or none, need no bits.
func (c *column) validity(from arrow.Array, n, nulls int) {
	if len(c.valid) == 0 {
		if before := c.rows - c.nulls; (before == 0 || c.nulls == 0) && (nulls == 0 || nulls == n) && (c.rows == 0 || (before == 0) == (nulls == n)) {
			return
		}
		c.valid = fillBits(c.valid, 0, c.rows, c.nulls == 0)
	}
	if nulls == 0 || nulls == n {
		c.valid = fillBits(c.valid, c.rows, n, nulls == 0)
		return
	}
	c.valid = appendBits(c.valid, c.rows, from.NullBitmapBytes(), from.Data().Offset(), n)
}

// addNumbers copies the values of 8 bytes that are not NULL.
func (c *column) addNumbers(values []int64, from arrow.Array, nulls int) {
	if nulls == 0 {
		c.nums = append(c.nums, values...)
		return
	}
	known, offset := from.NullBitmapBytes(), from.Data().Offset()
	for i, v := range values {
		if bit(known, offset+i) != 0 {
			c.nums = append(c.nums, v)
		}
	}
}

// add copies the texts that are not NULL.
func (t *texts) add(a *array.String, nulls int) {
	n, offsets, data := a.Len(), a.ValueOffsets(), a.ValueBytes()
	shift := uint32(len(t.data)) - uint32(offsets[0])
	if nulls == 0 {
		t.data = append(t.data, data...)
		for _, end := range offsets[1 : n+1] {
			t.ends = append(t.ends, uint32(end)+shift)
		}
		return
	}
	known, offset := a.NullBitmapBytes(), a.Data().Offset()
	for i := range n {
		if bit(known, offset+i) != 0 {
			t.data = append(t.data, data[offsets[i]-offsets[0]:offsets[i+1]-offsets[0]]...)
			t.ends = append(t.ends, uint32(len(t.data)))
		}
	}
}

// addLists copies lists and their elements, of which none is NULL.
func (c *column) addLists(a *array.List) {
	for i := range a.Len() {
		if a.IsNull(i) {
			c.sizes = append(c.sizes, -1)
			continue
		}
		from, to := a.ValueOffsets(i)
		c.sizes = append(c.sizes, int32(to-from))
		if to == from {
			continue
		}
		elements := a.ListValues().(*array.String)
		first := elements.ValueOffset(int(from))
		shift := uint32(len(c.texts.data)) - uint32(first)
		for e := int(from); e < int(to); e++ {
			c.texts.ends = append(c.texts.ends, uint32(elements.ValueOffset(e+1))+shift)
		}
		begin := first - elements.ValueOffset(0)
		c.texts.data = append(c.texts.data, elements.ValueBytes()[begin:begin+elements.ValueOffset(int(to))-first]...)
	}
}

// bit returns bit i of b, counted as Arrow and Parquet do.
func bit(b []byte, i int) byte { return b[i>>3] >> (i & 7) & 1 }

// fillBits makes b, which has bits for `at` rows, longer by n equal ones.
func fillBits(b []byte, at, n int, set bool) []byte {
	for ; n > 0 && at&7 != 0; at, n = at+1, n-1 {
		if set {
			b[at>>3] |= 1 << (at & 7)
		}
	}
	word := byte(0)
	if set {
		word = 0xff
	}
	for ; n > 0; n -= 8 {
		if n < 8 {
			word &= 1<<n - 1
		}
		b = append(b, word)
	}
	return b
}

// appendBits makes b, which has bits for `at` rows, longer by n bits of src from the bit `from` on.
func appendBits(b []byte, at int, src []byte, from, n int) []byte {
	for ; n > 0 && at&7 != 0; at, from, n = at+1, from+1, n-1 {
		b[at>>3] |= bit(src, from) << (at & 7)
	}
	for ; n >= 8; from, n = from+8, n-8 {
		word := src[from>>3] >> (from & 7)
		if from&7 != 0 {
			word |= src[from>>3+1] << (8 - from&7)
		}
		b = append(b, word)
	}
	if n > 0 {
		b = append(b, 0)
		for i := range n {
			b[len(b)-1] |= bit(src, from+i) << i
		}
	}
	return b
}

// sameBits shows values of 8 bytes as others of 8 bytes.
func sameBits[To, From int64 | float64 | arrow.Timestamp](from []From) []To {
	return unsafe.Slice((*To)(unsafe.Pointer(unsafe.SliceData(from))), len(from))
}

// textBytes is how many bytes of text some rows have.
func textBytes(rec arrow.Record, from, to int64) (bytes int64) {
	for i := range int(rec.NumCols()) {
		switch c := rec.Column(i).(type) {
		case *array.String:
			bytes += int64(c.ValueOffset(int(to)) - c.ValueOffset(int(from)))
		case *array.List:
			if to > from {
				first, _ := c.ValueOffsets(int(from))
				_, last := c.ValueOffsets(int(to - 1))
				elements := c.ListValues().(*array.String)
				if last > first {
					bytes += int64(elements.ValueOffset(int(last)) - elements.ValueOffset(int(first)))
				}
			}
		}
	}
	return bytes
}
