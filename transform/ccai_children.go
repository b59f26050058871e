package transform

import (
	"strconv"
	"strings"
	"time"

	"callmart/transform/schema"
	"callmart/transform/tape"
)

// nested reads the keys that hold objects and arrays; false for keys that have no table or column.
func (c *ccai) nested(r *Reader, key string, v tape.Value) bool {
	switch key {
	case "menu_path":
		c.facts.menu = c.menu(r, key, v, c.facts.menu)
	case "selected_menu":
		r.object(key, v, func(r *Reader, k string, v tape.Value) bool {
			switch k {
			case "id":
				c.facts.menuID, _ = v.Scalar()
			case "name":
				c.facts.selected = v.Text()
				return c.facts.selected != ""
			default:
				return false
			}
			return true
		})
	case "agent_info":
		c.facts.agentInfo = v
		c.note(v)
		r.o.extra.put(key, v)
	case "end_user":
		r.object(key, v, func(r *Reader, k string, v tape.Value) bool {
			switch k {
			case "id":
				r.id(r.o.Call, schema.CallContactID, k, v)
			case "identifier":
				var ok bool
				c.facts.identifier, ok = v.Scalar()
				return ok
			default:
				return false
			}
			return true
		})
	case "photos":
		r.each(key, v, schema.Media, c.fields.photo)
	case "videos":
		r.each(key, v, schema.Media, c.fields.video)
	case "recordings":
		r.each(key, v, schema.Media, ccaiRecording)
	case "participants":
		r.each(key, v, schema.Participants, c.fields.participant)
	case "transfers":
		r.each(key, v, schema.Transfers, c.fields.transfer)
	case "escalations":
		r.each(key, v, schema.Transfers, c.fields.escalation)
	case "queue_durations":
		c.facts.hasQueues = !v.Empty()
		r.each(key, v, schema.QueueEntries, c.fields.queue)
	case "handle_durations":
		c.facts.hasHandles = !v.Empty()
		r.elements(key, v, func(e tape.Value) { c.handle(r, e) })
	case "virtual_agent_handle_durations":
		c.facts.virtual = c.facts.virtual || !v.Empty()
		r.each(key, v, schema.Agents, c.fields.virtual)
	case "consumer_in_menu_durations":
		r.elements(key, v, func(e tape.Value) { inMenu(r, e) })
	case "consumer_event_durations":
		r.each(key, v, schema.Events, ccaiEvent)
	case "deflection_details":
		r.each(key, v, schema.Events, ccaiDeflection)
	case "queue_priority_level":
		c.facts.priority = v
		return false
	case "dispositions":
		r.elements(key, v, func(e tape.Value) { c.disposition(r, e) })
	default:
		return false
	}
	return true
}

// menu reads {items_count, name, materialized_path} and returns the name; the rest goes to extra.
func (*ccai) menu(r *Reader, key string, v tape.Value, old string) string {
	name := old
	r.object(key, v, func(_ *Reader, k string, v tape.Value) bool {
		if k == "name" && v.Text() != "" {
			name = v.Text()
			return true
		}
		return false
	})
	return name
}

// note remembers an agent that the payload names.
func (c *ccai) note(v tape.Value) (id, name string) {
	id, _ = v.Get("id").Scalar()
	if id == "0" {
		id = ""
	}
	name = v.Get("name").Text()
	if name == "" {
		name = strings.TrimSpace(v.Get("first_name").Text() + " " + v.Get("last_name").Text())
	}
	if id != "" && name != "" {
		c.people = append(c.people, person{id, name, v.Get("email").Text()})
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
	return func(r *Reader, row Row, key string, v tape.Value) bool {
		row.Text(schema.MediaKind, kind)
		switch key {
		case "id":
			r.id(row, schema.MediaID, key, v)
		case "url":
			r.text(row, schema.MediaURL, key, v)
		default:
			return false
		}
		return true
	}
}

func ccaiRecording(r *Reader, row Row, key string, v tape.Value) bool {
	row.Text(schema.MediaKind, "recording")
	switch key {
	case "id":
		r.id(row, schema.MediaID, key, v)
	case "url", "recording_url":
		r.text(row, schema.MediaURL, key, v)
	case "duration":
		r.seconds(row, schema.MediaDuration, key, v)
	case "recording_type":
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
		if ms, ok := milliseconds(m.Value()); ok && m.Key() == "duration" {
			r.o.Call.Int(schema.CallIVR, r.o.Call[schema.CallIVR].Num+ms)
		} else {
			r.o.extra.put(m.Key(), m.Value())
		}
	}
}

func ccaiEvent(r *Reader, row Row, key string, v tape.Value) bool {
	switch key {
	case "type":
		r.text(row, schema.EventName, key, v)
	case "event":
		r.text(row, schema.EventStatus, key, v)
	case "started_at":
		r.instant(row, schema.EventOccurredAt, key, v)
	default:
		return false
	}
	return true
}

func ccaiDeflection(r *Reader, row Row, key string, v tape.Value) bool {
	row.Text(schema.EventName, "deflection")
	switch key {
	case "deflection":
		r.text(row, schema.EventStatus, key, v)
	case "call_id":
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
		key, v := m.Key(), m.Value()
		switch {
		case taken:
			r.o.extra.put(key, v)
		case key == "code":
			r.text(r.o.Call, schema.CallDispositionCode, key, v)
		case key == "note":
			r.text(r.o.Call, schema.CallDispositionNote, key, v)
		case key == "ujet_code_id":
			r.id(r.o.Call, schema.CallDispositionID, key, v)
		default:
			r.o.extra.put(key, v)
		}
	}
}

func instantText(us int64) string { return time.UnixMicro(us).UTC().Format(time.RFC3339Nano) }

func appendSeconds(dst []byte, ms int64) []byte {
	return strconv.AppendFloat(dst, float64(ms)/1000, 'f', -1, 64)
}
