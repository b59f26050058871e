package transform

import (
	"encoding/hex"

	"callmart/transform/schema"
)

// Versions adds the different observations of one call, oldest first, each as it is before the merge, and their records. It
// settles all calls so far.
func (b *Batches) Versions(versions []*Observation) error {
	defer b.Settle()
	for i, v := range versions {
		states := statesOf(v.Call)
		if err := b.record(versions[0], v, i, &states); err != nil {
			return err
		}
		if err := b.version(versions[0], v, i); err != nil {
			return err
		}
	}
	return nil
}

// record says where observation i of a call lay. What Finish computed is told of an only one: it is undone to merge.
// States are those of v's row of the call.
func (b *Batches) record(o, v *Observation, i int, states *states) error {
	row := append(b.wide[:0], make(Row, len(schema.Get(schema.Records).Fields))...)
	b.wide = row
	row[schema.RecordCallID] = o.Call[schema.CallID]
	row.Int(schema.RecordObservation, int64(i))
	row.Text(schema.RecordFile, v.Path)
	row.Int(schema.RecordOffset, v.Place.Offset)
	row.Int(schema.RecordLength, v.Place.Length)
	row.Int(schema.RecordPosition, int64(v.Place.Position))
	row.Text(schema.RecordOrigin, v.Origin.String())
	computed := v.computed // as it was stored
	if len(computed) == 0 {
		b.text = b.computedText(b.text[:0], v, states)
		computed = b.text
	}
	held := &b.tables[schema.Records].held
	row.Text(schema.RecordComputed, held.keep(view(computed)))
	row.Text(schema.RecordReplaced, held.keep(view(v.replaced)))
	return b.row(schema.Records, row, o)
}

// version adds the rows of an observation that was not finished.
func (b *Batches) version(o, v *Observation, i int) error {
	id, index := o.Call[schema.CallID], Cell{Num: int64(i), State: Given}
	add := func(table schema.ID, row Row) error {
		b.wide = append(append(b.wide[:0], row...), index)
		return b.row(schema.ObservedOf(table), b.wide, v)
	}
	sortChildren(v) // so that it does not matter whether it was finished once
	// These are set when a call is finished; an observation has them in fields of its own.
	call := v.Call
	call[schema.CallID] = id
	hex.Encode(v.hex[:], v.SHA256[:])
	call.Text(schema.CallPayloadSHA256, view(v.hex[:]))
	call.Text(schema.CallOutcomeEvidence, v.Evidence.String())
	if v.ObservedAt != 0 {
		call.Int(schema.CallFirstObservedAt, v.ObservedAt)
	}
	err := add(schema.Calls, call)
	call[schema.CallPayloadSHA256], call[schema.CallOutcomeEvidence], call[schema.CallFirstObservedAt] = Cell{}, Cell{}, Cell{}
	if err != nil {
		return err
	}
	for table := schema.Calls + 1; table < schema.NumRead; table++ {
		rows := &v.Children[table]
		for j := range rows.Len() {
			row := rows.At(j)
			row[schema.ChildCallID] = id
			row[schema.ChildIndex] = Cell{Num: int64(j), State: Given}
			if err := add(table, row); err != nil {
				return err
			}
		}
	}
	return nil
}
