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
	priority       tape.Value
	transfers      tape.Value
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
		c.priorities(r, c.facts.transfers)
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
			r.o.extra.text("call_type", old)
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
