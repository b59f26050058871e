package transform

import (
	"strings"

	"callmart/transform/schema"
	"callmart/transform/tape"
)

// finish draws what follows from several keys of the payload.
func (c *ccai) finish(r *Reader) {
	call, f := r.o.Call, &c.facts
	c.direction(r)
	call.Bool(schema.CallIsFinal, ccaiTerminal(f.status))
	final := call.True(schema.CallIsFinal)
	c.numbers(r)
	c.queueOfMenu(r)

	// A virtual agent connects before the call is queued, so only what follows the queue is a human's answer.
	if f.connected.State != Absent {
		queued := call[schema.CallQueuedAt]
		if !f.virtual && (queued.State == Absent || f.connected.Num >= queued.Num) {
			call[schema.CallAnsweredAt] = f.connected
		} else {
			r.o.extra.cell("connected_at", f.connected, schema.Instant)
		}
	}
	if final {
		c.waits(r)
		if f.callDuration.State != Absent && !f.hasHandles {
			// Without handle_durations the call's duration, less hold, is the best known talk time: it includes wrap-up.
			talk := f.callDuration.Num
			if hold := call[schema.CallHold]; hold.State == Given && hold.Num <= talk {
				talk -= hold.Num
			}
			call.Derive(schema.CallTalk, talk)
		}
	}
	if f.hasHandles {
		handled(r)
	}
	if f.callDuration.State != Absent && (f.hasHandles || (!final || call[schema.CallHold].Num != 0) && f.callDuration.Num != 0) {
		r.o.extra.cell("call_duration", f.callDuration, schema.Seconds)
	}
	c.unused(r, final)
	c.agentOfInfo(r)
	c.names(r)
	c.outcome(r)
}

// queueOfMenu takes the menu the caller chose for the queue, unless queue_durations names the queues: the menu is then
// where the call ended up, and its id is of another space.
func (c *ccai) queueOfMenu(r *Reader) {
	call, f := r.o.Call, &c.facts
	keep := func(key, text string) {
		if text != "" {
			r.o.extra.text(key, text)
		}
	}
	if f.selected != f.menu && f.menu != "" {
		keep("selected_menu_name", f.selected)
	} else {
		f.menu = f.selected
	}
	if f.hasQueues {
		keep("menu_path_name", f.menu)
		keep("selected_menu_id", f.menuID)
		return
	}
	call.Text(schema.CallQueue, f.menu)
	call.Text(schema.CallQueueID, f.menuID)
}

// unused keeps the waits that no column took: of calls that are not over, and beside better ones.
func (c *ccai) unused(r *Reader, final bool) {
	call, f := r.o.Call, &c.facts
	for _, w := range [...]struct {
		key  string
		cell Cell
		used bool
	}{
		{"wait_duration", f.waitTotal, final && call[schema.CallQueueWaitTotal] == f.waitTotal},
		{"queue_duration", f.wait, final && call[schema.CallWait] == f.wait},
	} {
		if w.cell.State != Absent && w.cell.Num != 0 && !w.used {
			r.o.extra.cell(w.key, w.cell, schema.Seconds)
		}
	}
}

// waits takes the wait of the first queue entry; wait_duration is that of all of them, so it serves only where
// no transfer could have added to it.
func (c *ccai) waits(r *Reader) {
	call, f := r.o.Call, &c.facts
	if f.hasQueues {
		if f.waitTotal.State != Absent {
			call[schema.CallQueueWaitTotal] = f.waitTotal
		}
		return
	}
	if !call.Has(schema.CallQueuedAt) {
		return
	}
	switch {
	case f.wait.State != Absent:
		call[schema.CallWait] = f.wait
	case f.waitTotal.State != Absent && r.o.Children[schema.Transfers].Len() == 0:
		call[schema.CallWait] = f.waitTotal
	}
	if f.waitTotal.State != Absent {
		call[schema.CallQueueWaitTotal] = f.waitTotal
	}
}

func (c *ccai) direction(r *Reader) {
	r.direction(c.facts.sessionType, func(folded string) string {
		switch {
		case strings.Contains(folded, "OUTBOUND"), strings.Contains(folded, "CAMPAIGN"):
			return "outbound"
		case strings.Contains(folded, "INTERNAL"):
			return "internal"
		case strings.Contains(folded, "INBOUND"), folded == "INCOMINGCALL",
			strings.Contains(folded, "CALLBACK"), strings.Contains(folded, "SCHEDULED"):
			return "inbound" // the customer asked, and waits for an agent
		}
		return ""
	})
	if s := r.fold(c.facts.sessionType); strings.Contains(s, "CALLBACK") || strings.Contains(s, "SCHEDULED") {
		r.o.Call.Bool(schema.CallIsCallback, true)
	}
}

// numbers takes the customer's number from the end user's leg, else from an identifier that is a number.
func (c *ccai) numbers(r *Reader) {
	call, f := r.o.Call, &c.facts
	own, customer := schema.CallToNumber, schema.CallFromNumber
	first, second := f.support, f.outbound
	if call[schema.CallDirection].Text == "outbound" {
		own, customer = customer, own
		first, second = second, first
	}
	for _, v := range [...]tape.Value{first, second} {
		s, ok := v.Scalar()
		switch {
		case !ok || s == "":
		case !call.Has(own):
			r.phone(call, own, either(v == f.support, "support_number", "outbound_number"), s)
		default:
			r.o.extra.put(v)
		}
	}
	parties := &r.o.Children[schema.Participants]
	for i := range parties.Len() {
		if p := parties.At(i); p[schema.ParticipantType].Text == "end_user" && p.Has(schema.ParticipantNumber) {
			call.Text(schema.CallCustomerNumber, p[schema.ParticipantNumber].Text)
			break
		}
	}
	if f.identifier != "" {
		e, ok := r.phones.e164(f.identifier)
		if ok && !call.Has(schema.CallCustomerNumber) {
			call.Text(schema.CallCustomerNumber, e)
		}
		if f.identifier != call[schema.CallCustomerNumber].Text {
			r.o.extra.text("end_user_identifier", f.identifier)
		}
	}
	call.DeriveText(customer, call[schema.CallCustomerNumber].Text)
}
