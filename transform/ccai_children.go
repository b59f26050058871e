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

func (c *ccai) participant(r *Reader, row Row, key string, v tape.Value) bool {
	switch key {
	case "id":
		r.id(row, schema.ParticipantID, key, v)
	case "type":
		r.text(row, schema.ParticipantType, key, v)
		c.facts.virtual = c.facts.virtual || v.Text() == "virtual_agent"
	case "entry_type":
		r.text(row, schema.ParticipantEntryType, key, v)
	case "status":
		r.text(row, schema.ParticipantStatus, key, v)
	case "user_id":
		r.id(row, schema.ParticipantUserID, key, v)
	case "end_user_id":
		r.id(row, schema.ParticipantEndUserID, key, v)
	case "virtual_agent_id":
		r.id(row, schema.ParticipantVirtualAgentID, key, v)
	case "phone_number":
		if s, ok := v.Scalar(); ok {
			r.phone(row, schema.ParticipantNumber, key, s)
		} else {
			r.wrong(key, v)
		}
	case "first_name", "last_name":
		if s := v.Text(); s != "" {
			row.Text(schema.ParticipantName, strings.TrimSpace(either(key == "last_name", row[schema.ParticipantName].Text+" "+s, s+" "+row[schema.ParticipantName].Text)))
		}
	case "connected_at":
		r.instant(row, schema.ParticipantConnectedAt, key, v)
	case "ended_at":
		r.instant(row, schema.ParticipantEndedAt, key, v)
	case "call_duration":
		r.seconds(row, schema.ParticipantCall, key, v)
	case "hold_duration":
		r.seconds(row, schema.ParticipantHold, key, v)
	case "fail_reason":
		r.text(row, schema.ParticipantFailReason, key, v)
	case "call_id":
		return c.ownID(r, v)
	default:
		return false
	}
	return true
}

// ownID reports whether a value is the call's own id again, which needs no place of its own.
func (*ccai) ownID(r *Reader, v tape.Value) bool {
	id, ok := v.Scalar()
	return ok && id == r.o.Call[schema.CallID].Text
}

func (c *ccai) transfer(r *Reader, row Row, key string, v tape.Value) bool {
	row.DeriveText(schema.TransferKind, "unknown")
	switch key {
	case "id":
		r.id(row, schema.TransferID, key, v)
	case "status":
		r.text(row, schema.TransferStatus, key, v)
	case "fail_reason":
		r.text(row, schema.TransferFailReason, key, v)
	case "created_at":
		r.instant(row, schema.TransferCreatedAt, key, v)
	case "connected_at":
		r.instant(row, schema.TransferConnectedAt, key, v)
	case "wait_duration":
		r.seconds(row, schema.TransferWait, key, v)
	case "call_duration":
		r.seconds(row, schema.TransferTalk, key, v)
	case "from_menu", "from_menu_path":
		row.Text(schema.TransferFromQueue, c.menu(r, key, v, ""))
	case "to_menu", "to_menu_path":
		row.Text(schema.TransferToQueue, c.menu(r, key, v, ""))
	case "from_agent":
		id, name := c.note(v)
		row.Text(schema.TransferFromAgentID, id)
		row.Text(schema.TransferFromAgentName, name)
		return false
	case "to_agent":
		id, name := c.note(v)
		row.Text(schema.TransferToAgentID, id)
		row.Text(schema.TransferToAgentName, name)
		return false
	default:
		return false
	}
	return true
}

func (c *ccai) escalation(r *Reader, row Row, key string, v tape.Value) bool {
	row.Text(schema.TransferKind, "escalation")
	switch key {
	case "escalated_at":
		r.instant(row, schema.TransferConnectedAt, key, v)
		return true
	case "from_virtual_agent":
		c.facts.virtual = true
		return false
	}
	return c.transfer(r, row, key, v)
}

// vendorSLA reads the verdict in the spellings of files and reports.
func vendorSLA(word string) string {
	switch fold(word) {
	case "INSLA", "MET":
		return "in_sla"
	case "NOTINSLA", "OUTSLA", "MISSED":
		return "not_in_sla"
	case "EXCLUDED":
		return "excluded"
	}
	return ""
}

func (c *ccai) queue(r *Reader, row Row, key string, v tape.Value) bool {
	switch key {
	case "agent_id":
		r.id(row, schema.EntryAgentID, key, v)
	case "menu_path_id":
		r.id(row, schema.EntryQueueID, key, v)
	case "menu_path":
		r.text(row, schema.EntryQueue, key, v)
	case "lang":
		r.text(row, schema.EntryLanguage, key, v)
	case "started_at":
		r.instant(row, schema.EntryEnteredAt, key, v)
	case "ended_at":
		r.instant(row, schema.EntryLeftAt, key, v)
	case "queue_duration":
		r.seconds(row, schema.EntryWait, key, v)
	case "transfer":
		r.bool(row, schema.EntryIsTransfer, key, v)
	case "transfer_id":
		r.id(row, schema.EntryTransferID, key, v)
	case "service_level_event":
		if word := vendorSLA(v.Text()); word != "" {
			row.Text(schema.EntryVendorSLA, word)
		} else {
			r.wrong(key, v)
		}
	case "service_level_target_time":
		r.seconds(row, schema.EntryVendorThreshold, key, v)
	case "service_level_target_percent":
		r.float(row, schema.EntryVendorTarget, key, v)
	case "service_level_abandon_time_threshold":
		r.seconds(row, schema.EntryVendorShortAbandon, key, v)
	default:
		return false
	}
	return true
}

