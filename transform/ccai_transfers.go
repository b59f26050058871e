package transform

import (
	"strings"

	"callmart/transform/schema"
	"callmart/transform/tape"
)

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
