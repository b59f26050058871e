package transform

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"callmart/extract/raw"
	"callmart/transform/schema"
	"callmart/transform/tape"
)

// Value is one value of a table, for people and for JSON: instants as RFC 3339 in UTC, local times without zone,
// durations in seconds.
type Value struct {
	kind schema.Type
	cell Cell
	list []string
}

func valueOf(kind schema.Type, c Cell) Value { return Value{kind: kind, cell: c} }

// value is the value of a column of calls.
func (o *Observation) value(col int) Value {
	kind := schema.Get(schema.Calls).Fields[col].Type
	switch kind {
	case schema.Texts:
		return Value{kind: kind, list: o.texts(col)}
	case schema.JSON:
		return Value{kind: kind, cell: Cell{Text: string(o.extra.bytes()), State: Given}}
	}
	return valueOf(kind, o.Call[col])
}

// texts are the values of a list column of calls, as a batch writes them.
func (o *Observation) texts(col int) (list []string) {
	switch col {
	case schema.CallTags:
		return slices.Clone(o.Tags)
	case schema.CallOrigins:
		for origin := raw.List; origin <= raw.File; origin++ {
			if o.Origins&(1<<origin) != 0 {
				list = append(list, origin.String())
			}
		}
	case schema.CallDerivedFields:
		states := statesOf(o.Call)
		derived, always := states.derived(), alwaysDerived()
		for i, f := range schema.Get(schema.Calls).Fields {
			if derived.has(i) && !always.has(i) {
				list = append(list, f.Name)
			}
		}
	}
	return list
}

// Known reports whether there is a value.
func (v Value) Known() bool {
	switch v.kind {
	case schema.Texts:
		return len(v.list) > 0
	case schema.JSON:
		return v.cell.Text != ""
	}
	return v.cell.State != Absent
}

func (v Value) same(other Value) bool {
	return v.kind == other.kind && v.Known() == other.Known() && v.cell.Num == other.cell.Num && v.cell.Text == other.cell.Text &&
		slices.Equal(v.list, other.list)
}

// MarshalJSON writes the value, null if there is none.
func (v Value) MarshalJSON() ([]byte, error) {
	switch {
	case !v.Known():
		return []byte("null"), nil
	case v.kind == schema.Texts:
		return json.Marshal(v.list)
	case v.kind == schema.JSON:
		return []byte(v.cell.Text), nil
	case v.kind == schema.Local:
		return tape.AppendQuoted(nil, wallText(v.cell.Num)), nil
	}
	return v.cell.appendJSON(nil, v.kind), nil
}

// String writes the value for people, instants in UTC.
func (v Value) String() string { return v.In(time.UTC) }

// In is String with instants in a zone, and in UTC behind it.
func (v Value) In(zone *time.Location) string {
	if !v.Known() {
		return ""
	}
	switch v.kind {
	case schema.Texts:
		return strings.Join(v.list, ", ")
	case schema.Instant:
		at := time.UnixMicro(v.cell.Num)
		utc := at.UTC().Format("2006-01-02 15:04:05.999999Z")
		if zone == time.UTC {
			return utc
		}
		return at.In(zone).Format("2006-01-02 15:04:05.999999 -07:00") + " (" + utc + ")"
	case schema.Local:
		return wallText(v.cell.Num)
	case schema.Seconds:
		return string(appendSeconds(nil, v.cell.Num)) + " s"
	case schema.Bool:
		return either(v.cell.Num != 0, "yes", "no")
	case schema.Number:
		return strconv.FormatFloat(math.Float64frombits(uint64(v.cell.Num)), 'f', -1, 64)
	case schema.Int:
		return strconv.FormatInt(v.cell.Num, 10)
	}
	return v.cell.Text
}

func wallText(us int64) string { return time.UnixMicro(us).UTC().Format("2006-01-02 15:04:05.999999") }

// Named is a column's value. Computed says that it was computed after the merge.
type Named struct {
	Column   string
	Value    Value
	Computed bool
}

// Cells are the known values of a row. As JSON they are an object, with its keys in the columns' order.
type Cells []Named

func cellsOfRow(t *schema.Table, row Row) (cells Cells) {
	for col, f := range t.Fields {
		if col > schema.ChildIndex && row[col].State != Absent {
			cells = append(cells, Named{f.Name, valueOf(f.Type, row[col]), row[col].State == Computed})
		}
	}
	return cells
}

// Get is the value of a column, unknown if the row has none.
func (c Cells) Get(column string) Value {
	for _, n := range c {
		if n.Column == column {
			return n.Value
		}
	}
	return Value{}
}

// MarshalJSON writes an object.
func (c Cells) MarshalJSON() ([]byte, error) {
	text := []byte{'{'}
	for i, n := range c {
		value, err := n.Value.MarshalJSON()
		if err != nil {
			return nil, err
		}
		if i > 0 {
			text = append(text, ',')
		}
		text = append(append(tape.AppendQuoted(text, n.Column), ':'), value...)
	}
	return append(text, '}'), nil
}
