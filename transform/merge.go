package transform

import (
	"cmp"
	"slices"

	"callmart/transform/schema"
	"callmart/transform/tape"
)

// Versions are the different observations of one call among some, oldest first: copies of one payload count once.
// It takes the given ones apart, and returns how many of them were copies.
func Versions(all []*Observation) (versions []*Observation, copies int) {
	all, copies = distinct(all)
	slices.SortFunc(all, func(a, b *Observation) int {
		if less(a, b) {
			return -1
		}
		return 1
	})
	return all, copies
}

// Merge makes one call of its versions: a pure function of their set. It returns the last of them, which it changes.
// Their texts must all still be alive.
func Merge(all []*Observation) *Observation { return merge(all, nil) }

// merge also traces where everything came from, unless trace is nil.
func merge(all []*Observation, trace *mergeTrace) *Observation {
	m := all[len(all)-1]
	trace.begin(all)
	if len(all) == 1 {
		return m
	}
	evidence := strongest(all, m.Final)
	children := mostDetailed(all)
	events := eventsOf(all)
	trace.merged(all, evidence, &children)
	m.mergeExtra(all)
	talk := detailedTalk(all)
	for i := len(all) - 2; i >= 0; i-- {
		trace.older(i)
		m.fill(all[i], trace)
	}
	if m.Call[schema.CallTalk].State == Derived {
		m.Call[schema.CallTalk] = talk.Call[schema.CallTalk]
		trace.chose(all, talk, schema.CallTalk)
	}
	for id := range m.Children {
		if from := children[id]; from != nil && from != m {
			m.Children[id].set(&from.Children[id])
		}
	}
	m.Children[schema.Events].set(events)
	m.Call[schema.CallOutcome], m.Evidence = evidence.Call[schema.CallOutcome], evidence.Evidence
	m.Final = m.Call.True(schema.CallIsFinal)
	return m
}

// distinct drops copies of one payload. Of equal copies the one that was seen first is kept, at the smallest place.
func distinct(all []*Observation) ([]*Observation, int) {
	kept := all[:0:len(all)]
	copies := 0
next:
	for _, o := range all {
		for i, k := range kept {
			if !k.Same(o) {
				continue
			}
			copies++
			first, other := k, o
			if seenBefore(o, k) {
				first, other = o, k
			}
			if placeLess(&other.Order, &first.Order) {
				first.Path, first.Place = other.Path, other.Place
			}
			first.Origins |= other.Origins
			kept[i] = first
			continue next
		}
		kept = append(kept, o)
	}
	return kept, copies
}

// seenBefore orders copies by all in which they may differ, but for the place: that of the kept one is the smallest of all,
// so that it does not tell whose it was.
func seenBefore(a, b *Observation) bool {
	return cmp.Or(cmp.Compare(a.ObservedAt, b.ObservedAt), cmp.Compare(a.Origin, b.Origin), cmp.Compare(bit(b.received()), bit(a.received()))) < 0
}

// received reports whether an event of the observation says when it was received.
func (m *Observation) received() bool {
	events := &m.Children[schema.Events]
	return events.Len() > 0 && events.At(0).Has(schema.EventReceivedAt)
}

func placeLess(a, b *Order) bool {
	return (&Order{Path: a.Path, Place: a.Place}).Compare(&Order{Path: b.Path, Place: b.Place}) < 0
}

// fill takes from an older observation what m does not have, or has only computed.
func (m *Observation) fill(older *Observation, trace *mergeTrace) {
	for col := range m.Call {
		if older.Call[col].State > m.Call[col].State {
			m.Call[col] = older.Call[col]
			trace.took(col)
		}
	}
	if len(m.Tags) == 0 && len(older.Tags) > 0 {
		m.Tags = append(m.Tags, older.Tags...)
		trace.took(schema.CallTags)
	}
	// A call that was once over stays so.
	if older.Call.True(schema.CallIsFinal) && !m.Call.True(schema.CallIsFinal) {
		m.Call.Bool(schema.CallIsFinal, true)
		trace.took(schema.CallIsFinal)
	}
	m.Origins |= older.Origins
	m.Count += older.Count
	m.FirstSeen = min(m.FirstSeen, older.FirstSeen)
	m.LastSeen = max(m.LastSeen, older.LastSeen)
	m.WrongTypes += older.WrongTypes
	m.ZoneSuspicions += older.ZoneSuspicions
}

