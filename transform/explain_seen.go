package transform

import (
	"encoding/hex"
	"encoding/json"
	"slices"

	"callmart/transform/schema"
)

// Seen is one observation of a call: what it was, where it lay, and what decided the outcome in it.
type Seen struct {
	Observation int      `json:"observation"`
	Event       string   `json:"event,omitempty"`
	PayloadKind string   `json:"payload_kind"`
	Origins     []string `json:"origins"`
	ObservedAt  Value    `json:"observed_at"`
	UpdatedAt   Value    `json:"vendor_updated_at"`
	Final       bool     `json:"is_final"`
	Outcome     string   `json:"outcome,omitempty"`
	Evidence    string   `json:"outcome_evidence"`
	Decided     []Told   `json:"decided_by,omitempty"` // several: what the lake keeps of the payload fits each of them
	Words       []Word   `json:"words,omitempty"`      // the vendor's, all of them
	SHA256      string   `json:"payload_sha256"`
	File        string   `json:"raw_file"`
	Offset      int64    `json:"raw_offset"`
	Length      int64    `json:"raw_length"`
	Position    int32    `json:"raw_position"`
}

func (r *Reader) seen(v *Observation, i int) (Seen, error) {
	s := Seen{
		Observation: i, Event: v.Call[schema.CallEvent].Text, PayloadKind: v.Call[schema.CallPayloadKind].Text,
		Origins: slices.Clone(v.texts(schema.CallOrigins)), UpdatedAt: valueOf(schema.Instant, v.Call[schema.CallVendorUpdatedAt]),
		Final: v.Final, Outcome: v.Call[schema.CallOutcome].Text, Evidence: v.Evidence.String(), SHA256: hex.EncodeToString(v.SHA256[:]),
		File: v.Path, Offset: v.Place.Offset, Length: v.Place.Length, Position: v.Place.Position,
		Words: metWords(v, rawColumns[1:]...),
	}
	if v.ObservedAt != 0 {
		s.ObservedAt = valueOf(schema.Instant, Cell{Num: v.ObservedAt, State: Given})
	}
	rules, err := r.rules(v)
	for _, rule := range rules {
		s.Decided = append(s.Decided, rule.told(v))
	}
	return s, err
}

// rules are those by which the vendor's code makes the outcome of what the lake keeps of an observation. A fact that it
// does not keep is tried in every way, and what then gives another outcome, or leaves other traces, is out; so several
// may be left. None is if the rules or the configuration were others when it was read.
func (r *Reader) rules(v *Observation) (rules []Rule, err error) {
	if !v.Call.Has(schema.CallOutcome) {
		return nil, nil
	}
	r.vendor.again(r, v, func(decide func() bool) {
		o, failed := v.Clone()
		if failed != nil {
			err = failed
			return
		}
		o.Call[schema.CallOutcome], o.Evidence = Cell{}, NoEvidence
		o.extra.reset()
		r.o = o
		if decide() && o.Evidence == v.Evidence && o.Call[schema.CallOutcome].Text == v.Call[schema.CallOutcome].Text && !slices.Contains(rules, o.rule) {
			rules = append(rules, o.rule)
		}
	})
	return rules, err
}

func (n nectar) again(r *Reader, v *Observation, try func(func() bool)) {
	call := v.Call
	f := nectarFacts{ended: call.True(schema.CallIsFinal), subType: call[schema.CallRawReason].Text}
	if f.rest = call[schema.CallPayloadKind].Text == "rest"; f.rest {
		f.restType = call[schema.CallRawType].Text
	} else {
		f.event = call[schema.CallEvent].Text
	}
	_, word := nectarSubType(f.subType)
	for _, abandoned := range [...]bool{false, true} {
		for _, answered := range [...][2]bool{{}, {true, false}, {false, true}} {
			f.abandoned, f.answered, f.notAnswered = abandoned, answered[0], answered[1]
			try(func() bool {
				n.outcome(r, &f, word)
				n.contradictions(r, &f)
				return r.o.flag("is_answered") == v.flag("is_answered") && r.o.flag("abandoned") == v.flag("abandoned")
			})
		}
	}
}

func (c *callerdesk) again(r *Reader, v *Observation, try func(func() bool)) {
	try(func() bool {
		c.decide(r, v.Call[schema.CallRawReason].Text, v.Call[schema.CallRawStatus].Text)
		return true
	})
}

func (c *ccai) again(r *Reader, v *Observation, try func(func() bool)) {
	if v.Call[schema.CallPayloadKind].Text == "session_event" {
		try(func() bool {
			r.pending()
			return true
		})
		return
	}
	for _, virtual := range [...]bool{false, true} {
		try(func() bool {
			c.facts = ccaiFacts{
				status: ccaiToken(v.Call[schema.CallRawStatus].Text, ccaiStatuses), reason: ccaiToken(v.Call[schema.CallRawReason].Text, ccaiReasons),
				hasQueues: v.Children[schema.QueueEntries].Len() > 0, virtual: virtual,
			}
			if text := v.leftover("deflection"); text != "" && json.Unmarshal([]byte(text), &c.facts.deflection) != nil {
				c.facts.deflection = ""
			}
			c.outcome(r)
			return true
		})
	}
}

func (w whippy) again(r *Reader, v *Observation, try func(func() bool)) {
	try(func() bool {
		state, reason := whippyStatus(v.Call[schema.CallRawStatus].Text)
		w.outcome(r, eventRank(v.Call[schema.CallEvent].Text), v.Call.True(schema.CallIsFinal), state, reason)
		return true
	})
}

// flag is a leftover that contradictions wrote; what was no flag is kept there too.
func (o *Observation) flag(key string) string {
	switch text := o.leftover(key); text {
	case "1", "true", "false":
		return text
	}
	return ""
}

// leftover is a member of extra, as JSON; empty if it has none.
func (o *Observation) leftover(key string) string {
	var members map[string]json.RawMessage
	if text := o.extra.bytes(); len(text) == 0 || json.Unmarshal(text, &members) != nil {
		return ""
	}
	return string(members[key])
}

// Decided is what decided the outcome of the call.
type Decided struct {
	Outcome     string `json:"outcome"`
	Evidence    string `json:"evidence"`
	Observation int    `json:"observation"` // that decided
	Why         Why    `json:"why"`
	DecidedBy   []Told `json:"decided_by,omitempty"`
}

// whyOutcome says why the observation was chosen whose outcome is the call's.
func whyOutcome(given []*Observation, from int) Why {
	why := Only
	for i, v := range given {
		switch {
		case i == from || !v.Call.Has(schema.CallOutcome):
		case v.Evidence == given[from].Evidence:
			return NewestStrong
		case v.Evidence > given[from].Evidence:
			why = Over
		case why == Only:
			why = Strongest
		}
	}
	return why
}
