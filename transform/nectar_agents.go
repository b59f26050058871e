package transform

import (
	"bytes"
	"strings"

	"callmart/transform/schema"
	"callmart/transform/tape"
)

// agents reads the webhook's agents (objects) and REST's agents (ids), all_agents and answered_agents, which
// name the same legs: a leg is told by id, user and start.
func (n nectar) agents(r *Reader, key tape.Key, v tape.Value) {
	if v.Empty() {
		return
	}
	if v.Kind() != tape.Array {
		r.wrong(v)
		return
	}
	legs := &r.o.Children[schema.Agents]
	r.o.extra.array(v)
	for e := v.Elements(); e.Next(); {
		r.o.extra.element()
		var leg Row
		if e.Value().Kind() == tape.Object {
			leg = n.leg(r, legs, e.Value())
		} else if id, ok := e.Value().Scalar(); ok && id != "0" && id != "" {
			i, _ := n.find(legs, id, Cell{})
			leg = legs.At(i)
			leg.Text(schema.AgentID, id)
		} else if !e.Value().Empty() {
			r.wrongElement(e.Value())
		}
		if key == keyAnsweredAgents && len(leg) > 0 {
			leg.Bool(schema.AgentWasAnswered, true)
		}
		r.o.extra.endElement()
	}
	r.o.extra.endArray()
}

// find returns which leg has an id (and start, where both have one), or a new one.
func (nectar) find(legs *Rows, id string, start Cell) (i int, found bool) {
	for i := range legs.Len() {
		leg := legs.At(i)
		same := leg[schema.AgentStartedAt].State == Absent || start.State == Absent || leg[schema.AgentStartedAt].Num == start.Num
		if id != "" && leg[schema.AgentID].Text == id && same {
			return i, true
		}
	}
	legs.Add()
	return legs.Len() - 1, false
}

func (n nectar) leg(r *Reader, legs *Rows, v tape.Value) Row {
	var startedAt, ownID, action tape.Value
	for m := v.Members(); m.Next(); {
		switch m.ID() {
		case keyStartedAt:
			startedAt = m.Value()
		case keyID:
			ownID = m.Value()
		case keyAction:
			action = m.Value()
		}
	}
	var start Cell
	if at, ok := r.time(startedAt, 0); ok {
		start = Cell{Num: at, State: Given}
	}
	id, _ := ownID.Scalar()
	at, found := legs.Len(), false
	if start.State == Absent && !action.Empty() {
		legs.Add() // the webhook lists an agent once per leg
	} else {
		at, found = n.find(legs, id, start)
	}
	row := legs.At(at)
	var known Row // what another list said of the leg
	if found {
		if r.told.same(at, v) {
			return row
		}
		known = append(r.spare[:0], row...)
		r.spare = known
	}
	wrong, left := r.o.WrongTypes, len(r.o.extra.buf)
	for m := v.Members(); m.Next(); {
		if !n.legField(r, row, m.ID(), m.Value()) {
			r.o.extra.put(m.Value())
		}
	}
	for col := range known {
		if before := &known[col]; before.State == Given && row[col] != *before {
			f := &schema.Get(schema.Agents).Fields[col]
			r.o.extra.cell(f.Name, *before, f.Type)
		}
	}
	row.DeriveText(schema.AgentType, "agent")
	r.told = told{}
	if r.o.WrongTypes == wrong && len(r.o.extra.buf) == left {
		r.told = told{at: at, text: v.Raw()}
	}
	return row
}

// told is the leg that was read last, of a text all of which its columns hold. To read the same text again would change
// nothing: REST lists the agent who answered among all agents, and once more as the one who did.
type told struct {
	at   int
	text []byte
}

func (t *told) same(at int, v tape.Value) bool { return t.at == at && bytes.Equal(t.text, v.Raw()) }

// legField reads one key of a leg; false for keys without a column.
func (n nectar) legField(r *Reader, row Row, k tape.Key, v tape.Value) bool {
	switch k {
	case keyID:
		r.id(row, schema.AgentID, v)
	case keyUserID:
		r.id(row, schema.AgentUserID, v)
	case keyName, keyAlias:
		r.text(row, schema.AgentName, v)
	case keyEmail:
		r.text(row, schema.AgentEmail, v)
	case keySIP:
		r.text(row, schema.AgentSIP, v)
	case keyAction:
		r.text(row, schema.AgentAction, v)
		if r.fold(v.Text()) == "ANSWERED" {
			row.Bool(schema.AgentWasAnswered, true)
		}
	case keyType:
		r.text(row, schema.AgentLegType, v)
		row.DeriveText(schema.AgentType, "agent")
		if strings.Contains(r.fold(v.Text()), "TRANSFER") {
			row.Bool(schema.AgentIsTransfer, true)
		}
	case keyStartedAt:
		r.instant(row, schema.AgentStartedAt, v)
	case keyIsAnyTransfer:
		r.bool(row, schema.AgentIsTransfer, v)
	case keyHangupReason:
		r.text(row, schema.AgentHangupReason, v)
	default:
		return false
	}
	return true
}

// recordings reads addresses: bare ones, or {id, url}.
func (nectar) recordings(r *Reader, v tape.Value) {
	if v.Empty() {
		return
	}
	rows := &r.o.Children[schema.Media]
	if v.Kind() != tape.Array {
		r.wrong(v)
		return
	}
	r.o.extra.array(v)
	for e := v.Elements(); e.Next(); {
		row := rows.Add()
		row.Text(schema.MediaKind, "recording")
		r.o.extra.element()
		if s, ok := e.Value().Scalar(); ok {
			row.Text(schema.MediaURL, s)
		}
		for m := e.Value().Members(); m.Next(); {
			switch k, v := m.ID(), m.Value(); k {
			case keyID:
				r.id(row, schema.MediaID, v)
			case keyURL:
				r.text(row, schema.MediaURL, v)
			default:
				r.o.extra.put(v)
			}
		}
		r.o.extra.endElement()
	}
	r.o.extra.endArray()
}
