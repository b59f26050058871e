package transform

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"callmart/transform/schema"
)

// A call with one observation is stored once, finished. When a further observation comes, what Finish made of the first
// is taken back, so that the merge sees what the payload said and nothing else. Most of it can be told by the columns'
// states; this file writes down the rest, in two texts:
//
//	computed  names of columns: of the call, then "q<i>:" of queue entry i and "a<i>:" of agent leg i, with ; between
//	          them. "q*" says that the entries were made by Finish.
//	replaced  a JSON object of the call's columns that Finish replaced, with the cells' numbers or texts as they were
//	          (null: there was none). "+wait" says that the wait went to extra.

const (
	waitToExtra = "+wait"
	derivedMark = "~" // behind the name of a column whose value the payload did not give, but told
)

// replace sets a column of the call to another cell, and notes what was there.
func (r *Reader) replace(col int, with Cell) {
	o := r.o
	was := o.Call[col]
	if was == with {
		return
	}
	o.Call[col] = with
	if was.State == Absent && (with.State == Absent || with.State == Computed) {
		return // its state tells
	}
	name := schema.Get(schema.Calls).Fields[col].Name
	if was.State == Derived {
		name += derivedMark
	}
	switch kind := schema.Get(schema.Calls).Fields[col].Type; {
	case was.State == Absent:
		o.noteReplaced(name, []byte("null"))
	case kind == schema.Text:
		o.noteReplaced(name, quoted(was.Text))
	default:
		o.noteReplaced(name, strconv.AppendInt(nil, was.Num, 10))
	}
}

func quoted(s string) []byte {
	text, err := json.Marshal(s)
	if err != nil {
		return []byte("null") // a text always has a JSON form
	}
	return text
}

func (o *Observation) noteReplaced(name string, value []byte) {
	if len(o.replaced) == 0 {
		o.replaced = append(o.replaced, '{')
	} else {
		o.replaced[len(o.replaced)-1] = ','
	}
	o.replaced = append(append(o.replaced, '"'), name...)
	o.replaced = append(append(append(o.replaced, `":`...), value...), '}')
}

// computed are the texts of what Finish computed, by the cells: calls of one source have the same few.
type computed struct {
	table  schema.ID
	always cells
	names  map[cells]string

	last      cells
	lastNames string
}

func newComputed(table schema.ID) *computed {
	c := &computed{table: table, names: map[cells]string{}}
	if table == schema.Calls {
		c.always = alwaysComputed()
	}
	return c
}

// of returns the names of the row's computed columns, with commas between them.
func (c *computed) of(states *states) string {
	set := states.computed()
	for w := range set {
		set[w] &^= c.always[w]
	}
	if set != c.last {
		c.last, c.lastNames = set, c.find(set)
	}
	return c.lastNames
}

// find is of for others than the last row's.
func (c *computed) find(set cells) string {
	if set == (cells{}) {
		return ""
	}
	if names, known := c.names[set]; known {
		return names
	}
	if len(c.names) == maxLists {
		clear(c.names)
	}
	var names []string
	for i, f := range schema.Get(c.table).Fields {
		if set.has(i) {
			names = append(names, f.Name)
		}
	}
	c.names[set] = strings.Join(names, ",")
	return c.names[set]
}

// computedText writes down which columns Finish computed of a call and its children.
func (b *Batches) computedText(dst []byte, o *Observation, states *states) []byte {
	dst = append(dst, b.computed[0].of(states)...)
	if o.onlyEntry {
		dst = append(dst, ";q*"...)
	} else {
		dst = b.computed[1].appendRows(dst, &o.Children[schema.QueueEntries], ";q")
	}
	return b.computed[2].appendRows(dst, &o.Children[schema.Agents], ";a")
}

func (c *computed) appendRows(dst []byte, rows *Rows, tag string) []byte {
	for i := range rows.Len() {
		states := statesOf(rows.At(i))
		if names := c.of(&states); names != "" {
			dst = append(strconv.AppendInt(append(dst, tag...), int64(i), 10), ':')
			dst = append(dst, names...)
		}
	}
	return dst
}

// alwaysComputed are the columns of calls that only Finish sets.
func alwaysComputed() cells {
	all := alwaysDerived()
	for _, col := range [...]int{schema.CallCallerKey, schema.CallPayloadSHA256, schema.CallOutcomeEvidence} {
		all.add(col)
	}
	return all
}

// undo takes back what Finish made of an only observation, by the two texts.
func (o *Observation) undo(computed, replaced string) error {
	always := alwaysComputed()
	for col := range o.Call {
		if always.has(col) {
			o.Call[col] = Cell{}
		}
	}
	for part := range strings.SplitSeq(computed, ";") {
		if err := o.undoPart(part); err != nil {
			return fmt.Errorf("undoing what was computed, %q: %w", computed, err)
		}
	}
	if replaced == "" {
		return nil
	}
	var cells map[string]json.RawMessage
	if err := json.Unmarshal([]byte(replaced), &cells); err != nil {
		return fmt.Errorf("undoing what was replaced, %q: %w", replaced, err)
	}
	for name, value := range cells {
		if err := o.putBack(name, value); err != nil {
			return fmt.Errorf("undoing what was replaced, %q: %w", replaced, err)
		}
	}
	return nil
}

// undoPart clears the columns of one part of the text.
func (o *Observation) undoPart(part string) error {
	row, table := o.Call, schema.Calls
	if tag, names, child := strings.Cut(part, ":"); child || part == "q*" {
		table = schema.QueueEntries
		if tag[0] == 'a' {
			table = schema.Agents
		}
		if tag == "q*" {
			o.Children[table].Reset()
			return nil
		}
		i, err := strconv.Atoi(tag[1:])
		if err != nil || i < 0 || i >= o.Children[table].Len() {
			return fmt.Errorf("there is no row %q", tag)
		}
		row, part = o.Children[table].At(i), names
	}
	if part == "" {
		return nil
	}
	for name := range strings.SplitSeq(part, ",") {
		col := schema.Get(table).Index(name)
		if col < 0 {
			return fmt.Errorf("there is no column %q", name)
		}
		row[col] = Cell{}
	}
	return nil
}

// putBack restores one column that Finish replaced.
func (o *Observation) putBack(name string, value json.RawMessage) error {
	if name == waitToExtra {
		o.extra.dropLast("wait_seconds")
		return nil
	}
	cell := Cell{State: Given}
	name, derived := strings.CutSuffix(name, derivedMark)
	if derived {
		cell.State = Derived
	}
	col := schema.Get(schema.Calls).Index(name)
	if col < 0 {
		return fmt.Errorf("there is no column %q", name)
	}
	switch {
	case string(value) == "null":
		cell = Cell{}
	case schema.Get(schema.Calls).Fields[col].Type == schema.Text:
		if err := json.Unmarshal(value, &cell.Text); err != nil {
			return err
		}
	default:
		if err := json.Unmarshal(value, &cell.Num); err != nil {
			return err
		}
	}
	o.Call[col] = cell
	return nil
}
