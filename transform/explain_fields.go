package transform

import (
	"callmart/transform/schema"
)

// How says how a value came about.
type How string

// The ways in which values come about.
const (
	HowGiven    How = "given"    // the vendor said so
	HowDerived  How = "derived"  // from other values of the same payload
	HowComputed How = "computed" // from the whole call, after the merge
)

func how(s State) How {
	switch s {
	case Given:
		return HowGiven
	case Derived:
		return HowDerived
	}
	return HowComputed
}

// Why says why an observation's value is the call's.
type Why string

// The reasons of a merge.
const (
	Only         Why = "only_one"            // nobody else gives it
	Newest       Why = "newest"              // of those that give it
	GivenBeats   Why = "given_beats_derived" // newer observations only derived it
	Strongest    Why = "strongest_evidence"  // of an outcome
	NewestStrong Why = "newest_of_strongest" // of those with the strongest evidence of an outcome
	Over         Why = "call_is_over"        // that it was once in progress is no evidence
	OnceFinal    Why = "once_final"          // a call that was once over stays so
	MostDetailed Why = "most_detailed"       // of the kinds that have rows, its kind is the most detailed
	Union        Why = "union"               // of all observations
	AfterMerge   Why = "computed"            // from the whole call
	Removed      Why = "removed"             // from the whole call: nothing is known
)

// Meaning says the reason in words.
func (w Why) Meaning() string {
	switch w {
	case Only:
		return "the only one that gives it"
	case Newest:
		return "the newest that gives it"
	case GivenBeats:
		return "given; newer ones only derived it"
	case Strongest:
		return "the strongest evidence"
	case NewestStrong:
		return "the newest of those with the strongest evidence"
	case Over:
		return "the call is over, so that it was in progress is no evidence"
	case OnceFinal:
		return "a call that was once over stays so"
	case MostDetailed:
		return "the most detailed kind that has rows"
	case Union:
		return "all of them together"
	case Removed:
		return "taken away after the merge"
	}
	return "computed after the merge"
}

// Field is one column of the call.
type Field struct {
	Column       string  `json:"column"`
	Value        Value   `json:"value"`
	How          How     `json:"how,omitempty"`
	Why          Why     `json:"why"`
	Observations []int   `json:"observations"`      // that the value is of; empty: computed after the merge
	Because      string  `json:"because,omitempty"` // what it was computed from
	Others       []Other `json:"others,omitempty"`  // what other observations say, where it differs
}

// Other is another observation's value.
type Other struct {
	Observation int   `json:"observation"`
	Value       Value `json:"value"`
	How         How   `json:"how"`
}

// fieldsOf explains the columns of a merged and finished call. Merged is the row as it was before Finish.
func fieldsOf(given []*Observation, merged Row, call *Observation, from *mergeTrace) (fields []Field) {
	for col := range call.Call {
		f := fieldOf(col, given, merged, call, from)
		if f.Value.Known() || len(f.Others) > 0 {
			fields = append(fields, f)
		}
	}
	return fields
}

func fieldOf(col int, given []*Observation, merged Row, call *Observation, from *mergeTrace) Field {
	f := Field{Column: schema.Get(schema.Calls).Fields[col].Name, Value: call.value(col), Observations: []int{}, Because: computedFrom(col)}
	winner := -1
	switch {
	case col == schema.CallDerivedFields:
		f.How, f.Why = HowComputed, AfterMerge
		return f
	case col == schema.CallExtra || col == schema.CallOrigins:
		f.Why, f.How, f.Because = Union, HowGiven, ""
		for i, v := range given {
			if v.value(col).Known() {
				f.Observations = append(f.Observations, i)
			}
		}
		if len(f.Observations) == 1 {
			f.Why = Only
		}
		return f
	case col == schema.CallOutcome:
		winner = from.outcome
	case col == schema.CallTags || merged[col] == call.Call[col]:
		winner = from.call[col]
	}
	if winner < 0 {
		f.How, f.Why = HowComputed, AfterMerge
		if !f.Value.Known() {
			f.How, f.Why = "", Removed
		}
	} else {
		f.How, f.Why, f.Observations, f.Because = how(given[winner].Call[col].State), whyOf(col, given, winner), []int{winner}, ""
		if col == schema.CallTags {
			f.How = HowGiven
		}
	}
	for i, v := range given {
		if other := v.value(col); i != winner && other.Known() && !other.same(f.Value) {
			f.Others = append(f.Others, Other{i, other, how(v.Call[col].State)})
		}
	}
	return f
}

// whyOf says why the winner won.
func whyOf(col int, given []*Observation, winner int) Why {
	if col == schema.CallOutcome {
		return whyOutcome(given, winner)
	}
	why := Only
	for i, v := range given {
		switch {
		case i == winner || !v.value(col).Known():
		case col == schema.CallTalk && given[winner].Call[col].State == Derived:
			if why != Newest {
				why = MostDetailed
			}
			if v.Detail == given[winner].Detail {
				why = Newest
			}
		case i > winner && col == schema.CallIsFinal:
			return OnceFinal
		case i > winner:
			return GivenBeats
		default:
			why = Newest
		}
	}
	return why
}

// computedFrom says what a column is computed from, where Finish computes it.
func computedFrom(col int) string {
	switch col {
	case schema.CallEndedAt:
		return "started_at + duration_seconds"
	case schema.CallDuration:
		return "ended_at - started_at"
	case schema.CallQueueID, schema.CallQueue, schema.CallWait:
		return "the first queue entry; without one nothing was waited for"
	case schema.CallQueuedAt:
		return "entered_at of the first queue entry"
	case schema.CallIVR:
		return "queued_at - started_at"
	case schema.CallQueueWaitTotal:
		return "the waits of all queue entries"
	case schema.CallTalk:
		return "the legs of human agents; a call that nobody answered has none"
	case schema.CallHold, schema.CallWrapUp:
		return "the legs of human agents"
	case schema.CallHandle:
		return "talk_seconds + known hold_seconds + known wrap_up_seconds"
	case schema.CallAnsweredAt:
		return "the first answered queue entry"
	case schema.CallAgentID, schema.CallAgentName:
		return "the first answered queue entry, else the first leg of a human that was answered"
	case schema.CallCallerKey:
		return "customer_number where it is E.164, else the source and contact_id"
	case schema.CallAgentCount:
		return "the legs of different human agents"
	case schema.CallEntryCount:
		return "rows of queue_entries"
	case schema.CallTransferCount:
		return "rows of transfers, but for escalations"
	case schema.CallRecordingCount:
		return "rows of media that are recordings"
	case schema.CallStartedLocal, schema.CallUTCOffset:
		return "started_at in the source's zone"
	case schema.CallPayloadSHA256:
		return "the newest observation"
	case schema.CallOutcomeEvidence:
		return "the observation that decided the outcome"
	case schema.CallDerivedFields:
		return "the columns that were derived or computed"
	case schema.CallObservationCount, schema.CallFirstObservedAt, schema.CallLastObservedAt:
		return "all observations"
	}
	return ""
}
