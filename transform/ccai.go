package transform

import (
	"strings"

	"callmart/extract/raw"
	"callmart/transform/schema"
	"callmart/transform/tape"
)

// ccai reads Google CCAI Platform (UJET): the call object of its APIs and the session metadata file, which says
// more: one element per queue entry and per stretch of handling.
type ccai struct {
	marks  ccaiMarks
	people []person // agents that any part of the payload names, to fill in names elsewhere
	facts  ccaiFacts
	fields ccaiFields
}

// ccaiFields are the readers of child elements, made once: a method value made for every call costs an allocation.
type ccaiFields struct {
	photo, video, participant, transfer, escalation, queue, virtual field
}

func newCCAI() *ccai {
	c := &ccai{}
	c.fields = ccaiFields{ccaiPicture("photo"), ccaiPicture("video"), c.participant, c.transfer, c.escalation, c.queue, c.virtualHandle}
	return c
}

type person struct{ id, name, email string }

// ccaiFacts are what several keys say together.
type ccaiFacts struct {
	status, reason string
	sessionType    string
	connected      Cell
	callDuration   Cell
	wait           Cell // queue_duration, else the deprecated wait_duration
	waitTotal      Cell
	support        tape.Value
	outbound       tape.Value
	identifier     string
	deflection     string
	agentInfo      tape.Value
	hasQueues      bool
	hasHandles     bool
	virtual        bool // a virtual agent took part
	disposition    bool
	menuID, menu   string
	selected       string // name of the selected menu
}

// split takes arrays and pages apart.
func (c *ccai) split(body tape.Value, items []tape.Value) []tape.Value {
	c.marks = ccaiLook(body)
	for _, list := range [...]tape.Value{c.marks.calls, c.marks.events} {
		if list.Kind() == tape.Array {
			body = list
			break
		}
	}
	return appendRecords(items, body)
}

func (c *ccai) read(r *Reader, v tape.Value) Verdict {
	if v != c.marks.of {
		c.marks = ccaiLook(v)
	}
	if c.marks.isCustomerFlag() {
		readCustomerFlag(r, v)
		return Verdict{}
	}
	if !c.marks.eventID.Empty() {
		readSessionEvent(r, v)
		return Verdict{}
	}
	if verdict := c.marks.shape(); verdict.Fate != Loaded {
		return verdict
	}
	c.people, c.facts = c.people[:0], ccaiFacts{}
	call := r.o.Call
	call.Text(schema.CallPayloadKind, "call")
	r.o.Detail, r.o.Origin = 1, raw.API
	if c.marks.handles.Kind() != tape.Missing || c.marks.queues.Kind() != tape.Missing {
		call.Text(schema.CallPayloadKind, "metadata_file")
		r.o.Detail = 2
		r.o.Origin = raw.File
	}
	for m := v.Members(); m.Next(); {
		c.field(r, m.ID(), m.Value())
	}
	if c.facts.hasQueues {
		c.kinds(r, c.marks.queues)
	}
	c.finish(r)
	return Verdict{}
}

// kinds takes from the queue entries whether the transfers that led to them were cold or warm.
func (*ccai) kinds(r *Reader, queues tape.Value) {
	transfers := &r.o.Children[schema.Transfers]
	for e := queues.Elements(); e.Next(); {
		id, _ := e.Value().Find(keyTransferID).Scalar()
		if id == "" {
			continue
		}
		cold, known := boolean(e.Value().Find(keyTransferCold))
		for i := 0; known && i < transfers.Len(); i++ {
			if t := transfers.At(i); t[schema.TransferID].Text == id && t[schema.TransferKind].State != Given {
				t.Text(schema.TransferKind, either(cold, "cold", "warm"))
			}
		}
	}
}

