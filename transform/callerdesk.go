package transform

import (
	"strings"
	"unicode/utf8"

	"callmart/extract/raw"
	"callmart/transform/schema"
	"callmart/transform/tape"
)

// callerdesk reads CallerDesk: call reports, live calls, and rows of call_list_v2. Every value is a text there,
// keys come in any case, and "", "0" and zero dates mean nothing for different fields.
type callerdesk struct {
	fields [numCallerdesk]callerdeskField
}

type callerdeskField struct {
	key   string
	value tape.Value
	text  string // of the value, "" where that says nothing
}

// The fields of all three payloads; where a list row names one differently, both keys mean the same field.
const (
	cdSource = iota
	cdDestination
	cdDialWhom
	cdCaller
	cdMember
	cdDuration
	cdTalk
	cdRinging
	cdCoins
	cdStatus
	cdCallStatus
	cdStart
	cdEnd
	cdSID
	cdRecording
	cdDirection
	cdCampaign
	cdGroup
	cdGroupID
	cdReceiver
	cdError
	cdLegA
	cdLegBStart
	cdLegB
	cdType
	cdKeys
	cdAgentEmail
	cdHangup
	cdContactID
	cdCallerName
	numCallerdesk
)

// The pages' own keys.
const (
	cdResult tape.Key = numCallerdesk + 1 + iota
	cdLiveCalls
)

// callerdeskKeys are the keys in lower case; the number of a field's key is the field's and one.
func callerdeskKeys() map[string]tape.Key {
	return map[string]tape.Key{
		"sourcenumber":      cdSource + 1,
		"destinationnumber": cdDestination + 1,
		"deskphone":         cdDestination + 1,
		"dialwhomnumber":    cdDialWhom + 1,
		"caller_num":        cdCaller + 1,
		"member_num":        cdMember + 1,
		"callduration":      cdDuration + 1,
		"total_duration":    cdDuration + 1,
		"talkduration":      cdTalk + 1,
		"talk_duration":     cdTalk + 1,
		"ringing_duration":  cdRinging + 1,
		"coins":             cdCoins + 1,
		"coin_deducted":     cdCoins + 1,
		"status":            cdStatus + 1,
		"callresult":        cdStatus + 1,
		"callstatus":        cdCallStatus + 1,
		"starttime":         cdStart + 1,
		"startdatetime":     cdStart + 1,
		"endtime":           cdEnd + 1,
		"enddatetime":       cdEnd + 1,
		"callsid":           cdSID + 1,
		"sid_id":            cdSID + 1,
		"callrecordingurl":  cdRecording + 1,
		"file":              cdRecording + 1,
		"direction":         cdDirection + 1,
		"flow_type":         cdDirection + 1,
		"campid":            cdCampaign + 1,
		"call_group":        cdGroup + 1,
		"group_name":        cdGroup + 1,
		"group_id":          cdGroupID + 1,
		"receiver_name":     cdReceiver + 1,
		"member_name":       cdReceiver + 1,
		"error_code":        cdError + 1,
		"lega_picked_time":  cdLegA + 1,
		"legb_start_time":   cdLegBStart + 1,
		"legb_picked_time":  cdLegB + 1,
		"type":              cdType + 1,
		"key_press":         cdKeys + 1,
		"key_pressed":       cdKeys + 1,
		"agent_email":       cdAgentEmail + 1,
		"hangup_cause":      cdHangup + 1,
		"contact_id":        cdContactID + 1,
		"caller_name":       cdCallerName + 1,
		"result":            cdResult,
		"live_calls":        cdLiveCalls,
	}
}

// split takes list and live responses apart.
func (*callerdesk) split(body tape.Value, items []tape.Value) []tape.Value {
	list := body
	if body.Kind() == tape.Object && body.AmongArrays() {
		for m := body.Members(); m.Next(); {
			if k := m.ID(); (k == cdResult || k == cdLiveCalls) && m.Value().Kind() == tape.Array && (m.Key() == "result" || m.Key() == "live_calls") {
				list = m.Value()
			}
		}
	}
	return appendRecords(items, list)
}

func (c *callerdesk) read(r *Reader, v tape.Value) Verdict {
	clear(c.fields[:])
	for m := v.Members(); m.Next(); {
		field := int(m.ID()) - 1
		if field < 0 || field >= numCallerdesk {
			r.o.extra.put(m.Value())
			continue
		}
		if k := m.Value().Kind(); k == tape.Object || k == tape.Array {
			r.wrong(m.Value())
			continue
		}
		// The same key again wins, the same key in another case loses.
		if f, key := &c.fields[field], m.Key(); f.key == "" || f.key == key {
			f.key, f.value = key, m.Value()
			f.text = plainText(f.value)
		} else {
			r.o.extra.put(m.Value())
		}
	}
	if c.fields[cdSID].key == "" {
		if c.text(cdType) == "error" || !v.Get("message").Empty() {
			return Verdict{Ignored, ReasonErrorBody, ""}
		}
		if c.fields[cdStatus].key == "" && c.fields[cdStart].key == "" {
			return Verdict{Quarantined, ReasonNotACall, "no key of a CallerDesk call"}
		}
	}
	c.kind(r)
	c.call(r)
	c.agent(r)
	c.outcome(r)
	return Verdict{}
}

