package transform

import (
	"strings"

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

// callerdeskKey returns the field of a lower-case key, -1 if there is none.
func callerdeskKey(lower []byte) int {
	switch string(lower) {
	case "sourcenumber":
		return cdSource
	case "destinationnumber", "deskphone":
		return cdDestination
	case "dialwhomnumber":
		return cdDialWhom
	case "caller_num":
		return cdCaller
	case "member_num":
		return cdMember
	case "callduration", "total_duration":
		return cdDuration
	case "talkduration", "talk_duration":
		return cdTalk
	case "ringing_duration":
		return cdRinging
	case "coins", "coin_deducted":
		return cdCoins
	case "status", "callresult":
		return cdStatus
	case "callstatus":
		return cdCallStatus
	case "starttime", "startdatetime":
		return cdStart
	case "endtime", "enddatetime":
		return cdEnd
	case "callsid", "sid_id":
		return cdSID
	case "callrecordingurl", "file":
		return cdRecording
	case "direction", "flow_type":
		return cdDirection
	case "campid":
		return cdCampaign
	case "call_group", "group_name":
		return cdGroup
	case "group_id":
		return cdGroupID
	case "receiver_name", "member_name":
		return cdReceiver
	case "error_code":
		return cdError
	case "lega_picked_time":
		return cdLegA
	case "legb_start_time":
		return cdLegBStart
	case "legb_picked_time":
		return cdLegB
	case "type":
		return cdType
	case "key_press", "key_pressed":
		return cdKeys
	case "agent_email":
		return cdAgentEmail
	case "hangup_cause":
		return cdHangup
	case "contact_id":
		return cdContactID
	case "caller_name":
		return cdCallerName
	}
	return -1
}

// split takes list and live responses apart.
func (*callerdesk) split(body tape.Value, items []tape.Value) []tape.Value {
	list := body
	if body.Kind() == tape.Object {
		for m := body.Members(); m.Next(); {
			if k := m.Key(); (k == "result" || k == "live_calls") && m.Value().Kind() == tape.Array {
				list = m.Value()
			}
		}
	}
	return appendRecords(items, list)
}

func (c *callerdesk) read(r *Reader, v tape.Value) Verdict {
	clear(c.fields[:])
	var lower [32]byte
	for m := v.Members(); m.Next(); {
		key := m.Key()
		field := -1
		if len(key) <= len(lower) {
			field = callerdeskKey(toLower(lower[:], key))
		}
		if field < 0 {
			r.o.extra.put(m.Value())
			continue
		}
		if k := m.Value().Kind(); k == tape.Object || k == tape.Array {
			r.wrong(m.Value())
			continue
		}
		// The same key again wins, the same key in another case loses.
		if f := &c.fields[field]; f.key == "" || f.key == key {
			*f = callerdeskField{key, m.Value()}
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

func toLower(buf []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[i] = c
	}
	return buf[:len(s)]
}

// text returns a field's text, "" where it is absent or a word for nothing.
func (c *callerdesk) text(field int) string {
	s, _ := c.fields[field].value.Scalar()
	switch s = strings.TrimSpace(s); s {
	case "Not Assigned", "null", "NULL", "N/A":
		return ""
	}
	return s
}

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
