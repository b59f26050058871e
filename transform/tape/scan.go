package tape

import (
	"math/bits"
	"unsafe"
)

func skipSpace(src []byte, i int) int {
	for i < len(src) {
		switch src[i] {
		case ' ', '\n', '\r', '\t':
			i++
		default:
			return i
		}
	}
	return i
}

// literal returns the kind and the length of the literal at i; the length is 0 if there is none.
func literal(src []byte, i int) (Kind, int) {
	if len(src)-i >= 4 {
		switch string(src[i : i+4]) {
		case "null":
			return Null, 4
		case "true":
			return True, 4
		case "fals":
			if len(src)-i >= 5 && src[i+4] == 'e' {
				return False, 5
			}
		}
	}
	return Missing, 0
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// load returns eight bytes of the text from i on, which must be in it: bounds checks would be half of the work.
func load(src []byte, i int) uint64 { return load8(unsafe.Pointer(unsafe.SliceData(src)), i) }

// special returns the high bit of each byte that is no plain character of a string: a quote, a backslash, a control
// character, or one above 0x7f. Carries run upward, so that only the lowest bit is exact.
func special(w uint64) uint64 {
	plain := (w ^ ones*'"' + (highs - ones)) & (w ^ ones*'\\' + (highs - ones)) & (w + ones*0x60) &^ w
	return ^plain & highs
}

// str reads the string that begins at start, after its quote, and returns the place of its closing quote, or -1.
func (d *Doc) str(start int) (end int, f flags) {
	src := d.src
	for i := start; ; {
		for ; i+8 <= len(src); i += 8 {
			if stop := special(load(src, i)); stop != 0 {
				i += bits.TrailingZeros64(stop) >> 3
				break
			}
		}
		if i >= len(src) {
			return d.fail(len(src), "unexpected end of string"), 0
		}
		switch c := src[i]; {
		case c == '"':
			return i, f
		case c == '\\':
			f |= escaped
			size := escape(src, i)
			if size == 0 {
				return d.fail(i, "invalid escape"), 0
			}
			i += size
		case c < 0x20:
			return d.fail(i, "control character in string"), 0
		default:
			if c >= 0x80 {
				f |= high
				d.rewrite = true
			}
			i++
		}
	}
}

// escape returns the length of the escape at i, 0 if it is invalid.
func escape(src []byte, i int) int {
	if i+1 >= len(src) {
		return 0
	}
	switch src[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if i+6 > len(src) || hex4(src[i+2:i+6]) < 0 {
			return 0
		}
		return 6
	}
	return 0
}

// number returns the end of the number at i, or -1.
func number(src []byte, i int) int {
	if src[i] == '-' {
		i++
	}
	switch {
	case i >= len(src):
		return -1
	case src[i] == '0':
		i++
	case src[i] >= '1' && src[i] <= '9':
		i = digits(src, i)
	default:
		return -1
	}
	if i < len(src) && src[i] == '.' {
		end := digits(src, i+1)
		if end == i+1 {
			return -1
		}
		i = end
	}
	if i < len(src) && (src[i] == 'e' || src[i] == 'E') {
		i++
		if i < len(src) && (src[i] == '+' || src[i] == '-') {
			i++
		}
		end := digits(src, i)
		if end == i {
			return -1
		}
		i = end
	}
	return i
}

// digits returns the place of the first byte from i on that is no digit.
func digits(src []byte, i int) int {
	for i+8 <= len(src) {
		w := load(src, i) ^ ones*'0'
		// Of a digit, now 0 to 9, neither has the high bit set. Carries run upward, so the lowest one is exact.
		if stop := (w + ones*0x76 | w) & highs; stop != 0 {
			return i + bits.TrailingZeros64(stop)>>3
		}
		i += 8
	}
	for i < len(src) && src[i]-'0' <= 9 {
		i++
	}
	return i
}
