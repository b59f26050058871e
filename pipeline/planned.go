package pipeline

import (
	"cmp"
	"maps"
	"slices"
	"unsafe"

	"callmart/extract/raw"
	"callmart/transform"
)

// plannedCall is one call of the second pass: its records lie at places[first:first+count] of its hour.
type plannedCall struct {
	start  int64
	id     uint32 // among the texts of the hour
	first  uint32
	count  uint32
	copies uint32 // of its records: those that add nothing
	final  bool
}

// place is a raw.Place, in less.
type place struct {
	offset   int64
	length   uint32
	file     int32
	position int32
}

func (p *place) raw() raw.Place {
	return raw.Place{File: p.file, Position: p.position, Offset: p.offset, Length: int64(p.length)}
}

const (
	callBytes  = int64(unsafe.Sizeof(plannedCall{}))
	placeBytes = int64(unsafe.Sizeof(place{}))
)

// hourCalls are planned calls of an hour.
type hourCalls struct {
	calls  []plannedCall
	places []place
	ids    texts
}

// add takes a call with its records.
func (s *hourCalls) add(c plannedCall, id string, entries []entry) {
	c.id, c.first, c.count = s.ids.add(id), uint32(len(s.places)), uint32(len(entries))
	s.calls = append(s.calls, c)
	for i := range entries {
		e := &entries[i]
		s.places = append(s.places, place{e.offset, e.length, e.file, e.position})
	}
}

// fitted is a copy without room for more.
func (s *hourCalls) fitted() hourCalls {
	return hourCalls{slices.Clone(s.calls), slices.Clone(s.places), slices.Clone(s.ids)}
}

// join appends another part of the hour.
func (s *hourCalls) join(other *hourCalls) {
	from, places, ids := len(s.calls), uint32(len(s.places)), uint32(len(s.ids))
	s.calls = append(s.calls, other.calls...)
	s.places = append(s.places, other.places...)
	s.ids = append(s.ids, other.ids...)
	for i := range s.calls[from:] {
		s.calls[from+i].first += places
		s.calls[from+i].id += ids
	}
}

// records are the places of a call's records.
func (s *hourCalls) records(c *plannedCall) []raw.Place {
	places := make([]raw.Place, c.count)
	for i := range places {
		places[i] = s.places[int(c.first)+i].raw()
	}
	return places
}

func (s *hourCalls) bytes() int64 {
	return int64(len(s.calls))*callBytes + int64(len(s.places))*placeBytes + int64(len(s.ids))
}

// sort brings the calls into the order of the tables.
func (s *hourCalls) sort() {
	slices.SortFunc(s.calls, func(a, b plannedCall) int {
		if a.start != b.start {
			return cmp.Compare(a.start, b.start)
		}
		return cmp.Compare(s.ids.at(a.id), s.ids.at(b.id))
	})
}

// plannedPartition is one (source, date) to write: its calls by the hour, so that however many there are, those of one
// hour are in memory.
type plannedPartition struct {
	date  transform.Date
	hours map[int64]*plannedHour // since 1970
	file  *hourFile
}

// plannedHour is an hour as several planners found it.
type plannedHour struct {
	parts   []hourCalls
	spilled []hourExtent
}

// each yields the calls of the partition in the order of the tables, an hour at a time, and forgets them if
// nobody asks again.
func (p *plannedPartition) each(forget bool, yield func(*hourCalls) error) error {
	for _, hour := range slices.Sorted(maps.Keys(p.hours)) {
		h := p.hours[hour]
		whole := h.room()
		for i := range h.parts {
			whole.join(&h.parts[i])
		}
		for _, e := range h.spilled {
			part, err := p.file.read(e)
			if err != nil {
				return err
			}
			whole.join(part)
		}
		if forget {
			delete(p.hours, hour)
		}
		whole.sort()
		if err := yield(whole); err != nil {
			return err
		}
	}
	return nil
}

// room is an empty hour that all parts fit into.
func (h *plannedHour) room() *hourCalls {
	calls, places, ids := 0, 0, 0
	for i := range h.parts {
		calls, places, ids = calls+len(h.parts[i].calls), places+len(h.parts[i].places), ids+len(h.parts[i].ids)
	}
	for _, e := range h.spilled {
		calls, places, ids = calls+e.calls, places+e.places, ids+e.ids
	}
	return &hourCalls{calls: make([]plannedCall, 0, calls), places: make([]place, 0, places), ids: make(texts, 0, ids)}
}
