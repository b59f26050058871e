package transform

import (
	"strconv"
	"strings"

	"callmart/extract/raw"
	"callmart/transform/schema"
	"callmart/transform/tape"
)

// nectar reads Nectar Desk: the body of its call webhooks, and the body of GET /calls/{id}.
// The two spell most fields differently, and `type` is the direction in one and the outcome in the other.
type nectar struct{}

// nectarWord reads the outcome words of REST `type` and of what follows the ring group in `sub_type`.
func nectarWord(word string, inbound bool) (string, bool) {
	switch fold(word) {
	case "ANSWERED", "HANDLED":
		return "answered", true
	case "ABANDONED":
		return "abandoned", true
	case "VOICEMAIL":
		return "voicemail", true
	case "NOTANSWERED":
		if inbound {
			return "missed", true
		}
		return "no_answer", true
	}
	return "", false
}

// plainDirection reads the words that mean what they say.
func plainDirection(folded string) string {
	switch folded {
	case "INBOUND":
		return "inbound"
	case "OUTBOUND":
		return "outbound"
	case "INTERNAL":
		return "internal"
	}
	return ""
}

// split takes {"calls": {...}} and {"calls": [...]} apart.
func (nectar) split(body tape.Value, items []tape.Value) []tape.Value {
	if calls := body.Get("calls"); calls.Kind() != tape.Missing {
		body = calls
	}
	if body.Kind() == tape.Null {
		return items
	}
	return appendRecords(items, body)
}

// nectarFacts are what several keys say together about the outcome.
type nectarFacts struct {
	event       string
	rest        bool
	abandoned   bool
	answered    bool
	notAnswered bool // is_answered says so
	ended       bool
	subType     string
	restType    string
}

func (n nectar) read(r *Reader, v tape.Value) Verdict {
	var f nectarFacts
	known := false // any key that only a call has
	for m := v.Members(); m.Next(); {
		switch m.Key() {
		case "is_inbound", "started_at", "all_agents":
			f.rest, known = true, true
		case "startedDate", "talkTime", "sub_type", "call_type", "abandoned":
			known = true
		}
	}
	if !known {
		if !v.Get("message").Empty() || !v.Get("error").Empty() || !v.Get("errors").Empty() {
			return Verdict{Ignored, ReasonErrorBody, ""}
		}
		return Verdict{Quarantined, ReasonNotACall, "no key of a Nectar Desk call"}
	}
	call := r.o.Call
	r.o.Detail = 1
	call.Text(schema.CallPayloadKind, "webhook")
	if f.rest {
		r.o.Detail, r.o.Origin = 2, raw.API
		call.Text(schema.CallPayloadKind, "rest")
	} else if f.event = r.event(); f.event != "" {
		f.event = snake(f.event)
		call.Text(schema.CallEvent, f.event)
	}
	r.phones.text = "" // it lay in the payload before
	for m := v.Members(); m.Next(); {
		n.field(r, &f, m.Key(), m.Value())
	}
	n.numbers(r, v)
	n.finish(r, &f)
	return Verdict{}
}

// field reads one key. The keys of both shapes stand side by side, so that one list serves both.
func (n nectar) field(r *Reader, f *nectarFacts, key string, v tape.Value) {
	call := r.o.Call
	switch key {
	case "id":
		r.text(call, schema.CallID, key, v)
	case "original_call_id":
		r.id(call, schema.CallParentID, key, v)
	case "type":
		if f.rest {
			f.restType = v.Text()
			r.text(call, schema.CallRawType, key, v)
		} else {
			r.direction(v.Text(), plainDirection)
			if !call.Has(schema.CallDirection) {
				r.o.extra.put(key, v)
			}
		}
	case "is_inbound":
		if inbound, ok := boolean(v); ok {
			call.Text(schema.CallDirection, either(inbound, "inbound", "outbound"))
		} else {
			r.wrong(key, v)
		}
	case "call_type":
		r.text(call, schema.CallRawType, key, v)
	case "sub_type":
		f.subType = v.Text()
		r.text(call, schema.CallRawReason, key, v)
	case "startedDate", "started_at":
		r.instant(call, schema.CallStartedAt, key, v)
	case "endedDate":
		r.instant(call, schema.CallEndedAt, key, v)
		f.ended = f.ended || call.Has(schema.CallEndedAt)
	case "is_ended":
		ended, ok := boolean(v)
		if !ok {
			r.wrong(key, v)
		}
		f.ended = f.ended || ended
	case "duration":
		r.seconds(call, schema.CallDuration, key, v)
	case "talkTime", "talk_time":
		r.seconds(call, schema.CallTalk, key, v)
	case "waitingTime", "waiting_time":
		r.seconds(call, schema.CallWait, key, v)
	case "abandoned":
		if b, ok := boolean(v); ok {
			f.abandoned = b
		} else {
			r.wrong(key, v)
		}
	case "is_answered":
		if b, ok := boolean(v); ok {
			f.answered, f.notAnswered = b, !b
		} else {
			r.wrong(key, v)
		}
	case "requested_callback":
		r.bool(call, schema.CallCallbackRequested, key, v)
	case "is_answered_within_sla":
		r.bool(call, schema.CallVendorSLAMet, key, v)
	case "ringGroup", "ring_group":
		n.named(r, key, v, schema.CallQueueID, schema.CallQueue)
	case "campaign":
		n.named(r, key, v, schema.CallCampaignID, schema.CallCampaign)
	case "ivr":
		n.named(r, key, v, schema.CallIVRID, schema.CallIVRName)
	case "disposition":
		n.disposition(r, key, v)
	case "tags":
		r.tags(key, v)
	case "contact":
		n.contact(r, key, v)
	case "number", "external_numbers":
		// numbers reads them once the direction is known.
	case "transfer_details":
		n.transfer(r, key, v)
	case "agents", "all_agents", "answered_agents":
		n.agents(r, key, v)
	case "call_recordings", "recordings":
		n.recordings(r, key, v)
	default:
		r.o.extra.put(key, v)
	}
}