// field reads one key of the call.
func (c *ccai) field(r *Reader, key tape.Key, v tape.Value) {
	call, f := r.o.Call, &c.facts
	switch key {
	case keyID:
		r.text(call, schema.CallID, v)
	case keyParentID:
		r.id(call, schema.CallParentID, v)
	case keyCallUUID:
		r.text(call, schema.CallConversationID, v)
	case keyLang:
		r.text(call, schema.CallLanguage, v)
	case keySessionTypeV2, keyCallType, keySessionType:
		c.sessionType(r, key == keySessionTypeV2, v)
	case keyStatus:
		f.status = ccaiWord(v, ccaiStatuses)
		r.text(call, schema.CallRawStatus, v)
	case keyFailReason:
		f.reason = ccaiWord(v, ccaiReasons)
		r.text(call, schema.CallRawReason, v)
	case keyCreatedAt:
		r.instant(call, schema.CallStartedAt, v)
	case keyUpdatedAt:
		r.instant(call, schema.CallVendorUpdatedAt, v)
	case keyQueuedAt:
		r.instant(call, schema.CallQueuedAt, v)
	case keyAssignedAt:
		r.instant(call, schema.CallAssignedAt, v)
	case keyConnectedAt:
		if at, ok := r.time(v, 0); ok {
			f.connected = Cell{Num: at, State: Given}
		} else {
			r.wrong(v)
		}
	case keyEndsAt, keyEndedAt:
		r.instant(call, schema.CallEndedAt, v)
	case keyScheduledAt:
		newest := r.o.newest // a time yet to come says nothing of when the payload was written
		r.instant(call, schema.CallScheduledAt, v)
		r.o.newest = newest
	case keyWaitDuration:
		c.duration(r, &f.waitTotal, v)
	case keyQueueDuration:
		c.duration(r, &f.wait, v)
	case keyCallDuration:
		c.duration(r, &f.callDuration, v)
	case keyHoldDuration:
		r.seconds(call, schema.CallHold, v)
	case keyRating:
		r.float(call, schema.CallRating, v)
	case keyOutTicketID:
		r.text(call, schema.CallTicketID, v)
	case keyOutTicketURL:
		r.text(call, schema.CallTicketURL, v)
	case keyRecordingURL:
		if s := v.Text(); s != "" {
			row := r.o.Children[schema.Media].Add()
			row.Text(schema.MediaKind, "recording")
			row.Text(schema.MediaURL, s)
		} else {
			r.wrong(v)
		}
	case keyRecordingPermission:
		call.Text(schema.CallRecordingPermission, strings.TrimPrefix(v.Text(), "recording_permission_"))
	case keyDisconnectedBy:
		call.Text(schema.CallDisconnectedBy, strings.TrimPrefix(v.Text(), "disconnected_by_"))
	case keyDeflection:
		f.deflection = v.Text()
		r.o.extra.put(v)
	case keySupportNumber, keyOutboundNumber:
		switch _, ok := v.Scalar(); {
		case !ok:
			r.wrong(v)
		case key == keySupportNumber:
			f.support = v
		default:
			f.outbound = v
		}
	default:
		if !c.nested(r, key, v) {
			r.o.extra.put(v)
		}
	}
}

// sessionType prefers the current vocabulary; another spelling that says the same is no news.
func (c *ccai) sessionType(r *Reader, newest bool, v tape.Value) {
	s := v.Text()
	current := &r.o.Call[schema.CallRawType]
	if newest && s != "" {
		if old := current.Text; old != "" && old != s {
			r.o.extra.key("call_type")
			r.o.extra.buf = tape.AppendQuoted(r.o.extra.buf, old)
		}
		r.o.Call.Text(schema.CallRawType, s)
		c.facts.sessionType = s
		return
	}
	switch {
	case current.State == Absent:
		r.text(r.o.Call, schema.CallRawType, v)
		c.facts.sessionType = s
	case current.Text != s:
		r.o.extra.put(v)
	}
}

func (*ccai) duration(r *Reader, into *Cell, v tape.Value) {
	if ms, ok := milliseconds(v); ok {
		*into = Cell{Num: ms, State: Given}
		return
	}
	r.wrong(v)
}

// finish draws what follows from several keys of the payload.
func (c *ccai) finish(r *Reader) {
	call, f := r.o.Call, &c.facts
	c.direction(r)
	call.Bool(schema.CallIsFinal, ccaiTerminal(f.status))
	final := call.True(schema.CallIsFinal)
	c.numbers(r)
	c.queueOfMenu(r)

	// A virtual agent connects before the call is queued, so only what follows the queue is a human's answer.
	if f.connected.State != Absent {
		queued := call[schema.CallQueuedAt]
		if !f.virtual && (queued.State == Absent || f.connected.Num >= queued.Num) {
			call[schema.CallAnsweredAt] = f.connected
		} else {
			r.o.extra.key("connected_at")
			r.o.extra.buf = append(append(append(r.o.extra.buf, '"'), instantText(f.connected.Num)...), '"')
		}
	}
	if final {
		c.waits(r)
		if f.callDuration.State != Absent && !f.hasHandles {
			// Without handle_durations the call's duration, which includes wrap-up, is the best known talk time.
			call.Derive(schema.CallTalk, f.callDuration.Num)
		}
	}
	if f.callDuration.State != Absent && (f.hasHandles || !final && f.callDuration.Num != 0) {
		r.o.extra.key("call_duration")
		r.o.extra.buf = appendSeconds(r.o.extra.buf, f.callDuration.Num)
	}
	c.unused(r, final)
	c.agentOfInfo(r)
	c.names(r)
	c.outcome(r)
}

