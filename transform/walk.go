package transform

import (
	"callmart/transform/schema"
	"callmart/transform/tape"
)

// field reads one key of an element into a row; false for keys without a column.
type field func(r *Reader, row Row, key tape.Key, v tape.Value) bool

// object reads the members of a nested object. What field does not take is kept in extra under the object's key.
func (r *Reader) object(v tape.Value, field func(r *Reader, key tape.Key, v tape.Value) bool) {
	if v.Kind() != tape.Object {
		r.wrong(v)
		return
	}
	r.o.extra.object(v)
	for m := v.Members(); m.Next(); {
		if !field(r, m.ID(), m.Value()) {
			r.o.extra.put(m.Value())
		}
	}
	r.o.extra.end()
}

// each reads an array of objects, one row of a table per element. What field does not take is kept in extra, at
// the element's position under the array's key.
func (r *Reader) each(v tape.Value, table schema.ID, field field) {
	r.elements(v, func(e tape.Value) {
		row := r.o.Children[table].Add()
		for m := e.Members(); m.Next(); {
			if !field(r, row, m.ID(), m.Value()) {
				r.o.extra.put(m.Value())
			}
		}
	})
}

// elements calls read for each object of an array, inside its brackets in extra. Other elements are kept whole.
func (r *Reader) elements(v tape.Value, read func(tape.Value)) {
	if v.Empty() {
		return
	}
	if v.Kind() != tape.Array {
		r.wrong(v)
		return
	}
	r.o.extra.array(v)
	for e := v.Elements(); e.Next(); {
		r.o.extra.element()
		if e.Value().Kind() == tape.Object {
			read(e.Value())
		} else {
			r.wrongElement(e.Value())
		}
		r.o.extra.endElement()
	}
	r.o.extra.endArray()
}
