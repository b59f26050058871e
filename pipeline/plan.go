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
		c := plannedCall{start: x.entries[first].start, first: first, count: next - first}
		dateless, copies := x.entries[first].dateless, 0
		if c.count > 1 {
			merged, n, err := m.merge(ctx, x.entries[first:next])
			if err != nil {
				return nil, err
			}
			start, dated := merged.Start()
			c.start, dateless, copies = start, !dated, n
			x.account.Duplicate += int64(copies)
		}
		if dateless {
			waiting += int64(c.count - copies)
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
	x.account.New = int64(len(x.entries)) - x.account.Duplicate - waiting
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

// reasonWaiting is the reason of records that wait for their call, such as a customer flag.
const reasonWaiting = "waits_for_its_call"

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
