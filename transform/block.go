package transform

import (
	"crypto/sha256"
	"slices"
	"unsafe"

	"callmart/transform/schema"
)

const (
	// blockRows is how many rows of a table go to its columns at a time. To write a row by itself is to go through a hundred
	// columns for one value each; of so many rows the cells still lie in the nearest cache.
	blockRows = 8

	// largeRecord is from which length on a record's rows wait for no others, so that few texts are waited with.
	largeRecord = 64 << 10
)

// block is rows of a table on their way to its columns.
type block struct {
	cells []Cell
	width int
	rows  int
	texts []byte // that would not stay where they are

	by       *hashes // takes those of the rows, which are of one source
	payloads [][]byte
	callers  [][]byte
	rowsOf   [2][]int // of the payloads, and of the callers
	sums     [blockRows][sha256.Size]byte
}

// add takes a row over.
func (b *block) add(row Row) (held Row) {
	if b.cells == nil {
		b.width = len(row)
		b.cells = make([]Cell, blockRows*b.width)
	}
	held = b.cells[b.rows*b.width : (b.rows+1)*b.width : (b.rows+1)*b.width]
	copy(held, row)
	b.rows++
	return held
}

// addHashes takes over the hashes of a call, or what they are to be taken of. They lie in the observation, which is about to
// be used again.
func (b *block) addHashes(held Row, h *hashed) {
	if !h.later {
		for _, col := range [...]int{schema.CallPayloadSHA256, schema.CallCallerKey} {
			held[col].Text = b.keep(held[col].Text)
		}
		return
	}
	b.by = h.by
	b.payloads, b.rowsOf[0] = append(b.payloads, h.payload), append(b.rowsOf[0], b.rows-1)
	if h.caller != "" {
		b.callers, b.rowsOf[1] = append(b.callers, bytesOf(h.caller)), append(b.rowsOf[1], b.rows-1)
	}
}

// hash takes the hashes.
func (b *block) hash() {
	if len(b.payloads) == 0 {
		return
	}
	b.by.payloads.Sum(b.payloads, b.sums[:])
	for i, row := range b.rowsOf[0] {
		b.cells[row*b.width+schema.CallPayloadSHA256] = Cell{Text: b.hex(b.sums[i][:]), State: Given}
	}
	b.by.callers.Sum(b.callers, b.sums[:])
	for i, row := range b.rowsOf[1] {
		b.cells[row*b.width+schema.CallCallerKey] = Cell{Text: b.hex(b.sums[i][:callerKeySize]), State: Given}
	}
}

// hex writes a hash.
func (b *block) hex(sum []byte) string {
	at := len(b.texts)
	b.texts = slices.Grow(b.texts, 2*len(sum))[:at+2*len(sum)]
	hexText(b.texts[at:], sum)
	return view(b.texts[at:])
}

// keep copies a text that would not stay where it is.
func (b *block) keep(s string) string {
	at := len(b.texts)
	b.texts = append(b.texts, s...)
	return view(b.texts[at:])
}

// forget lets the memory go that texts lay in.
func (b *block) forget() {
	clear(b.cells)
	clear(b.payloads[:cap(b.payloads)])
	clear(b.callers[:cap(b.callers)])
}

func (b *block) reset() {
	b.rows, b.texts = 0, b.texts[:0]
	b.payloads, b.callers, b.rowsOf = b.payloads[:0], b.callers[:0], [2][]int{b.rowsOf[0][:0], b.rowsOf[1][:0]}
}

// column is where the cells of a column begin, and how far each is from the one before. The loops over them take most of the
// time that a row costs, and go without checks of bounds.
func (b *block) column(col int) (first unsafe.Pointer, step uintptr) {
	return unsafe.Pointer(&b.cells[col]), uintptr(b.width) * unsafe.Sizeof(Cell{})
}

// cellAt is the cell that lies so many bytes behind the column's first one.
func cellAt(first unsafe.Pointer, offset uintptr) *Cell { return (*Cell)(unsafe.Add(first, offset)) }

// known tells which rows have a value in a column, a bit each.
func (b *block) known(col int) uint {
	first, step := b.column(col)
	state := func(row uintptr) uint64 { return uint64(cellAt(first, row*step).State) << (8 * row) }
	states := uint64(0)
	if b.rows == blockRows {
		states = state(0) | state(1) | state(2) | state(3) | state(4) | state(5) | state(6) | state(7)
	} else {
		for row := range b.rows {
			states |= state(uintptr(row))
		}
	}
	return uint(gather(states | states>>1))
}

