package transform

import (
	"strings"

	"callmart/transform/schema"
	"callmart/transform/tape"
)

// whippy reads Whippy's call.started, call.ended and call.analyzed. It says nothing of waits and durations, and a
// human's call looks like a virtual agent's, so its calls never feed a rate.
type whippy struct{}

func (whippy) split(body tape.Value, items []tape.Value) []tape.Value {
	return appendRecords(items, body)
}

func (w whippy) read(r *Reader, v tape.Value) Verdict {
	data := v.Get("data")
	if data.Kind() != tape.Object {
		if !v.Get("error").Empty() || !v.Get("errors").Empty() || !v.Get("message").Empty() {
			return Verdict{Ignored, ReasonErrorBody, ""}
		}
		return Verdict{Quarantined, ReasonNotACall, "no data object of a Whippy event"}
	}
	event := v.Get("event").Text()
	if event == "" {
		event = r.event()
	}
	if event != "" && !strings.HasPrefix(event, "call") {
		return Verdict{Ignored, ReasonNotACall, event}
	}
	call := r.o.Call
	call.Text(schema.CallEvent, event)
	call.Text(schema.CallPayloadKind, snake(either(event == "", "call", event)))
	r.o.Detail = 1 + eventRank(event)
	row := r.o.Children[schema.Events].Add()
	row.Text(schema.EventName, event)
	for m := v.Members(); m.Next(); {
		switch k, v := m.Key(), m.Value(); k {
		case "data":
			w.data(r, v)
		case "event":
		case "request_id":
			r.text(row, schema.EventRequestID, v)
		default:
			r.o.extra.put(v)
		}
	}
	w.finish(r, row, event)
	return Verdict{}
}

func (w whippy) data(r *Reader, data tape.Value) {
	call := r.o.Call
	for m := data.Members(); m.Next(); {
		switch k, v := m.Key(), m.Value(); k {
		case "id":
			r.id(call, schema.CallID, v)
		case "from":
			w.number(r, schema.CallFromNumber, k, v)
		case "to":
			w.number(r, schema.CallToNumber, k, v)
		case "body":
			r.text(call, schema.CallTranscript, v)
		case "direction":
			r.direction(v.Text(), plainDirection)
			if !call.Has(schema.CallDirection) {
				r.o.extra.put(v)
			}
		case "channel_id":
			r.id(call, schema.CallQueueID, v)
		case "contact_id":
			r.id(call, schema.CallContactID, v)
		case "conversation_id":
			r.id(call, schema.CallConversationID, v)
		case "campaign_id":
			r.id(call, schema.CallCampaignID, v)
		case "language":
			r.text(call, schema.CallLanguage, v)
		case "created_at":
			r.instant(call, schema.CallStartedAt, v)
		case "updated_at":
			r.instant(call, schema.CallVendorUpdatedAt, v)
		case "delivery_status":
			r.text(call, schema.CallRawStatus, v)
		case "type":
			r.text(call, schema.CallRawType, v)
		case "user_id":
			w.user(r, k, v)
		case "attachments":
			w.attachments(r, k, v)
		default:
			r.o.extra.put(v)
		}
	}
}

func (whippy) number(r *Reader, col int, key string, v tape.Value) {
	if s, ok := v.Scalar(); ok {
		r.phone(r.o.Call, col, key, s)
		return
	}
	r.wrong(v)
}

// user is the human whose call it is; calls of a virtual agent have none.
func (whippy) user(r *Reader, key string, v tape.Value) {
	if v.Empty() {
		return
	}
	row := r.o.Children[schema.Agents].Add()
	r.id(row, schema.AgentUserID, v)
	row.Text(schema.AgentID, row[schema.AgentUserID].Text)
	row.DeriveText(schema.AgentType, "agent")
}

