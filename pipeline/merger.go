package pipeline

import (
	"context"
	"fmt"

	"callmart/extract"
	"callmart/extract/raw"
	"callmart/transform"
)

// merger reads the records of one call and makes the call of them. Most calls have one record and pay for no merge.
// It serves one goroutine.
type merger struct {
	source  transform.Source
	fetcher *fetcher
	slots   []*slot
}

// slot holds one record while others of the same call are read.
type slot struct {
	reader *transform.Reader
	call   *transform.Observation
	record raw.Record // the opened one; its body lies in body
	body   []byte
	open   bool
}

func newMerger(source transform.Source, files *openFiles) *merger {
	return &merger{source: source, fetcher: newFetcher(files)}
}

// merge returns the finished call of some records, and how many of them were copies of others.
func (m *merger) merge(ctx context.Context, entries []entry) (*transform.Observation, int, error) {
	if len(entries) == 1 {
		s, err := m.read(ctx, 0, entries[0].place)
		if err != nil {
			return nil, 0, err
		}
		s.reader.Finish(s.call)
		return s.call, 0, nil
	}
	all := make([]*transform.Observation, len(entries))
	for i := range entries {
		s, err := m.read(ctx, i, entries[i].place)
		if err != nil {
			return nil, 0, err
		}
		all[i] = s.call
	}
	merged, copies := transform.Merge(all)
	if _, dated := merged.Start(); dated {
		m.slots[0].reader.Finish(merged)
	}
	return merged, copies, nil
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
	page := place
	page.Position = 0
	if !s.open || s.record.Place != page {
		rec, err := m.fetcher.fetch(ctx, page)
		if err != nil {
			return nil, err
		}
		s.body = append(s.body[:0], rec.Body...)
		rec.Body = s.body
		s.record, s.open = rec, true
		s.reader.Open(&s.record)
	}
	if v := s.reader.Item(int(place.Position), s.call); v.Fate != transform.Loaded {
		return nil, fmt.Errorf("reading %s: %w", m.fetcher.files.inputs[place.File].Path, extract.ErrChanged)
	}
	return s, nil
}