// strongest returns the newest observation of those with the strongest evidence of an outcome. That a call was once
// in progress is no evidence once it is over.
func strongest(all []*Observation, final bool) *Observation {
	best := all[len(all)-1]
	for i := len(all) - 2; i >= 0; i-- {
		if o := all[i]; o.Evidence > best.Evidence && (!final || o.Evidence != InProgress) {
			best = o
		}
	}
	return best
}

// mostDetailed returns, per child table, the newest observation of the most detailed kind that has rows of it.
func mostDetailed(all []*Observation) (from [schema.NumRead]*Observation) {
	for id := range from {
		for _, o := range all {
			if o.Children[id].Len() > 0 && (from[id] == nil || o.Detail >= from[id].Detail) {
				from[id] = o
			}
		}
	}
	return from
}

// detailedTalk returns the newest observation of the most detailed kind that has a derived talk time: it must be that of the
// legs, which are chosen likewise.
func detailedTalk(all []*Observation) (talk *Observation) {
	detail := uint8(0)
	for _, o := range all {
		if t := o.Call[schema.CallTalk]; t.State == Derived && o.Detail >= detail {
			talk, detail = o, o.Detail
		}
	}
	return talk
}

// eventsOf returns the union of the observations' events.
func eventsOf(all []*Observation) *Rows {
	union := &Rows{width: all[0].Children[schema.Events].width}
	for _, o := range all {
		rows := &o.Children[schema.Events]
	next:
		for i := range rows.Len() {
			row := rows.At(i)
			for j := range union.Len() {
				if slices.EqualFunc(union.At(j), row, sameValue) {
					continue next
				}
			}
			copy(union.Add(), row)
		}
	}
	return union
}

func sameValue(a, b Cell) bool {
	return a.Text == b.Text && a.Num == b.Num && (a.State == Absent) == (b.State == Absent)
}

// mergeExtra patches the observations' extras onto each other (RFC 7386), oldest first.
func (m *Observation) mergeExtra(all []*Observation) {
	var merged []byte
	for _, o := range all {
		patch := o.extra.bytes()
		switch {
		case len(patch) == 0:
		case len(merged) == 0:
			merged = slices.Clone(patch)
		default:
			merged = patchJSON(merged, patch)
		}
	}
	m.extra.whole = merged
}

// patchJSON applies a merge patch. Both texts are ours, so they are known to be JSON objects.
func patchJSON(target, patch []byte) []byte {
	var a, b tape.Doc
	if a.Parse(target) != nil || b.Parse(patch) != nil {
		return patch
	}
	return patchObject(nil, a.Root(), b.Root())
}

func patchObject(dst []byte, target, patch tape.Value) []byte {
	dst = append(dst, '{')
	sep := false
	member := func(key string) {
		if sep {
			dst = append(dst, ',')
		}
		sep = true
		dst = append(tape.AppendQuoted(dst, key), ':')
	}
	for m := target.Members(); m.Next(); {
		p := patch.Get(m.Key())
		switch {
		case p.Kind() == tape.Missing:
			member(m.Key())
			dst = m.Value().AppendCompact(dst)
		case p.Kind() == tape.Object && m.Value().Kind() == tape.Object:
			member(m.Key())
			dst = patchObject(dst, m.Value(), p)
		default:
			member(m.Key())
			dst = p.AppendCompact(dst)
		}
	}
	for m := patch.Members(); m.Next(); {
		if target.Get(m.Key()).Kind() == tape.Missing {
			member(m.Key())
			dst = m.Value().AppendCompact(dst)
		}
	}
	return append(dst, '}')
}
