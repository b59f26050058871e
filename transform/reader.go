package transform

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"callmart/extract/raw"
	"callmart/transform/schema"
	"callmart/transform/tape"
)

// Source is how one source's payloads are to be read. These settings form the lake: another value gives other rows.
type Source struct {
	Name        string
	Vendor      string // nectardesk, callerdesk, ccai, whippy
	Zone        *time.Location
	PayloadZone *time.Location // of naive times
	Region      string         // ISO 3166, for telephone numbers without country code
	Outcomes    map[string]map[string]string
	Directions  map[string]string
	Key         []byte // of caller_key; nil for the fixed public one
}

// Fate is where a record ends.
type Fate uint8

// The fates of a record. Loaded ones are new or duplicate: that is seen when the call's observations are compared.
const (
	Loaded Fate = iota
	Ignored
	Quarantined
)

// Verdict is a record's fate and the reason, one of the words below, with a detail for people.
type Verdict struct {
	Fate   Fate
	Reason string
	Detail string
}

// Reasons of verdicts.
const (
	ReasonNotJSON   = "not_json"
	ReasonTooDeep   = "too_deep"
	ReasonNoCallID  = "no_call_id"
	ReasonNotACall  = "not_a_call"
	ReasonNoDate    = "no_date"
	ReasonEmptyPage = "empty_page"
	ReasonErrorBody = "error_body"
	ReasonRequest   = "request_body"
)

// vendor reads one vendor's payloads.
type vendor interface {
	// split appends each record in a payload to items: the payload itself, or the calls of a page.
	split(body tape.Value, items []tape.Value) []tape.Value
	// read fills the reader's observation from one record.
	read(r *Reader, v tape.Value) Verdict
	// again decides the outcome of a stored observation anew, once for each set of facts that the lake does not keep: try
	// runs what decides on a fresh copy, which is asked afterwards whether it fits the stored one.
	again(r *Reader, stored *Observation, try func(decide func() bool))
}

// Reader reads payloads of one source. It is not safe for concurrent use: make one per worker.
type Reader struct {
	source Source
	vendor vendor
	doc    tape.Doc
	inner  tape.Doc          // of a body that an envelope holds as a text
	joined []byte            // texts made of several
	folds  map[string]string // by word
	ranked rankedEvent
	local  *clock // the source's zone
	naive  *clock // the zone of naive times
	phones *phones
	hashes *hashes

	rec   raw.Record
	env   envelope
	err   error
	items []tape.Value
	later []later
	told  told
	spare Row // scratch
	o     *Observation
	trace *finishTrace // nil but in Explain
}

// later is a member that is read when all others were.
type later struct {
	key   tape.Key
	value tape.Value
}

// NewReader returns a reader for a source.
func NewReader(s Source) (*Reader, error) {
	r := &Reader{source: s, local: newClock(s.Zone), naive: newClock(s.PayloadZone), phones: newPhones(s.Region), hashes: newHashes(s.Key), folds: map[string]string{}, ranked: rankedEvent{rank: eventRank("")}}
	numbers, anyCase := keyNumbers(), false
	switch s.Vendor {
	case "nectardesk":
		r.vendor = nectar{}
	case "callerdesk":
		r.vendor = &callerdesk{}
		numbers, anyCase = callerdeskKeys(), true
	case "ccai":
		r.vendor = newCCAI()
	case "whippy":
		r.vendor = whippy{}
	default:
		return nil, fmt.Errorf("unknown vendor %q", s.Vendor)
	}
	r.doc.Expect(numbers, anyCase)
	r.inner.Expect(numbers, anyCase)
	return r, nil
}

// Open takes a raw record apart and returns how many records are in it, at least one. The record's bytes must stay
// unchanged until the next Open, and for as long as texts of observations are used: they lie in them.
func (r *Reader) Open(rec *raw.Record) int {
	r.rec, r.items = *rec, r.items[:0]
	if r.err = r.doc.Parse(rec.Body); r.err != nil {
		form, ok := formJSON(rec.Body)
		if !ok || r.source.Vendor != "callerdesk" {
			return 1
		}
		r.err = r.doc.Parse(form)
	}
	var body tape.Value
	body, r.env = unwrap(r.doc.Root(), r.unfold)
	r.items = r.vendor.split(body, r.items)
	return max(1, len(r.items))
}

// appendRecords appends the elements of an array, or the value itself.
func appendRecords(items []tape.Value, v tape.Value) []tape.Value {
	if v.Kind() != tape.Array {
		return append(items, v)
	}
	for e := v.Elements(); e.Next(); {
		items = append(items, e.Value())
	}
	return items
}

