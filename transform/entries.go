package transform

import (
	"strings"

	"callmart/transform/schema"
)

// entries completes the queue entries, and makes the one of a vendor that tells of none.
func (r *Reader) entries() {
	call, rows := r.o.Call, &r.o.Children[schema.QueueEntries]
	if rows.Len() == 0 && r.queued() {
		r.onlyEntry(rows.Add())
		r.o.onlyEntry = true
	}
	for i := range rows.Len() {
		r.entry(rows, i)
	}
	if rows.Len() == 0 {
		// The wait of a call that never waited for a human is no wait; what the vendor said stays in extra.
		if wait := call[schema.CallWait]; wait.State == Given && wait.Num != 0 {
			if r.o.extra.add("wait_seconds", appendSeconds(nil, wait.Num)) {
				r.o.noteReplaced(waitToExtra, []byte("true"))
			}
		}
		r.replace(schema.CallWait, Cell{})
		return
	}
	first := rows.At(0)
	for _, c := range [...][2]int{{schema.EntryQueueID, schema.CallQueueID}, {schema.EntryQueue, schema.CallQueue}, {schema.EntryWait, schema.CallWait}} {
		if first.Has(c[0]) {
			r.replace(c[1], first[c[0]])
		}
	}
	if first.Has(schema.EntryEnteredAt) {
		call.compute(schema.CallQueuedAt, first[schema.EntryEnteredAt].Num)
	}
	if queued, start := call[schema.CallQueuedAt], call[schema.CallStartedAt]; queued.State == Given && start.State == Given && queued.Num >= start.Num {
		call.compute(schema.CallIVR, (queued.Num-start.Num)/1000)
	}
	total, known := int64(0), true
	for i := range rows.Len() {
		total += rows.At(i)[schema.EntryWait].Num
		known = known && rows.At(i).Has(schema.EntryWait)
	}
	if known {
		call.compute(schema.CallQueueWaitTotal, total)
	}
}

// queued reports whether an inbound call of a vendor without queue legs waited for a human.
func (r *Reader) queued() bool {
	call := r.o.Call
	if call[schema.CallDirection].Text != "inbound" {
		return false
	}
	switch call[schema.CallOutcome].Text {
	case "ivr_abandoned", "self_service":
		return false
	}
	switch r.source.Vendor {
	case "nectardesk":
		return call.Has(schema.CallQueue) || call.Has(schema.CallQueueID) || strings.Contains(call[schema.CallRawType].Text, "ring_group")
	case "callerdesk":
		return call.Has(schema.CallQueue) || call.Has(schema.CallQueueID) || call.Has(schema.CallQueuedAt)
	case "ccai":
		return call.Has(schema.CallQueuedAt) && !strings.HasPrefix(snake(call[schema.CallRawStatus].Text), "action_only") &&
			snake(call[schema.CallRawStatus].Text) != "scheduled"
	}
	return false
}

// onlyEntry makes the entry of a vendor without queue legs from the call's own fields.
func (r *Reader) onlyEntry(e Row) {
	call := r.o.Call
	e[schema.EntryQueueID], e[schema.EntryQueue] = call[schema.CallQueueID], call[schema.CallQueue]
	e[schema.EntryLanguage] = call[schema.CallLanguage]
	e[schema.EntryIsCallback] = call[schema.CallIsCallback]
	e[schema.EntryEnteredAt] = call[schema.CallQueuedAt]
	e.compute(schema.EntryEnteredAt, call[schema.CallStartedAt].Num)
	answered := call[schema.CallOutcome].Text == "answered"
	if answered {
		e[schema.EntryAnsweredAt] = call[schema.CallAnsweredAt]
		if leg := r.answeringLeg(); leg != nil {
			e[schema.EntryAgentID], e[schema.EntryAgentName] = leg[schema.AgentID], leg[schema.AgentName]
		}
	}
	if !call.True(schema.CallIsFinal) {
		return
	}
	e[schema.EntryWait] = call[schema.CallWait]
	if e.Has(schema.EntryWait) {
		return
	}
	length, talk := call[schema.CallDuration], call[schema.CallTalk]
	switch {
	case call.Has(schema.CallQueuedAt):
		// Queue entry to human connect, or to the end where nobody answered.
		until := call[schema.CallEndedAt]
		if answered {
			until = call[schema.CallAnsweredAt]
		}
		if entered := e[schema.EntryEnteredAt]; until.State != Absent && until.Num >= entered.Num {
			e.compute(schema.EntryWait, (until.Num-entered.Num)/1000)
		}
	case r.source.Vendor == "nectardesk" && length.State == Given && talk.State == Given && length.Num >= talk.Num:
		e.compute(schema.EntryWait, length.Num-talk.Num)
	}
}

// answeringLeg returns the leg of the human who answered, nil if it cannot be told.
func (r *Reader) answeringLeg() Row {
	legs := &r.o.Children[schema.Agents]
	var only Row
	humans := 0
	for i := range legs.Len() {
		leg := legs.At(i)
		if leg[schema.AgentType].Text != "agent" {
			continue
		}
		if leg.True(schema.AgentWasAnswered) {
			return leg
		}
		only = leg
		humans++
	}
	if humans == 1 {
		return only
	}
	return nil
}