// handle reads one stretch of handling. Wrap-up comes as an element of its own, which belongs to the leg before it;
// what else such an element says stays in extra.
func (c *ccai) handle(r *Reader, e tape.Value) {
	if wrapUp, leg := wrapUpOf(r, e); leg != nil {
		leg.Int(schema.AgentWrapUp, leg[schema.AgentWrapUp].Num+wrapUp)
		for m := e.Members(); m.Next(); {
			if m.Key() != "acw_duration" {
				r.o.extra.put(m.Key(), m.Value())
			}
		}
		return
	}
	row := r.o.Children[schema.Agents].Add()
	for m := e.Members(); m.Next(); {
		if !ccaiHandle(r, row, m.Key(), m.Value()) {
			r.o.extra.put(m.Key(), m.Value())
		}
	}
	row.Text(schema.AgentType, "agent")
	row.Bool(schema.AgentWasAnswered, true)
}

// wrapUpOf returns the wrap-up of an element that holds nothing else, and the leg it belongs to: the last one of the
// same agent, menu path and transfer. The leg is nil if the element is a leg of its own.
func wrapUpOf(r *Reader, e tape.Value) (wrapUp int64, leg Row) {
	wrapUp, _ = milliseconds(e.Get("acw_duration"))
	talk, _ := milliseconds(e.Get("call_duration"))
	before, _ := milliseconds(e.Get("bcw_duration"))
	if wrapUp == 0 || talk != 0 || before != 0 {
		return 0, nil
	}
	text := func(key string) string {
		s, _ := e.Get(key).Scalar()
		return s
	}
	legs := &r.o.Children[schema.Agents]
	for i := legs.Len() - 1; i >= 0; i-- {
		leg := legs.At(i)
		if leg[schema.AgentType].Text == "agent" && leg[schema.AgentID].Text == text("agent_id") &&
			leg[schema.AgentQueue].Text == text("menu_path") && leg[schema.AgentTransferID].Text == text("transfer_id") {
			return wrapUp, leg
		}
	}
	return 0, nil
}

func ccaiHandle(r *Reader, row Row, key string, v tape.Value) bool {
	switch key {
	case "agent_id":
		r.id(row, schema.AgentID, key, v)
	case "call_duration":
		r.seconds(row, schema.AgentTalk, key, v)
	case "hold_duration":
		r.seconds(row, schema.AgentHold, key, v)
	case "acw_duration":
		r.seconds(row, schema.AgentWrapUp, key, v)
	case "bcw_duration":
		r.seconds(row, schema.AgentBeforeCall, key, v)
	case "assigned_connection_duration":
		r.seconds(row, schema.AgentRing, key, v)
	case "menu_path":
		r.text(row, schema.AgentQueue, key, v)
	case "barged":
		r.bool(row, schema.AgentBarged, key, v)
	case "transfer":
		r.bool(row, schema.AgentIsTransfer, key, v)
	case "transfer_id":
		r.id(row, schema.AgentTransferID, key, v)
	case "started_at":
		r.instant(row, schema.AgentStartedAt, key, v)
	case "ended_at":
		r.instant(row, schema.AgentEndedAt, key, v)
	default:
		return false
	}
	return true
}

func (c *ccai) virtualHandle(r *Reader, row Row, key string, v tape.Value) bool {
	row.Text(schema.AgentType, "virtual_agent")
	switch key {
	case "virtual_agent":
		r.object(key, v, func(r *Reader, k string, v tape.Value) bool {
			switch k {
			case "id":
				r.id(row, schema.AgentID, k, v)
			case "name":
				r.text(row, schema.AgentName, k, v)
			default:
				return false
			}
			return true
		})
	case "call_duration":
		r.seconds(row, schema.AgentTalk, key, v)
	case "finish_reason":
		r.text(row, schema.AgentAction, key, v)
	case "menu_path", "transfer", "transfer_id", "started_at", "ended_at":
		return ccaiHandle(r, row, key, v)
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

// agentOfInfo makes a leg of agent_info where nothing else tells of one. It may be a virtual agent's.
func (c *ccai) agentOfInfo(r *Reader) {
	legs := &r.o.Children[schema.Agents]
	if legs.Len() > 0 {
		return
	}
	parties := &r.o.Children[schema.Participants]
	for i := range parties.Len() {
		p := parties.At(i)
		if p[schema.ParticipantType].Text != "agent" {
			continue
		}
		leg := legs.Add()
		leg.Text(schema.AgentType, "agent")
		leg.Text(schema.AgentID, p[schema.ParticipantUserID].Text)
		leg[schema.AgentStartedAt], leg[schema.AgentEndedAt] = p[schema.ParticipantConnectedAt], p[schema.ParticipantEndedAt]
		leg[schema.AgentTalk], leg[schema.AgentHold] = p[schema.ParticipantCall], p[schema.ParticipantHold]
		leg.Bool(schema.AgentWasAnswered, p.Has(schema.ParticipantConnectedAt))
	}
	if legs.Len() > 0 || c.facts.agentInfo.Kind() != tape.Object {
		return
	}
	id, name := c.note(c.facts.agentInfo)
	if id == "" && name == "" {
		return
	}
	leg := legs.Add()
	leg.Text(schema.AgentType, either(c.facts.agentInfo.Get("va_alias").Kind() == tape.Missing, "agent", "virtual_agent"))
	leg.Text(schema.AgentID, id)
	leg.Text(schema.AgentName, name)
	leg.Text(schema.AgentEmail, c.facts.agentInfo.Get("email").Text())
	leg.Bool(schema.AgentWasAnswered, r.o.Call.Has(schema.CallAnsweredAt))
}

func instantText(us int64) string { return time.UnixMicro(us).UTC().Format(time.RFC3339Nano) }

func appendSeconds(dst []byte, ms int64) []byte {
	return strconv.AppendFloat(dst, float64(ms)/1000, 'f', -1, 64)
}
