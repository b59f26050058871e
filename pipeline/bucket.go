package pipeline

import (
	"cmp"
	"slices"
)

// buckets is into how many parts the index is cut, by the hash of the calls' ids: each is sorted for itself, on all
// cores, and however large the index is, no more than some of them need to be in memory.
const buckets = 256

// bucket is one part of the index: the sorted entries, and what came since they were sorted.
type bucket struct {
	entries []entry // by call, of one call by place
	ids     texts
	parts   []part
	spilled []extent // parts that lie on the disk
}

// part is some entries as a worker found them.
type part struct {
	entries []entry
	ids     texts
}

// add takes an entry of a call.
func (p *part) add(e entry, id string) {
	e.id = p.ids.add(id)
	p.entries = append(p.entries, e)
}

func (p *part) bytes() int64 { return int64(len(p.entries))*entryBytes + int64(len(p.ids)) }

// join appends another part.
func (p *part) join(other *part) {
	from, shift := len(p.entries), uint32(len(p.ids))
	p.entries = append(p.entries, other.entries...)
	p.ids = append(p.ids, other.ids...)
	for i := range p.entries[from:] {
		p.entries[from+i].id += shift
	}
}

// sort brings the records of one call together, in the order of their places.
func (p *part) sort() {
	slices.SortFunc(p.entries, func(a, b entry) int {
		if a.hash != b.hash {
			return cmp.Compare(a.hash, b.hash)
		}
		return cmp.Or(cmp.Compare(p.ids.at(a.id), p.ids.at(b.id)), cmp.Compare(a.file, b.file),
			cmp.Compare(a.offset, b.offset), cmp.Compare(a.position, b.position))
	})
}

// find returns the entries of a call.
func (s *bucket) find(hash uint64, id string) []entry {
	first, found := slices.BinarySearchFunc(s.entries, id, func(e entry, id string) int {
		if e.hash != hash {
			return cmp.Compare(e.hash, hash)
		}
		return cmp.Compare(s.ids.at(e.id), id)
	})
	if !found {
		return nil
	}
	return s.entries[first:s.endOfCall(first)]
}

// endOfCall returns the index after the last record of the call whose first record is given.
func (s *bucket) endOfCall(first int) int {
	next := first + 1
	for next < len(s.entries) && s.entries[next].hash == s.entries[first].hash && s.ids.at(s.entries[next].id) == s.ids.at(s.entries[first].id) {
		next++
	}
	return next
}

// calls yields the calls of a sorted bucket.
func (s *bucket) calls(yield func(id string, entries []entry) bool) {
	for first, next := 0, 0; first < len(s.entries); first = next {
		next = s.endOfCall(first)
		if !yield(s.ids.at(s.entries[first].id), s.entries[first:next]) {
			return
		}
	}
}
