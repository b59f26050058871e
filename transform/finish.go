package transform

import (
	"cmp"

	"callmart/transform/schema"
)

// Finish computes what follows from several fields of a merged call, once and by the same rules for all vendors.
// Given values stay; computed ones are marked as derived.
func (r *Reader) Finish(o *Observation) {
	r.o = o
	call := o.Call
	sortChildren(o)
	r.times()
	r.entries()
	r.legs()
	r.talk()
	r.answer()
	r.callerKey()
	r.counts()

	start := call[schema.CallStartedAt].Num
	offset := r.local.offset(start)
	call.compute(schema.CallStartedLocal, start+offset)
	call.compute(schema.CallUTCOffset, offset/minute)
	r.provenance()
}

// DateAt returns the partition of a call that starts at an instant (microseconds): its local day.
func (r *Reader) DateAt(start int64) Date { return DateOf(r.local.local(start)) }

// times fills in the end from the length or the length from the end.
func (r *Reader) times() {
	call := r.o.Call
	start, end, length := call[schema.CallStartedAt], call[schema.CallEndedAt], call[schema.CallDuration]
	if start.State != Given || !call.True(schema.CallIsFinal) {
		return
	}
	if end.State == Absent && length.State != Absent {
		call.compute(schema.CallEndedAt, start.Num+length.Num*1000)
	}
	if length.State == Absent && end.State != Absent && end.Num >= start.Num {
		call.compute(schema.CallDuration, (end.Num-start.Num)/1000)
	}
}

// legs fills in what a leg does not say itself: the only agent of an answered call answered it and talked as long
// as the call did. Of several agents nobody can tell.
func (r *Reader) legs() {
	call, legs := r.o.Call, &r.o.Children[schema.Agents]
	human, answered := -1, -1
	humans, answerers := 0, 0
	for i := range legs.Len() {
		leg := legs.At(i)
		if leg[schema.AgentType].Text != "agent" {
			continue
		}
		human = i
		humans++
		if leg.True(schema.AgentWasAnswered) {
			answered = i
			answerers++
		}
	}
	if call[schema.CallOutcome].Text != "answered" {
		return
	}
	only := answered
	if answerers == 0 && humans == 1 {
		only = human
		legs.At(only).compute(schema.AgentWasAnswered, 1)
		answerers = 1
	}
	if answerers != 1 {
		return
	}
	leg := legs.At(only)
	for _, c := range [...][2]int{{schema.AgentTalk, schema.CallTalk}, {schema.AgentHold, schema.CallHold}, {schema.AgentWrapUp, schema.CallWrapUp}} {
		if call.Has(c[1]) {
			leg.compute(c[0], call[c[1]].Num)
		}
	}
}

// talk adds up what the legs say, and makes the handle time. A call that nobody answered has no talk time.
func (r *Reader) talk() {
	call, legs := r.o.Call, &r.o.Children[schema.Agents]
	if call[schema.CallOutcome].Text != "answered" && call[schema.CallTalk].Num == 0 {
		r.replace(schema.CallTalk, Cell{})
		call[schema.CallHandle] = Cell{}
	}
	for _, c := range [...][2]int{{schema.AgentTalk, schema.CallTalk}, {schema.AgentHold, schema.CallHold}, {schema.AgentWrapUp, schema.CallWrapUp}} {
		sum, known := int64(0), false
		for i := range legs.Len() {
			leg := legs.At(i)
			if leg[schema.AgentType].Text == "agent" && leg[c[0]].State == Given {
				sum += leg[c[0]].Num
				known = true
			}
		}
		if known {
			call.compute(c[1], sum)
		}
	}
	if call.Has(schema.CallTalk) {
		call.compute(schema.CallHandle, call[schema.CallTalk].Num+call[schema.CallHold].Num+call[schema.CallWrapUp].Num)
	}
}

// answer names the human who first answered, and when.
func (r *Reader) answer() {
	call, entries, legs := r.o.Call, &r.o.Children[schema.QueueEntries], &r.o.Children[schema.Agents]
	for i := range entries.Len() {
		e := entries.At(i)
		if e[schema.EntryExit].Text != "answered" {
			continue
		}
		if e.Has(schema.EntryAnsweredAt) {
			call.compute(schema.CallAnsweredAt, e[schema.EntryAnsweredAt].Num)
		}
		call.computeText(schema.CallAgentID, e[schema.EntryAgentID].Text)
		call.computeText(schema.CallAgentName, e[schema.EntryAgentName].Text)
		break
	}
	if call[schema.CallOutcome].Text != "answered" || call.Has(schema.CallAgentID) || call.Has(schema.CallAgentName) {
		return
	}
	for i := range legs.Len() {
		leg := legs.At(i)
		if leg[schema.AgentType].Text == "agent" && leg.True(schema.AgentWasAnswered) {
			call.computeText(schema.CallAgentID, leg[schema.AgentID].Text)
			call.computeText(schema.CallAgentName, leg[schema.AgentName].Text)
			return
		}
	}
}

