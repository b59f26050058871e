package transform

import (
	"strings"

	"callmart/transform/schema"
	"callmart/transform/tape"
)

// ccaiStatuses are the numeric forms of `status`, ccaiReasons those of `fail_reason`, as published.
func ccaiStatuses(n int64) string {
	names := [...]string{
		"scheduled", "queued", "assigned", "connecting", "switching", "connected", "", "", "finished", "failed",
		"recovered", "deflected", "selecting", "va_assigned", "va_connected", "preview_pending", "preview_ready",
		"campaign_connecting", "campaign_connected", "requeued",
	}
	if n >= 0 && n < int64(len(names)) {
		return names[n]
	}
	return ""
}

func ccaiReasons(n int64) string {
	switch n {
	case 0:
		return "nothing"
	case 10001:
		return "unknown"
	case 11001:
		return "expired"
	case 11002:
		return "transfer_expired"
	case 20001:
		return "eu_canceled"
	case 20002:
		return "eu_rejected"
	case 20003:
		return "eu_abandoned"
	case 20004:
		return "eu_in_menu_abandoned"
	case 20005:
		return "eu_repeated_voicemail"
	case 20006:
		return "eu_repeated_callback"
	case 21001:
		return "eu_busy"
	case 21002:
		return "eu_wrong_number"
	case 21003:
		return "eu_no_answer"
	case 22001:
		return "eu_noti_failed"
	case 30001:
		return "ag_canceled"
	case 30002:
		return "ag_ignored"
	case 31001:
		return "ag_mic_no_device"
	case 31002:
		return "ag_mic_denied"
	case 41001:
		return "voip_twilio_error"
	case 42001:
		return "voip_tokbox_error"
	case 43001:
		return "voip_invalid_token"
	case 44001:
		return "voip_conn_general"
	case 44002:
		return "voip_conn_timeout"
	case 44003:
		return "voip_conn_signal"
	case 45001:
		return "voip_nexmo_error"
	case 50001:
		return "stuck_due_to_api_error"
	case 50002:
		return "group_deleted_no_substitute"
	case 50003:
		return "menu_deleted"
	case 60001:
		return "direct_pstn_call_to_fallback_number"
	}
	return ""
}

// ccaiWord reads a token that may come as a number, as a text or as a text that holds a number.
func ccaiWord(v tape.Value, number func(int64) string) string {
	s, _ := v.Scalar()
	return ccaiToken(s, number)
}

func ccaiToken(s string, number func(int64) string) string {
	if n, ok := tape.ParseInt(s); ok {
		if word := number(n); word != "" {
			return word
		}
	}
	return snake(s)
}

func ccaiTerminal(status string) bool {
	switch status {
	case "finished", "failed", "recovered", "deflected", "voicemail_received", "voicemail_read", "action_only_finished":
		return true
	}
	return false
}

// outcome reads status first: only a call that failed, or whose failure was made good, has a reason.
func (c *ccai) outcome(r *Reader) {
	if r.configured() {
		return
	}
	f := &c.facts
	switch f.status {
	case "finished":
		if c.selfService(r) {
			r.o.outcome("self_service", SpecificStatus, ruleVirtualAgent)
		} else {
			r.o.outcome("answered", SpecificStatus, ruleFinished)
		}
	case "failed", "recovered":
		word := c.failure(r)
		if word == "" {
			r.o.outcome("unknown", NoEvidence, ruleNoWord)
		} else {
			r.o.outcome(word, SpecificStatus, ruleFailReason)
		}
	case "deflected":
		r.o.outcome(c.deflected(), SpecificStatus, ruleDeflected)
	case "voicemail", "voicemail_received", "voicemail_read":
		r.o.outcome("voicemail", SpecificStatus, ruleStatus)
	case "action_only", "action_only_finished":
		r.o.outcome("overflow", SpecificStatus, ruleStatus)
	case "scheduled", "queued", "assigned", "connecting", "switching", "connected", "selecting", "va_assigned", "va_connected",
		"preview_pending", "preview_ready", "campaign_connecting", "campaign_connected", "requeued":
		r.o.outcome("in_progress", InProgress, ruleStatusUnderWay)
	default:
		r.o.outcome("unknown", NoEvidence, ruleNoWord)
	}
}

// selfService tells a call that a virtual agent finished: never queued, and no human in it.
func (c *ccai) selfService(r *Reader) bool {
	if !c.facts.virtual || r.o.Call.Has(schema.CallQueuedAt) || c.facts.hasQueues {
		return false
	}
	legs := &r.o.Children[schema.Agents]
	for i := range legs.Len() {
		if legs.At(i)[schema.AgentType].Text == "agent" {
			return false
		}
	}
	return true
}

// failure reads fail_reason, "" for words the vendor has not published.
func (c *ccai) failure(r *Reader) string {
	switch reason := c.facts.reason; reason {
	case "eu_abandoned", "eu_canceled":
		if r.o.Call[schema.CallDirection].Text == "outbound" {
			return "cancelled"
		}
		if !r.o.Call.Has(schema.CallQueuedAt) && !c.facts.hasQueues {
			return "ivr_abandoned"
		}
		return "abandoned"
	case "eu_in_menu_abandoned":
		return "ivr_abandoned"
	case "ag_ignored", "expired":
		return "missed"
	case "eu_repeated_voicemail":
		return "voicemail"
	case "eu_repeated_callback":
		return "callback"
	case "eu_busy":
		return "busy"
	case "eu_no_answer":
		return "no_answer"
	case "eu_rejected":
		return "rejected"
	case "", "nothing", "unknown", "transfer_expired", "eu_wrong_number", "eu_noti_failed", "ag_canceled",
		"ag_mic_no_device", "ag_mic_denied", "voip_twilio_error", "voip_tokbox_error", "voip_nexmo_error",
		"voip_invalid_token", "voip_conn_general", "voip_conn_timeout", "voip_conn_signal", "stuck_due_to_api_error",
		"group_deleted_no_substitute", "menu_deleted", "force_ended":
		return "failed"
	default:
		if strings.HasPrefix(reason, "direct_pstn") {
			return "overflow"
		}
	}
	return ""
}

// deflected says where a deflected call went, by the words for voicemail and call-back; everything else is overflow.
func (c *ccai) deflected() string {
	switch d := c.facts.deflection; {
	case strings.Contains(d, "voicemail"):
		return "voicemail"
	case strings.Contains(d, "callback"), strings.Contains(d, "schedule"):
		return "callback"
	}
	return "overflow"
}
