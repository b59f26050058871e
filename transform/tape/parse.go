package tape

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
)

// MaxDepth is how deeply arrays and objects may be nested.
const MaxDepth = 64

// SyntaxError says why a text is not JSON, and where.
type SyntaxError struct {
	Offset int
	What   string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%s at byte %d", e.What, e.Offset) }

// DepthError says that a text is nested more deeply than MaxDepth.
type DepthError struct{ Offset int }

func (e *DepthError) Error() string {
	return fmt.Sprintf("nested more than %d levels deep at byte %d", MaxDepth, e.Offset)
}

// Parse reads a text, which must be one JSON value with nothing but white space around it.
// It returns a *SyntaxError or a *DepthError; the Doc is then empty.
func (d *Doc) Parse(src []byte) error {
	d.src, d.nodes, d.arena = src, d.nodes[:0], d.arena[:0]
	if len(src) > math.MaxUint32-1 {
		return &SyntaxError{0, "text beyond 4 GiB"}
	}
	if err := d.parse(); err != nil {
		d.nodes = append(d.nodes[:0], node{kind: Missing, next: 1})
		return err
	}
	return nil
}

// parse is a loop over tokens with a stack of open containers, rather than a recursion: it is faster, and depth
// costs nothing.
func (d *Doc) parse() error {
	var stack [MaxDepth]uint32
	src, depth, i := d.src, 0, 0
value:
	i = skipSpace(src, i)
	if i == len(src) {
		return &SyntaxError{i, "unexpected end"}
	}
	switch c := src[i]; c {
	case '{', '[':
		if depth == MaxDepth {
			return &DepthError{i}
		}
		kind, closing := Object, byte('}')
		if c == '[' {
			kind, closing = Array, ']'
		}
		stack[depth] = uint32(len(d.nodes))
		depth++
		d.nodes = append(d.nodes, node{kind: kind, start: uint32(i)})
		i = skipSpace(src, i+1)
		if i < len(src) && src[i] == closing {
			goto closed
		}
		if kind == Object {
			goto key
		}
		goto value
	case '"':
		end, err := d.str(i)
		if err != nil {
			return err
		}
		i = end
	case 't':
		if !hasWord(src, i, "true") {
			return &SyntaxError{i, "invalid literal"}
		}
		d.scalar(True, i, i+4)
		i += 4
	case 'f':
		if !hasWord(src, i, "false") {
			return &SyntaxError{i, "invalid literal"}
		}
		d.scalar(False, i, i+5)
		i += 5
	case 'n':
		if !hasWord(src, i, "null") {
			return &SyntaxError{i, "invalid literal"}
		}
		d.scalar(Null, i, i+4)
		i += 4
	default:
		end := number(src, i)
		if end < 0 {
			return &SyntaxError{i, "unexpected character"}
		}
		d.scalar(Number, i, end)
		i = end
	}
after:
	i = skipSpace(src, i)
	if depth == 0 {
		if i != len(src) {
			return &SyntaxError{i, "text after the value"}
		}
		return nil
	}
	if i == len(src) {
		return &SyntaxError{i, "unexpected end"}
	}
	if d.nodes[stack[depth-1]].kind == Object {
		switch src[i] {
		case ',':
			i = skipSpace(src, i+1)
			goto key
		case '}':
			goto closed
		}
		return &SyntaxError{i, "expected , or }"}
	}
	switch src[i] {
	case ',':
		i++
		goto value
	case ']':
		goto closed
	}
	return &SyntaxError{i, "expected , or ]"}
closed:
	i++
	depth--
	d.nodes[stack[depth]].end = uint32(i)
	d.nodes[stack[depth]].next = uint32(len(d.nodes))
	goto after
key:
	if i == len(src) || src[i] != '"' {
		return &SyntaxError{i, "expected a key"}
	}
	end, err := d.str(i)
	if err != nil {
		return err
	}
	i = skipSpace(src, end)
	if i == len(src) || src[i] != ':' {
		return &SyntaxError{i, "expected :"}
	}
	i++
	goto value
}

func (d *Doc) scalar(k Kind, start, end int) {
	d.nodes = append(d.nodes, node{kind: k, start: uint32(start), end: uint32(end), next: uint32(len(d.nodes) + 1)})
}

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

func hasWord(src []byte, i int, word string) bool {
	return len(src)-i >= len(word) && string(src[i:i+len(word)]) == word
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// str reads the string whose opening quote is at i and returns the place after its closing quote.
func (d *Doc) str(i int) (int, error) {
	src := d.src
	start := i + 1
	n := node{kind: String, start: uint32(start), next: uint32(len(d.nodes) + 1)}
	i = start
	for {
		// Eight bytes at a time until one is a quote, a backslash or a control character.
		for i+8 <= len(src) {
			w := binary.LittleEndian.Uint64(src[i:])
			quote, slash := w^(ones*'"'), w^(ones*'\\')
			// Only the lowest flag is exact, since borrows run upward; it is the one that is used.
			stop := ((quote-ones)&^quote | (slash-ones)&^slash | (w-ones*0x20)&^w) & highs
			if stop == 0 {
				n.high = n.high || w&highs != 0
				i += 8
				continue
			}
			k := bits.TrailingZeros64(stop)
			n.high = n.high || w&highs&(1<<k-1) != 0
			i += k >> 3
			break
		}
		if i >= len(src) {
			return 0, &SyntaxError{len(src), "unexpected end of string"}
		}
		switch c := src[i]; {
		case c == '"':
			n.end = uint32(i)
			d.nodes = append(d.nodes, n)
			return i + 1, nil
		case c == '\\':
			n.escaped = true
			size := escape(src, i)
			if size == 0 {
				return 0, &SyntaxError{i, "invalid escape"}
			}
			i += size
		case c < 0x20:
			return 0, &SyntaxError{i, "control character in string"}
		default:
			n.high = n.high || c >= 0x80
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

func digits(src []byte, i int) int {
	for i < len(src) && src[i]-'0' <= 9 {
		i++
	}
	return i
}