// plainText returns a value's text, "" where it is a word for nothing.
func plainText(v tape.Value) string {
	s, _ := v.Scalar()
	if s == "" {
		return ""
	}
	if first, last := s[0], s[len(s)-1]; first <= ' ' || last <= ' ' || first >= utf8.RuneSelf || last >= utf8.RuneSelf {
		s = strings.TrimSpace(s)
	}
	switch s {
	case "Not Assigned", "null", "NULL", "N/A":
		return ""
	}
	return s
}

// text returns a field's text, "" where it is absent or a word for nothing.
func (c *callerdesk) text(field int) string { return c.fields[field].text }

// name is text for fields in which "0" means nobody.
func (c *callerdesk) name(field int) string {
	if s := c.text(field); s != "0" {
		return s
	}
	return ""
}

// kind tells the three payloads apart: a row of the list by its own keys, a report by what only a call that is
// over has, everything else is a live call.
func (c *callerdesk) kind(r *Reader) {
	call := r.o.Call
	has := func(fields ...int) bool {
		for _, f := range fields {
			if c.fields[f].key != "" {
				return true
			}
		}
		return false
	}
	over := has(cdEnd, cdDuration, cdTalk, cdRecording, cdLegA, cdLegBStart, cdLegB)
	event := c.text(cdType)
	if e := r.event(); e != "" {
		event = e
	}
	switch {
	case strings.EqualFold(c.fields[cdSID].key, "sid_id"):
		call.Text(schema.CallPayloadKind, "list_row")
		r.o.Detail, r.o.Origin = 2, raw.List
		over = true
	case over || fold(event) == "CALLREPORT":
		over = true
		call.Text(schema.CallPayloadKind, "call_report")
		r.o.Detail = 2
		if event == "" {
			event = "call_report"
		}
	default:
		call.Text(schema.CallPayloadKind, "live_call")
		r.o.Detail = 1
		if event == "" {
			event = "live_call"
		}
	}
	call.Bool(schema.CallIsFinal, over)
	call.Text(schema.CallEvent, event)
}

func (c *callerdesk) call(r *Reader) {
	call := r.o.Call
	call.Text(schema.CallID, c.text(cdSID))
	hint := sidEpoch(call[schema.CallID].Text)
	c.instant(r, call, schema.CallStartedAt, cdStart, hint)
	c.instant(r, call, schema.CallEndedAt, cdEnd, hint)
	if start := call[schema.CallStartedAt]; hint != 0 && start.State != Absent && abs(start.Num-hint) > 60*minute {
		r.o.ZoneSuspicions++
	}
	r.o.newest = max(r.o.newest, hint)
	direction := c.text(cdDirection)
	r.direction(direction, func(folded string) string {
		switch folded {
		case "IVR":
			return "inbound"
		case "WEBOBD", "CLICKTOCALL":
			return "outbound"
		}
		return plainDirection(folded)
	})
	call.Text(schema.CallRawType, direction)
	call.Text(schema.CallRawStatus, c.text(cdStatus))
	call.Text(schema.CallRawReason, c.text(cdCallStatus))
	c.seconds(r, schema.CallDuration, cdDuration)
	c.seconds(r, schema.CallTalk, cdTalk)
	if s := c.text(cdCoins); s != "" {
		r.float(call, schema.CallCost, c.fields[cdCoins].value)
	}
	call.Text(schema.CallCampaignID, c.name(cdCampaign))
	call.Text(schema.CallQueue, c.name(cdGroup))
	call.Text(schema.CallQueueID, c.name(cdGroupID))
	call.Text(schema.CallIVRKeys, c.text(cdKeys))
	call.Text(schema.CallContactID, c.name(cdContactID))
	call.Text(schema.CallContactName, c.name(cdCallerName))
	call.Text(schema.CallHangupReason, c.name(cdError))
	if cause := c.text(cdHangup); cause != "" {
		if call.Has(schema.CallHangupReason) {
			r.o.extra.put(c.fields[cdError].value)
		}
		call.Text(schema.CallHangupReason, cause)
	}
	if url := c.name(cdRecording); url != "" {
		row := r.o.Children[schema.Media].Add()
		row.Text(schema.MediaKind, "recording")
		row.Text(schema.MediaURL, url)
	}
	c.numbers(r, hint)
	if queued := call[schema.CallQueuedAt]; queued.State != Absent {
		call.Derive(schema.CallStartedAt, queued.Num)
	}
	if hint != 0 {
		call.Derive(schema.CallStartedAt, hint)
	}
	c.event(r)
}

// event writes down the delivery. A row of the list is none.
func (c *callerdesk) event(r *Reader) {
	call := r.o.Call
	if call[schema.CallPayloadKind].Text == "list_row" {
		return
	}
	row := r.o.Children[schema.Events].Add()
	row.Text(schema.EventName, call[schema.CallPayloadKind].Text)
	row.Text(schema.EventStatus, call[schema.CallRawStatus].Text)
	if at := r.env.receivedAt(r); at != 0 {
		row.Int(schema.EventReceivedAt, at)
	}
	for _, col := range [...]int{schema.CallEndedAt, schema.CallAnsweredAt, schema.CallStartedAt} {
		if at := call[col]; at.State == Given {
			row.Derive(schema.EventOccurredAt, at.Num)
		}
	}
}
