package transform

import "callmart/transform/schema"

// configured looks the raw words up in the configuration, which beats the vendor's own table.
func (r *Reader) configured() bool {
	if len(r.source.Outcomes) == 0 {
		return false
	}
	call := r.o.Call
	for _, c := range [...]struct {
		col  int
		rule Rule
	}{{schema.CallRawReason, ruleReasonConfigured}, {schema.CallRawStatus, ruleStatusConfigured}, {schema.CallRawType, ruleTypeConfigured}} {
		if m := r.source.Outcomes[schema.Get(schema.Calls).Fields[c.col].Name]; m != nil && call.Has(c.col) {
			if word, ok := m[call[c.col].Text]; ok {
				r.o.outcome(word, SpecificStatus, c.rule)
				return true
			}
		}
	}
	return false
}

// direction sets the direction from a vendor's word, by configuration first.
func (r *Reader) direction(word string, vendor func(folded string) string) {
	if d, ok := r.source.Directions[word]; ok {
		r.o.Call.Text(schema.CallDirection, d)
		return
	}
	r.o.Call.Text(schema.CallDirection, vendor(r.fold(word)))
}

// either is the word for a boolean.
func either(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}

// pending marks a call of which nothing says how it ended.
func (r *Reader) pending() {
	if r.o.Call.True(schema.CallIsFinal) {
		r.o.outcome("unknown", NoEvidence, ruleNoWord)
	} else {
		r.o.outcome("in_progress", InProgress, ruleNotEnded)
	}
}
