package pipeline

import (
	"encoding/binary"
	"unsafe"

	"callmart/extract/raw"
	"callmart/transform"
)

// entry is what the first pass keeps of a record: where it lies, whose call it is and when that began. It has no
// pointers, so that millions of them are nothing to the garbage collector and may lie in a file.
type entry struct {
	hash     uint64 // of the call's id
	start    int64  // microseconds
	seen     int64  // when the record was observed, microseconds
	offset   int64
	length   uint32
	file     int32
	position int32
	id       uint32         // where the id stands among the texts of the entry's bucket
	planned  transform.Date // of the call's first entry: where the plan put the call
	origin   raw.Origin
	traits   traits
}

// traits are what else is known of a record.
type traits uint8

const (
	final    traits = 1 << iota // the vendor will say no more of the call
	dateless                    // waits for its call
	seenOnly                    // the start is only the time at which the record was observed
)

func (e *entry) is(t traits) bool { return e.traits&t != 0 }

// inLake is the file number of observations that were read from the lake: their place is in the run's spool.
const inLake = -1

func (e *entry) place() raw.Place {
	return raw.Place{File: e.file, Position: e.position, Offset: e.offset, Length: int64(e.length)}
}

func placesOf(entries []entry) []raw.Place {
	places := make([]raw.Place, len(entries))
	for i := range entries {
		places[i] = entries[i].place()
	}
	return places
}

// entryOf is the entry of an observation that lies at a place, without its id.
func entryOf(o *transform.Observation, place raw.Place) entry {
	start, _ := o.Start()
	e := entry{
		start: start, seen: o.ObservedAt, offset: place.Offset, length: uint32(place.Length), file: place.File,
		position: place.Position, origin: o.Origin,
	}
	for _, t := range []struct {
		has bool
		traits
	}{{o.Final, final}, {o.Dateless, dateless}, {o.SeenOnly, seenOnly}} {
		if t.has {
			e.traits |= t.traits
		}
	}
	return e
}

// texts holds many short texts, each behind its length.
type texts []byte

// add returns where the text stands.
func (t *texts) add(s string) uint32 {
	at := uint32(len(*t))
	*t = append(binary.AppendUvarint(*t, uint64(len(s))), s...)
	return at
}

// at returns the text that stands at a place. It is valid as long as t is.
func (t texts) at(place uint32) string {
	length, n := binary.Uvarint(t[place:])
	from := int(place) + n
	return unsafe.String(unsafe.SliceData(t[from:]), int(length))
}
