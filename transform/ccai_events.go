package transform

import (
	"strings"

	"callmart/extract/raw"
	"callmart/transform/schema"
	"callmart/transform/tape"
)

// sessionID finds the call of an event: the page with the events' fields could be read in part only, so several names
// are taken.
func sessionID(v tape.Value) (id, key string) {
	for _, key := range [...]string{"call_id", "session_id", "id"} {
		if s, ok := v.Get(key).Scalar(); ok && s != "" {
			return s, key
		}
	}
	s, _ := v.Get("session").Get("id").Scalar()
	return s, "session"
}

// readSessionEvent reads an external session event, which comes in {count, events: [...]}: it has an event_id and says
// how far a session is. The same session is sent many times, each time with more. An event is an observation with few
// fields. What it says of participants and queues stays in
// extra, since the metadata file says the same in full.
func readSessionEvent(r *Reader, v tape.Value) {
	call := r.o.Call
	r.o.Origin, r.o.Dateless = raw.Webhook, true
	call.Text(schema.CallPayloadKind, "session_event")
	id, idKey := sessionID(v)
	call.Text(schema.CallID, id)
	row := r.o.Children[schema.Events].Add()
	for m := v.Members(); m.Next(); {
		k, v := m.Key(), m.Value()
		switch {
		case k == idKey && k != "session":
		case k == "event_id":
			r.text(row, schema.EventRequestID, v)
		case k == "timestamp":
			sessionTime(r, row, v)
		case k == "type" || k == "event" || k == "event_type":
			r.text(row, schema.EventName, v)
		case k == "status":
			r.text(row, schema.EventStatus, v)
		case k == "initiator":
			r.text(row, schema.EventDetail, v)
		case k == "created_at" || k == "started_at":
			r.instant(call, schema.CallStartedAt, v)
		case k == "queued_at":
			r.instant(call, schema.CallQueuedAt, v)
		case k == "ends_at":
			r.instant(call, schema.CallEndedAt, v)
		case k == "dispositions" && v.Kind() == tape.Object:
			sessionDisposition(r, k, v)
		default:
			r.o.extra.put(v)
		}
	}
	if !row.Has(schema.EventName) {
		row.Text(schema.EventName, "session_event")
	}
	if c := row[schema.EventOccurredAt]; c.State != Absent {
		call.Int(schema.CallVendorUpdatedAt, c.Num)
	}
	call.Text(schema.CallEvent, row[schema.EventName].Text)
	if call.Has(schema.CallStartedAt) {
		r.o.Dateless = false
	}
	if call.Has(schema.CallEndedAt) || strings.Contains(fold(row[schema.EventName].Text), "FINAL") {
		call.Bool(schema.CallIsFinal, true)
	}
	r.pending()
}

// sessionTime reads milliseconds since 1970, or a time as text.
func sessionTime(r *Reader, row Row, v tape.Value) {
	if ms, ok := v.Int(); ok && ms > 1e11 {
		row.Int(schema.EventOccurredAt, ms*1000)
		r.o.newest = max(r.o.newest, ms*1000)
		return
	}
	r.instant(row, schema.EventOccurredAt, v)
}

func sessionDisposition(r *Reader, key string, v tape.Value) {
	r.object(v, func(r *Reader, _ tape.Key, v tape.Value) bool {
		switch k := v.Name(); {
		case k == "code":
			r.text(r.o.Call, schema.CallDispositionCode, v)
		case k == "note":
			r.text(r.o.Call, schema.CallDispositionNote, v)
		case strings.HasSuffix(k, "code_id"):
			r.id(r.o.Call, schema.CallDispositionID, v)
		default:
			return false
		}
		return true
	})
}
