package transform

import (
	"slices"

	"callmart/transform/schema"
)

// mergeTrace is where a merge took everything from: positions among the call's observations, -1 where nobody gave it.
// A nil one traces nothing.
type mergeTrace struct {
	at       int // of the observation that fill looks at
	call     []int
	outcome  int
	children [schema.NumRead]int
}

// begin starts with what the newest observation has.
func (t *mergeTrace) begin(all []*Observation) {
	if t == nil {
		return
	}
	last := len(all) - 1
	m := all[last]
	t.call, t.outcome = make([]int, len(m.Call)), last
	for col := range t.call {
		t.call[col] = -1
		if m.Call.Has(col) || col == schema.CallTags && len(m.Tags) > 0 {
			t.call[col] = last
		}
	}
	for id := range t.children {
		t.children[id] = -1
		if m.Children[id].Len() > 0 {
			t.children[id] = last
		}
	}
}

func (t *mergeTrace) merged(all []*Observation, outcome *Observation, children *[schema.NumRead]*Observation) {
	if t == nil {
		return
	}
	t.outcome = slices.Index(all, outcome)
	for id, from := range children {
		t.children[id] = slices.Index(all, from)
	}
}

func (t *mergeTrace) older(at int) {
	if t != nil {
		t.at = at
	}
}

func (t *mergeTrace) took(col int) {
	if t != nil {
		t.call[col] = t.at
	}
}

func (t *mergeTrace) chose(all []*Observation, o *Observation, col int) {
	if t != nil {
		t.call[col] = slices.Index(all, o)
	}
}

// finishTrace is which rules Finish applied to the queue entries. A nil one traces nothing.
type finishTrace struct {
	made  Rule // the call's only entry, or why there is none; empty where a payload told of entries
	exits map[int]Rule
}

func (t *finishTrace) queued(rule Rule) {
	if t != nil {
		t.made = rule
	}
}

func (t *finishTrace) exited(i int, rule Rule) {
	if t != nil {
		t.exits[i] = rule
	}
}
