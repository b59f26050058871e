package pipeline

import (
	"context"
	"hash/maphash"
	"maps"

	"callmart/load"
	"callmart/transform"
)

// meet adds to the index what the lake knows of its calls: of those that are new to it. A record's call is looked
// for near the record's own date; one that does not say its date, wherever it may be.
func (s *sourceRun) meet(ctx context.Context) error {
	if s.whole {
		return nil
	}
	published, err := s.publishedDates(ctx)
	if err != nil {
		return err
	}
	reader, err := transform.NewReader(s.settings)
	if err != nil {
		return err
	}
	x, near := s.index, map[transform.Date]bool{}
	everywhere := false
	dates := make([]transform.Date, len(x.entries)) // of the entries; 0: it does not say
	var before transform.Date
	for i := range x.entries {
		e := &x.entries[i]
		if e.dateless || e.seenOnly {
			everywhere = true
			continue
		}
		dates[i] = reader.DateAt(e.start)
		if dates[i] == before {
			continue
		}
		before = dates[i]
		for d := dates[i] - nearDays; d <= dates[i]+nearDays; d++ {
			near[d] = true
		}
	}
	var search []transform.Date
	for _, d := range published {
		if everywhere || near[d] {
			search = append(search, d)
		}
	}
	if len(search) == 0 {
		return nil
	}
	s.progress.Stage("looking up calls of " + s.config.Name)
	met := maps.Clone(s.earlier.homes)
	err = s.earlier.add(ctx, search, func(date transform.Date, id string) bool {
		first, found := x.find(id)
		if !found || met[date][id] {
			return false
		}
		for i := first; i < x.endOfCall(first); i++ {
			if dates[i] == 0 || dates[i]-nearDays <= date && date <= dates[i]+nearDays {
				return true
			}
		}
		return false
	})
	if err != nil {
		return err
	}
	x.join(s.earlier)
	return nil
}

// join makes the observations of the lake entries of the index.
func (x *index) join(e *earlier) {
	for i := range e.entries {
		e.entries[i].hash = maphash.String(x.seed, e.entries[i].id)
	}
	x.entries = append(x.entries, e.entries...)
	e.entries = nil
	x.sort()
}

// publishedDates are the dates of which the lake has calls of the source.
func (s *sourceRun) publishedDates(ctx context.Context) ([]transform.Date, error) {
	partitions, err := s.lake.Partitions(ctx, load.Selection{Sources: []string{s.config.Name}})
	if err != nil {
		return nil, err
	}
	dates := make([]transform.Date, 0, len(partitions))
	for _, p := range partitions {
		d, err := transform.ParseDate(p.Date)
		if err != nil {
			return nil, err
		}
		dates = append(dates, d)
	}
	return dates, nil
}

// takeAll makes the index of what the lake knows, and of nothing else.
func (s *sourceRun) takeAll(ctx context.Context) error {
	published, err := s.publishedDates(ctx)
	if err != nil {
		return err
	}
	if len(published) > 0 && s.book.Settings == nil {
		return &UsageError{
			"the ledger of " + s.config.Name + " is gone, or was never kept: only a rebuild from the raw records is possible",
			"callmart load --rebuild --source " + s.config.Name,
		}
	}
	var dates []transform.Date
	for _, d := range published {
		if s.options.covers(d.String()) {
			dates = append(dates, d)
		}
	}
	s.progress.Stage("reading the lake's " + s.config.Name)
	if err := s.earlier.add(ctx, dates, func(transform.Date, string) bool { return true }); err != nil {
		return err
	}
	s.index.join(s.earlier)
	return nil
}
