package transform

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"unsafe"

	"callmart/extract/raw"
	"callmart/transform/schema"
)

// StoredRows are the rows of one stored table, in its order.
type StoredRows interface {
	// Next goes to the next row. It reports false at the end.
	Next() (bool, error)
	// Value is a value of the row: an integer, instant or boolean as num, a float as its bits, a text as text, valid
	// until Next. Known is false for NULL, and for columns that the file does not have.
	Value(col int) (num int64, text []byte, known bool)
	// Texts is a list of texts of the row.
	Texts(col int) []string
}

// Stored reads the calls of one stored partition back, in their order. A call and its texts are valid until Next.
type Stored struct {
	source Source
	tables [schema.NumStored]*cursor
	call   *Observation
	spare  []*Observation
	arena  []byte
}

// cursor is one table, its current row not yet taken.
type cursor struct {
	rows StoredRows
	id   []byte // of the row's call
	more bool
}

// NewStored reads tables, by their ID; nil where the partition has no file of one.
func NewStored(source Source, tables *[schema.NumStored]StoredRows) (*Stored, error) {
	s := &Stored{source: source, call: NewObservation()}
	for id, rows := range tables {
		if rows == nil {
			continue
		}
		s.tables[id] = &cursor{rows: rows}
		if err := s.tables[id].advance(schema.ID(id)); err != nil {
			return nil, err
		}
	}
	if s.tables[schema.Calls] == nil {
		return nil, errors.New("the partition has no calls table")
	}
	return s, nil
}

func (c *cursor) advance(table schema.ID) (err error) {
	c.more, err = c.rows.Next()
	if c.more {
		col := schema.ChildCallID
		if table == schema.Calls || table == schema.ObservedOf(schema.Calls) {
			col = schema.CallID
		}
		_, c.id, _ = c.rows.Value(col)
	}
	return err
}

