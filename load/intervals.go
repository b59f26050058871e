package load

import (
	"context"
	"errors"
	"fmt"
	"os"

	"callmart/transform/schema"
)

// Intervals adds the partition's queue_intervals to the staged run, after Close. See Staging.Intervals.
func (p *Partition) Intervals(ctx context.Context, selectSQL string, bind func(*Session) error) (File, error) {
	return p.staging.Intervals(ctx, p.engine, p.source, p.date, p.meta, selectSQL, bind)
}

// Intervals computes queue_intervals of one source's date with a SELECT over the partition's tables, staged or
// else published, and what bind adds to them. The columns are found by name and cast to the schema's types.
func (s *Staging) Intervals(ctx context.Context, e *Engine, source, date string, meta Meta, selectSQL string, bind func(*Session) error) (File, error) {
	f, err := s.intervals(ctx, e, source, date, meta, selectSQL, bind)
	if err != nil {
		return File{}, fmt.Errorf("computing queue_intervals of %s %s: %w", source, date, err)
	}
	s.add(f)
	return f, nil
}

func (s *Staging) intervals(ctx context.Context, e *Engine, source, date string, meta Meta, selectSQL string, bind func(*Session) error) (f File, err error) {
	if err := checkPartition(source, date); err != nil {
		return File{}, err
	}
	t := schema.Get(schema.QueueIntervals)
	f = File{Table: t.Name, Source: source, Date: date, Path: partitionPath(t.Name, source, date)}
	target, err := s.Path(f.Path)
	if err != nil {
		return File{}, err
	}
	description, err := meta(t)
	if err != nil {
		return File{}, err
	}
	session, err := s.partitionSession(ctx, e, source, date)
	if err != nil {
		return File{}, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	if err := bind(session); err != nil {
		return File{}, err
	}
	if err := session.View(ctx, "made_"+t.Name, selectSQL); err != nil {
		return File{}, err
	}
	if f.Rows, err = session.Copy(ctx, "SELECT "+storedColumns(t)+" FROM made_"+t.Name, target, description); err != nil {
		return File{}, err
	}
	info, err := os.Stat(target)
	if err != nil {
		return File{}, err
	}
	f.Bytes = info.Size()
	return f, e.checkRows(ctx, []File{f}, []string{target})
}

// partitionSession opens one source's date as it will be after the commit, but for queue_intervals.
func (s *Staging) partitionSession(ctx context.Context, e *Engine, source, date string) (*Session, error) {
	session, paths := &Session{}, map[string][]string{}
	for id := range schema.NumRead {
		t := schema.Get(id)
		rel := partitionPath(t.Name, source, date)
		s.mu.Lock()
		_, staged := s.tables[rel]
		s.mu.Unlock()
		path := s.lake.path(rel)
		if staged {
			var err error
			if path, err = s.Path(rel); err != nil {
				return nil, err
			}
		}
		if _, err := os.Stat(path); err == nil {
			paths[t.Name] = []string{path}
		} else if !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	if err := session.open(ctx, e, paths); err != nil {
		return nil, errors.Join(err, session.Close())
	}
	return session, nil
}
