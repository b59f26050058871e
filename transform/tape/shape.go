package tape

import (
	"encoding/binary"
	"math"
	"unsafe"
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

// known is one key at one path. It fills a cache line, and all it takes to find the one after it is in it.
type known struct {
	lo, hi         uint64 // its first 16 bytes
	loMask, hiMask uint64
	text           *byte       // all its bytes, with the quotes and the colon
	likely         [2][3]shape // three keys that came after it, and three that came first in its value
	size           uint16      // of the text
	key            Key
	_              [8]byte
}

// Bounds, so that hostile keys cost no more than room for these.
const (
	maxShapes   = 4096
	maxShapeKey = 64
)

// shapes predicts keys. Where it is wrong it costs a little time, and nothing else. The zero value predicts nothing.
type shapes struct {
	names   map[string]Key
	anyCase bool
	known   []known // by shape
	lookup  map[path]shape
}

// path is a key in the value of another.
type path struct {
	parent shape
	key    string
}

// Expect gives keys their numbers, which are above 0, and lets the Doc learn the shape of the texts it parses. In any case
// means that the names are lower-case and stand for keys with capital letters of ASCII as well.
func (d *Doc) Expect(names map[string]Key, anyCase bool) {
	d.keys = shapes{names: names, anyCase: anyCase}
}

// begin gets ready for a text. Once there are too many shapes it begins anew: a flood of strange keys must not keep the
// usual ones out for good.
func (s *shapes) begin() {
	if len(s.known) > 0 && len(s.known) < maxShapes {
		return
	}
	s.lookup = map[path]shape{}
	// The first one stands for no key at all. All it matches are eight zero bytes, which no value begins with.
	s.known = append(s.known[:0], known{loMask: math.MaxUint64})
}

// learn notes that a key, without its quotes, came at a place, and returns its number and the place after it.
func (s *shapes) learn(parent shape, at place, key []byte, f flags) (Key, place) {
	if s.names == nil {
		return 0, 0
	}
	if f != 0 {
		d := Doc{src: key, nodes: []node{{kind: String, flags: f, end: uint32(len(key))}}}
		return s.number([]byte(d.Root().Text())), 0
	}
	found, ok := s.lookup[path{parent, view(key)}]
	if !ok {
		number := s.number(key)
		if len(key) > maxShapeKey || len(s.known) == maxShapes {
			return number, 0
		}
		found = s.add(parent, key, number)
	}
	if likely := &s.known[at>>1].likely[at&1]; likely[0] != found && likely[1] != found && likely[2] != found {
		*likely = [3]shape{found, likely[0], likely[1]}
	}
	return s.known[found].key, place(found) << 1
}

// number returns the number of a key.
func (s *shapes) number(key []byte) Key {
	var lower [maxShapeKey]byte
	if !s.anyCase || len(key) > len(lower) {
		return s.names[view(key)]
	}
	for i, c := range key {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	return s.names[view(lower[:len(key)])]
}

func (s *shapes) add(parent shape, key []byte, number Key) shape {
	id := shape(len(s.known))
	text := `"` + string(key) + `":`
	k := known{text: unsafe.StringData(text), size: uint16(len(text)), key: number}
	var first, mask [16]byte
	for i := range copy(first[:], text) {
		mask[i] = 0xff
	}
	k.lo, k.hi = binary.LittleEndian.Uint64(first[:]), binary.LittleEndian.Uint64(first[8:])
	k.loMask, k.hiMask = binary.LittleEndian.Uint64(mask[:]), binary.LittleEndian.Uint64(mask[8:])
	s.known = append(s.known, k)
	s.lookup[path{parent, text[1 : len(key)+1]}] = id
	return id
}
