package parquetfile

import (
	"encoding/binary"
	"math"

	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/format"
)

// integers encodes integers and instants, which lie close to each other, by their differences.
func (e *encoder) integers(nums []int64, r *encoded) (err error) {
	r.encoding = format.DeltaBinaryPacked
	e.values, err = new(delta.BinaryPackedEncoding).EncodeInt64(e.values, nums)
	e.page = append(e.page, e.values...)
	return err
}

// doubles encodes the bits of DOUBLEs: as a dictionary where each occurs twice or more on average, else as they are.
func (e *encoder) doubles(nums []int64, r *encoded) error {
	if !e.doubleDictionary(nums) {
		for _, n := range nums {
			e.page = binary.LittleEndian.AppendUint64(e.page, uint64(n))
		}
		return nil
	}
	e.dictionary = e.dictionary[:0]
	for _, first := range e.firsts {
		e.dictionary = binary.LittleEndian.AppendUint64(e.dictionary, uint64(nums[first]))
	}
	return e.indexed(r)
}

// doubleDictionary is textDictionary for numbers.
func (e *encoder) doubleDictionary(nums []int64) bool {
	n := len(nums)
	e.begin(n)
	index, last := int32(-1), int64(0)
	for i, v := range nums {
		if index < 0 || v != last {
			hash := mix(uint64(v)^seed1, seed0)
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
				if index = int32(uint32(entry)) - 1; entry>>32 == hash>>32 && nums[e.firsts[index]] == v {
					break
				}
				slot = (slot + 1) & e.mask
			}
			last = v
		}
		e.indexes = append(e.indexes, index)
	}
	return true
}

// booleans encodes booleans as bits.
func (e *encoder) booleans(nums []int64) {
	for i, v := range nums {
		if i&7 == 0 {
			e.page = append(e.page, 0)
		}
		e.page[len(e.page)-1] |= byte(v) << (i & 7)
	}
}

// integerBounds are the smallest and largest number.
func integerBounds(nums []int64) (smallest, largest []byte) {
	low, high := nums[0], nums[0]
	for _, v := range nums[1:] {
		low, high = min(low, v), max(high, v)
	}
	return binary.LittleEndian.AppendUint64(nil, uint64(low)), binary.LittleEndian.AppendUint64(nil, uint64(high))
}

// doubleBounds are the smallest and largest DOUBLE. Beside a NaN there are none, and a zero stands for both zeros, as
// the format wants it.
func doubleBounds(nums []int64) (smallest, largest []byte) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, bits := range nums {
		v := math.Float64frombits(uint64(bits))
		if v != v {
			return nil, nil
		}
		low, high = min(low, v), max(high, v)
	}
	if low == 0 {
		low = math.Copysign(0, -1)
	}
	if high == 0 {
		high = 0
	}
	return binary.LittleEndian.AppendUint64(nil, math.Float64bits(low)), binary.LittleEndian.AppendUint64(nil, math.Float64bits(high))
}

// booleanBounds are the smallest and largest boolean.
func booleanBounds(nums []int64) (smallest, largest []byte) {
	low, high := nums[0], nums[0]
	for _, v := range nums[1:] {
		low, high = min(low, v), max(high, v)
	}
	return []byte{byte(low)}, []byte{byte(high)}
}
