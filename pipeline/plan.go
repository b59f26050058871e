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
	for first := 0; first < len(x.entries); {
		next := first + 1
		for next < len(x.entries) && x.entries[next].id == x.entries[first].id {
			next++
		}
		c := plannedCall{start: x.entries[first].start, first: first, count: next - first}
		if c.count > 1 {
			merged, copies, err := m.merge(ctx, x.entries[first:next])
			if err != nil {
				return nil, err
			}
			c.start, _ = merged.Start()
			x.account.Duplicate += int64(copies)
		}
		calls = append(calls, c)
		first = next
	}
	slices.SortFunc(calls, func(a, b plannedCall) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(x.entries[a.first].id, x.entries[b.first].id))
	})
	x.account.New = int64(len(x.entries)) - x.account.Duplicate
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

// has reports whether any record of the run belongs to the call.
func (x *index) has(id string) bool {
	hash := maphash.String(x.seed, id)
	_, found := slices.BinarySearchFunc(x.entries, id, func(e entry, id string) int {
		return cmp.Or(cmp.Compare(e.hash, hash), cmp.Compare(e.id, id))
	})
	return found
}