// Next reads the next call, whole and finished, as it is published. It returns nil at the end.
func (s *Stored) Next() (*Observation, error) {
	calls := s.tables[schema.Calls]
	if !calls.more {
		return nil, s.leftOver()
	}
	s.arena = s.arena[:0]
	s.call.Reset()
	o := s.call
	s.row(schema.Calls, calls.rows, o.Call, len(o.Call), o)
	id := o.Call[schema.CallID].Text
	if err := calls.advance(schema.Calls); err != nil {
		return nil, err
	}
	for table := schema.Calls + 1; table < schema.NumRead; table++ {
		if err := s.children(table, table, id, o, -1); err != nil {
			return nil, err
		}
	}
	if err := s.provenance(o); err != nil {
		return nil, fmt.Errorf("call %s: %w", id, err)
	}
	if c := s.tables[schema.Records]; c != nil && c.more && string(c.id) == id && o.Call[schema.CallObservationCount].Num == 1 {
		s.record(c.rows, o)
		_, computed, _ := c.rows.Value(schema.RecordComputed)
		_, replaced, _ := c.rows.Value(schema.RecordReplaced)
		o.computed, o.replaced = append(o.computed, computed...), append(o.replaced, replaced...)
		if err := c.advance(schema.Records); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// Versions reads the call's observations as they were before the merge, oldest first; it must be called for every call
// that has several, before Next. Of a call with one there are none.
func (s *Stored) Versions() ([]*Observation, error) {
	o := s.call
	if o.Call[schema.CallObservationCount].Num <= 1 {
		return nil, nil
	}
	id := o.Call[schema.CallID].Text
	calls, records := s.tables[schema.ObservedOf(schema.Calls)], s.tables[schema.Records]
	if calls == nil || records == nil {
		return nil, fmt.Errorf("call %s: its observations are not in the lake", id)
	}
	n := 0
	for calls.more && string(calls.id) == id {
		if n == len(s.spare) {
			s.spare = append(s.spare, NewObservation())
		}
		v := s.spare[n]
		v.Reset()
		s.row(schema.Calls, calls.rows, v.Call, len(v.Call), v)
		if err := calls.advance(schema.ObservedOf(schema.Calls)); err != nil {
			return nil, err
		}
		for table := schema.Calls + 1; table < schema.NumRead; table++ {
			if err := s.children(schema.ObservedOf(table), table, id, v, int64(n)); err != nil {
				return nil, err
			}
		}
		if err := s.provenance(v); err != nil {
			return nil, fmt.Errorf("call %s: %w", id, err)
		}
		v.Call[schema.CallPayloadSHA256], v.Call[schema.CallOutcomeEvidence], v.Call[schema.CallFirstObservedAt] = Cell{}, Cell{}, Cell{}
		if !records.more || string(records.id) != id {
			return nil, fmt.Errorf("call %s: the record of observation %d is not in the lake", id, n)
		}
		s.record(records.rows, v)
		if err := records.advance(schema.Records); err != nil {
			return nil, err
		}
		s.order(v)
		n++
	}
	if int64(n) != o.Call[schema.CallObservationCount].Num {
		return nil, fmt.Errorf("call %s: %d of its %d observations are in the lake", id, n, o.Call[schema.CallObservationCount].Num)
	}
	return s.spare[:n], nil
}

// Unfinished takes back what Finish made of a call with one observation, so that it can be merged.
func (s *Stored) Unfinished() (*Observation, error) {
	o := s.call
	if err := o.undo(string(o.computed), string(o.replaced)); err != nil {
		return nil, fmt.Errorf("call %s: %w", o.ID(), err)
	}
	o.computed, o.replaced = o.computed[:0], o.replaced[:0]
	s.order(o)
	return o, nil
}

// leftOver looks for children whose call is not there.
func (s *Stored) leftOver() error {
	for id, c := range s.tables {
		if c != nil && c.more {
			return fmt.Errorf("%s has rows of call %q, which calls has not at that place", schema.Get(schema.ID(id)).Name, c.id)
		}
	}
	return nil
}

// children reads the rows that a stored table has of the call; of one observation of it, unless that is negative.
func (s *Stored) children(stored, table schema.ID, id string, o *Observation, observation int64) error {
	c := s.tables[stored]
	for c != nil && c.more && string(c.id) == id {
		if observation >= 0 {
			if n, _, _ := c.rows.Value(schema.ObservedIndex(table)); n != observation {
				return nil
			}
		}
		row := o.Children[table].Add()
		s.row(table, c.rows, row, len(row), o)
		if err := c.advance(stored); err != nil {
			return err
		}
	}
	return nil
}

// row reads the cells of one row.
func (s *Stored) row(table schema.ID, from StoredRows, row Row, width int, o *Observation) {
	fields := schema.Get(table).Fields
	for col := range width {
		switch kind := fields[col].Type; kind {
		case schema.Texts:
			continue
		default:
			num, text, known := from.Value(col)
			if !known {
				continue
			}
			if kind == schema.JSON {
				o.extra.whole = append(o.extra.buf[:0], text...)
				o.extra.buf = o.extra.whole
				continue
			}
			if kind == schema.Seconds {
				num = int64(math.Round(math.Float64frombits(uint64(num)) * 1000))
			}
			row[col] = Cell{Num: num, Text: s.keep(text), State: Given}
		}
	}
	if table != schema.Calls {
		return
	}
	for _, tag := range from.Texts(schema.CallTags) {
		o.Tags = append(o.Tags, s.keep([]byte(tag)))
	}
	for _, name := range from.Texts(schema.CallDerivedFields) {
		if col := schema.Get(table).Index(name); col >= 0 && row[col].State != Absent {
			row[col].State = Derived
		}
	}
	for _, name := range from.Texts(schema.CallOrigins) {
		for origin := raw.List; origin <= raw.File; origin++ {
			if origin.String() == name {
				o.Origins |= 1 << origin
			}
		}
	}
}

const arenaBytes = 64 << 10

// keep copies a text, since the table's next row may take its place.
func (s *Stored) keep(text []byte) string {
	if len(text) == 0 {
		return ""
	}
	if len(s.arena)+len(text) > cap(s.arena) {
		s.arena = make([]byte, 0, max(arenaBytes, len(text)))
	}
	at := len(s.arena)
	s.arena = append(s.arena, text...)
	return unsafe.String(&s.arena[at], len(text))
}

// record reads where the observation lay.
func (s *Stored) record(rows StoredRows, o *Observation) {
	_, file, _ := rows.Value(schema.RecordFile)
	o.Path = s.keep(file)
	o.Place.Offset, _, _ = rows.Value(schema.RecordOffset)
	o.Place.Length, _, _ = rows.Value(schema.RecordLength)
	position, _, _ := rows.Value(schema.RecordPosition)
	o.Place.Position = int32(position)
	_, name, _ := rows.Value(schema.RecordOrigin)
	for origin := raw.List; origin <= raw.File; origin++ {
		if origin.String() == string(name) {
			o.Origin = origin
		}
	}
}

// provenance reads the fields of an observation that its row tells.
func (s *Stored) provenance(o *Observation) error {
	call := o.Call
	text := call[schema.CallPayloadSHA256].Text
	if len(text) != hex.EncodedLen(len(o.SHA256)) {
		return errors.New("its payload_sha256 is no hash")
	}
	if _, err := hex.Decode(o.SHA256[:], []byte(text)); err != nil {
		return fmt.Errorf("its payload_sha256 is no hash: %w", err)
	}
	for e := NoEvidence; e <= ExplicitEvent; e++ {
		if e.String() == call[schema.CallOutcomeEvidence].Text {
			o.Evidence = e
		}
	}
	o.ObservedAt = call[schema.CallFirstObservedAt].Num
	o.FirstSeen, o.LastSeen, o.Count = o.ObservedAt, o.ObservedAt, 1
	o.Final = call.True(schema.CallIsFinal)
	return nil
}

// order fills what observations are ordered by.
func (s *Stored) order(o *Observation) {
	o.Version = o.ObservedAt
	if c := o.Call[schema.CallVendorUpdatedAt]; c.State == Given {
		o.Version = c.Num
	}
	o.EventRank = eventRank(o.Call[schema.CallEvent].Text)
	o.Final = o.Call.True(schema.CallIsFinal)
	o.Detail = detailOf(s.source.Vendor, o.Call[schema.CallPayloadKind].Text, o.EventRank)
	o.Dateless = !o.Call.Has(schema.CallStartedAt)
}

// detailOf is how detailed the children of a kind of payload are, as the vendors' readers say.
func detailOf(vendor, kind string, eventRank uint8) uint8 {
	switch {
	case vendor == "whippy":
		return 1 + eventRank
	case kind == "rest", kind == "list_row", kind == "call_report", kind == "metadata_file":
		return 2
	case kind == "webhook", kind == "live_call", kind == "call":
		return 1
	}
	return 0
}
