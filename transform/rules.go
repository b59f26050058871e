package transform

import "callmart/transform/schema"

// Rule is the short, stable name of what decided an outcome or the exit of a queue entry. The code that decides names
// it; Explain tells it.
type Rule string

// Rules of outcomes.
const (
	ruleReasonConfigured Rule = "outcomes.raw_reason"
	ruleStatusConfigured Rule = "outcomes.raw_status"
	ruleTypeConfigured   Rule = "outcomes.raw_type"
	ruleNotEnded         Rule = "not_ended"
	ruleNoWord           Rule = "no_known_word"

	ruleEventVoicemail Rule = "event_voicemail"
	ruleEventAbandoned Rule = "event_abandoned"
	ruleAbandonedFlag  Rule = "abandoned_flag"
	ruleAnsweredFlag   Rule = "is_answered_flag"
	ruleSubType        Rule = "sub_type_word"
	ruleType           Rule = "type_word"

	ruleLiveCall   Rule = "live_call"
	ruleCallStatus Rule = "callstatus_word"
	ruleStatus     Rule = "status_word"

	ruleFinished       Rule = "status_finished"
	ruleVirtualAgent   Rule = "finished_by_virtual_agent"
	ruleFailReason     Rule = "fail_reason"
	ruleDeflected      Rule = "deflected"
	ruleStatusUnderWay Rule = "status_under_way"

	ruleDialReason Rule = "status_reason"
	ruleCompleted  Rule = "call_completed"
)

// Rules of queue entries: whether there is one, and how it ended.
const (
	ruleOneEntry    Rule = "one_entry_of_the_call"
	ruleNotInbound  Rule = "no_entry_not_inbound"
	ruleNeverQueued Rule = "no_entry_never_queued"
	ruleNoWaits     Rule = "no_entry_vendor_tells_no_waits"
	ruleNoQueue     Rule = "no_entry_no_queue"

	ruleAgentAnswered Rule = "agent_answered"
	ruleFollowed      Rule = "followed_by_another"
	ruleCallOpen      Rule = "call_not_ended"
	ruleTransfer      Rule = "transfer_that_led_here"
	ruleAsTheCall     Rule = "as_the_call_ended"
)

// about says what a rule means, and which columns of the call it looked at.
func (r Rule) about() (meaning string, columns []int) {
	switch r {
	case ruleReasonConfigured:
		return "configured in outcomes.raw_reason", []int{schema.CallRawReason}
	case ruleStatusConfigured:
		return "configured in outcomes.raw_status", []int{schema.CallRawStatus}
	case ruleTypeConfigured:
		return "configured in outcomes.raw_type", []int{schema.CallRawType}
	case ruleNotEnded:
		return "nothing in the payload says that the call has ended", []int{schema.CallEvent, schema.CallRawStatus}
	case ruleNoWord:
		return "the call has ended, and none of its words is known", rawColumns[:]
	case ruleEventVoicemail:
		return "the webhook's event names voicemail, and the call is inbound", []int{schema.CallEvent, schema.CallDirection}
	case ruleEventAbandoned:
		return "the webhook's event names abandoned, and the call is inbound", []int{schema.CallEvent, schema.CallDirection}
	case ruleAbandonedFlag:
		return "abandoned = 1 in an inbound call", []int{schema.CallDirection}
	case ruleAnsweredFlag:
		return "is_answered in a call that has ended", nil
	case ruleSubType:
		return "word of sub_type, after the ring group", []int{schema.CallRawReason, schema.CallDirection}
	case ruleType:
		return "word of the REST type, of a call that has ended", []int{schema.CallRawType, schema.CallDirection}
	case ruleLiveCall:
		return "a live call, not over yet", []int{schema.CallPayloadKind}
	case ruleCallStatus:
		return "word of callstatus", []int{schema.CallRawReason, schema.CallDirection}
	case ruleStatus:
		return "word of the status", []int{schema.CallRawStatus, schema.CallDirection}
	case ruleFinished:
		return "status finished, and not with a virtual agent alone", []int{schema.CallRawStatus}
	case ruleVirtualAgent:
		return "status finished; a virtual agent took part, and neither a queue nor a human", []int{schema.CallRawStatus}
	case ruleFailReason:
		return "fail_reason of a failed or recovered call; eu_abandoned and eu_canceled by direction and whether it was queued",
			[]int{schema.CallRawStatus, schema.CallRawReason, schema.CallDirection, schema.CallQueuedAt}
	case ruleDeflected:
		return "status deflected: to voicemail or call-back where deflection says so, else overflow", []int{schema.CallRawStatus}
	case ruleStatusUnderWay:
		return "a status of calls that are under way", []int{schema.CallRawStatus}
	case ruleDialReason:
		return "delivery_status, after the dot", []int{schema.CallRawStatus}
	case ruleCompleted:
		return "call_completed, which does not say who took the call", []int{schema.CallRawStatus}
	}
	return r.aboutEntries(), nil
}

// rawColumns hold the vendor's words.
var rawColumns = [...]int{schema.CallEvent, schema.CallRawStatus, schema.CallRawType, schema.CallRawReason}

func (r Rule) aboutEntries() string {
	switch r {
	case ruleOneEntry:
		return "the vendor tells of no queue entries: an inbound call that reached a queue or ring group has one, made of the call's own fields"
	case ruleNotInbound:
		return "only inbound calls wait for a human"
	case ruleNeverQueued:
		return "the call ended in the menu or with a virtual agent"
	case ruleNoWaits:
		return "the vendor says nothing of waits, so its calls feed no rate"
	case ruleNoQueue:
		return "no payload names a queue that the call waited in"
	case ruleAgentAnswered:
		return "the entry names the agent who answered, or when"
	case ruleFollowed:
		return "unanswered, and followed by another entry of the call: overflow"
	case ruleCallOpen:
		return "the call has not ended yet"
	case ruleTransfer:
		return "an earlier entry was answered, so the transfer that led here tells, by its fail_reason"
	case ruleAsTheCall:
		return "the last entry ended as the call did"
	}
	return ""
}
