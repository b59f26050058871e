package schema

import "strings"

// OutcomeRule is one rule by which a vendor's words become an outcome. Of a vendor's rules the first that holds decides.
type OutcomeRule struct {
	Vendor    string `json:"vendor"`
	Key       string `json:"key,omitempty"`       // where the word stands; empty: the rule needs none
	Words     []Word `json:"words,omitempty"`     // any of these; empty: any word that no rule before names
	Direction string `json:"direction,omitempty"` // of the call: one of its words, or "not" and one; empty: any
	When      string `json:"when,omitempty"`      // what else must hold
	Outcome   string `json:"outcome"`
	Evidence  string `json:"evidence"` // a word of outcome_evidence
}

// Word is a vendor's word. Case, spaces, punctuation and what stands in parentheses are of no matter; a * at its
// beginning or end stands for any text. Number is the same word as the vendor also writes it, as a number.
type Word struct {
	Text   string `json:"word"`
	Number string `json:"number,omitempty"`
}

// String is the word with its number, as in "finished (8)".
func (w Word) String() string {
	if w.Number == "" {
		return w.Text
	}
	return w.Text + " (" + w.Number + ")"
}

// words reads words, "word=number" where there is one.
func words(list ...string) []Word {
	out := make([]Word, len(list))
	for i, w := range list {
		out[i].Text, out[i].Number, _ = strings.Cut(w, "=")
	}
	return out
}

// Conditions of rules.
const (
	whenEnded     = "the call has ended"
	whenLive      = "the payload is a live call"
	whenSession   = "the payload is a session event"
	whenQueued    = "the call has queued_at or queue_durations"
	whenNoEvent   = "the payload names no event"
	whenVirtual   = "a virtual agent took part; no queue, no human agent"
	keySubType    = "sub_type, after the ring group"
	keyCallerdesk = "callstatus, else Status or callresult"
	keyReason     = "fail_reason, of status failed and recovered"
	keyWhippy     = "delivery_status, after the dot"
)

var outcomeRules = makeOutcomeRules()

// OutcomeRules returns the rules of all vendors, in the order in which they are tried. The result must not be changed.
func OutcomeRules() []OutcomeRule { return outcomeRules }

func makeOutcomeRules() []OutcomeRule {
	var all []OutcomeRule
	for _, v := range []struct {
		vendor string
		rules  []OutcomeRule
	}{
		{"nectardesk", nectarOutcomes()},
		{"callerdesk", callerdeskOutcomes()},
		{"ccai", ccaiOutcomes()},
		{"whippy", whippyOutcomes()},
	} {
		for _, r := range v.rules {
			r.Vendor = v.vendor
			if r.Evidence == "" {
				r.Evidence = "specific_status"
			}
			all = append(all, r)
		}
	}
	return all
}

func nectarOutcomes() []OutcomeRule {
	rules := []OutcomeRule{
		{Key: "event", Words: words("*voicemail*"), Direction: "inbound", Outcome: "voicemail", Evidence: "explicit_event"},
		{Key: "event", Words: words("*abandoned*"), Direction: "inbound", Outcome: "abandoned", Evidence: "explicit_event"},
		{Key: "abandoned", Words: words("1", "true"), Direction: "inbound", Outcome: "abandoned"},
		{Key: "is_answered", Words: words("true", "1"), When: whenEnded, Outcome: "answered"},
	}
	for _, k := range []struct{ key, when string }{{keySubType, ""}, {"type (REST)", whenEnded}} {
		rules = append(rules,
			OutcomeRule{Key: k.key, Words: words("Answered", "Handled"), When: k.when, Outcome: "answered"},
			OutcomeRule{Key: k.key, Words: words("Abandoned"), When: k.when, Outcome: "abandoned"},
			OutcomeRule{Key: k.key, Words: words("Voicemail"), When: k.when, Outcome: "voicemail"},
			OutcomeRule{Key: k.key, Words: words("Not Answered"), Direction: "inbound", When: k.when, Outcome: "missed"},
			OutcomeRule{Key: k.key, Words: words("Not Answered"), Direction: "not inbound", When: k.when, Outcome: "no_answer"},
		)
	}
	return append(rules,
		OutcomeRule{When: whenEnded, Outcome: "unknown", Evidence: "unknown"},
		OutcomeRule{Outcome: "in_progress", Evidence: "in_progress"},
	)
}

