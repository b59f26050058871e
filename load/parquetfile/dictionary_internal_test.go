package parquetfile

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	firstSlots = 63      // the mask of slots for few values
	tries      = 1 << 21 // thrice what two alike hashes take
)

// collide finds two of the numbers from 0 on whose hashes meet in the same slot and look alike there.
func collide(t *testing.T, hash func(i int) uint64) (int, int) {
	t.Helper()
	type place struct{ half, slot uint32 }
	seen := map[place]int{}
	for i := range tries {
		h := hash(i)
		p := place{uint32(h >> 32), uint32(h & firstSlots)}
		if other, ok := seen[p]; ok {
			return other, i
		}
		seen[p] = i
	}
	require.Fail(t, "no two hashes are alike")
	return 0, 0
}

// Texts with one hash are told apart all the same: half a million distinct ones in a lake are enough to have two.
func TestTextsWithOneHash(t *testing.T) {
	text := func(i int) string { return fmt.Sprintf("call-%07d", i) }
	a, b := collide(t, func(i int) uint64 { return hashOf([]byte(text(i))) })
	words := texts{ends: []uint32{0}}
	for _, i := range []int{a, b, b, a, b, a} {
		words.data = append(words.data, text(i)...)
		words.ends = append(words.ends, uint32(len(words.data)))
	}
	var e encoder
	require.True(t, e.textDictionary(&words))
	require.Equal(t, []uint32{0, 1}, e.firsts)
	require.Equal(t, []int32{0, 1, 1, 0, 1, 0}, e.indexes)
}

// So are numbers.
func TestNumbersWithOneHash(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	numbers := make([]int64, tries)
	for i := range numbers {
		numbers[i] = int64(random.Uint64())
	}
	i, k := collide(t, func(i int) uint64 { return mix(uint64(numbers[i])^seed1, seed0) })
	a, b := numbers[i], numbers[k]
	var e encoder
	require.True(t, e.doubleDictionary([]int64{a, b, b, a, b, a}))
	require.Equal(t, []uint32{0, 1}, e.firsts)
	require.Equal(t, []int32{0, 1, 1, 0, 1, 0}, e.indexes)
}

// Indexes take as many bits as the last one needs, and one where there is but one.
func TestIndexWidth(t *testing.T) {
	for distinct, width := range map[int]byte{1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 256: 8, 257: 9, 10240: 14} {
		e := encoder{firsts: make([]uint32, distinct), indexes: []int32{0, int32(distinct - 1)}}
		require.NoError(t, e.indexed(new(encoded)))
		require.Equal(t, width, e.page[0], distinct)
	}
}

// A hash depends on all bytes of a text, whatever its length is, or texts that differ in one place would crowd.
func TestHashOfDependsOnAllBytes(t *testing.T) {
	for n := 1; n <= 70; n++ {
		text := make([]byte, n)
		seen := map[uint64]bool{hashOf(text): true}
		for i := range text {
			text[i] = 1
			seen[hashOf(text)] = true
			text[i] = 0
		}
		require.Len(t, seen, n+1, "of length %d", n)
	}
}

// The order of prefixes is that of texts, as far as they go.
func TestPrefix(t *testing.T) {
	ordered := []string{"", "a", "ab", "abcdefgh", "abcdefgi", "b", "å", "ö", "☎"}
	for i := range ordered[1:] {
		require.Less(t, prefix([]byte(ordered[i])), prefix([]byte(ordered[i+1])), ordered[i])
	}
	require.Equal(t, prefix([]byte("a")), prefix([]byte("a\x00")))
	require.Equal(t, binary.BigEndian.Uint64([]byte("abcdefgh")), prefix([]byte("abcdefghi")))
}
