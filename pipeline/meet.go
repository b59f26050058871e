package pipeline

import (
	"context"
	"maps"
	"slices"

	"callmart/load"
	"callmart/transform"
)

// meet adds to the index what the lake knows of its calls: of those that are new to it. A call is looked for in every
// partition that may have its id, whatever the date of the record: a call may have moved since, and some records do not
// say when their call was.
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
	if len(published) == 0 {
		return nil
	}
	x := s.index
	ranges := map[transform.Date]*idRange{} // of the records' calls, by date; 0: they do not say
	for id, entries := range x.calls {
		for i := range entries {
			e := &entries[i]
			var date transform.Date
			if !e.is(dateless) && !e.is(seenOnly) {
				date = reader.DateAt(e.start)
			}
			if ranges[date] == nil {
				ranges[date] = &idRange{}
			}
			ranges[date].add(id)
		}
	}
	var search []transform.Date
	for _, d := range published {
		has, known := s.book.IDs[d.String()]
		meets := func(r *idRange) bool { return !known || has.meets(r) }
		if slices.ContainsFunc(slices.Collect(maps.Values(ranges)), meets) {
			search = append(search, d)
		}
	}
	if len(search) == 0 {
		return nil
	}
	s.progress.Stage("looking up calls of " + s.config.Name)
	met := maps.Clone(s.earlier.homes)
	err = s.earlier.add(ctx, search, func(date transform.Date, id string) bool {
		return x.has(id) && !met[date][id]
	})
	if err != nil {
		return err
	}
	return x.sort(ctx)
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
	return s.index.sort(ctx)
}
