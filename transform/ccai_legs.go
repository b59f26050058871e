package transform

import (
	"callmart/transform/schema"
	"callmart/transform/tape"
)

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

// priorities takes the priority of an entry from the transfer that led to it, that of the first one from the transfer
// that led away. Of a call without transfers the call's is that of its only entry.
func (c *ccai) priorities(r *Reader, transfers tape.Value) {
	rows := &r.o.Children[schema.QueueEntries]
	if rows.Len() == 0 {
		return
	}
	set := func(e Row, v tape.Value) {
		s, _ := v.Scalar()
		if n, ok := tape.ParseInt(s); ok && !e.Has(schema.EntryPriority) {
			e.Int(schema.EntryPriority, n)
		}
	}
	for t := transfers.Elements(); t.Next(); {
		id, _ := t.Value().Get("id").Scalar()
		for i := range rows.Len() {
			switch e := rows.At(i); {
			case e.Has(schema.EntryTransferID) && e[schema.EntryTransferID].Text == id:
				set(e, t.Value().Get("to_queue_priority_level"))
			case !e.Has(schema.EntryTransferID):
				set(e, t.Value().Get("from_queue_priority_level"))
			}
		}
	}
	if rows.Len() == 1 && transfers.Empty() {
		set(rows.At(0), c.facts.priority)
	}
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

// handled adds up the talk of the legs that handle_durations tells of.
func handled(r *Reader) {
	legs := &r.o.Children[schema.Agents]
	sum, known := int64(0), false
	for i := range legs.Len() {
		if leg := legs.At(i); leg[schema.AgentType].Text == "agent" && leg.Has(schema.AgentTalk) {
			sum += leg[schema.AgentTalk].Num
			known = true
		}
	}
	if known {
		r.o.Call.Derive(schema.CallTalk, sum)
	}
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
