package transform

import "callmart/transform/schema"

// configured looks the raw words up in the configuration, which beats the vendor's own table.
func (r *Reader) configured() bool {
	call := r.o.Call
	for _, col := range [...]int{schema.CallRawReason, schema.CallRawStatus, schema.CallRawType} {
		if m := r.source.Outcomes[schema.Get(schema.Calls).Fields[col].Name]; m != nil && call.Has(col) {
			if word, ok := m[call[col].Text]; ok {
				r.o.outcome(word, SpecificStatus)
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
		r.o.outcome("unknown", NoEvidence)
	} else {
		r.o.outcome("in_progress", InProgress)
	}
}