func callerdeskOutcomes() []OutcomeRule {
	const in, out = "not outbound", "outbound"
	rule := func(direction, outcome string, list ...string) OutcomeRule {
		return OutcomeRule{Key: keyCallerdesk, Words: words(list...), Direction: direction, Outcome: outcome}
	}
	return []OutcomeRule{
		{When: whenLive, Outcome: "in_progress", Evidence: "in_progress"},
		rule("", "answered", "ANSWER", "Answered"),
		rule(in, "abandoned", "AbandonedCall", "Abandoned", "Abandonment", "CANCEL", "Cancelled", "Canceled"),
		rule(in, "missed", "NO ANSWER", "BUSY", "AgentEngaged", "AgentonRing"),
		rule(in, "ivr_abandoned", "Not connected"),
		rule(out, "cancelled", "CANCEL", "Cancelled", "Canceled", "Cancel-Agent"),
		rule(out, "no_answer", "NO ANSWER", "Cancel-Customer", "Not connected"),
		rule(out, "busy", "BUSY"),
		rule("", "failed", "CONGESTION", "Unavailable", "CHANUNAVAIL"),
		{Outcome: "unknown", Evidence: "unknown"},
	}
}

func ccaiOutcomes() []OutcomeRule {
	const deflection = "deflection, of status deflected"
	return []OutcomeRule{
		{When: whenSession, Outcome: "in_progress", Evidence: "in_progress"},
		{Key: "status", Words: words("finished=8"), When: whenVirtual, Outcome: "self_service"},
		{Key: "status", Words: words("finished=8"), Outcome: "answered"},
		{Key: keyReason, Words: words("eu_abandoned=20003", "eu_canceled=20001"), Direction: "outbound", Outcome: "cancelled"},
		{Key: keyReason, Words: words("eu_abandoned=20003", "eu_canceled=20001"), When: whenQueued, Outcome: "abandoned"},
		{Key: keyReason, Words: words("eu_abandoned=20003", "eu_canceled=20001", "eu_in_menu_abandoned=20004"), Outcome: "ivr_abandoned"},
		{Key: keyReason, Words: words("ag_ignored=30002", "expired=11001"), Outcome: "missed"},
		{Key: keyReason, Words: words("eu_repeated_voicemail=20005"), Outcome: "voicemail"},
		{Key: keyReason, Words: words("eu_repeated_callback=20006"), Outcome: "callback"},
		{Key: keyReason, Words: words("eu_busy=21001"), Outcome: "busy"},
		{Key: keyReason, Words: words("eu_no_answer=21003"), Outcome: "no_answer"},
		{Key: keyReason, Words: words("eu_rejected=20002"), Outcome: "rejected"},
		{Key: keyReason, Words: words("direct_pstn*=60001"), Outcome: "overflow"},
		{Key: keyReason, Words: words(
			"nothing=0", "unknown=10001", "transfer_expired=11002", "eu_wrong_number=21002", "eu_noti_failed=22001",
			"ag_canceled=30001", "ag_mic_no_device=31001", "ag_mic_denied=31002", "voip_twilio_error=41001", "voip_tokbox_error=42001",
			"voip_invalid_token=43001", "voip_conn_general=44001", "voip_conn_timeout=44002", "voip_conn_signal=44003",
			"voip_nexmo_error=45001", "stuck_due_to_api_error=50001", "group_deleted_no_substitute=50002", "menu_deleted=50003", "force_ended",
		), Outcome: "failed"},
		{Key: keyReason, Outcome: "unknown", Evidence: "unknown"},
		{Key: "status", Words: words("failed=9", "recovered=10"), Outcome: "failed"},
		{Key: deflection, Words: words("*voicemail*"), Outcome: "voicemail"},
		{Key: deflection, Words: words("*callback*", "*schedule*"), Outcome: "callback"},
		{Key: "status", Words: words("deflected=11"), Outcome: "overflow"},
		{Key: "status", Words: words("voicemail", "voicemail_received", "voicemail_read"), Outcome: "voicemail"},
		{Key: "status", Words: words("action_only", "action_only_finished"), Outcome: "overflow"},
		{Key: "status", Words: words(
			"scheduled=0", "queued=1", "assigned=2", "connecting=3", "switching=4", "connected=5", "selecting=12", "va_assigned=13", "va_connected=14",
			"preview_pending=15", "preview_ready=16", "campaign_connecting=17", "campaign_connected=18", "requeued=19",
		), Outcome: "in_progress", Evidence: "in_progress"},
		{Outcome: "unknown", Evidence: "unknown"},
	}
}

func whippyOutcomes() []OutcomeRule {
	return []OutcomeRule{
		{Key: "event", Words: words("*started*"), Outcome: "in_progress", Evidence: "in_progress"},
		{When: whenNoEvent, Outcome: "in_progress", Evidence: "in_progress"},
		{Key: keyWhippy, Words: words("*voicemail*"), Outcome: "voicemail"},
		{Key: keyWhippy, Words: words("dial_busy*"), Outcome: "busy"},
		{Key: keyWhippy, Words: words("dial_no_answer*"), Outcome: "no_answer"},
		{Key: keyWhippy, Words: words("user_declined*"), Outcome: "rejected"},
		{Key: keyWhippy, Words: words("dial_failed*", "invalid_destination*", "sip_*", "telephony_*"), Outcome: "failed"},
		{Key: "delivery_status, before the dot", Words: words("call_completed"), Outcome: "unknown"},
		{Outcome: "unknown", Evidence: "unknown"},
	}
}
