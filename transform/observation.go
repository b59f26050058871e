// Package transform turns vendors' payloads into rows of the lake's tables.
//
// A Reader reads one payload into an Observation, the merge makes one call of all observations of it, Finish
// computes what follows from several fields, and a Batch collects the rows as Arrow columns.
// The package knows nothing of HTTP, files or DuckDB.
package transform

import (
	"bytes"
	"cmp"
	"crypto/sha256"

	"callmart/extract/raw"
	"callmart/transform/schema"
)

// Evidence is what an outcome rests on. The strongest evidence wins a merge, then the newest.
type Evidence int64

// The ranks of evidence.
const (
	NoEvidence Evidence = iota
	InProgress
	SpecificStatus
	ExplicitEvent
)

// String is the evidence's word in the tables.
func (e Evidence) String() string {
	return [...]string{"unknown", "in_progress", "specific_status", "explicit_event"}[e]
}

// Order is what observations of one call are ordered by, oldest first.
type Order struct {
	Final     bool
	Version   int64 // vendor_updated_at, else observed_at, microseconds
	EventRank uint8
	Origin    raw.Origin
	Path      string // of the record's file
	Place     raw.Place
}

// Compare orders two observations.
func (a *Order) Compare(b *Order) int {
	return cmp.Or(
		cmp.Compare(bit(a.Final), bit(b.Final)),
		cmp.Compare(a.Version, b.Version),
		cmp.Compare(a.EventRank, b.EventRank),
		cmp.Compare(a.Origin, b.Origin),
		cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.Place.Offset, b.Place.Offset),
		cmp.Compare(a.Place.Position, b.Place.Position),
	)
}

// Observation is what one raw record says of one call. It is reused for the next record; its texts live as long
// as the record's bytes and the Reader's buffers do.
type Observation struct {
	Reading
	Call     Row
	Tags     []string
	Children [schema.NumRead]Rows // by table; that of calls is unused

	computed []byte // what Finish computed, as it was stored, and
	replaced []byte // what it replaced, for undo

	hex    [2 * sha256.Size]byte   // text of SHA256
	caller [2 * callerKeySize]byte // text of caller_key
	hashed hashed
	extra  extra
}

// Reading is what is known of an observation beside its rows.
type Reading struct {
	Order
	Evidence   Evidence
	Dateless   bool  // no call object, and says nothing of when the call was: it waits for its call
	SeenOnly   bool  // the start is only when the record was observed
	Detail     uint8 // how detailed the children of this kind of payload are; the greatest wins a merge
	Origins    uint8 // bits by raw.Origin
	SHA256     [32]byte
	ObservedAt int64 // microseconds, 0 if nothing tells
	FirstSeen  int64
	LastSeen   int64
	Count      int64 // observations merged into this one
	WrongTypes int64 // values of a type their column cannot hold; they are in extra
	// ZoneSuspicions counts starts more than an hour off the id's epoch: the payload_timezone may be wrong.
	ZoneSuspicions int64

	rule      Rule  // what decided the outcome; it is not stored, Explain finds it again
	onlyEntry bool  // the queue entry was made by Finish
	newest    int64 // the newest instant met in the payload
}

// hashed is what the hashes of an observation are taken of.
type hashed struct {
	later   bool // by Append
	payload []byte
	caller  string
	by      *hashes
}

// NewObservation returns an empty observation.
func NewObservation() *Observation {
	o := &Observation{Call: make(Row, len(schema.Get(schema.Calls).Fields))}
	for id := range o.Children {
		o.Children[id].width = len(schema.Get(schema.ID(id)).Fields)
	}
	return o
}

// Reset empties the observation for the next record.
func (o *Observation) Reset() {
	clear(o.Call)
	for id := range o.Children {
		o.Children[id].Reset()
	}
	o.extra.reset()
	o.hashed = hashed{}
	o.Reading, o.Tags, o.computed, o.replaced = Reading{}, o.Tags[:0], o.computed[:0], o.replaced[:0]
}

// ID returns the call's id.
func (o *Observation) ID() string { return o.Call[schema.CallID].Text }

// Start returns the call's start in microseconds and whether it has one.
func (o *Observation) Start() (int64, bool) {
	c := o.Call[schema.CallStartedAt]
	return c.Num, c.State != Absent
}

// Parent returns the id of the call this one came from, "" if it names none.
func (o *Observation) Parent() string { return o.Call[schema.CallParentID].Text }

// Same reports whether two observations of one call are copies of one payload.
func (o *Observation) Same(other *Observation) bool {
	return o.SHA256 == other.SHA256 && o.Call[schema.CallEvent].Text == other.Call[schema.CallEvent].Text
}

// outcome sets the outcome where the evidence is at least as strong as what is there.
func (o *Observation) outcome(word string, e Evidence, rule Rule) {
	if e >= o.Evidence || !o.Call.Has(schema.CallOutcome) {
		o.Evidence, o.rule = e, rule
		o.Call.Text(schema.CallOutcome, word)
	}
}

// less orders two observations whose places are equal too.
func less(a, b *Observation) bool {
	if c := a.Compare(&b.Order); c != 0 {
		return c < 0
	}
	return bytes.Compare(a.SHA256[:], b.SHA256[:]) < 0
}

// UnknownWords returns the vendor's words of a call, where they are in no table. Words that are known and still do not
// tell the outcome (Whippy's) are none.
func (o *Observation) UnknownWords() (status, kind, reason string, unknown bool) {
	if o.Call[schema.CallOutcome].Text != "unknown" || o.Evidence != NoEvidence {
		return "", "", "", false
	}
	return o.Call[schema.CallRawStatus].Text, o.Call[schema.CallRawType].Text, o.Call[schema.CallRawReason].Text, true
}
