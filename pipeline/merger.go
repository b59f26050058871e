package pipeline

import (
	"context"
	"fmt"
	"slices"

	"callmart/extract"
	"callmart/extract/raw"
	"callmart/transform"
)

// merger reads the records of one call and makes the call of them. Most calls have one record and pay for no merge.
// It serves one goroutine.
type merger struct {
	source  transform.Source
	fetcher *fetcher
	earlier *earlier
	slots   []*slot
}

// slot holds one record while others of the same call are read.
type slot struct {
	reader *transform.Reader
	call   *transform.Observation
	stored stored
	record raw.Record // the opened one; its body lies in body
	body   []byte
	open   bool
	stays  bool // the body is there until records are gathered again
}

func newMerger(source transform.Source, files *openFiles, e *earlier) *merger {
	return &merger{source: source, fetcher: newFetcher(files), earlier: e}
}

// versions reads the records of one call and returns what of them differs, oldest first, and how many were copies.
// All is as the lake has it where every record is a copy of one of which nothing new is learned.
func (m *merger) versions(ctx context.Context, places []raw.Place) (versions []*transform.Observation, copies int, same bool, err error) {
	all := make([]*transform.Observation, len(places))
	for i, place := range places {
		s, err := m.read(ctx, i, place)
		if err != nil {
			return nil, 0, false, err
		}
		all[i] = s.call
		s.stored = storedOf(s.call)
	}
	versions, copies = transform.Versions(all)
	asStored := 0
	for i, place := range places {
		s := m.slots[i]
		if place.File == inLake && slices.Contains(versions, s.call) && s.stored == storedOf(s.call) {
			asStored++
		}
	}
	return versions, copies, copies > 0 && asStored == len(versions), nil
}

// stored is what a copy of an observation may change of it.
type stored struct {
	path     string
	offset   int64
	position int32
	observed int64
	origins  uint8
}

func storedOf(o *transform.Observation) stored {
	return stored{o.Path, o.Place.Offset, o.Place.Position, o.ObservedAt, o.Origins}
}

// finish makes the call of its versions.
func (m *merger) finish(versions []*transform.Observation) *transform.Observation {
	merged := transform.Merge(versions)
	if _, dated := merged.Start(); dated {
		m.slots[0].reader.Finish(merged)
	}
	return merged
}

// only reads a record that is its call's only one: most are, and they are not copied.
func (m *merger) only(ctx context.Context, place raw.Place) (*slot, error) {
	if place.File == inLake || place.Position > 0 || len(m.slots) == 0 {
		return m.read(ctx, 0, place)
	}
	s := m.slots[0]
	s.open = false
	var err error
	if s.record, s.stays, err = m.fetcher.fetch(ctx, place); err != nil {
		return nil, err
	}
	if s.reader.Open(&s.record) > 1 {
		return m.read(ctx, 0, place) // the page's other records are likely next
	}
	return s, m.loaded(s.reader.Only(0, s.call), place)
}

// read reads a record into slot i. Records of one page that follow each other are parsed once.
func (m *merger) read(ctx context.Context, i int, place raw.Place) (*slot, error) {
	for len(m.slots) <= i {
		reader, err := transform.NewReader(m.source)
		if err != nil {
			return nil, err
		}
		m.slots = append(m.slots, &slot{reader: reader, call: transform.NewObservation()})
	}
	s := m.slots[i]
	s.stays = false
	if place.File == inLake {
		s.open = false
		var err error
		s.body, err = m.earlier.read(place, s.body, s.call)
		return s, err
	}
	page := place
	page.Position = 0
	if !s.open || s.record.Place != page {
		rec, _, err := m.fetcher.fetch(ctx, page)
		if err != nil {
			return nil, err
		}
		s.body = append(s.body[:0], rec.Body...)
		rec.Body = s.body
		s.record, s.open = rec, true
		s.reader.Open(&s.record)
	}
	return s, m.loaded(s.reader.Item(int(place.Position), s.call), place)
}

// loaded checks that the record of a place is still the one that the run has seen there.
func (m *merger) loaded(v transform.Verdict, place raw.Place) error {
	if v.Fate != transform.Loaded {
		return fmt.Errorf("reading %s: %w", m.fetcher.files.inputs[place.File].Path, extract.ErrChanged)
	}
	return nil
}