// entry completes entry i: exit, answer, wait, wall clock.
func (r *Reader) entry(rows *Rows, i int) {
	e := rows.At(i)
	if !e.Has(schema.EntryExit) {
		e.computeText(schema.EntryExit, r.exit(rows, i))
	}
	if r.o.Call.True(schema.CallIsCallback) && !e.Has(schema.EntryIsCallback) {
		e.compute(schema.EntryIsCallback, 1)
	}
	wait, entered := e[schema.EntryWait], e[schema.EntryEnteredAt]
	if entered.State == Absent {
		r.lateEntry(e)
		return
	}
	if e[schema.EntryExit].Text == "answered" {
		if leg := r.legOf(e); leg != nil {
			if leg.Has(schema.AgentStartedAt) && leg[schema.AgentStartedAt].Num >= entered.Num && leg.Has(schema.AgentEndedAt) {
				e.compute(schema.EntryAnsweredAt, leg[schema.AgentStartedAt].Num)
			}
			e.computeText(schema.EntryAgentName, leg[schema.AgentName].Text)
		}
		if wait.State != Absent {
			e.compute(schema.EntryAnsweredAt, entered.Num+wait.Num*1000)
		} else if at := e[schema.EntryAnsweredAt]; at.State != Absent && entered.State == Given && at.Num >= entered.Num {
			e.compute(schema.EntryWait, (at.Num-entered.Num)/1000)
		}
	} else if left := e[schema.EntryLeftAt]; wait.State == Absent && left.State != Absent && left.Num >= entered.Num {
		e.compute(schema.EntryWait, (left.Num-entered.Num)/1000)
	}
	if wait = e[schema.EntryWait]; wait.State != Absent {
		e.compute(schema.EntryLeftAt, entered.Num+wait.Num*1000)
		e[schema.EntryWaitIsDerived] = Cell{Num: bit(wait.derived()), State: Computed}
	}
	offset := r.local.offset(entered.Num)
	e.compute(schema.EntryEnteredLocal, entered.Num+offset)
	e.compute(schema.EntryUTCOffset, offset/minute)
	e.compute(schema.EntryIsTransfer, 0)
}

// lateEntry completes an entry of which nothing says when it began: no other time can be computed then.
func (r *Reader) lateEntry(e Row) {
	if wait := e[schema.EntryWait]; wait.State != Absent {
		e[schema.EntryWaitIsDerived] = Cell{Num: bit(wait.derived()), State: Computed}
	}
	e.compute(schema.EntryIsTransfer, 0)
}

// legOf returns the leg that an answered entry led to.
func (r *Reader) legOf(e Row) Row {
	if !e.Has(schema.EntryAgentID) {
		return nil
	}
	legs := &r.o.Children[schema.Agents]
	for i := range legs.Len() {
		leg := legs.At(i)
		if leg[schema.AgentType].Text == "agent" && leg[schema.AgentID].Text == e[schema.EntryAgentID].Text &&
			leg[schema.AgentTransferID].Text == e[schema.EntryTransferID].Text {
			return leg
		}
	}
	return nil
}

// exit says how entry i ended. An unanswered entry that another follows overflowed; the last one ended as the call
// did, unless an earlier entry was answered: then the transfer that led here tells.
func (r *Reader) exit(rows *Rows, i int) string {
	call := r.o.Call
	if rows.At(i).Has(schema.EntryAgentID) || rows.At(i).Has(schema.EntryAnsweredAt) {
		return "answered"
	}
	if i < rows.Len()-1 {
		return "overflow"
	}
	if !call.True(schema.CallIsFinal) && call[schema.CallOutcome].Text != "unknown" {
		return "open"
	}
	for j := range i {
		if rows.At(j)[schema.EntryExit].Text == "answered" {
			return r.transferExit(rows.At(i)[schema.EntryTransferID].Text)
		}
	}
	return exitOf(call[schema.CallOutcome].Text)
}

func (r *Reader) transferExit(id string) string {
	transfers := &r.o.Children[schema.Transfers]
	for i := range transfers.Len() {
		t := transfers.At(i)
		if id == "" || t[schema.TransferID].Text != id {
			continue
		}
		switch reason := t[schema.TransferFailReason].Text; {
		case strings.Contains(reason, "abandoned"), strings.Contains(reason, "eu_canceled"):
			return "abandoned"
		case strings.Contains(reason, "ignored"), strings.Contains(reason, "expired"):
			return "missed"
		case reason != "" && reason != "nothing":
			return "failed"
		}
	}
	return "unknown"
}

// exitOf says how an entry ended by how its call did.
func exitOf(outcome string) string {
	switch outcome {
	case "answered", "abandoned", "voicemail", "callback", "overflow", "missed", "failed":
		return outcome
	case "rejected", "busy", "no_answer":
		return "missed"
	case "cancelled":
		return "abandoned"
	case "in_progress":
		return "open"
	}
	return "unknown"
}
