package extract

import (
	"encoding/binary"
	"math/bits"
)

// matched is what a matcher found out about a value so far.
type matched uint8

const (
	unfinished matched = iota // all is well, the value goes on
	complete                  // the value ends here
	broken                    // it cannot become JSON any more
	lineEnd                   // between two lines of the value, if the matcher stops there
)

// matcher finds the end of an object by its brackets. It does not validate, but sees three things that show
// that a value was cut and another one begun within it: a line break in a string, a bracket that does not
// match, and a bracket where JSON has no value.
type matcher struct {
	classes  *[256]uint8
	arrays   uint64 // one bit per level, the innermost lowest: 1 for an array, 0 for an object
	depth    int
	lost     int // so many outer levels were shifted out of arrays: their brackets are only counted
	inString bool
}

const (
	plain uint8 = iota
	quote
	opening
	closing
	newline
)

var (
	anyClasses  = [256]uint8{'"': quote, '{': opening, '[': opening, '}': closing, ']': closing}
	lineClasses = [256]uint8{'"': quote, '{': opening, '[': opening, '}': closing, ']': closing, '\n': newline}
	endsString  = [256]bool{'"': true, '\\': true, '\n': true}
)

const trackedLevels = 64 // of the bits in arrays

// advance goes on at b[i] and returns where it stopped: behind the value, behind a line, at the byte that broke
// it, or where it needs more of b. What is before i stays readable, as far as there is any.
func (m *matcher) advance(b []byte, i int) (int, matched) {
	for i < len(b) {
		if m.inString {
			var ok bool
			if i, ok = m.skipString(b, i); !ok {
				if i < len(b) && b[i] == '\n' {
					return i, broken
				}
				return i, unfinished
			}
			continue
		}
		c := b[i]
		switch m.classes[c] {
		case quote:
			m.inString = true
		case opening:
			if m.depth > 0 && !m.mayOpen(b, i) {
				return i, broken
			}
			m.arrays <<= 1
			if c == '[' {
				m.arrays |= 1
			}
			m.depth++
			m.lost = max(m.lost, m.depth-trackedLevels)
		case closing:
			if m.depth > m.lost && (c == ']') != (m.arrays&1 == 1) {
				return i, broken
			}
			m.arrays >>= 1
			m.depth--
			if m.depth == 0 {
				return i + 1, complete
			}
		case newline:
			return i + 1, lineEnd
		}
		i++
	}
	return i, unfinished
}

// skipString goes behind the closing quote; not ok: at a line break, or where more of b is needed.
func (m *matcher) skipString(b []byte, i int) (int, bool) {
	for {
		i = stringStop(b, i)
		if i >= len(b) || b[i] == '\n' {
			return i, false
		}
		if b[i] == '"' {
			m.inString = false
			return i + 1, true
		}
		if i+1 >= len(b) {
			return i, false
		}
		if i++; b[i] != '\n' { // a value cut behind a backslash
			i++
		}
	}
}

const (
	everyByte = 0x0101010101010101
	highBits  = 0x8080808080808080
)

// stringStop goes to the next byte of a string that means something, eight bytes at a time: of a word XORed with
// the byte that is looked for in each place, the lowest zero byte is the lowest that borrows.
func stringStop(b []byte, i int) int {
	for ; i+8 <= len(b); i += 8 {
		word := binary.LittleEndian.Uint64(b[i:])
		quotes, escapes, breaks := word^everyByte*'"', word^everyByte*'\\', word^everyByte*'\n'
		hits := (quotes - everyByte) & ^quotes
		hits |= (escapes - everyByte) & ^escapes
		hits |= (breaks - everyByte) & ^breaks
		if hits &= highBits; hits != 0 {
			return i + bits.TrailingZeros64(hits)/8
		}
	}
	for i < len(b) && !endsString[b[i]] {
		i++
	}
	return i
}

// mayOpen tells whether JSON can have a value at b[i]: behind a colon in an object, behind a comma or the
// bracket in an array.
func (m *matcher) mayOpen(b []byte, i int) bool {
	if m.depth <= m.lost {
		return true
	}
	for i--; i >= 0; i-- {
		switch b[i] {
		case ' ', '\t', '\r', '\n':
		case ':':
			return m.arrays&1 == 0
		case ',', '[':
			return m.arrays&1 == 1
		default:
			return false
		}
	}
	return true
}
