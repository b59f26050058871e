package transform

import "callmart/transform/schema"

// Children is one child table of the call.
type Children struct {
	Table        string      `json:"table"`
	Rows         []Cells     `json:"rows"`
	Why          Why         `json:"why"`
	Observations []int       `json:"observations"` // that the rows are of; empty: made after the merge
	Others       []OtherRows `json:"others,omitempty"`
	Exits        []Exit      `json:"exits,omitempty"`   // of queue entries
	Made         *Told       `json:"made_by,omitempty"` // of a queue entry that no payload told of
}

// OtherRows are rows that another observation has.
type OtherRows struct {
	Observation int `json:"observation"`
	Rows        int `json:"rows"`
}

// Exit says how a queue entry ended, and by which rule.
type Exit struct {
	Entry int    `json:"queue_entry_index"`
	Exit  string `json:"exit"`
	Told
}

// childrenOf explains a child table.
func childrenOf(id schema.ID, given []*Observation, call *Observation, from *mergeTrace, entries *finishTrace) Children {
	table := schema.Get(id)
	c := Children{Table: table.Name, Why: Only, Observations: []int{}}
	rows := &call.Children[id]
	for i := range rows.Len() {
		c.Rows = append(c.Rows, cellsOfRow(table, rows.At(i)))
	}
	winner := from.children[id]
	for i, v := range given {
		switch n := v.Children[id].Len(); {
		case n == 0:
		case i == winner || id == schema.Events:
			c.Observations = append(c.Observations, i)
		default:
			c.Others = append(c.Others, OtherRows{i, n})
			if v.Detail < given[winner].Detail && c.Why == Only {
				c.Why = MostDetailed
			} else if v.Detail == given[winner].Detail {
				c.Why = Newest
			}
		}
	}
	switch {
	case len(c.Observations) == 0:
		c.Why = AfterMerge
	case id == schema.Events && len(c.Observations) > 1:
		c.Why = Union
	}
	if id != schema.QueueEntries {
		return c
	}
	if entries.made != "" {
		told := entries.made.told(call)
		c.Made = &told
	}
	for i := range rows.Len() {
		if rule, ok := entries.exits[i]; ok {
			c.Exits = append(c.Exits, Exit{i, rows.At(i)[schema.EntryExit].Text, exitTold(rule, call, rows.At(i))})
		}
	}
	return c
}

// exitTold adds the words that the rule of an exit met.
func exitTold(rule Rule, call *Observation, entry Row) Told {
	told := rule.told(call)
	switch rule {
	case ruleAsTheCall, ruleCallOpen:
		told.Words = metWords(call, schema.CallOutcome)
	case ruleTransfer:
		transfers := &call.Children[schema.Transfers]
		for i := range transfers.Len() {
			t := transfers.At(i)
			if id := entry[schema.EntryTransferID].Text; id != "" && t[schema.TransferID].Text == id {
				told.Words = append(told.Words, Word{"transfer_id", id}, Word{"transfers.fail_reason", t[schema.TransferFailReason].Text})
			}
		}
	case ruleAgentAnswered:
		for _, col := range [...]int{schema.EntryAgentID, schema.EntryAnsweredAt} {
			if f := &schema.Get(schema.QueueEntries).Fields[col]; entry.Has(col) {
				told.Words = append(told.Words, Word{f.Name, valueOf(f.Type, entry[col]).String()})
			}
		}
	}
	return told
}
