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
func (r *Reader) nectarWord(word string, inbound bool) (string, bool) {
	switch r.fold(word) {
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
look:
	for m := v.Members(); m.Next(); {
		switch m.ID() {
		case keyIsInbound, keyStartedAt, keyAllAgents:
			f.rest, known = true, true
			break look
		case keyStartedDate, keyCamelTalkTime, keySubType, keyCallType, keyAbandoned:
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
	r.later, r.told = r.later[:0], told{}
	r.phones.text = "" // it lay in the payload before
	for m := v.Members(); m.Next(); {
		n.field(r, &f, m.ID(), m.Value())
	}
	n.numbers(r)
	n.finish(r, &f)
	return Verdict{}
}

// field reads one key. The keys of both shapes stand side by side, so that one list serves both.
func (n nectar) field(r *Reader, f *nectarFacts, key tape.Key, v tape.Value) {
	call := r.o.Call
	switch key {
	case keyID:
		r.text(call, schema.CallID, v)
	case keyOriginalCallID:
		r.id(call, schema.CallParentID, v)
	case keyType:
		if f.rest {
			f.restType = v.Text()
			r.text(call, schema.CallRawType, v)
		} else {
			r.direction(v.Text(), plainDirection)
			if !call.Has(schema.CallDirection) {
				r.o.extra.put(v)
			}
		}
	case keyIsInbound:
		if inbound, ok := boolean(v); ok {
			call.Text(schema.CallDirection, either(inbound, "inbound", "outbound"))
		} else {
			r.wrong(v)
		}
	case keyCallType:
		r.text(call, schema.CallRawType, v)
	case keySubType:
		f.subType = v.Text()
		r.text(call, schema.CallRawReason, v)
	case keyStartedDate, keyStartedAt:
		r.instant(call, schema.CallStartedAt, v)
	case keyEndedDate:
		r.instant(call, schema.CallEndedAt, v)
		f.ended = f.ended || call.Has(schema.CallEndedAt)
	case keyIsEnded:
		ended, ok := boolean(v)
		if !ok {
			r.wrong(v)
		}
		f.ended = f.ended || ended
	case keyDuration:
		r.seconds(call, schema.CallDuration, v)
	case keyCamelTalkTime, keyTalkTime:
		r.seconds(call, schema.CallTalk, v)
	case keyCamelWaitingTime, keyWaitingTime:
		r.seconds(call, schema.CallWait, v)
	case keyAbandoned:
		if b, ok := boolean(v); ok {
			f.abandoned = b
		} else {
			r.wrong(v)
		}
	case keyIsAnswered:
		if b, ok := boolean(v); ok {
			f.answered, f.notAnswered = b, !b
		} else {
			r.wrong(v)
		}
	case keyRequestedCallback:
		r.bool(call, schema.CallCallbackRequested, v)
	case keyIsAnsweredWithinSLA:
		r.bool(call, schema.CallVendorSLAMet, v)
	case keyCamelRingGroup, keyRingGroup:
		n.named(r, v, schema.CallQueueID, schema.CallQueue)
	case keyCampaign:
		n.named(r, v, schema.CallCampaignID, schema.CallCampaign)
	case keyIVR:
		n.named(r, v, schema.CallIVRID, schema.CallIVRName)
	case keyDisposition:
		n.disposition(r, v)
	case keyTags:
		r.tags(v)
	case keyContact:
		n.contact(r, v)
	case keyNumber, keyExternalNumbers:
		r.later = append(r.later, later{key, v})
	case keyTransferDetails:
		n.transfer(r, v)
	case keyAgents, keyAllAgents, keyAnsweredAgents:
		n.agents(r, key, v)
	case keyCallRecordings, keyRecordings:
		n.recordings(r, v)
	default:
		r.o.extra.put(v)
	}
}

// named reads {id, name}, or a bare name.
func (nectar) named(r *Reader, v tape.Value, id, name int) {
	if v.Empty() {
		return
	}
	if v.Kind() != tape.Object {
		r.text(r.o.Call, name, v)
		return
	}
	r.o.extra.object(v)
	for m := v.Members(); m.Next(); {
		switch m.ID() {
		case keyID:
			r.id(r.o.Call, id, m.Value())
		case keyName:
			r.text(r.o.Call, name, m.Value())
		default:
			r.o.extra.put(m.Value())
		}
	}
	r.o.extra.end()
}

func (nectar) disposition(r *Reader, v tape.Value) {
	if v.Empty() {
		return
	}
	if v.Kind() != tape.Object {
		r.wrong(v)
		return
	}
	r.o.extra.object(v)
	for m := v.Members(); m.Next(); {
		switch m.ID() {
		case keyID:
			r.id(r.o.Call, schema.CallDispositionID, m.Value())
		case keyCode:
			r.text(r.o.Call, schema.CallDispositionCode, m.Value())
		case keyNote:
			r.text(r.o.Call, schema.CallDispositionNote, m.Value())
		default:
			r.o.extra.put(m.Value())
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
	outcome, ok := r.nectarWord(word, inbound)
	rule := ruleSubType
	if !ok {
		outcome, ok = r.nectarWord(f.restType, inbound)
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
