package transform

import (
	"callmart/transform/schema"
	"callmart/transform/tape"
)

// vendorSLA reads the verdict in the spellings of files and reports.
func (r *Reader) vendorSLA(word string) string {
	switch r.fold(word) {
	case "INSLA", "MET":
		return "in_sla"
	case "NOTINSLA", "OUTSLA", "MISSED":
		return "not_in_sla"
	case "EXCLUDED":
		return "excluded"
	}
	return ""
}

func (c *ccai) queue(r *Reader, row Row, key tape.Key, v tape.Value) bool {
	switch key {
	case keyAgentID:
		r.id(row, schema.EntryAgentID, v)
	case keyMenuPathID:
		r.id(row, schema.EntryQueueID, v)
	case keyMenuPath:
		r.text(row, schema.EntryQueue, v)
	case keyLang:
		r.text(row, schema.EntryLanguage, v)
	case keyStartedAt:
		r.instant(row, schema.EntryEnteredAt, v)
	case keyEndedAt:
		r.instant(row, schema.EntryLeftAt, v)
	case keyQueueDuration:
		r.seconds(row, schema.EntryWait, v)
	case keyTransfer:
		r.bool(row, schema.EntryIsTransfer, v)
	case keyTransferID:
		r.id(row, schema.EntryTransferID, v)
	case keyServiceLevelEvent:
		if word := r.vendorSLA(v.Text()); word != "" {
			row.Text(schema.EntryVendorSLA, word)
		} else {
			r.wrong(v)
		}
	case keyServiceLevelTargetTime:
		r.seconds(row, schema.EntryVendorThreshold, v)
	case keyServiceLevelTargetPercent:
		r.float(row, schema.EntryVendorTarget, v)
	case keyServiceLevelAbandonTimeThreshold:
		r.seconds(row, schema.EntryVendorShortAbandon, v)
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
			if m.ID() != keyACWDuration {
				r.o.extra.put(m.Value())
			}
		}
		return
	}
	row := r.o.Children[schema.Agents].Add()
	for m := e.Members(); m.Next(); {
		if !ccaiHandle(r, row, m.ID(), m.Value()) {
			r.o.extra.put(m.Value())
		}
	}
	row.Text(schema.AgentType, "agent")
	row.Bool(schema.AgentWasAnswered, true)
}

// wrapUpOf returns the wrap-up of an element that holds nothing else, and the leg it belongs to: the last one of the
// same agent, menu path and transfer. The leg is nil if the element is a leg of its own.
func wrapUpOf(r *Reader, e tape.Value) (wrapUp int64, leg Row) {
	var acw, call, bcw, agent, menu, transfer tape.Value
	for m := e.Members(); m.Next(); {
		switch m.ID() {
		case keyACWDuration:
			acw = m.Value()
		case keyCallDuration:
			call = m.Value()
		case keyBCWDuration:
			bcw = m.Value()
		case keyAgentID:
			agent = m.Value()
		case keyMenuPath:
			menu = m.Value()
		case keyTransferID:
			transfer = m.Value()
		}
	}
	wrapUp, _ = milliseconds(acw)
	talk, _ := milliseconds(call)
	before, _ := milliseconds(bcw)
	if wrapUp == 0 || talk != 0 || before != 0 {
		return 0, nil
	}
	agentID, _ := agent.Scalar()
	path, _ := menu.Scalar()
	transferID, _ := transfer.Scalar()
	legs := &r.o.Children[schema.Agents]
	for i := legs.Len() - 1; i >= 0; i-- {
		leg := legs.At(i)
		if leg[schema.AgentType].Text == "agent" && leg[schema.AgentID].Text == agentID &&
			leg[schema.AgentQueue].Text == path && leg[schema.AgentTransferID].Text == transferID {
			return wrapUp, leg
		}
	}
	return 0, nil
}

func ccaiHandle(r *Reader, row Row, key tape.Key, v tape.Value) bool {
	switch key {
	case keyAgentID:
		r.id(row, schema.AgentID, v)
	case keyCallDuration:
		r.seconds(row, schema.AgentTalk, v)
	case keyHoldDuration:
		r.seconds(row, schema.AgentHold, v)
	case keyACWDuration:
		r.seconds(row, schema.AgentWrapUp, v)
	case keyBCWDuration:
		r.seconds(row, schema.AgentBeforeCall, v)
	case keyAssignedConnectionDuration:
		r.seconds(row, schema.AgentRing, v)
	case keyMenuPath:
		r.text(row, schema.AgentQueue, v)
	case keyBarged:
		r.bool(row, schema.AgentBarged, v)
	case keyTransfer:
		r.bool(row, schema.AgentIsTransfer, v)
	case keyTransferID:
		r.id(row, schema.AgentTransferID, v)
	case keyStartedAt:
		r.instant(row, schema.AgentStartedAt, v)
	case keyEndedAt:
		r.instant(row, schema.AgentEndedAt, v)
	default:
		return false
	}
	return true
}

func (c *ccai) virtualHandle(r *Reader, row Row, key tape.Key, v tape.Value) bool {
	row.Text(schema.AgentType, "virtual_agent")
	switch key {
	case keyVirtualAgent:
		r.object(v, func(r *Reader, k tape.Key, v tape.Value) bool {
			switch k {
			case keyID:
				r.id(row, schema.AgentID, v)
			case keyName:
				r.text(row, schema.AgentName, v)
			default:
				return false
			}
			return true
		})
	case keyCallDuration:
		r.seconds(row, schema.AgentTalk, v)
	case keyFinishReason:
		r.text(row, schema.AgentAction, v)
	case keyMenuPath, keyTransfer, keyTransferID, keyStartedAt, keyEndedAt:
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
