package transform

import "callmart/transform/schema"

// outcome reads Status (which leg failed) and callstatus (why); the second says more where it is known.
func (c *callerdesk) outcome(r *Reader) { c.decide(r, c.text(cdCallStatus), c.text(cdStatus)) }

func (*callerdesk) decide(r *Reader, callStatus, status string) {
	if !r.o.Call.True(schema.CallIsFinal) {
		r.o.outcome("in_progress", InProgress, ruleLiveCall)
		return
	}
	if r.configured() {
		return
	}
	read := inboundWord
	if r.o.Call[schema.CallDirection].Text == "outbound" {
		read = outboundWord
	}
	if outcome := read(r.fold(callStatus)); outcome != "" {
		r.o.outcome(outcome, SpecificStatus, ruleCallStatus)
	} else if outcome := read(r.fold(status)); outcome != "" {
		r.o.outcome(outcome, SpecificStatus, ruleStatus)
	} else {
		r.o.outcome("unknown", NoEvidence, ruleNoWord)
	}
}

func inboundWord(folded string) string {
	switch folded {
	case "ANSWER", "ANSWERED":
		return "answered"
	case "ABANDONEDCALL", "ABANDONED", "ABANDONMENT", "CANCEL", "CANCELLED", "CANCELED":
		return "abandoned"
	case "NOANSWER", "BUSY", "AGENTENGAGED", "AGENTONRING":
		return "missed"
	case "CONGESTION", "UNAVAILABLE", "CHANUNAVAIL":
		return "failed"
	case "NOTCONNECTED":
		return "ivr_abandoned"
	}
	return ""
}

func outboundWord(folded string) string {
	switch folded {
	case "ANSWER", "ANSWERED":
		return "answered"
	case "CANCEL", "CANCELLED", "CANCELED", "CANCELAGENT":
		return "cancelled"
	case "NOANSWER", "CANCELCUSTOMER", "NOTCONNECTED":
		return "no_answer"
	case "BUSY":
		return "busy"
	case "CONGESTION", "UNAVAILABLE", "CHANUNAVAIL":
		return "failed"
	}
	return ""
}