// begin makes room for a block's values from a row on, and says which rows have one.
func (c *column) begin(at, rows int, known uint) {
	if at+rows > c.room {
		c.grow(at + rows - 1)
	}
	setBits(c.valid, at, known)
}

// blockNums writes what a block has for a column that is no text, from a row on.
func (c *column) blockNums(at int, b *block, col int, known uint) {
	c.begin(at, b.rows, known)
	first, step := b.column(col)
	switch c.kind {
	case schema.Bool:
		set := uint(0)
		for row, offset := 0, uintptr(0); row < b.rows; row, offset = row+1, offset+step {
			set |= uint(cellAt(first, offset).Num) & 1 << (row & 63)
		}
		setBits(c.fixed, at, set&known)
	case schema.Seconds:
		nums := c.nums[at : at+b.rows]
		for row, offset := 0, uintptr(0); row < len(nums); row, offset = row+1, offset+step {
			if known>>(row&63)&1 != 0 {
				nums[row] = secondsBits(cellAt(first, offset).Num)
			}
		}
	default:
		nums := c.nums[at : at+b.rows]
		for row, offset := 0, uintptr(0); row < len(nums); row, offset = row+1, offset+step {
			nums[row] = cellAt(first, offset).Num & -int64(known>>(row&63)&1)
		}
	}
}

// setBits sets bits from one on, at most eight.
func setBits(dst []byte, at int, set uint) {
	i, shift := at>>3, at&7
	dst[i] |= byte(set << shift)
	if over := byte(set << shift >> 8); over != 0 {
		dst[i+1] |= over
	}
}

// blockTexts writes texts, and returns how many bytes they have. A cell without a value has none. Most texts have up to 32
// bytes, which moves that may overlap copy faster than a call does.
func (c *column) blockTexts(at int, b *block, col int, known uint) (size int) {
	rows := b.rows
	c.begin(at, rows, known)
	first, step := b.column(col)
	for row, offset := 0, uintptr(0); row < rows; row, offset = row+1, offset+step {
		size += len(cellAt(first, offset).Text)
	}
	if c.used+size > len(c.data) || c.ended < at {
		c.prepare(at, size)
	}
	used := c.used
	data := unsafe.Pointer(unsafe.SliceData(c.data))
	ends := c.offsets[at+1 : at+1+rows]
	for row, offset := 0, uintptr(0); row < len(ends); row, offset = row+1, offset+step {
		text := cellAt(first, offset).Text
		src, dst, n := unsafe.Pointer(unsafe.StringData(text)), unsafe.Add(data, used), len(text)
		switch {
		case n > 32:
			copy(c.data[used:], text)
		case n > 16:
			w0, w1, w2, w3 := *(*uint64)(src), *(*uint64)(unsafe.Add(src, 8)), *(*uint64)(unsafe.Add(src, n-16)), *(*uint64)(unsafe.Add(src, n-8))
			*(*uint64)(dst), *(*uint64)(unsafe.Add(dst, 8)) = w0, w1
			*(*uint64)(unsafe.Add(dst, n-16)), *(*uint64)(unsafe.Add(dst, n-8)) = w2, w3
		case n >= 8:
			w0, w1 := *(*uint64)(src), *(*uint64)(unsafe.Add(src, n-8))
			*(*uint64)(dst), *(*uint64)(unsafe.Add(dst, n-8)) = w0, w1
		case n >= 4:
			w0, w1 := *(*uint32)(src), *(*uint32)(unsafe.Add(src, n-4))
			*(*uint32)(dst), *(*uint32)(unsafe.Add(dst, n-4)) = w0, w1
		case n > 0:
			// The first, the middle and the last of up to three bytes.
			b0, b1, b2 := *(*byte)(src), *(*byte)(unsafe.Add(src, n>>1)), *(*byte)(unsafe.Add(src, n-1))
			*(*byte)(dst), *(*byte)(unsafe.Add(dst, n>>1)), *(*byte)(unsafe.Add(dst, n-1)) = b0, b1, b2
		}
		used += n
		ends[row] = int32(used)
	}
	c.used, c.ended = used, at+rows
	return size
}
