package transform

import (
	"strings"

	"callmart/transform/schema"
	"callmart/transform/tape"
)

func (c *ccai) participant(r *Reader, row Row, key tape.Key, v tape.Value) bool {
	switch key {
	case keyID:
		r.id(row, schema.ParticipantID, v)
	case keyType:
		r.text(row, schema.ParticipantType, v)
		c.facts.virtual = c.facts.virtual || v.Text() == "virtual_agent"
	case keyEntryType:
		r.text(row, schema.ParticipantEntryType, v)
	case keyStatus:
		r.text(row, schema.ParticipantStatus, v)
	case keyUserID:
		r.id(row, schema.ParticipantUserID, v)
	case keyEndUserID:
		r.id(row, schema.ParticipantEndUserID, v)
	case keyVirtualAgentID:
		r.id(row, schema.ParticipantVirtualAgentID, v)
	case keyPhoneNumber:
		if s, ok := v.Scalar(); ok {
			r.phone(row, schema.ParticipantNumber, "phone_number", s)
		} else {
			r.wrong(v)
		}
	case keyFirstName, keyLastName:
		if s := v.Text(); s != "" {
			first, last := s, row[schema.ParticipantName].Text
			if key == keyLastName {
				first, last = last, first
			}
			row.Text(schema.ParticipantName, strings.TrimSpace(r.join(first, " ", last)))
		}
	case keyConnectedAt:
		r.instant(row, schema.ParticipantConnectedAt, v)
	case keyEndedAt:
		r.instant(row, schema.ParticipantEndedAt, v)
	case keyCallDuration:
		r.seconds(row, schema.ParticipantCall, v)
	case keyHoldDuration:
		r.seconds(row, schema.ParticipantHold, v)
	case keyFailReason:
		r.text(row, schema.ParticipantFailReason, v)
	case keyCallID:
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

func (c *ccai) transfer(r *Reader, row Row, key tape.Key, v tape.Value) bool {
	row.DeriveText(schema.TransferKind, "unknown")
	switch key {
	case keyID:
		r.id(row, schema.TransferID, v)
	case keyStatus:
		r.text(row, schema.TransferStatus, v)
	case keyFailReason:
		r.text(row, schema.TransferFailReason, v)
	case keyCreatedAt:
		r.instant(row, schema.TransferCreatedAt, v)
	case keyConnectedAt:
		r.instant(row, schema.TransferConnectedAt, v)
	case keyWaitDuration:
		r.seconds(row, schema.TransferWait, v)
	case keyCallDuration:
		r.seconds(row, schema.TransferTalk, v)
	case keyFromMenu, keyFromMenuPath:
		row.Text(schema.TransferFromQueue, c.menu(r, v, ""))
	case keyToMenu, keyToMenuPath:
		row.Text(schema.TransferToQueue, c.menu(r, v, ""))
	case keyFromAgent:
		id, name := c.note(v)
		row.Text(schema.TransferFromAgentID, id)
		row.Text(schema.TransferFromAgentName, name)
		return false
	case keyToAgent:
		id, name := c.note(v)
		row.Text(schema.TransferToAgentID, id)
		row.Text(schema.TransferToAgentName, name)
		return false
	default:
		return false
	}
	return true
}

func (c *ccai) escalation(r *Reader, row Row, key tape.Key, v tape.Value) bool {
	row.Text(schema.TransferKind, "escalation")
	switch key {
	case keyEscalatedAt:
		r.instant(row, schema.TransferConnectedAt, v)
		return true
	case keyFromVirtualAgent:
		c.facts.virtual = true
		return false
	}
	return c.transfer(r, row, key, v)
}
