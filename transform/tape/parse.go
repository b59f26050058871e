package tape

import (
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
	d.src, d.nodes, d.rewrite, d.depth, d.err = src, d.nodes[:cap(d.nodes)], false, 0, nil
	d.n, d.arrays = 0, false
	d.keys.begin()
	if len(src) > math.MaxUint32-1 {
		d.fail(0, "text beyond 4 GiB")
	} else if i := d.value(skipSpace(src, 0), 0); i >= 0 {
		if i = skipSpace(src, i); i != len(src) {
			d.fail(i, "text after the value")
		}
	}
	if d.err != nil {
		d.nodes, d.n = append(d.nodes[:0], node{kind: Missing, size: 1}), 1
	}
	d.nodes = d.nodes[:d.n]
	return d.err
}

// fail notes what is wrong with the text, and where. It returns what value, object, array and key return then.
func (d *Doc) fail(i int, what string) int {
	d.err = &SyntaxError{i, what}
	return -1
}

// value reads the value at i and returns its end, or -1. Arrays and objects are read by recursion, but not far. Each step
// first tries what compact texts hold.
func (d *Doc) value(i int, at place) int {
	// Room for the value, for a key after it, and for one more.
	n, src := d.n, d.src
	if n+3 > len(d.nodes) {
		d.grow()
	}
	v := &d.nodes[n]
	d.n = n + 1
	if i >= len(src) {
		return d.fail(i, "unexpected end")
	}
	switch c := src[i]; {
	case c == '"':
		start := i + 1
		for i = start; i+8 <= len(src); i += 8 {
			if stop := special(load(src, i)); stop != 0 {
				i += bits.TrailingZeros64(stop) >> 3
				break
			}
		}
		f := flags(0)
		if i >= len(src) || src[i] != '"' {
			if i, f = d.str(start); i < 0 {
				return -1
			}
		}
		v.set(String, f, 0, start, i, 1)
		return i + 1
	case c-'0' <= 9 || c == '-':
		end := digits(src, i)
		if end >= len(src) || c == '-' || c == '0' && end > i+1 || src[end] == '.' || src[end]|0x20 == 'e' {
			if end = number(src, i); end < 0 {
				return d.fail(i, "unexpected character")
			}
		}
		v.set(Number, 0, 0, i, end, 1)
		return end
	case c == '{' || c == '[':
		if d.depth == MaxDepth {
			d.err = &DepthError{i}
			return -1
		}
		d.depth++
		start := i
		kind := Object
		if c == '{' {
			i = d.object(i+1, at)
		} else {
			kind = Array
			i = d.array(i+1, at)
		}
		if i < 0 {
			return -1
		}
		d.depth--
		d.nodes[n].set(kind, 0, 0, start, i, d.n-n)
		return i
	case c <= ' ':
		if end := d.skip(i); end > i {
			d.n = n
			return d.value(end, at)
		}
	}
	kind, size := literal(src, i)
	if size == 0 {
		if c := src[i]; c == 't' || c == 'f' || c == 'n' {
			return d.fail(i, "invalid literal")
		}
		return d.fail(i, "unexpected character")
	}
	v.set(kind, 0, 0, i, i+size, 1)
	return i + size
}

// grow makes room for more nodes.
func (d *Doc) grow() { d.nodes = append(d.nodes, make([]node, max(64, len(d.nodes)))...) }

// object reads the members of an object and returns its end, or -1.
func (d *Doc) object(i int, at place) int {
	src := d.src
	parent := at.shape()
	at = at.inner()
	if i < len(src) && src[i] <= ' ' {
		i = d.skip(i)
	}
	if i < len(src) && src[i] == '}' {
		return i + 1
	}
	for {
		var want int
		if i, at, want = d.likely(i, at); want == wantKey {
			if i, at = d.key(i, at, parent); i < 0 {
				return -1
			}
			want = wantValue
		}
		if want == wantValue {
			if i = d.value(i, at); i < 0 {
				return -1
			}
		}
		if i < len(src) && src[i] <= ' ' {
			i = d.skip(i)
		}
		if i >= len(src) {
			return d.fail(i, "unexpected end")
		}
		if src[i] != ',' {
			if src[i] == '}' {
				return i + 1
			}
			return d.fail(i, "expected , or }")
		}
		i++
		if i < len(src) && src[i] <= ' ' {
			i = d.skip(i)
		}
	}
}

// key reads a key that is not the likely one, and the colon after it.
func (d *Doc) key(i int, at place, parent shape) (int, place) {
	src := d.src
	if i >= len(src) || src[i] != '"' {
		return d.fail(i, "expected a key"), 0
	}
	start := i + 1
	end, f := d.str(start)
	if end < 0 {
		return -1, 0
	}
	key, next := d.keys.learn(parent, at, src[start:end], f)
	d.nodes[d.n].set(String, f, key, start, end, 1)
	d.n++
	i = end + 1
	if i < len(src) && src[i] <= ' ' {
		i = d.skip(i)
	}
	if i >= len(src) || src[i] != ':' {
		return d.fail(i, "expected :"), 0
	}
	return i + 1, next
}

// array reads the elements of an array and returns its end, or -1. The keys of its elements are those of one shape.
func (d *Doc) array(i int, at place) int {
	src := d.src
	at = at.inner()
	d.arrays = true
	if i < len(src) && src[i] <= ' ' {
		i = d.skip(i)
	}
	if i < len(src) && src[i] == ']' {
		return i + 1
	}
	for {
		if i = d.value(i, at); i < 0 {
			return -1
		}
		if i < len(src) && src[i] <= ' ' {
			i = d.skip(i)
		}
		if i >= len(src) {
			return d.fail(i, "unexpected end")
		}
		if src[i] != ',' {
			if src[i] == ']' {
				return i + 1
			}
			return d.fail(i, "expected , or ]")
		}
		i++
	}
}

// skip is skipSpace inside of the value: the text is not compact then.
func (d *Doc) skip(i int) int {
	end := skipSpace(d.src, i)
	d.rewrite = d.rewrite || end > i
	return end
}
