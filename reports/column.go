package reports

import "strings"

// Format says how a value is shown; the value itself is the same everywhere.
type Format uint8

// The formats.
const (
	Words           Format = iota // text
	Code                          // text that looks like a number: ids, telephone numbers
	Verdict                       // met or missed
	Count                         // whole number
	Seconds                       // duration
	Rate                          // 0 to 1
	Points                        // percentage points
	Date                          // day
	Local                         // wall-clock time
	Instant                       // UTC
	Slot                          // wall-clock time at which an interval begins
	TimeOfDay                     // "08:30"
	Flag                          // true or false
	ByUnit                        // what the row's unit says
	ByChangeUnit                  // what the row's change_unit says
	changeOfCount                 // with sign and arrow
	changeOfSeconds               // with sign and arrow
	seconds                       // with their unit, for a card
)

// Column is one column of a table.
type Column struct {
	Name  string // in JSON and in the header of the Excel table
	Label string // for readers
	Unit  string
	As    Format
	Doc   string // definition, in one sentence
}

// columns describes every column a report may show.
var columns = []Column{
	{"service_level", "Service level", "%", Rate, "Share of judged entries that were met, by the configured formula."},
	{"target", "Target", "%", Rate, "The service level to reach: the highest of a group of queues; where queues with different targets are added up, the default."},
	{"variance", "Against target", "pp", Points, "Service level less target, in percentage points."},
	{"verdict", "Verdict", "", Verdict, "met where the service level reaches the target, else missed; blank where nothing was judged."},
	{"to_target", "Short of target by", "entries", Count, "Entries that would have had to be met in addition to reach the target."},
	{"offered", "Offered", "entries", Count, "Answered + abandoned + voicemail + call-back + overflow + missed + failed, within opening hours."},
	{"answered", "Answered", "entries", Count, "Offered entries that a human answered."},
	{"abandoned", "Abandoned", "entries", Count, "Offered entries that the caller left, in the queue or while it rang."},
	{"answered_within", "Answered within T", "entries", Count, "Answered with a wait of at most the queue's threshold T."},
	{"abandoned_within", "Abandoned within T", "entries", Count, "Abandoned with a wait of at most T."},
	{"short_abandons", "Short abandons", "entries", Count, "Abandoned with a wait of at most S, the limit of a short abandon."},
	{"abandon_rate", "Abandon rate", "%", Rate, "(Abandoned - short abandons) / (offered - short abandons)."},
	{"abandon_rate_gross", "Abandon rate, gross", "%", Rate, "Abandoned / offered, short abandons included."},
	{"asa", "Average speed of answer", "s", Seconds, "Mean wait of answered entries, ring included, menu excluded."},
	{"ata", "Average time to abandon", "s", Seconds, "Mean wait of abandoned entries."},
	{"wait_p50", "Median wait", "s", Seconds, "Half of the answered entries waited at most this long."},
	{"wait_p90", "90 % waited at most", "s", Seconds, "Nine of ten answered entries waited at most this long."},
	{"longest_wait_answered", "Longest wait, answered", "s", Seconds, "Longest wait of an answered entry."},
	{"longest_wait_abandoned", "Longest wait, abandoned", "s", Seconds, "Longest wait of an abandoned entry."},
	{"talk", "Talk per answered", "s", Seconds, "Mean talk of answered calls whose talk is known. A call counts once, in the queue that answered it first."},
	{"voicemail", "Voicemail", "entries", Count, "Offered entries that ended in a voicemail box."},
	{"callback", "Call-back", "entries", Count, "Offered entries that ended with an accepted call-back."},
	{"overflow", "Overflow", "entries", Count, "Offered entries that were deflected to another queue or number."},
	{"missed", "Missed", "entries", Count, "Offered entries that rang out, timed out or found no agent."},
	{"failed", "Failed", "entries", Count, "Offered entries that a fault ended."},
	{"open", "Open", "entries", Count, "Entries that had not ended when last seen; outside offered."},
	{"unknown", "Unknown exit", "entries", Count, "Entries whose end is not known; outside offered."},
	{"after_hours", "After hours", "entries", Count, "Entries outside the configured hours; outside offered."},
	{"excluded", "Excluded", "entries", Count, "Entries within a configured outage; outside everything else."},
	{"unknown_wait", "Wait unknown", "entries", Count, "Offered entries that would be judged but whose wait is unknown; no formula judges them."},
	{"judged", "Judged", "entries", Count, "Answered, abandoned and the exits counted as not met, with a known wait: the base of the formulas."},
	{"entries", "Entries", "entries", Count, "All queue entries of the period: offered + open + unknown + after hours + excluded."},
	{"ivr_abandoned", "Left in the menu", "calls", Count, "Calls that ended in the menu, dated by their start; they entered no queue."},
	{"other", "Other exits", "entries", Count, "Offered entries that were neither answered nor abandoned."},
	{"calls", "Calls", "calls", Count, "Inbound calls with a queue entry, dated by the first one."},
	{"calls_answered", "Calls answered", "calls", Count, "Calls of which any entry was answered."},
	{"calls_abandoned", "Calls abandoned", "calls", Count, "Calls of which no entry was answered and the last one was abandoned."},
	{"queues_met", "Queues on target", "queues", Count, "Queues that reached their target."},
	{"queues_judged", "Queues judged", "queues", Count, "Queues with at least one judged entry."},
	{"intervals_met", "Intervals on target", "intervals", Count, "Intervals of a queue that reached its target."},
	{"intervals_judged", "Intervals judged", "intervals", Count, "Intervals of a queue with at least one judged entry."},
	{"threshold", "Threshold T", "s", Seconds, "The wait up to which an entry is within; blank where the entries' thresholds differ."},
	{"short_abandon_limit", "Short-abandon limit S", "s", Seconds, "The wait up to which an abandon is short; blank where the limits differ."},
	{"answered_wait", "Wait of answered", "s", Seconds, "Sum of the waits of answered entries."},
	{"abandoned_wait", "Wait of abandoned", "s", Seconds, "Sum of the waits of abandoned entries."},

	{"source", "Source", "", Words, "Name of the source; blank where a group gathers several."},
	{"queue", "Queue", "", Words, "Queue or group of queues; blank where the vendor named none."},
	{"date", "Date", "", Date, "Day on the wall clock of the source's zone."},
	{"interval_start_local", "Interval", "", Slot, "Start of the interval on the wall clock of the source's zone, by arrival."},
	{"time_of_day", "Time", "", TimeOfDay, "Start of the interval of the day, by arrival."},
	{"utc_offset_minutes", "UTC offset", "min", Count, "The zone's offset from UTC; tells the two hours apart when clocks go back."},
	{"entered_local", "Entered", "", Local, "When the call entered the queue, on the wall clock of the source's zone."},
	{"started_local", "Started", "", Local, "When the call began, on the wall clock of the source's zone."},
	{"last_observed_at", "Last seen (UTC)", "", Instant, "When a payload of the call was last seen."},
	{"newest", "Newest payload (UTC)", "", Instant, "When a payload of the period's calls was last seen."},
	{"wait_seconds", "Wait", "s", Seconds, "Wait of the entry; blank where it is unknown."},
	{"short_abandon", "Short", "", Flag, "True where the wait is at most S."},
	{"within_threshold", "Within T", "", Flag, "True where the wait is at most T."},
	{"customer_number", "Number", "", Code, "The customer's number."},
	{"call_id", "Call", "", Code, "The vendor's id of the call."},
	{"queue_entry_index", "Entry", "", Count, "0-based position among the call's entries."},
	{"direction", "Direction", "", Words, "Who called whom."},
	{"outcome", "Outcome", "", Words, "How the call ended."},
	{"raw_status", "Status", "", Words, "The vendor's status word, as it came."},
	{"raw_type", "Type", "", Words, "The vendor's type word, as it came."},
	{"raw_reason", "Reason", "", Words, "The vendor's reason word, as it came."},
	{"open_entries", "Open entries", "entries", Count, "Queue entries of the call without an exit."},

	{"kpi", "Figure", "", Words, "Name of the figure."},
	{"value", "This period", "", ByUnit, "The figure, in its unit."},
	{"unit", "Unit", "", Words, "ratio is 0 to 1, s is seconds, pp is percentage points; else what is counted."},
	{"previous", "Period before", "", ByUnit, "The figure of the period before; blank where that has no entries."},
	{"change", "Change", "", ByChangeUnit, "This period less the period before."},
	{"change_unit", "Unit of change", "", Words, "pp for ratios, else the figure's unit."},
	{"same_weekday", "Same weekday before", "", ByUnit, "Mean of the same weekday in the four weeks before, days without entries left out; for one day only."},
	{"label", "What it is", "", Words, "Name for readers."},
	{"definition", "Definition", "", Words, "How it is counted."},

	{"variant", "Formula", "", Words, "Name of the formula, as the configuration knows it."},
	{"numerator", "Met", "entries", Count, "Numerator of the formula."},
	{"denominator", "Of", "entries", Count, "Denominator of the formula."},
	{"configured", "In use", "", Flag, "True for the formula that this report counts by."},

	{"line", "Line", "", Count, "Position in the bridge."},
	{"step", "Step", "", Words, "Name of the step."},
	{"count", "Count", "", Count, "How many."},
	{"kind", "Kind", "", Words, "part adds up to the next total; total is a sum; of which splits the total above."},

	{"level", "Level", "", Words, "Whether the vendor judged the entry or the call."},
	{"vendor_verdict", "Vendor's verdict", "", Words, "in_sla, not_in_sla or excluded."},
	{"vendor_threshold", "Vendor's threshold", "s", Seconds, "The vendor's own threshold; blank where it is unknown or differs."},
	{"met", "We say met", "", Count, "Met by our formula."},
	{"not_met", "We say not met", "", Count, "Not met by our formula."},
	{"not_judged", "We do not judge", "", Count, "Left out of our formula."},

	{"table", "Table", "", Words, "Table of the lake."},
	{"column", "Column", "", Words, "Column of the table."},
	{"type", "Type", "", Words, "Logical type."},
	{"meaning", "Meaning", "", Words, "What it means."},
	{"values", "Words", "", Words, "Allowed words, where the set is closed."},
	{"origin", "Where it comes from", "", Words, "Where each vendor's value comes from: keys of its payloads, or how it is computed."},

	{"vendor", "Vendor", "", Words, "Vendor of the source."},
	{"zone", "Time zone", "", Words, "Zone whose wall clock the source's days and intervals follow."},
	{"complete", "Complete", "", Flag, "True where the last run fetched everything it wanted; blank where the source had no part in it."},
	{"read", "Read", "records", Count, "Records of the last run."},
	{"new", "New", "records", Count, "Records that told something new."},
	{"duplicate", "Duplicate", "records", Count, "Records already known."},
	{"quarantined", "Quarantined", "records", Count, "Records set aside because they could not be read."},
	{"ignored", "Ignored", "records", Count, "Records that hold no call, such as empty pages."},
	{"unaccounted", "Unaccounted", "records", Count, "Read less new, duplicate, quarantined and ignored: always 0."},
	{"files", "Files", "files", Count, "Files read."},
	{"problems", "Problems", "", Count, "Requests and files that failed or were put off."},
	{"reasons", "Why quarantined", "", Words, "Reasons of the quarantine, with counts."},
	{"unknown_outcome", "Outcome unknown", "calls", Count, "Calls whose words could not be read as an outcome."},
	{"in_progress", "In progress", "calls", Count, "Calls that had not ended when last seen."},
	{"no_caller", "Caller withheld", "calls", Count, "Calls without a caller's number or identity."},
	{"derived_wait", "Wait derived", "entries", Count, "Entries whose wait was computed from other times, not given by the vendor."},
}

// describe looks the columns up. A column no reader sees is described by its name alone.
func describe(names ...string) []Column {
	out := make([]Column, len(names))
	for i, name := range names {
		out[i] = column(name)
	}
	return out
}

func column(name string) Column {
	for _, c := range columns {
		if c.Name == name {
			return c
		}
	}
	for _, f := range formulas {
		if f.name == name {
			return Column{f.name, f.label, "%", Rate, "Service level as " + f.definition + "."}
		}
	}
	return Column{Name: name, Label: strings.ReplaceAll(name, "_", " ")}
}

// unit is the column's unit as a row of Kpis names it.
func (c Column) unit() string {
	switch c.As {
	case Rate:
		return "ratio"
	case Points:
		return "pp"
	default:
		return c.Unit
	}
}