// attachments are objects, or bare addresses.
func (whippy) attachments(r *Reader, key string, v tape.Value) {
	if v.Kind() != tape.Array {
		r.wrong(v)
		return
	}
	rows := &r.o.Children[schema.Media]
	rows.Reset()
	r.o.extra.array(v)
	for e := v.Elements(); e.Next(); {
		row := rows.Add()
		r.o.extra.element()
		if s, ok := e.Value().Scalar(); ok {
			row.Text(schema.MediaURL, s)
		}
		for m := e.Value().Members(); m.Next(); {
			switch k, v := m.Key(), m.Value(); k {
			case "content_type":
				r.text(row, schema.MediaContentType, v)
			case "agent_id":
				r.id(row, schema.MediaAgentID, v)
			case "url":
				r.text(row, schema.MediaURL, v)
			case "id":
				r.id(row, schema.MediaID, v)
			default:
				r.o.extra.put(v)
			}
		}
		row.Text(schema.MediaKind, whippyMedia(row[schema.MediaURL].Text, row[schema.MediaContentType].Text))
		r.o.extra.endElement()
	}
	r.o.extra.endArray()
}

// whippyMedia tells the kind from the file's name, else from its type.
func whippyMedia(url, contentType string) string {
	path, _, _ := strings.Cut(url, "?")
	switch name := path[strings.LastIndexByte(path, '/')+1:]; {
	case strings.HasPrefix(name, "analysis"):
		return "analysis"
	case strings.HasPrefix(name, "transcript"):
		return "transcript"
	case strings.HasPrefix(name, "recording"), strings.HasPrefix(contentType, "audio/"):
		return "recording"
	}
	return ""
}

func (w whippy) finish(r *Reader, row Row, event string) {
	call := r.o.Call
	rank := eventRank(event)
	final := rank != 1 && event != ""
	call.Bool(schema.CallIsFinal, final)
	customer := schema.CallFromNumber
	if call[schema.CallDirection].Text == "outbound" {
		customer = schema.CallToNumber
	}
	call.DeriveText(schema.CallCustomerNumber, call[customer].Text)
	row.Text(schema.EventStatus, call[schema.CallRawStatus].Text)
	if at := r.env.receivedAt(r); at != 0 {
		row.Int(schema.EventReceivedAt, at)
	}
	if c := call[schema.CallVendorUpdatedAt]; c.State != Absent {
		row.Int(schema.EventOccurredAt, c.Num)
	}
	turns(r.o, call[schema.CallTranscript].Text)
	status := call[schema.CallRawStatus].Text
	state, reason, _ := strings.Cut(status, ".")
	call.Text(schema.CallDisconnectedBy, whippyParty(reason))
	if r.configured() {
		return
	}
	switch {
	case !final || state == "call_in_progress" && rank < 2:
		r.o.outcome("in_progress", InProgress)
	case strings.Contains(reason, "voicemail"):
		r.o.outcome("voicemail", SpecificStatus)
	case strings.HasPrefix(reason, "dial_busy"):
		r.o.outcome("busy", SpecificStatus)
	case strings.HasPrefix(reason, "dial_no_answer"):
		r.o.outcome("no_answer", SpecificStatus)
	case strings.HasPrefix(reason, "dial_failed"), strings.HasPrefix(reason, "invalid_destination"), strings.HasPrefix(reason, "sip_"), strings.HasPrefix(reason, "telephony_"):
		r.o.outcome("failed", SpecificStatus)
	default:
		if state != "call_completed" {
			r.o.outcome("unknown", NoEvidence)
			return
		}
		// The word is known, but whether a human, a virtual agent or a voicemail took the call, it does not say.
		r.o.outcome("unknown", SpecificStatus)
	}
}

func whippyParty(reason string) string {
	switch reason {
	case "user_hangup":
		return "end_user"
	case "agent_hangup":
		return "agent"
	}
	return ""
}

// turns cuts a transcript ("Agent: ...\nUser: ...") into speaker turns. A line without a speaker goes on with the
// turn before it.
func turns(o *Observation, transcript string) {
	rows := &o.Children[schema.Utterances]
	rows.Reset()
	for line := range strings.SplitSeq(transcript, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		speaker, text, found := strings.Cut(line, ":")
		if found && speaker != "" && len(speaker) <= 40 && !strings.ContainsAny(speaker, ".?!,") {
			row := rows.Add()
			row.Text(schema.UtteranceSpeaker, strings.TrimSpace(speaker))
			row.Text(schema.UtteranceText, strings.TrimSpace(text))
			continue
		}
		if n := rows.Len(); n > 0 {
			row := rows.At(n - 1)
			row.Text(schema.UtteranceText, strings.TrimSpace(row[schema.UtteranceText].Text+"\n"+line))
			continue
		}
		rows.Add().Text(schema.UtteranceText, strings.TrimSpace(line))
	}
}
