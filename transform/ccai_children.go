package transform

import (
	"strconv"
	"strings"
	"time"

	"callmart/transform/schema"
	"callmart/transform/tape"
)

// nested reads the keys that hold objects and arrays; false for keys that have no table or column.
func (c *ccai) nested(r *Reader, key tape.Key, v tape.Value) bool {
	switch key {
	case keyMenuPath:
		c.facts.menu = c.menu(r, v, c.facts.menu)
	case keySelectedMenu:
		r.object(v, func(r *Reader, k tape.Key, v tape.Value) bool {
			switch k {
			case keyID:
				c.facts.menuID, _ = v.Scalar()
			case keyName:
				c.facts.selected = v.Text()
				return c.facts.selected != ""
			default:
				return false
			}
			return true
		})
	case keyAgentInfo:
		c.facts.agentInfo = v
		c.note(v)
		r.o.extra.put(v)
	case keyEndUser:
		r.object(v, func(r *Reader, k tape.Key, v tape.Value) bool {
			switch k {
			case keyID:
				r.id(r.o.Call, schema.CallContactID, v)
			case keyIdentifier:
				var ok bool
				c.facts.identifier, ok = v.Scalar()
				return ok
			default:
				return false
			}
			return true
		})
	case keyPhotos:
		r.each(v, schema.Media, c.fields.photo)
	case keyVideos:
		r.each(v, schema.Media, c.fields.video)
	case keyRecordings:
		r.each(v, schema.Media, ccaiRecording)
	case keyParticipants:
		r.each(v, schema.Participants, c.fields.participant)
	case keyTransfers:
		r.each(v, schema.Transfers, c.fields.transfer)
	case keyEscalations:
		r.each(v, schema.Transfers, c.fields.escalation)
	case keyQueueDurations:
		c.facts.hasQueues = !v.Empty()
		r.each(v, schema.QueueEntries, c.fields.queue)
	case keyHandleDurations:
		c.facts.hasHandles = !v.Empty()
		r.elements(v, func(e tape.Value) { c.handle(r, e) })
	case keyVirtualAgentHandleDurations:
		c.facts.virtual = c.facts.virtual || !v.Empty()
		r.each(v, schema.Agents, c.fields.virtual)
	case keyConsumerInMenuDurations:
		r.elements(v, func(e tape.Value) { inMenu(r, e) })
	case keyConsumerEventDurations:
		r.each(v, schema.Events, ccaiEvent)
	case keyDeflectionDetails:
		r.each(v, schema.Events, ccaiDeflection)
	case keyDispositions:
		r.elements(v, func(e tape.Value) { c.disposition(r, e) })
	default:
		return false
	}
	return true
}

// menu reads {items_count, name, materialized_path} and returns the name; the rest goes to extra.
func (*ccai) menu(r *Reader, v tape.Value, old string) string {
	name := old
	r.object(v, func(_ *Reader, k tape.Key, v tape.Value) bool {
		if k == keyName && v.Text() != "" {
			name = v.Text()
			return true
		}
		return false
	})
	return name
}

// note remembers an agent that the payload names.
func (c *ccai) note(v tape.Value) (id, name string) {
	var first, last, email string
	for m := v.Members(); m.Next(); {
		switch m.ID() {
		case keyID:
			id, _ = m.Value().Scalar()
		case keyName:
			name = m.Value().Text()
		case keyFirstName:
			first = m.Value().Text()
		case keyLastName:
			last = m.Value().Text()
		case keyEmail:
			email = m.Value().Text()
		}
	}
	if id == "0" {
		id = ""
	}
	if name == "" {
		name = strings.TrimSpace(first + " " + last)
	}
	if id != "" && name != "" {
		c.people = append(c.people, person{id, name, email})
	}
	return id, name
}

// names fills in the names of agents that are known by id only.
func (c *ccai) names(r *Reader) {
	for _, t := range [...]struct {
		table    schema.ID
		id, name int
	}{{schema.Agents, schema.AgentID, schema.AgentName}, {schema.QueueEntries, schema.EntryAgentID, schema.EntryAgentName}} {
		rows := &r.o.Children[t.table]
		for i := range rows.Len() {
			row := rows.At(i)
			if t.table == schema.Agents && row[schema.AgentType].Text == "virtual_agent" {
				continue
			}
			for _, p := range c.people {
				if p.id == row[t.id].Text && !row.Has(t.name) {
					row.Text(t.name, p.name)
					if t.table == schema.Agents {
						row.Text(schema.AgentEmail, p.email)
					}
				}
			}
		}
	}
}

func ccaiPicture(kind string) field {
	return func(r *Reader, row Row, key tape.Key, v tape.Value) bool {
		row.Text(schema.MediaKind, kind)
		switch key {
		case keyID:
			r.id(row, schema.MediaID, v)
		case keyURL:
			r.text(row, schema.MediaURL, v)
		default:
			return false
		}
		return true
	}
}

func ccaiRecording(r *Reader, row Row, key tape.Key, v tape.Value) bool {
	row.Text(schema.MediaKind, "recording")
	switch key {
	case keyID:
		r.id(row, schema.MediaID, v)
	case keyURL, keyRecordingURL:
		r.text(row, schema.MediaURL, v)
	case keyDuration:
		r.seconds(row, schema.MediaDuration, v)
	case keyRecordingType:
		if strings.Contains(v.Text(), "voicemail") {
			row.Text(schema.MediaKind, "voicemail")
		}
		return false
	default:
		return false
	}
	return true
}

// inMenu adds up the time in menus.
func inMenu(r *Reader, e tape.Value) {
	for m := e.Members(); m.Next(); {
		if m.ID() == keyDuration {
			if ms, ok := milliseconds(m.Value()); ok {
				r.o.Call.Int(schema.CallIVR, r.o.Call[schema.CallIVR].Num+ms)
				continue
			}
		}
		r.o.extra.put(m.Value())
	}
}

func ccaiEvent(r *Reader, row Row, key tape.Key, v tape.Value) bool {
	switch key {
	case keyType:
		r.text(row, schema.EventName, v)
	case keyEvent:
		r.text(row, schema.EventStatus, v)
	case keyStartedAt:
		r.instant(row, schema.EventOccurredAt, v)
	default:
		return false
	}
	return true
}

func ccaiDeflection(r *Reader, row Row, key tape.Key, v tape.Value) bool {
	row.Text(schema.EventName, "deflection")
	switch key {
	case keyDeflection:
		r.text(row, schema.EventStatus, v)
	case keyCallID:
	default:
		return false
	}
	return true
}

// disposition takes the first one for the call; all that follow stay in extra.
func (c *ccai) disposition(r *Reader, e tape.Value) {
	taken := c.facts.disposition
	c.facts.disposition = true
	for m := e.Members(); m.Next(); {
		key, v := m.ID(), m.Value()
		switch {
		case taken:
			r.o.extra.put(v)
		case key == keyCode:
			r.text(r.o.Call, schema.CallDispositionCode, v)
		case key == keyNote:
			r.text(r.o.Call, schema.CallDispositionNote, v)
		case key == keyUjetCodeID:
			r.id(r.o.Call, schema.CallDispositionID, v)
		default:
			r.o.extra.put(v)
		}
	}
}

func instantText(us int64) string { return time.UnixMicro(us).UTC().Format(time.RFC3339Nano) }

func appendSeconds(dst []byte, ms int64) []byte {
	return strconv.AppendFloat(dst, float64(ms)/1000, 'f', -1, 64)
}