// named reads {id, name}, or a bare name.
func (nectar) named(r *Reader, key string, v tape.Value, id, name int) {
	if v.Kind() != tape.Object {
		r.text(r.o.Call, name, key, v)
		return
	}
	r.o.extra.object(key)
	for m := v.Members(); m.Next(); {
		switch m.Key() {
		case "id":
			r.id(r.o.Call, id, "id", m.Value())
		case "name":
			r.text(r.o.Call, name, "name", m.Value())
		default:
			r.o.extra.put(m.Key(), m.Value())
		}
	}
	r.o.extra.end()
}

func (nectar) disposition(r *Reader, key string, v tape.Value) {
	if v.Kind() != tape.Object {
		r.wrong(key, v)
		return
	}
	r.o.extra.object(key)
	for m := v.Members(); m.Next(); {
		switch m.Key() {
		case "id":
			r.id(r.o.Call, schema.CallDispositionID, "id", m.Value())
		case "code":
			r.text(r.o.Call, schema.CallDispositionCode, "code", m.Value())
		case "note":
			r.text(r.o.Call, schema.CallDispositionNote, "note", m.Value())
		default:
			r.o.extra.put(m.Key(), m.Value())
		}
	}
	r.o.extra.end()
}

// finish draws what follows from several keys of the payload.
func (n nectar) finish(r *Reader, f *nectarFacts) {
	call := r.o.Call
	call.Bool(schema.CallIsFinal, f.ended)
	// "(Support)Handled": the ring group, and the outcome after it.
	group, word := nectarSubType(f.subType)
	call.DeriveText(schema.CallQueue, group)
	if f.event != "" {
		row := r.o.Children[schema.Events].Add()
		row.Text(schema.EventName, f.event)
		if at := r.env.receivedAt(r); at != 0 {
			row.Int(schema.EventReceivedAt, at)
		}
		if c := call[schema.CallEndedAt]; c.State != Absent {
			row.Derive(schema.EventOccurredAt, c.Num)
		}
		row.Text(schema.EventStatus, f.subType)
	}

	n.outcome(r, f, word)
	n.contradictions(r, f)
}

// nectarSubType takes "(Support)Handled" apart.
func nectarSubType(s string) (group, word string) {
	if group, rest, found := strings.Cut(s, ")"); found && strings.HasPrefix(group, "(") {
		return group[1:], rest
	}
	return "", s
}

// contradictions keeps in extra what the payload says against its outcome.
func (nectar) contradictions(r *Reader, f *nectarFacts) {
	answered := r.o.Call[schema.CallOutcome].Text == "answered"
	if f.notAnswered && answered || f.answered && !answered {
		r.o.extra.add("is_answered", strconv.AppendBool(nil, f.answered))
	}
	if f.abandoned && r.o.Call[schema.CallOutcome].Text != "abandoned" {
		r.o.extra.add("abandoned", []byte("1"))
	}
}

// outcome reads event, then abandoned = 1, then is_answered, then the words of type and sub_type.
func (nectar) outcome(r *Reader, f *nectarFacts, word string) {
	inbound := r.o.Call[schema.CallDirection].Text == "inbound"
	if inbound && strings.Contains(f.event, "voicemail") {
		r.o.outcome("voicemail", ExplicitEvent, ruleEventVoicemail)
		return
	}
	if inbound && strings.Contains(f.event, "abandoned") {
		r.o.outcome("abandoned", ExplicitEvent, ruleEventAbandoned)
		return
	}
	if r.configured() {
		return
	}
	outcome, ok := nectarWord(word, inbound)
	rule := ruleSubType
	if !ok {
		outcome, ok = nectarWord(f.restType, inbound)
		rule = ruleType
	}
	switch {
	case f.abandoned && inbound:
		r.o.outcome("abandoned", SpecificStatus, ruleAbandonedFlag)
	case f.answered && f.ended:
		r.o.outcome("answered", SpecificStatus, ruleAnsweredFlag)
	case ok && (f.ended || word != ""):
		r.o.outcome(outcome, SpecificStatus, rule)
	default:
		r.pending()
	}
}