// callerKey hashes the customer's number, else the source with the customer's id; callers that are neither are withheld.
func (r *Reader) callerKey() {
	call := r.o.Call
	number := call[schema.CallCustomerNumber].Text
	switch contact := call[schema.CallContactID].Text; {
	case isE164(number):
		r.o.hashed.caller = number
	case contact != "":
		r.o.hashed.caller = r.join(r.source.Name, "\x00", contact)
	default:
		return
	}
	if !r.o.hashed.later {
		call.Text(schema.CallCallerKey, r.hashes.caller(&r.o.caller, r.o.hashed.caller))
	}
}

func (r *Reader) counts() {
	o := r.o
	agents, legs := int64(0), &o.Children[schema.Agents]
	for i := range legs.Len() {
		if legs.At(i)[schema.AgentType].Text == "agent" && !seenAgent(legs, i) {
			agents++
		}
	}
	transferred, transfers := int64(0), &o.Children[schema.Transfers]
	for i := range transfers.Len() {
		if transfers.At(i)[schema.TransferKind].Text != "escalation" {
			transferred++
		}
	}
	recordings, media := int64(0), &o.Children[schema.Media]
	for i := range media.Len() {
		if media.At(i)[schema.MediaKind].Text == "recording" {
			recordings++
		}
	}
	o.Call.compute(schema.CallAgentCount, agents)
	o.Call.compute(schema.CallEntryCount, int64(o.Children[schema.QueueEntries].Len()))
	o.Call.compute(schema.CallTransferCount, transferred)
	o.Call.compute(schema.CallRecordingCount, recordings)
}

// seenAgent reports whether an earlier leg is the same agent's, told by id, else by name.
func seenAgent(legs *Rows, i int) bool {
	leg := legs.At(i)
	for j := range i {
		other := legs.At(j)
		if other[schema.AgentType].Text == "agent" && other[schema.AgentID].Text == leg[schema.AgentID].Text &&
			(leg.Has(schema.AgentID) || other[schema.AgentName].Text == leg[schema.AgentName].Text) {
			return true
		}
	}
	return false
}

// provenance writes down where the row came from.
func (r *Reader) provenance() {
	o, call := r.o, r.o.Call
	if !o.hashed.later {
		hexText(o.hex[:], o.SHA256[:])
		call.Text(schema.CallPayloadSHA256, view(o.hex[:]))
	}
	call.Text(schema.CallOutcomeEvidence, o.Evidence.String())
	call.compute(schema.CallObservationCount, o.Count)
	if o.FirstSeen != 0 {
		call.compute(schema.CallFirstObservedAt, o.FirstSeen)
		call.compute(schema.CallLastObservedAt, o.LastSeen)
	}
}

// sortChildren orders each call's children by time, then by the vendor's id, then as they came, and numbers them.
func sortChildren(o *Observation) {
	for _, s := range [...]struct {
		table  schema.ID
		at, id int
	}{
		{schema.QueueEntries, schema.EntryEnteredAt, -1},
		{schema.Agents, schema.AgentStartedAt, schema.AgentID},
		{schema.Transfers, schema.TransferCreatedAt, schema.TransferID},
		{schema.Participants, schema.ParticipantConnectedAt, schema.ParticipantID},
		{schema.Media, -1, schema.MediaID},
		{schema.Events, schema.EventOccurredAt, -1},
	} {
		if rows := &o.Children[s.table]; rows.Len() > 1 {
			rows.sort(func(a, b Row) bool { return childLess(a, b, s.at, s.id) })
		}
	}
}

func childLess(a, b Row, at, id int) bool {
	if at >= 0 {
		if x, y := a[at], b[at]; x.State == Absent != (y.State == Absent) {
			return x.State != Absent
		} else if c := cmp.Compare(x.Num, y.Num); c != 0 {
			return c < 0
		}
	}
	if id >= 0 {
		return compareIDs(a[id].Text, b[id].Text) < 0
	}
	return eventRank(a[schema.EventName].Text) < eventRank(b[schema.EventName].Text) && len(a) == len(schema.Get(schema.Events).Fields)
}

// compareIDs orders ids that are numbers by value, others by length and text.
func compareIDs(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}
