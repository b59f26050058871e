// Package tape is a strict JSON reader for the hot path: one pass validates a text and lays its values on a flat
// tape that is reused for the next text, so that reading a call allocates nothing.
//
// It accepts exactly what encoding/json accepts, but for a limit of depth, and gives the same values: invalid
// UTF-8 and lone surrogates read as U+FFFD. Duplicate keys all stay on the tape, in order; readers that assign
// as they walk let the last one win.
package tape

import "unsafe"

// Kind is the kind of a value.
type Kind uint8

// The kinds of values. Missing is what Get returns for a key that is not there.
const (
	Missing Kind = iota
	Null
	False
	True
	Number
	String
	Object
	Array
)

// node is one value, or the key before it, on the tape.
type node struct {
	kind  Kind
	flags flags
	key   Key    // of keys
	start uint32 // span in the text; strings without their quotes
	end   uint32
	size  uint32 // nodes of this value and of all it holds
}

// at returns the node that is n nodes on. One more than the values of a text need is always there.
func (n *node) at(i uint32) *node {
	return (*node)(unsafe.Add(unsafe.Pointer(n), uintptr(i)*unsafe.Sizeof(node{})))
}

// before returns the node before, which of a member's value is its key.
func (n *node) before() *node {
	return (*node)(unsafe.Add(unsafe.Pointer(n), -int(unsafe.Sizeof(node{}))))
}

// set sets each field by itself: a literal is put together on the stack and then copied, which takes longer than all the
// rest of a step.
func (n *node) set(kind Kind, f flags, key Key, start, end, size int) {
	n.kind, n.flags, n.key = kind, f, key
	n.start, n.end, n.size = uint32(start), uint32(end), uint32(size)
}

// flags tell why a string's text is not its value.
type flags uint8

const (
	escaped flags = 1 << iota // has backslashes
	high                      // has bytes above 0x7f, so may not be UTF-8
)

// Doc is a parsed text. The zero value is ready; a Doc is not safe for concurrent use.
// Values live until the next Parse; the strings they give stay for as long as the text is not changed.
type Doc struct {
	src     []byte
	nodes   []node
	arena   []byte // decoded strings
	rewrite bool   // has white space between values or bytes above 0x7f: to be compact and valid it must be rewritten
	keys    shapes
	arrays  bool // there are some

	// While a text is parsed.
	n     int // nodes in use
	depth int
	err   error
}

// Value is a handle of one value of a Doc.
type Value struct {
	d *Doc
	n *node // nil: missing
}

// Root returns the value that the text is.
func (d *Doc) Root() Value { return Value{d, &d.nodes[0]} }

// AmongArrays reports whether the text that the value is of has an array anywhere.
func (v Value) AmongArrays() bool { return v.d != nil && v.d.arrays }

// Kind returns the value's kind.
func (v Value) Kind() Kind {
	if v.n == nil {
		return Missing
	}
	return v.n.kind
}

// Empty reports whether the value says nothing: missing, null, "", {} or [].
func (v Value) Empty() bool {
	switch v.Kind() {
	case Missing, Null:
		return true
	case String:
		return v.n.start == v.n.end
	case Object, Array:
		return v.n.size == 1
	}
	return false
}

// Span returns where the value lies in the text, quotes and braces included.
func (v Value) Span() (start, end int) {
	n := v.n
	if n.kind == String {
		return int(n.start) - 1, int(n.end) + 1
	}
	return int(n.start), int(n.end)
}

// Raw returns the value's text as it came, quotes and braces included.
func (v Value) Raw() []byte {
	a, b := v.Span()
	return v.d.src[a:b]
}

// Name returns the key of a member's value.
func (v Value) Name() string {
	key := v.n.before()
	if key.flags == 0 {
		return v.d.view(key)
	}
	return Value{v.d, key}.Text()
}

// AppendName appends the key of a member's value as JSON, and a colon.
func (v Value) AppendName(dst []byte) []byte {
	if n := v.n.before(); n.flags == 0 {
		dst = append(dst, v.d.src[n.start-1:n.end+1]...)
		return append(dst, ':')
	}
	return append(AppendQuoted(dst, v.Name()), ':')
}

// AppendMember appends a member's key and value as compact JSON. In a compact text they stand there as they are to be.
func (v Value) AppendMember(dst []byte) []byte {
	key := v.n.before()
	if v.d.rewrite || key.flags != 0 {
		return v.AppendCompact(v.AppendName(dst))
	}
	_, end := v.Span()
	return append(dst, v.d.src[key.start-1:end]...)
}

// Len returns the number of elements of an array or of members of an object, 0 for others.
func (v Value) Len() int {
	n := 0
	switch v.Kind() {
	case Array:
		for e := v.Elements(); e.Next(); {
			n++
		}
	case Object:
		for m := v.Members(); m.Next(); {
			n++
		}
	}
	return n
}

// Get returns the member of an object with the given key, the last one if there are several.
func (v Value) Get(key string) Value {
	var found Value
	for m := v.Members(); m.Next(); {
		if m.Key() == key {
			found = m.Value()
		}
	}
	return found
}

// Find returns the member of an object with the given number, the last one if there are several.
func (v Value) Find(key Key) Value {
	var found Value
	for m := v.Members(); m.Next(); {
		if m.ID() == key {
			found = m.Value()
		}
	}
	return found
}

// Members walks the members of an object, in order. For other values there are none.
type Members struct {
	d              *Doc
	key, next, end *node
}

// Members starts a walk.
func (v Value) Members() Members {
	if v.Kind() != Object {
		return Members{}
	}
	return Members{d: v.d, next: v.n.at(1), end: v.n.at(v.n.size)}
}

// Next goes to the next member and reports whether there is one.
func (m *Members) Next() bool {
	if m.next == m.end {
		return false
	}
	m.key = m.next
	value := m.key.at(1)
	m.next = value.at(value.size)
	return true
}

// Key returns the member's key.
func (m *Members) Key() string {
	if m.key.flags == 0 {
		return m.d.view(m.key)
	}
	return Value{m.d, m.key}.Text()
}

// ID returns the number that Expect gave the member's key, 0 if none.
func (m *Members) ID() Key { return m.key.key }

// Value returns the member's value.
func (m *Members) Value() Value { return Value{m.d, m.key.at(1)} }

// Elements walks the elements of an array, in order. For other values there are none.
type Elements struct {
	d              *Doc
	cur, next, end *node
}

// Elements starts a walk.
func (v Value) Elements() Elements {
	if v.Kind() != Array {
		return Elements{}
	}
	return Elements{d: v.d, next: v.n.at(1), end: v.n.at(v.n.size)}
}

// Next goes to the next element and reports whether there is one.
func (e *Elements) Next() bool {
	if e.next == e.end {
		return false
	}
	e.cur = e.next
	e.next = e.cur.at(e.cur.size)
	return true
}

// Value returns the element.
func (e *Elements) Value() Value { return Value{e.d, e.cur} }

// view is the text of a node, which always lies in the source.
func (d *Doc) view(n *node) string {
	return unsafe.String((*byte)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(d.src)), n.start)), int(n.end-n.start))
}

func view(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	return unsafe.String(&b[0], len(b))
}
