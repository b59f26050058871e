package transform

import (
	"fmt"
	"slices"

	"callmart/transform/schema"
)

// Explanation says why a call is as it is published: what each of its observations said, and what became of it.
// Observations are named by their position, oldest first.
type Explanation struct {
	Call         *Observation `json:"-"` // merged and finished
	Observations []Seen       `json:"observations"`
	Outcome      Decided      `json:"outcome"`
	Fields       []Field      `json:"fields"` // of the call; those of which something is known
	Tables       []Children   `json:"tables"` // of its children; those that have rows
	NoEntries    *Told        `json:"no_queue_entries,omitempty"`
}

// Told is a rule, what it means and the words that it met.
type Told struct {
	Rule    Rule   `json:"rule"`
	Meaning string `json:"meaning"`
	Words   []Word `json:"words,omitempty"`
}

// Word is a word of a payload.
type Word struct {
	Column string `json:"column"`
	Word   string `json:"word"`
}

// Explain merges and finishes the observations of a call, oldest first, by the code that every run does it with, and says
// where everything came from. The observations stay as they are.
func (r *Reader) Explain(versions []*Observation) (*Explanation, error) {
	all, err := copies(versions)
	if err != nil {
		return nil, err
	}
	given, err := copies(versions)
	if err != nil {
		return nil, err
	}
	from := &mergeTrace{}
	call := merge(all, from)
	merged := slices.Clone(call.Call)
	r.trace = &finishTrace{exits: map[int]Rule{}}
	defer func() { r.trace = nil }()
	if _, dated := call.Start(); dated {
		r.Finish(call)
	}
	entries := r.trace
	r.trace = nil
	e := &Explanation{Call: call}
	for i, v := range given {
		seen, err := r.seen(v, i)
		if err != nil {
			return nil, err
		}
		e.Observations = append(e.Observations, seen)
	}
	by := &e.Observations[from.outcome]
	e.Outcome = Decided{by.Outcome, by.Evidence, from.outcome, whyOutcome(given, from.outcome), by.Decided}
	e.Fields = fieldsOf(given, merged, call, from)
	for id := schema.Calls + 1; id < schema.NumRead; id++ {
		if call.Children[id].Len() > 0 {
			e.Tables = append(e.Tables, childrenOf(id, given, call, from, entries))
		}
	}
	if rule := entries.made; rule != "" && rule != ruleOneEntry {
		told := rule.told(call)
		e.NoEntries = &told
	}
	return e, nil
}

// copies are observations of their own, texts included.
func copies(versions []*Observation) ([]*Observation, error) {
	all := make([]*Observation, len(versions))
	for i, v := range versions {
		c, err := v.Clone()
		if err != nil {
			return nil, err
		}
		all[i] = c
	}
	return all, nil
}

// Clone returns a copy with texts of its own. It is as it was stored: what Finish noted for itself is not copied.
func (o *Observation) Clone() (*Observation, error) {
	c := NewObservation()
	if err := c.Decode(o.AppendTo(nil)); err != nil {
		return nil, fmt.Errorf("copying an observation of call %s: %w", o.ID(), err)
	}
	return c, nil
}

// told is the rule with the words that it met in an observation.
func (r Rule) told(o *Observation) Told {
	meaning, columns := r.about()
	return Told{r, meaning, metWords(o, columns...)}
}

// metWords are the known ones of some columns of the call.
func metWords(o *Observation, columns ...int) (words []Word) {
	for _, col := range columns {
		if f := &schema.Get(schema.Calls).Fields[col]; o.Call.Has(col) {
			words = append(words, Word{f.Name, valueOf(f.Type, o.Call[col]).String()})
		}
	}
	return words
}

// Differences names what of another form of the call, as it is stored, is not as explained: columns of calls, and tables.
func (e *Explanation) Differences(published *Observation) (names []string) {
	for col, f := range schema.Get(schema.Calls).Fields {
		same := sameValue(e.Call.Call[col], published.Call[col])
		switch f.Type {
		case schema.Texts:
			same = slices.Equal(e.Call.texts(col), published.texts(col))
		case schema.JSON:
			same = string(e.Call.extra.bytes()) == string(published.extra.bytes())
		}
		if !same {
			names = append(names, f.Name)
		}
	}
	for id := schema.Calls + 1; id < schema.NumRead; id++ {
		if !sameRows(&e.Call.Children[id], &published.Children[id]) {
			names = append(names, schema.Get(id).Name)
		}
	}
	return names
}

func sameRows(a, b *Rows) bool {
	if a.Len() != b.Len() {
		return false
	}
	for i := range a.Len() {
		if !slices.EqualFunc(a.At(i)[schema.ChildIndex+1:], b.At(i)[schema.ChildIndex+1:], sameValue) {
			return false
		}
	}
	return true
}
