package transform

import (
	"strings"

	"callmart/transform/tape"
)

// text sets a text column. Numbers and booleans are taken as they are written; objects and arrays go to extra.
func (r *Reader) text(row Row, col int, v tape.Value) {
	s, ok := v.Plain()
	if !ok {
		if s, ok = v.Scalar(); !ok {
			r.wrong(v)
			return
		}
	}
	row.Text(col, s)
}

// id sets the text column of an id: like text, but 0 is no id.
func (r *Reader) id(row Row, col int, v tape.Value) {
	s, ok := v.Plain()
	if !ok {
		if s, ok = v.Scalar(); !ok {
			r.wrong(v)
			return
		}
	}
	if s != "0" {
		row.Text(col, s)
	}
}

// instant sets a column from an ISO 8601 time or epoch seconds.
func (r *Reader) instant(row Row, col int, v tape.Value) {
	at, ok := r.time(v, 0)
	if !ok {
		r.wrong(v)
		return
	}
	row.Int(col, at)
}

// time reads a time and notes it as one of the payload's. The hint decides naive times in the hour that clocks repeat.
func (r *Reader) time(v tape.Value, hint int64) (at int64, ok bool) {
	switch v.Kind() {
	case tape.Number:
		if seconds, ok := v.Int(); ok && seconds > 0 && seconds < lastInstant/second {
			at = seconds * second
			r.o.newest = max(r.o.newest, at)
			return at, true
		}
	case tape.String:
		wall, offset, naive, ok := parseTime(v.Text())
		if !ok {
			return 0, false
		}
		at = wall - offset
		if naive {
			at, _ = r.naive.instant(wall, hint)
		}
		if at < firstInstant || at >= lastInstant {
			return 0, false
		}
		r.o.newest = max(r.o.newest, at)
		return at, true
	}
	return 0, false
}

// seconds sets a duration column from a number of seconds, or a text that holds one.
func (r *Reader) seconds(row Row, col int, v tape.Value) {
	if ms, ok := milliseconds(v); ok {
		row.Int(col, ms)
		return
	}
	r.wrong(v)
}

// longest is the longest duration that is believed, in seconds: a year.
const longest = 366 * 86400

func milliseconds(v tape.Value) (ms int64, ok bool) {
	s, ok := v.Scalar()
	if !ok || v.Kind() == tape.True || v.Kind() == tape.False {
		return 0, false
	}
	if n, ok := tape.ParseInt(s); ok && n >= 0 && n <= longest {
		return n * 1000, true
	}
	return fraction(s)
}

// bool sets a boolean column from true, false, 0 or 1.
func (r *Reader) bool(row Row, col int, v tape.Value) {
	if b, ok := boolean(v); ok {
		row.Bool(col, b)
		return
	}
	r.wrong(v)
}

func boolean(v tape.Value) (b, ok bool) {
	switch v.Kind() {
	case tape.True:
		return true, true
	case tape.False:
		return false, true
	case tape.Number, tape.String:
		switch s, _ := v.Scalar(); strings.ToLower(s) {
		case "1", "true":
			return true, true
		case "0", "false":
			return false, true
		}
	}
	return false, false
}

// float sets a number column from a number or a text that holds one.
func (r *Reader) float(row Row, col int, v tape.Value) {
	s, ok := v.Scalar()
	if ok {
		if f, ok := parseFloat(s); ok {
			row.Float(col, f)
			return
		}
	}
	r.wrong(v)
}

// wrong keeps a value that its column cannot hold. One that says nothing is no mistake.
func (r *Reader) wrong(v tape.Value) {
	if v.Empty() {
		return
	}
	r.o.WrongTypes++
	r.o.extra.put(v)
}

// wrongElement is wrong for an element of an array, which is kept as "value".
func (r *Reader) wrongElement(v tape.Value) {
	if v.Empty() {
		return
	}
	r.o.WrongTypes++
	r.o.extra.value("value", v)
}

// phone sets a number column, as E.164 where it parses. A text that E.164 changed stays in extra under key.
func (r *Reader) phone(row Row, col int, key, text string) {
	if r.o.extra.off { // nor are numbers asked for
		return
	}
	e, _ := r.phones.e164(text)
	r.setNumber(row, col, key, text, e)
}

// international is phone for payloads that write numbers with country code and without +, as Nectar Desk's REST does.
func (r *Reader) international(row Row, col int, key, text string) {
	if r.o.extra.off {
		return
	}
	e, _ := r.phones.international(text)
	r.setNumber(row, col, key, text, e)
}

func (r *Reader) setNumber(row Row, col int, key, text, e string) {
	row.Text(col, e)
	if e != text {
		r.o.extra.text(key, text)
	}
}
