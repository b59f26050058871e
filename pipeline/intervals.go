package pipeline

import (
	"context"
	"errors"
	"runtime"

	"golang.org/x/sync/errgroup"

	"callmart/load"
	"callmart/reports"
	"callmart/sql"
)

// onlyIntervals computes queue_intervals of the source's dates again, and nothing else.
func (s *sourceRun) onlyIntervals(ctx context.Context) (*SourceManifest, error) {
	published, err := s.publishedDates(ctx)
	if err != nil {
		return nil, err
	}
	var partitions []*plannedPartition
	for _, d := range published {
		if s.options.covers(d.String()) {
			partitions = append(partitions, &plannedPartition{date: d})
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

// intervals writes queue_intervals of the partitions, once their tables are staged: of those that no writer has.
func (s *sourceRun) intervals(ctx context.Context, partitions []*plannedPartition, meta load.Meta) error {
	var dates []string
	for _, p := range partitions {
		if date := p.date.String(); !s.counted[date] {
			dates = append(dates, date)
		}
	}
	chunks, err := s.staging.IntervalChunks(s.config.Name, dates)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, chunk := range chunks {
		group.Go(func() (err error) {
			engine, err := load.OpenEngine(ctx, load.EngineOptions{Memory: s.engineMemory(), Temp: s.staging.Dir()})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, engine.Close()) }()
			return s.count(ctx, engine, chunk, meta)
		})
	}
	return group.Wait()
}

// count writes queue_intervals of some dates.
func (s *sourceRun) count(ctx context.Context, engine *load.Engine, dates []string, meta load.Meta) error {
	text, err := sql.Read("queue_intervals")
	if err != nil {
		return err
	}
	// The settings' period plays no part: all entries of a partition count.
	settings := reportSettings(s.runner.config, &history{}, Period{Kind: Day, From: "2000-01-01", To: "2000-01-01"})
	_, err = s.staging.Intervals(ctx, engine, s.config.Name, dates, meta, text, func(session *load.Session) error {
		return reports.JudgeOnce(ctx, session, settings)
	})
	return err
}
