package transform

import (
	"math"
	"strconv"

	"callmart/transform/schema"
	"callmart/transform/tape"
)

// State says where a cell's value came from. A greater state beats a lesser one in a merge.
type State uint8

// The states of a cell.
const (
	Absent   State = iota // nothing is known: NULL
	Computed              // by Finish, from the whole merged call: Undo takes it back
	Derived               // from other values of the same payload
	Given                 // the vendor said so
)

// Cell is one value of a row. Num holds microseconds for instants and local times, milliseconds for durations,
// 0 or 1 for booleans, and the bits of a float for numbers; Text holds text and JSON.
type Cell struct {
	Text  string
	Num   int64
	State State
}

// Row is one row of a table, a cell per column of its schema.
type Row []Cell

// Text sets a given text; "" gives nothing.
func (r Row) Text(col int, s string) {
	if s != "" {
		r[col] = Cell{Text: s, State: Given}
	}
}

// Int sets a given integer, instant (microseconds) or duration (milliseconds).
func (r Row) Int(col int, n int64) { r[col] = Cell{Num: n, State: Given} }

// Bool sets a given boolean.
func (r Row) Bool(col int, b bool) { r[col] = Cell{Num: bit(b), State: Given} }

// Float sets a given number.
func (r Row) Float(col int, f float64) {
	r[col] = Cell{Num: int64(math.Float64bits(f)), State: Given}
}

// Derive sets a computed integer, instant or duration, unless a value is there.
func (r Row) Derive(col int, n int64) {
	if r[col].State == Absent {
		r[col] = Cell{Num: n, State: Derived}
	}
}

// DeriveText sets a computed text, unless a value is there or s is "".
func (r Row) DeriveText(col int, s string) {
	if s != "" && r[col].State == Absent {
		r[col] = Cell{Text: s, State: Derived}
	}
}

// compute is Derive for what Finish computes.
func (r Row) compute(col int, n int64) {
	if r[col].State == Absent {
		r[col] = Cell{Num: n, State: Computed}
	}
}

// computeText is DeriveText for what Finish computes.
func (r Row) computeText(col int, s string) {
	if s != "" && r[col].State == Absent {
		r[col] = Cell{Text: s, State: Computed}
	}
}

// derived reports whether the value was computed, by reading or by Finish.
func (c Cell) derived() bool { return c.State == Computed || c.State == Derived }

// appendJSON appends the cell's value as JSON.
func (c Cell) appendJSON(dst []byte, t schema.Type) []byte {
	switch t {
	case schema.Text, schema.JSON, schema.Texts:
		return tape.AppendQuoted(dst, c.Text)
	case schema.Instant, schema.Local:
		return tape.AppendQuoted(dst, instantText(c.Num))
	case schema.Seconds:
		return appendSeconds(dst, c.Num)
	case schema.Bool:
		return strconv.AppendBool(dst, c.Num != 0)
	case schema.Number:
		return strconv.AppendFloat(dst, math.Float64frombits(uint64(c.Num)), 'g', -1, 64)
	}
	return strconv.AppendInt(dst, c.Num, 10)
}

// Has reports whether the cell has a value.
func (r Row) Has(col int) bool { return r[col].State != Absent }

// True reports whether the cell is a boolean that is known to be true.
func (r Row) True(col int) bool { return r[col].State != Absent && r[col].Num != 0 }

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// Rows are rows of one table, kept in one block that is reused from call to call.
type Rows struct {
	width int
	cells []Cell
}

// Len returns the number of rows.
func (r *Rows) Len() int {
	if r.width == 0 {
		return 0
	}
	return len(r.cells) / r.width
}

// At returns row i. It is valid until the next Add.
func (r *Rows) At(i int) Row { return r.cells[i*r.width : (i+1)*r.width : (i+1)*r.width] }

// Add appends an empty row and returns it, valid until the next Add.
func (r *Rows) Add() Row {
	n := len(r.cells)
	if n+r.width <= cap(r.cells) {
		r.cells = r.cells[:n+r.width]
		clear(r.cells[n:])
	} else {
		r.cells = append(r.cells, make([]Cell, r.width)...)
	}
	return r.cells[n:]
}

// Reset removes all rows.
func (r *Rows) Reset() { r.cells = r.cells[:0] }

// set makes r a copy of other.
func (r *Rows) set(other *Rows) {
	r.width = other.width
	r.cells = append(r.cells[:0], other.cells...)
}

// swap exchanges two rows.
func (r *Rows) swap(i, j int) {
	a, b := r.At(i), r.At(j)
	for c := range a {
		a[c], b[c] = b[c], a[c]
	}
}

// sort orders rows by less, keeping the order of equal ones. Calls have a handful of children, most often in
// order already, so an insertion sort is the fastest there is.
func (r *Rows) sort(less func(a, b Row) bool) {
	for i := 1; i < r.Len(); i++ {
		for j := i; j > 0 && less(r.At(j), r.At(j-1)); j-- {
			r.swap(j, j-1)
		}
	}
}
