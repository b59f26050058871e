package pipeline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"callmart/load"
	"callmart/transform"
)

// dates looks after the dates of calls that the lake has already. It returns the partitions to write:
//   - A call that goes to another date leaves its old one in the same commit, so both are written or neither is; a date
//     whose calls all went is written empty.
//   - A call that no readable file tells of any more must not be dropped: its date stays as it is published, with all
//     dates that calls would move to or from, and the run is incomplete.
//   - A date stays likewise where a rebuild from the raw records would forget what files told that are gone.
//   - Of the dates that the options cover, those are written.
func (s *sourceRun) dates(ctx context.Context, partitions []*plannedPartition, m *merger) ([]*plannedPartition, error) {
	byDate := map[transform.Date]int{}
	for i, p := range partitions {
		byDate[p.date] = i
	}
	links := map[transform.Date][]transform.Date{} // between which calls move
	gone := map[transform.Date]int{}
	for _, ids := range s.earlier.homes {
		for id := range s.index.same {
			delete(ids, id) // it is carried
		}
	}
	written := func(date transform.Date) bool { _, ok := byDate[date]; return ok }
	err := s.published(ctx, written, func(date transform.Date, id string) {
		entries := s.index.find(id)
		switch {
		case len(entries) == 0:
			gone[date]++
		case entries[0].planned != date:
			planned := entries[0].planned
			s.staging.Last(s.config.Name, date.String()) // a reader sees a moving call twice rather than not at all
			links[date] = append(links[date], planned)
			links[planned] = append(links[planned], date)
		}
	})
	if err != nil {
		return nil, err
	}
	defer func() { slices.Sort(s.index.account.problems) }()
	frozen := map[transform.Date]bool{}
	for date := range gone {
		_, wanted := byDate[date]
		if wanted || links[date] != nil || s.options.Rebuild == FromRaw && s.options.covers(date.String()) {
			s.freeze(date, fmt.Sprintf("%d calls", gone[date]))
			reach(date, links, frozen)
		}
	}
	if s.options.Rebuild == FromRaw {
		lost, err := s.lost(ctx, m)
		if err != nil {
			return nil, err
		}
		for date, calls := range lost {
			if gone[date] == 0 && s.options.covers(date.String()) {
				s.freeze(date, fmt.Sprintf("records of %d calls", calls))
				reach(date, links, frozen)
			}
		}
	}
	if s.adopts && len(frozen) > 0 {
		return nil, s.cannotAdopt(frozen)
	}
	chosen := map[transform.Date]bool{}
	for date := range byDate {
		if s.options.covers(date.String()) {
			reach(date, links, chosen)
		}
	}
	for date := range links {
		if s.options.covers(date.String()) {
			reach(date, links, chosen)
		}
	}
	if err := s.hold(partitions, func(date transform.Date) bool { return chosen[date] && !frozen[date] }); err != nil {
		return nil, err
	}
	var out []*plannedPartition
	for date := range chosen {
		if frozen[date] {
			continue
		}
		p := &plannedPartition{date: date}
		if i, ok := byDate[date]; ok {
			p = partitions[i]
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *plannedPartition) int { return int(a.date) - int(b.date) })
	return out, nil
}

// reach marks a date and all that calls move to or from, directly or not.
func reach(date transform.Date, links map[transform.Date][]transform.Date, marked map[transform.Date]bool) {
	if marked[date] {
		return
	}
	marked[date] = true
	for _, next := range links[date] {
		reach(next, links, marked)
	}
}

// cannotAdopt says that some dates would keep rows made with the old settings, beside others made with the new ones.
func (s *sourceRun) cannotAdopt(frozen map[transform.Date]bool) error {
	dates := slices.Sorted(maps.Keys(frozen))
	some := ""
	for i, d := range dates[:min(3, len(dates))] {
		some += []string{"", ", ", ", "}[i] + d.String()
	}
	if len(dates) > 3 {
		some += fmt.Sprintf(" to %s", dates[len(dates)-1])
	}
	return &UsageError{
		fmt.Sprintf("the new settings of %s cannot be adopted: the files of %d dates of which the lake has calls are gone (%s), so that their rows cannot be made anew", s.config.Name, len(dates), some),
		"put the files back, or set back what changed, or give the source another name: it is then a new one, from here on",
	}
}

// freeze notes why a date stays as it is.
func (s *sourceRun) freeze(date transform.Date, what string) {
	s.index.account.problems = append(s.index.account.problems, fmt.Sprintf(
		"%s: %s that the lake has are in no readable file any more: the date stays as it is, without what is new; put the files back", date, what)) // the date first: problems are sorted
}

// hold notes the files that have records of dates that are not written: the next run must read them again. Of those that
// waited for their call there is no other file: they wait on.
func (s *sourceRun) hold(partitions []*plannedPartition, written func(transform.Date) bool) error {
	s.held = map[int32]bool{}
	for _, p := range partitions {
		if written(p.date) {
			continue
		}
		err := p.each(false, func(hour *hourCalls) error {
			for i := range hour.calls {
				s.holdCall(&hour.calls[i], hour)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *sourceRun) holdCall(c *plannedCall, hour *hourCalls) {
	unwritten := -int64(c.copies)
	for _, place := range hour.records(c) {
		if place.File == inLake {
			continue
		}
		unwritten++
		s.held[place.File] = true
		if awaits(s.inputs[place.File].Path) {
			s.index.waiting = append(s.index.waiting, place)
		}
	}
	if a := &s.index.account; unwritten > 0 {
		a.New -= unwritten
		a.Ignored += unwritten
		a.ignored[reasonHeld] += unwritten
	}
}

// published yields the calls that the lake has of the source, with their dates: all of them where the run reads
// everything anew, else those that take part in it.
// A broken file of a date that is written now is no harm.
func (s *sourceRun) published(ctx context.Context, written func(transform.Date) bool, yield func(date transform.Date, id string)) error {
	if !s.whole {
		for date, ids := range s.earlier.homes {
			for id := range ids {
				yield(date, id)
			}
		}
		return nil
	}
	dates, err := s.publishedDates(ctx)
	if err != nil {
		return err
	}
	for _, date := range dates {
		err := eachID(ctx, s.lake, s.config.Name, date, func(id []byte) { yield(date, string(id)) })
		var broken *load.BrokenError
		switch {
		case err == nil, errors.As(err, &broken) && written(date):
		case broken != nil:
			s.index.account.problems = append(s.index.account.problems, broken.Error()+", and no readable file tells of that date")
		default:
			return err
		}
	}
	return nil
}
