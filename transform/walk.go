package transform

import (
	"callmart/transform/schema"
	"callmart/transform/tape"
)

// field reads one key of an element into a row; false for keys without a column.
type field func(r *Reader, row Row, key string, v tape.Value) bool

// object reads the members of a nested object. What field does not take is kept in extra under the object's key.
func (r *Reader) object(key string, v tape.Value, field func(r *Reader, key string, v tape.Value) bool) {
	if v.Kind() != tape.Object {
		r.wrong(key, v)
		return
	}
	r.o.extra.object(key)
	for m := v.Members(); m.Next(); {
		if !field(r, m.Key(), m.Value()) {
			r.o.extra.put(m.Key(), m.Value())
		}
	}
	r.o.extra.end()
}

// each reads an array of objects, one row of a table per element. What field does not take is kept in extra, at
// the element's position under the array's key.
func (r *Reader) each(key string, v tape.Value, table schema.ID, field field) {
	r.elements(key, v, func(e tape.Value) {
		row := r.o.Children[table].Add()
		for m := e.Members(); m.Next(); {
			if !field(r, row, m.Key(), m.Value()) {
				r.o.extra.put(m.Key(), m.Value())
			}
		}
	})
}

// elements calls read for each object of an array, inside its brackets in extra. Other elements are kept whole.
func (r *Reader) elements(key string, v tape.Value, read func(tape.Value)) {
	if v.Empty() {
		return
	}
	if v.Kind() != tape.Array {
		r.wrong(key, v)
		return
	}
	r.o.extra.array(key)
	for e := v.Elements(); e.Next(); {
		r.o.extra.element()
		if e.Value().Kind() == tape.Object {
			read(e.Value())
		} else {
			r.wrong("value", e.Value())
		}
		r.o.extra.endElement()
	}
	r.o.extra.endArray()
}