// queueOfMenu takes the menu the caller chose for the queue, unless queue_durations names the queues: the menu is then
// where the call ended up, and its id is of another space.
func (c *ccai) queueOfMenu(r *Reader) {
	call, f := r.o.Call, &c.facts
	keep := func(key, text string) {
		if text != "" {
			r.o.extra.key(key)
			r.o.extra.buf = tape.AppendQuoted(r.o.extra.buf, text)
		}
	}
	if f.selected != f.menu && f.menu != "" {
		keep("selected_menu_name", f.selected)
	} else {
		f.menu = f.selected
	}
	if f.hasQueues {
		keep("menu_path_name", f.menu)
		keep("selected_menu_id", f.menuID)
		return
	}
	call.Text(schema.CallQueue, f.menu)
	call.Text(schema.CallQueueID, f.menuID)
}

// unused keeps the waits that no column took: of calls that are not over, and beside better ones.
func (c *ccai) unused(r *Reader, final bool) {
	call, f := r.o.Call, &c.facts
	for _, w := range [...]struct {
		key  string
		cell Cell
		used bool
	}{
		{"wait_duration", f.waitTotal, final && call[schema.CallQueueWaitTotal] == f.waitTotal},
		{"queue_duration", f.wait, final && call[schema.CallWait] == f.wait},
	} {
		if w.cell.State != Absent && w.cell.Num != 0 && !w.used {
			r.o.extra.key(w.key)
			r.o.extra.buf = appendSeconds(r.o.extra.buf, w.cell.Num)
		}
	}
}

// waits takes the wait of the first queue entry; wait_duration is that of all of them, so it serves only where
// no transfer could have added to it.
func (c *ccai) waits(r *Reader) {
	call, f := r.o.Call, &c.facts
	if f.hasQueues {
		if f.waitTotal.State != Absent {
			call[schema.CallQueueWaitTotal] = f.waitTotal
		}
		return
	}
	if !call.Has(schema.CallQueuedAt) {
		return
	}
	switch {
	case f.wait.State != Absent:
		call[schema.CallWait] = f.wait
	case f.waitTotal.State != Absent && r.o.Children[schema.Transfers].Len() == 0:
		call[schema.CallWait] = f.waitTotal
	}
	if f.waitTotal.State != Absent {
		call[schema.CallQueueWaitTotal] = f.waitTotal
	}
}

func (c *ccai) direction(r *Reader) {
	r.direction(c.facts.sessionType, func(folded string) string {
		switch {
		case strings.Contains(folded, "OUTBOUND"), strings.Contains(folded, "CAMPAIGN"):
			return "outbound"
		case strings.Contains(folded, "INTERNAL"):
			return "internal"
		case strings.Contains(folded, "INBOUND"), folded == "INCOMINGCALL",
			strings.Contains(folded, "CALLBACK"), strings.Contains(folded, "SCHEDULED"):
			return "inbound" // the customer asked, and waits for an agent
		}
		return ""
	})
	if s := r.fold(c.facts.sessionType); strings.Contains(s, "CALLBACK") || strings.Contains(s, "SCHEDULED") {
		r.o.Call.Bool(schema.CallIsCallback, true)
	}
}

// numbers takes the customer's number from the end user's leg, else from an identifier that is a number.
func (c *ccai) numbers(r *Reader) {
	call, f := r.o.Call, &c.facts
	own, customer := schema.CallToNumber, schema.CallFromNumber
	first, second := f.support, f.outbound
	if call[schema.CallDirection].Text == "outbound" {
		own, customer = customer, own
		first, second = second, first
	}
	for _, v := range [...]tape.Value{first, second} {
		s, ok := v.Scalar()
		switch {
		case !ok || s == "":
		case !call.Has(own):
			r.phone(call, own, either(v == f.support, "support_number", "outbound_number"), s)
		default:
			r.o.extra.put(v)
		}
	}
	parties := &r.o.Children[schema.Participants]
	for i := range parties.Len() {
		if p := parties.At(i); p[schema.ParticipantType].Text == "end_user" && p.Has(schema.ParticipantNumber) {
			call.Text(schema.CallCustomerNumber, p[schema.ParticipantNumber].Text)
			break
		}
	}
	if f.identifier != "" {
		e, ok := r.phones.e164(f.identifier)
		if ok && !call.Has(schema.CallCustomerNumber) {
			call.Text(schema.CallCustomerNumber, e)
		}
		if f.identifier != call[schema.CallCustomerNumber].Text {
			r.o.extra.key("end_user_identifier")
			r.o.extra.buf = tape.AppendQuoted(r.o.extra.buf, f.identifier)
		}
	}
	call.DeriveText(customer, call[schema.CallCustomerNumber].Text)
}
