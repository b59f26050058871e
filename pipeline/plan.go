package pipeline

import (
	"cmp"
	"context"
	"hash/maphash"
	"slices"

	"callmart/transform"
)

// plannedCall is one call of the second pass: its records are entries[first:first+count] of the index.
type plannedCall struct {
	start int64
	first int
	count int

	copies int32 // of its records: those that add nothing
	final  bool
}

// plannedPartition is one (source, date) to write, its calls in the order of the table.
type plannedPartition struct {
	date  transform.Date
	calls []plannedCall
}

// plan cuts the indexed records into calls and the calls into partitions. A call with several records is merged to
// find its start, since any of them may have moved it.
func plan(ctx context.Context, x *index, zone func(int64) transform.Date, m *merger) ([]plannedPartition, error) {
	var calls []plannedCall
	waiting := int64(0) // records that say nothing of when their call was, and whose call was not seen yet
	for first, next := 0, 0; first < len(x.entries); first = next {
		next = x.endOfCall(first)
		c := plannedCall{start: x.entries[first].start, first: first, count: next - first, final: x.entries[first].final}
		dateless, distinct := x.entries[first].dateless, 1
		if c.count > 1 {
			versions, copies, same, err := m.versions(ctx, x.entries[first:next])
			if err != nil {
				return nil, err
			}
			x.account.Duplicate += int64(copies)
			c.copies = int32(copies)
			if same {
				x.same[x.entries[first].id] = true
				continue
			}
			distinct = len(versions)
			merged := m.finish(versions)
			start, dated := merged.Start()
			c.start, c.final, dateless = start, merged.Final, !dated
		}
		if dateless {
			waiting += int64(distinct)
			x.waiting = append(x.waiting, x.entries[first:next]...)
			continue
		}
		calls = append(calls, c)
	}
	if waiting > 0 {
		x.account.Ignored += waiting
		x.account.ignored[reasonWaiting] += waiting
	}
	slices.SortFunc(calls, func(a, b plannedCall) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(x.entries[a.first].id, x.entries[b.first].id))
	})
	x.account.New = x.records() - x.account.Duplicate - waiting
	var partitions []plannedPartition
	for i := 0; i < len(calls); {
		date := zone(calls[i].start)
		end := i + 1
		for end < len(calls) && zone(calls[end].start) == date {
			end++
		}
		partitions = append(partitions, plannedPartition{date: date, calls: calls[i:end]})
		i = end
	}
	return partitions, nil
}

// records is the number of records that this run read and that are of a call.
func (x *index) records() (n int64) {
	for i := range x.entries {
		if x.entries[i].raw() {
			n++
		}
	}
	return n
}

// Reasons of records that are read again.
const (
	reasonWaiting = "waits_for_its_call"  // such as a customer flag
	reasonHeld    = "date_is_not_written" // by this run
)

// endOfCall returns the index after the last record of the call whose first record is given.
func (x *index) endOfCall(first int) int {
	next := first + 1
	for next < len(x.entries) && x.entries[next].id == x.entries[first].id {
		next++
	}
	return next
}

// has reports whether any record of the run belongs to the call.
func (x *index) has(id string) bool {
	_, found := x.find(id)
	return found
}

// find returns the place of a call's first record.
func (x *index) find(id string) (first int, found bool) {
	hash := maphash.String(x.seed, id)
	return slices.BinarySearchFunc(x.entries, id, func(e entry, id string) int {
		return cmp.Or(cmp.Compare(e.hash, hash), cmp.Compare(e.id, id))
	})
}