// Item reads record i of the opened ones into o. Where the verdict is not Loaded, o is of no use.
func (r *Reader) Item(i int, o *Observation) Verdict {
	verdict := r.item(i, o, false)
	if verdict.Fate == Loaded {
		o.SHA256 = sha256.Sum256(r.items[i].Raw())
	}
	return verdict
}

// Only is Item for a call's only record, which Finish and Batches.Append are next: several payloads are hashed faster than
// one, so their hashes and the callers' keys are left to them. O.SHA256 is not set.
func (r *Reader) Only(i int, o *Observation) Verdict {
	verdict := r.item(i, o, false)
	if verdict.Fate == Loaded {
		o.hashed = hashed{later: true, payload: r.items[i].Raw(), by: r.hashes}
	}
	return verdict
}

// Index is Item for who only wants to know the verdict, which call it is, when that was, and what was wrong: it leaves
// out what takes time and says nothing of these, the payload's hash, extra and telephone numbers.
func (r *Reader) Index(i int, o *Observation) Verdict { return r.item(i, o, true) }

func (r *Reader) item(i int, o *Observation, brief bool) Verdict {
	if r.err != nil {
		reason := ReasonNotJSON
		if tooDeep := (*tape.DepthError)(nil); errors.As(r.err, &tooDeep) {
			reason = ReasonTooDeep
		}
		return Verdict{Quarantined, reason, r.err.Error()}
	}
	if len(r.items) == 0 {
		return Verdict{Ignored, ReasonEmptyPage, ""}
	}
	o.Reset()
	o.extra.off = brief
	r.o = o
	v := r.items[i]
	if v.Kind() != tape.Object {
		return Verdict{Quarantined, ReasonNotACall, "the record is no JSON object"}
	}
	o.Origin = r.rec.Origin
	o.Path, o.Place = r.rec.Path, r.rec.Place
	o.Place.Position = int32(i)
	o.Call.Text(schema.CallVendor, r.source.Vendor)
	verdict := r.vendor.read(r, v)
	if verdict.Fate != Loaded {
		return verdict
	}
	return r.complete()
}

// Body returns the text of record i without its envelope, for the quarantine.
func (r *Reader) Body(i int) []byte {
	if r.err != nil || i >= len(r.items) {
		return r.rec.Body
	}
	return r.items[i].Raw()
}

// complete fills what every payload has: identity, place in time, what can be computed from it alone.
func (r *Reader) complete() Verdict {
	o := r.o
	if !o.Call.Has(schema.CallID) {
		o.Call.Text(schema.CallID, r.callID())
	}
	if o.ID() == "" {
		return Verdict{Quarantined, ReasonNoCallID, "neither the payload nor its envelope names the call"}
	}
	o.ObservedAt = r.env.receivedAt(r)
	if o.ObservedAt == 0 {
		o.ObservedAt = o.newest
	}
	o.FirstSeen, o.LastSeen, o.Count = o.ObservedAt, o.ObservedAt, 1
	o.Origins = 1 << o.Origin
	o.Version = o.ObservedAt
	if c := o.Call[schema.CallVendorUpdatedAt]; c.State == Given {
		o.Version = c.Num
	}
	o.EventRank = r.eventRank(o.Call[schema.CallEvent].Text)
	o.Final = o.Call.True(schema.CallIsFinal)
	if o.Dateless {
		return Verdict{}
	}
	r.start()
	if !o.Call.Has(schema.CallStartedAt) {
		return Verdict{Quarantined, ReasonNoDate, "no time in the payload or its envelope says when the call was"}
	}
	return Verdict{}
}

// start finds a substitute for a start that the payload does not give.
func (r *Reader) start() {
	call := r.o.Call
	for _, col := range [...]int{schema.CallScheduledAt, schema.CallQueuedAt} {
		if call.Has(schema.CallStartedAt) {
			return
		}
		if call.Has(col) {
			call.Derive(schema.CallStartedAt, call[col].Num)
		}
	}
	if events := &r.o.Children[schema.Events]; events.Len() > 0 && events.At(0).Has(schema.EventOccurredAt) {
		call.Derive(schema.CallStartedAt, events.At(0)[schema.EventOccurredAt].Num)
	}
	if r.o.ObservedAt != 0 && !call.Has(schema.CallStartedAt) {
		call.Derive(schema.CallStartedAt, r.o.ObservedAt)
		r.o.SeenOnly = true
	}
}

// event returns the event that the envelope or the configuration names, "" if neither does.
func (r *Reader) event() string {
	if r.env.event != "" {
		return r.env.event
	}
	return r.rec.Event
}

// callID returns the id that the envelope's query or path names, as in /calls/123 or ?call_id=123.
func (r *Reader) callID() string {
	if r.rec.CallID != "" {
		return r.rec.CallID
	}
	return r.env.callID()
}
