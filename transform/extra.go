package transform

import (
	"bytes"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"callmart/transform/schema"
	"callmart/transform/tape"
)

// extra keeps what no column holds, as one JSON object per payload. It is built while a payload is walked:
// put adds a member, object and array nest the leftovers of child elements under the key they came from.
type extra struct {
	whole []byte // the finished object, once it is
	buf   []byte
	off   bool // keep nothing, for those who do not ask

	levels []level
	begun  int // levels that are in buf: one is begun when something is added to it, so that most leave no trace
}

// level is an open object or array.
type level struct {
	of    tape.Value // whose key it stands under
	array bool
	empty int // elements before the first that has something
}

func (x *extra) reset() {
	x.whole, x.buf, x.levels, x.begun, x.off = nil, x.buf[:0], x.levels[:0], 0, false
}

// key begins a member. A key that came before in the same level stays first; encoding/json readers take the last.
func (x *extra) key(k string) {
	x.next()
	x.buf = tape.AppendQuoted(x.buf, k)
	x.buf = append(x.buf, ':')
}

// next begins the object, or what of it was not begun yet, and puts a comma where something stands before.
func (x *extra) next() {
	if len(x.buf) == 0 {
		x.buf = append(x.buf, '{')
	}
	for ; x.begun < len(x.levels); x.begun++ {
		x.begin(&x.levels[x.begun])
	}
	x.comma()
}

func (x *extra) comma() {
	if c := x.buf[len(x.buf)-1]; c != '{' && c != '[' {
		x.buf = append(x.buf, ',')
	}
}

func (x *extra) begin(l *level) {
	x.comma()
	x.buf = l.of.AppendName(x.buf)
	if l.array {
		x.buf = append(x.buf, '[')
		for range l.empty {
			x.buf = append(x.buf, "{},"...)
		}
	}
	x.buf = append(x.buf, '{')
}

// put adds a member of the payload with its whole value. Values that say nothing are not kept.
func (x *extra) put(v tape.Value) {
	if x.off || v.Empty() {
		return
	}
	x.next()
	x.buf = v.AppendMember(x.buf)
}

// value adds a member with a value of the payload under another key.
func (x *extra) value(k string, v tape.Value) {
	if x.off {
		return
	}
	x.key(k)
	x.buf = v.AppendCompact(x.buf)
}

// cell adds a member with what was read from the payload.
func (x *extra) cell(k string, c Cell, t schema.Type) {
	if x.off {
		return
	}
	x.key(k)
	x.buf = c.appendJSON(x.buf, t)
}

// text adds a member with a text.
func (x *extra) text(k, s string) { x.cell(k, Cell{Text: s}, schema.Text) }

// object opens a nested object under the key of v; end closes it.
func (x *extra) object(v tape.Value) {
	if !x.off {
		x.levels = append(x.levels, level{of: v})
	}
}

func (x *extra) end() {
	if x.off {
		return
	}
	x.levels = x.levels[:len(x.levels)-1]
	if x.begun > len(x.levels) {
		x.begun--
		x.buf = append(x.buf, '}')
	}
}

// array opens an array of leftovers under the key of v; element and endElement bracket each element's object, so that
// positions stay those of the payload; endArray closes the array.
func (x *extra) array(v tape.Value) {
	if !x.off {
		x.levels = append(x.levels, level{of: v, array: true})
	}
}

func (x *extra) element() {
	if x.begun > 0 && x.begun == len(x.levels) {
		x.buf = append(x.buf, ",{"...)
	}
}

func (x *extra) endElement() {
	switch {
	case x.off:
	case x.begun == len(x.levels):
		x.buf = append(x.buf, '}')
	default:
		x.levels[len(x.levels)-1].empty++
	}
}

func (x *extra) endArray() {
	if x.off {
		return
	}
	x.levels = x.levels[:len(x.levels)-1]
	if x.begun > len(x.levels) {
		x.begun--
		x.buf = append(x.buf, ']')
	}
}

// add adds a member to the object, also to a finished one, unless the key is there.
func (x *extra) add(k string, json []byte) bool {
	if x.off {
		return false
	}
	whole := x.bytes()
	member := append(tape.AppendQuoted(nil, k), ':')
	switch {
	case len(whole) == 0:
		x.whole = append(append(append([]byte{'{'}, member...), json...), '}')
	case !bytes.Contains(whole, member):
		x.whole = append(append(append(append(slices.Clone(whole[:len(whole)-1]), ','), member...), json...), '}')
	default:
		return false
	}
	return true
}

// dropLast takes back what add added.
func (x *extra) dropLast(k string) {
	whole := x.bytes()
	switch i := bytes.LastIndex(whole, append(tape.AppendQuoted(nil, k), ':')); {
	case i == 1:
		x.whole, x.buf = nil, x.buf[:0]
	case i > 1:
		x.whole = append(slices.Clone(whole[:i-1]), '}')
	}
}

// bytes returns the finished object, empty if nothing was put.
func (x *extra) bytes() []byte {
	if x.whole == nil && len(x.buf) > 0 {
		x.buf = append(x.buf, '}')
		mendSurrogates(x.buf)
		x.whole = x.buf
	}
	return x.whole
}

// mendSurrogates puts U+FFFD in the place of halves of surrogate pairs, as text columns have it: JSON allows them, but one
// of them makes DuckDB refuse every query that looks into the column.
func mendSurrogates(text []byte) {
	if !bytes.Contains(text, surrogate) {
		return
	}
	for i := bytes.IndexByte(text, '\\'); i+6 <= len(text); {
		switch {
		case text[i] != '\\':
			i++
		case text[i+1] != 'u':
			i += 2
		default:
			r := escapedRune(text[i:])
			if utf16.IsSurrogate(r) && i+12 <= len(text) && utf16.DecodeRune(r, escapedRune(text[i+6:])) != utf8.RuneError {
				i += 6
			} else if utf16.IsSurrogate(r) {
				copy(text[i:], `\ufffd`)
			}
			i += 6
		}
	}
}

var surrogate = []byte(`\u`)

// escapedRune reads \uXXXX, -1 if it is none.
func escapedRune(text []byte) rune {
	if text[0] != '\\' || text[1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}
