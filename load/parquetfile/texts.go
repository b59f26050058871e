package parquetfile

import (
	"bytes"
	"encoding/binary"

	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/format"
)

// What is asked about a column's values before all of them are looked up: a dictionary serves only where they repeat.
const probe = 1024

// longest is how long a text may be to be kept as a column's smallest or largest.
const longest = 256

// texts encodes texts: as a dictionary where each occurs twice or more on average, else as lengths and bytes.
func (e *encoder) texts(t *texts, r *encoded) (err error) {
	if !e.textDictionary(t) {
		r.encoding = format.DeltaLengthByteArray
		e.values, err = new(delta.LengthByteArrayEncoding).EncodeByteArray(e.values, t.data, t.ends)
		e.page = append(e.page, e.values...)
		return err
	}
	e.dictionary = e.dictionary[:0]
	for _, first := range e.firsts {
		text := t.at(int(first))
		e.dictionary = binary.LittleEndian.AppendUint32(e.dictionary, uint32(len(text)))
		e.dictionary = append(e.dictionary, text...)
	}
	return e.indexed(r)
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
					index = int32(len(e.firsts))
					e.slots[slot] = hash&^0xffffffff | uint64(index+1)
					e.firsts = append(e.firsts, uint32(i))
					if len(e.firsts) > n/2 || i == probe && len(e.firsts) > probe/2 {
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
