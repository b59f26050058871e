package pipeline

import (
	"context"
	"errors"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"callmart/load"
	"callmart/reports"
	"callmart/sql"
)

// intervalChunk is how many dates one DuckDB computes at a time.
const intervalChunk = 64

// onlyIntervals computes queue_intervals of the source's dates again, and nothing else.
func (s *sourceRun) onlyIntervals(ctx context.Context) (*SourceManifest, error) {
	published, err := s.publishedDates(ctx)
	if err != nil {
		return nil, err
	}
	var partitions []plannedPartition
	for _, d := range published {
		if s.options.covers(d.String()) {
			partitions = append(partitions, plannedPartition{date: d})
		}
	}
	meta, err := describe(s.settings)
	if err != nil {
		return nil, err
	}
	s.progress.Stage("computing queue_intervals of " + s.config.Name)
	if err := s.intervals(ctx, partitions, meta); err != nil {
		return nil, err
	}
	m := &SourceManifest{Source: s.config.Name, Vendor: s.config.Vendor, Complete: true, Totals: &s.book.Totals, NewestObserved: s.book.Totals.NewestObserved}
	if q := s.book.Quarantine; q != nil {
		m.Quarantine = &q.QuarantineManifest
	}
	return m, nil
}

// intervals writes queue_intervals of the partitions, once their tables are staged.
func (s *sourceRun) intervals(ctx context.Context, partitions []plannedPartition, meta load.Meta) error {
	text, err := sql.Read("queue_intervals")
	if err != nil {
		return err
	}
	// The settings' period plays no part: all entries of a partition count.
	settings := reportSettings(s.runner.config, &history{}, Period{Kind: Day, From: "2000-01-01", To: "2000-01-01"})
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for chunk := range slices.Chunk(partitions, intervalChunk) {
		group.Go(func() (err error) {
			var dates []string
			for _, p := range chunk {
				dates = append(dates, p.date.String())
			}
			engine, err := load.OpenEngine(ctx, load.EngineOptions{Memory: s.engineMemory(), Temp: s.staging.Dir()})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, engine.Close()) }()
			_, err = s.staging.Intervals(ctx, engine, s.config.Name, dates, meta, text, func(session *load.Session) error {
				return reports.Judge(ctx, session, settings)
			})
			return err
		})
	}
	return group.Wait()
}
