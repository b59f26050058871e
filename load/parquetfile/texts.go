package parquetfile

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/format"
)

// longest is how long a text may be to be kept as a column's smallest or largest.
const longest = 256

// texts encodes texts: as a dictionary where each occurs twice or more on average, else by what they do not share with the one
// before, which of ids and URLs is little. Texts that share nothing could do without, but DELTA_BYTE_ARRAY is what readers know:
// Spark reads it from 3.3 on, and lengths and bytes alone (DELTA_LENGTH_BYTE_ARRAY) later.
func (e *encoder) texts(t *texts, r *encoded) error {
	if e.textDictionary(t) {
		e.dictionary = e.dictionary[:0]
		for _, first := range e.firsts {
			text := t.at(int(first))
			e.dictionary = binary.LittleEndian.AppendUint32(e.dictionary, uint32(len(text)))
			e.dictionary = append(e.dictionary, text...)
		}
		return e.indexed(r)
	}
	r.encoding = format.DeltaByteArray
	e.share(t)
	if err := e.packed(e.shared); err != nil {
		return err
	}
	if err := e.packed(e.lengths); err != nil {
		return err
	}
	for i, shared := range e.shared {
		e.page = append(e.page, t.at(i)[shared:]...)
	}
	return nil
}

// packed appends integers by their differences.
func (e *encoder) packed(n []int32) (err error) {
	e.deltas, err = new(delta.BinaryPackedEncoding).EncodeInt32(e.deltas, n)
	e.page = append(e.page, e.deltas...)
	return err
}

// share finds how many bytes each text shares with the one before, and how many it does not.
func (e *encoder) share(t *texts) {
	e.shared, e.lengths = e.shared[:0], e.lengths[:0]
	var before []byte
	for i := range t.len() {
		text := t.at(i)
		n := sharedPrefix(before, text)
		e.shared = append(e.shared, int32(n))
		e.lengths = append(e.lengths, int32(len(text)-n))
		before = text
	}
}

func sharedPrefix(a, b []byte) int {
	most := min(len(a), len(b))
	n := 0
	for ; n+8 <= most; n += 8 {
		if different := binary.LittleEndian.Uint64(a[n:]) ^ binary.LittleEndian.Uint64(b[n:]); different != 0 {
			return n + bits.TrailingZeros64(different)>>3
		}
	}
	for n < most && a[n] == b[n] {
		n++
	}
	return n
}

// textDictionary makes the indexes of texts, and the first of each that occurs. It reports false where they are too many.
func (e *encoder) textDictionary(t *texts) bool {
	n := t.len()
	e.begin(n)
	var last []byte
	index := int32(-1)
	for i := range n {
		text := t.at(i)
		if index < 0 || !bytes.Equal(text, last) {
			hash := hashOf(text)
			slot := hash & e.mask
			for {
				entry := e.slots[slot]
				if entry == 0 {
					var serves bool
					if index, serves = e.enter(slot, hash, i, n); !serves {
						return false
					}
					break
				}
				if index = int32(uint32(entry)) - 1; entry>>32 == hash>>32 && bytes.Equal(t.at(int(e.firsts[index])), text) {
					break
				}
				slot = (slot + 1) & e.mask
			}
			last = text
		}
		e.indexes = append(e.indexes, index)
	}
	return true
}

// textBounds are the smallest and largest text; nothing where one is too long to be worth keeping. With a dictionary
// only its entries are compared.
func (e *encoder) textBounds(t *texts, r *encoded) {
	n, all := t.len(), r.dictionary == nil
	if !all {
		n = len(e.firsts)
	}
	var smallest, largest []byte
	var low, high uint64 // their first 8 bytes, which decide most comparisons
	for i := range n {
		at := i
		if !all {
			at = int(e.firsts[i])
		}
		text := t.at(at)
		if len(text) > longest {
			return
		}
		p := prefix(text)
		if i == 0 {
			smallest, largest, low, high = text, text, p, p
			continue
		}
		if p < low || p == low && bytes.Compare(text, smallest) < 0 {
			smallest, low = text, p
		}
		if p > high || p == high && bytes.Compare(text, largest) > 0 {
			largest, high = text, p
		}
	}
	// Not bytes.Clone: an empty text is a bound also where a new writer, which has no memory yet, has nil for it.
	r.smallest, r.largest = append([]byte{}, smallest...), append([]byte{}, largest...)
}

// prefix orders texts by their first 8 bytes.
func prefix(b []byte) (p uint64) {
	if len(b) >= 8 {
		return binary.BigEndian.Uint64(b)
	}
	for i := range b {
		p |= uint64(b[i]) << (56 - 8*i)
	}
	return p
}
