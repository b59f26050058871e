package transform

import (
	"net/url"
	"strings"

	"callmart/transform/tape"
)

// envelope is what an archive wrote beside a body: {received_at, event, headers, path, query, body}.
type envelope struct {
	received tape.Value
	event    string
	path     string
	query    tape.Value
}

// unwrap returns the body of an envelope, or the value itself where it is none. An envelope has a body and
// nothing but the keys above, and perhaps url, method and status.
// A body may be a text that holds JSON or a form; without a body the query is one.
func unwrap(v tape.Value, unfold func(string) (tape.Value, bool)) (tape.Value, envelope) {
	var e envelope
	var body tape.Value
	for m := v.Members(); m.Next(); {
		switch m.Key() {
		case "body":
			body = m.Value()
		case "received_at":
			e.received = m.Value()
		case "event":
			e.event = m.Value().Text()
		case "path", "url":
			e.path = m.Value().Text()
		case "query":
			e.query = m.Value()
		case "headers", "method", "status":
		default:
			return v, envelope{}
		}
	}
	if e.event == "" {
		e.event = e.eventOfURL()
	}
	switch body.Kind() {
	case tape.Object, tape.Array:
		return body, e
	case tape.String:
		if inner, ok := unfold(body.Text()); ok {
			return inner, e
		}
	}
	if body.Empty() && e.query.Kind() == tape.Object && !e.query.Empty() && (e.path != "" || e.received.Kind() != tape.Missing) {
		return e.query, e
	}
	if body.Empty() && e.query.Kind() == tape.String {
		if inner, ok := unfold(e.query.Text()); ok {
			return inner, e
		}
	}
	return v, envelope{}
}

// receivedAt returns when the archive received the payload, in microseconds, 0 if it does not say.
func (e *envelope) receivedAt(r *Reader) int64 {
	if e.received.Kind() == tape.Missing {
		return r.rec.ReceivedAt
	}
	newest := r.o.newest // the time of receipt is not one of the payload's times
	at, ok := r.time(e.received, 0)
	r.o.newest = newest
	if !ok {
		return r.rec.ReceivedAt
	}
	return at
}

// eventOfURL finds the event in the query (event) or in the path: vendors whose bodies name none want a URL for each.
func (e *envelope) eventOfURL() string {
	for m := e.query.Members(); m.Next(); {
		if strings.EqualFold(m.Key(), "event") {
			return m.Value().Text()
		}
	}
	for _, text := range [...]string{e.query.Text(), e.path} {
		for part := range strings.FieldsFuncSeq(text, func(c rune) bool { return strings.ContainsRune("/?&=#.", c) }) {
			if plain, err := url.QueryUnescape(part); err == nil {
				part = plain
			}
			if name := eventNamed(part); name != "" {
				return name
			}
		}
	}
	return ""
}

// eventNamed returns the event that a part of a URL names, with or without "call" before it; "" for other parts.
func eventNamed(part string) string {
	switch strings.TrimPrefix(snake(part), "call_") {
	case "ended":
		return "call_ended"
	case "abandoned":
		return "call_abandoned"
	case "overflowed_to_voicemail", "voicemail":
		return "call_overflowed_to_voicemail"
	case "disposition_saved":
		return "call_disposition_saved"
	case "disposition_modified":
		return "call_disposition_modified"
	case "recording_received":
		return "call_recording_received"
	}
	return ""
}

// callID finds the call's id in the query (id, call_id, CallSid) or in the path (/calls/<id>).
func (e *envelope) callID() string {
	for m := e.query.Members(); m.Next(); {
		switch strings.ToLower(m.Key()) {
		case "id", "call_id", "callid", "callsid":
			if s, ok := m.Value().Scalar(); ok {
				return s
			}
		}
	}
	if _, after, found := strings.Cut(e.path, "/calls/"); found {
		if end := strings.IndexAny(after, "/?#"); end >= 0 {
			after = after[:end]
		}
		if id, err := url.PathUnescape(after); err == nil {
			return id
		}
		return after
	}
	return ""
}
