package parquetfile

import (
	"encoding/binary"
	"math/bits"

	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/format"
)

// encoder is what encoding a column needs, kept for the next one.
type encoder struct {
	slots   []uint64 // open hash table: the upper half of a hash, and an index and one
	mask    uint64
	firsts  []uint32 // where each distinct value occurs first
	indexes []int32  // of the values

	page       []byte  // the data page: levels and values
	dictionary []byte  // the dictionary page
	values     []byte  // encoded
	deltas     []byte  // of packed
	lengths    []int32 // of what texts do not share
	shared     []int32 // bytes that texts share with the ones before
	levels     []byte  // a byte each
	runs       []byte  // levels, encoded
}

// begin empties the dictionary for a column of n values.
func (e *encoder) begin(n int) {
	size := 64
	for size < n {
		size *= 2
	}
	if len(e.slots) < size {
		e.slots = make([]uint64, size)
	}
	clear(e.slots[:size])
	e.mask = uint64(size - 1)
	e.firsts, e.indexes = e.firsts[:0], e.indexes[:0]
}

// probe is how many values are looked up before a column is given up that has hardly any twice.
const probe = 1024

// enter adds a value, of which the i-th of n is the first, and returns its index. It reports false once a dictionary no longer
// serves: values must occur twice or more on average.
func (e *encoder) enter(slot, hash uint64, i, n int) (index int32, serves bool) {
	index = int32(len(e.firsts))
	e.slots[slot] = hash&^0xffffffff | uint64(index+1)
	e.firsts = append(e.firsts, uint32(i))
	return index, len(e.firsts) <= n/2 && (i != probe || len(e.firsts) <= probe/2)
}

// indexed encodes the values as indexes into the dictionary.
func (e *encoder) indexed(r *encoded) (err error) {
	r.encoding, r.dictionary, r.distinct = format.RLEDictionary, e.dictionary, len(e.firsts)
	width := max(1, bits.Len(uint(r.distinct-1)))
	e.values, err = (&rle.Encoding{BitWidth: width}).EncodeInt32(e.values, e.indexes)
	e.page = append(append(e.page, byte(width)), e.values...)
	return err
}

const (
	seed0 = 0x9e3779b97f4a7c15
	seed1 = 0xc2b2ae3d27d4eb4f
)

func mix(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}

// hashOf is a hash of a text. It decides where a text lies in a table, never what is written.
func hashOf(b []byte) uint64 {
	n := len(b)
	h := uint64(n) * seed0
	for len(b) > 16 {
		h = mix(h^binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])^seed1)
		b = b[16:]
	}
	var x, y uint64
	switch m := len(b); {
	case m >= 8:
		x, y = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[m-8:])
	case m >= 4:
		x, y = uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[m-4:]))
	case m > 0:
		x, y = uint64(b[0])|uint64(b[m/2])<<8, uint64(b[m-1])
	}
	return mix(h^x^seed1, y^seed0)
}
