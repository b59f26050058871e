package transform

import (
	"strings"

	"callmart/transform/schema"
	"callmart/transform/tape"
)

// numbers says who is who: for calls that came in the source is the customer, for outbound ones the source is the
// agent and the dialled number the customer; rows of the list say caller and member for both.
func (c *callerdesk) numbers(r *Reader, hint int64) {
	call := r.o.Call
	customer := cdCaller
	if call[schema.CallDirection].Text == "outbound" {
		// Leg A is the agent there, so the time it was picked up is no queue entry.
		c.instant(r, call, schema.CallAssignedAt, cdLegA, hint)
		if c.name(customer) == "" {
			customer = cdDialWhom
		}
		c.phone(r, call, schema.CallFromNumber, cdDestination)
		c.phone(r, call, schema.CallToNumber, customer)
		call.Text(schema.CallCustomerNumber, call[schema.CallToNumber].Text)
	} else {
		c.instant(r, call, schema.CallQueuedAt, cdLegA, hint)
		if c.name(customer) == "" {
			customer = cdSource
		}
		c.phone(r, call, schema.CallFromNumber, customer)
		c.phone(r, call, schema.CallToNumber, cdDestination)
		call.Text(schema.CallCustomerNumber, call[schema.CallFromNumber].Text)
	}
	c.instant(r, call, schema.CallAnsweredAt, cdLegB, hint)
}

func (c *callerdesk) phone(r *Reader, row Row, col, field int) {
	if s := c.name(field); s != "" {
		r.phone(row, col, c.fields[field].key, s)
	}
}

// agent makes the one leg a payload tells of.
func (c *callerdesk) agent(r *Reader) {
	name, email, number := c.name(cdReceiver), c.name(cdAgentEmail), cdMember
	if c.name(number) == "" {
		number = cdDialWhom
		if r.o.Call[schema.CallDirection].Text == "outbound" {
			number = cdSource
		}
	}
	if name == "" && email == "" && c.name(number) == "" {
		c.leftovers(r)
		return
	}
	row := r.o.Children[schema.Agents].Add()
	row.Text(schema.AgentName, name)
	row.Text(schema.AgentEmail, email)
	c.phone(r, row, schema.AgentNumber, number)
	row.DeriveText(schema.AgentType, "agent")
	c.instant(r, row, schema.AgentStartedAt, cdLegBStart, 0)
	if ringing, ok := milliseconds(c.fields[cdRinging].value); ok {
		row.Int(schema.AgentRing, ringing)
	} else if start, picked := row[schema.AgentStartedAt], r.o.Call[schema.CallAnsweredAt]; start.State != Absent && picked.State != Absent && picked.Num >= start.Num {
		row.Derive(schema.AgentRing, (picked.Num-start.Num)/1000)
	}
}

// leftovers keeps the leg's times where no agent is named to hang them on.
func (c *callerdesk) leftovers(r *Reader) {
	for _, field := range [...]int{cdLegBStart, cdRinging} {
		f := c.fields[field]
		if s := c.text(field); s != "" && !zeroDate(s) {
			r.o.extra.put(f.value)
		}
	}
}

func (c *callerdesk) instant(r *Reader, row Row, col, field int, hint int64) {
	f := c.fields[field]
	s := c.text(field)
	if s == "" || zeroDate(s) {
		return
	}
	if at, ok := r.time(f.value, hint); ok {
		row.Int(col, at)
		return
	}
	r.wrong(f.value)
}

func zeroDate(s string) bool {
	return s == "0" || s == "0000-00-00" || s == "0000-00-00 00:00:00"
}

func (c *callerdesk) seconds(r *Reader, col, field int) {
	if c.text(field) != "" {
		r.seconds(r.o.Call, col, c.fields[field].value)
	}
}

// sidEpoch returns the instant that a CallSid ("1672649960.9601234", Asterisk's unique id) begins with, 0 if none.
func sidEpoch(sid string) int64 {
	head, _, found := strings.Cut(sid, ".")
	seconds, ok := tape.ParseInt(head)
	if !found || !ok || seconds < 1e8 || seconds > 1e11 {
		return 0
	}
	return seconds * second
}
