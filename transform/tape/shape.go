package tape

import (
	"encoding/binary"
	"math"
)

// Key is a number that a reader gave a key with Doc.Expect; 0 is every other key.
type Key uint16

// shape is one key at one path of the texts seen so far; 0 is the whole text. The payloads of one source have nearly the
// same keys in the same order, so that the key at a place is most often the one that was there in the last text: comparing
// a few bytes is faster than looking for the end of a string, and says at once which key it is.
type shape uint16

// place is a shape, and whether what follows is the key after it, or the first key of its value.
type place uint32

func (p place) shape() shape { return shape(p >> 1) }
func (p place) inner() place { return p | 1 }

// known is one key at one path. It fills a cache line, and all it takes to find the one after it is in it: what a parser
// waits for is the chain of loads from key to key.
type known struct {
	lo, hi         uint64 // its first 16 bytes
	loMask, hiMask uint64
	text           string      // with its quotes and the colon
	likely         [2][2]shape // two keys that came after it, and two that came first in its value
	key            Key
}

// Bounds, so that hostile keys cost no more than room for these.
const (
	maxShapes   = 4096
	maxShapeKey = 64
)

// shapes predicts keys. Where it is wrong it costs a little time, and nothing else. The zero value predicts nothing.
type shapes struct {
	names  map[string]Key
	known  []known // by shape
	lookup map[path]shape
}

// path is a key in the value of another.
type path struct {
	parent shape
	key    string
}

// Expect gives keys their numbers, which are above 0, and lets the Doc learn the shape of the texts it parses.
func (d *Doc) Expect(names map[string]Key) { d.keys = shapes{names: names} }

// begin gets ready for a text. Once there are too many shapes it begins anew: a flood of strange keys must not keep the
// usual ones out for good.
func (s *shapes) begin() {
	if len(s.known) > 0 && len(s.known) < maxShapes {
		return
	}
	s.lookup = map[path]shape{}
	// Nothing matches the first one: keys begin with a quote.
	s.known = append(s.known[:0], known{loMask: math.MaxUint64})
}

// guess returns the key that is at i, if it is a likely one at the place, else 0.
func (s *shapes) guess(at place, src []byte, i int) shape {
	if i+16 > len(src) {
		return 0
	}
	lo, hi := load(src, i), load(src, i+8)
	likely := &s.known[at>>1].likely[at&1]
	id := likely[0]
	k := &s.known[id]
	if (lo^k.lo)&k.loMask|(hi^k.hi)&k.hiMask != 0 {
		id = likely[1]
		k = &s.known[id]
		if (lo^k.lo)&k.loMask|(hi^k.hi)&k.hiMask != 0 {
			return 0
		}
	}
	if len(k.text) > 16 && !(len(src)-i >= len(k.text) && string(src[i+16:i+len(k.text)]) == k.text[16:]) {
		return 0
	}
	return id
}

// learn notes that a key, without its quotes, came at a place, and returns its number and the place after it.
func (s *shapes) learn(parent shape, at place, key []byte, f flags) (Key, place) {
	if s.names == nil {
		return 0, 0
	}
	if f != 0 {
		d := Doc{src: key, nodes: []node{{kind: String, flags: f, end: uint32(len(key))}}}
		return s.names[d.Root().Text()], 0
	}
	found, ok := s.lookup[path{parent, view(key)}]
	if !ok {
		number := s.names[view(key)]
		if len(key) > maxShapeKey || len(s.known) == maxShapes {
			return number, 0
		}
		found = s.add(parent, key, number)
	}
	if likely := &s.known[at>>1].likely[at&1]; likely[0] != found {
		*likely = [2]shape{found, likely[0]}
	}
	return s.known[found].key, place(found) << 1
}

func (s *shapes) add(parent shape, key []byte, number Key) shape {
	id := shape(len(s.known))
	k := known{text: `"` + string(key) + `":`, key: number}
	var first, mask [16]byte
	for i := range copy(first[:], k.text) {
		mask[i] = 0xff
	}
	k.lo, k.hi = binary.LittleEndian.Uint64(first[:]), binary.LittleEndian.Uint64(first[8:])
	k.loMask, k.hiMask = binary.LittleEndian.Uint64(mask[:]), binary.LittleEndian.Uint64(mask[8:])
	s.known = append(s.known, k)
	s.lookup[path{parent, k.text[1 : len(key)+1]}] = id
	return id
}
