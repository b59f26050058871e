package load

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"callmart/transform/schema"
)

// intervalDates is how many dates are computed in one query: planning it costs more than running it.
const intervalDates = 64

// Intervals computes queue_intervals of some dates of one source with a SELECT over the tables of their partitions,
// staged or else published, and what bind adds to them. The SELECT has a column "date" that says whose a row is; the
// others are found by name and cast to the schema's types.
func (s *Staging) Intervals(ctx context.Context, e *Engine, source string, dates []string, meta Meta, selectSQL string, bind func(*Session) error) ([]File, error) {
	var all []File
	for chunk := range slices.Chunk(dates, intervalDates) {
		files, err := s.intervals(ctx, e, source, chunk, meta, selectSQL, bind)
		if err != nil {
			return nil, fmt.Errorf("computing queue_intervals of %s %s: %w", source, chunk[0], err)
		}
		s.add(files...)
		all = append(all, files...)
	}
	return all, nil
}

func (s *Staging) intervals(ctx context.Context, e *Engine, source string, dates []string, meta Meta, selectSQL string, bind func(*Session) error) (files []File, err error) {
	session, err := s.partitionSession(ctx, e, source, dates)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	if err := bind(session); err != nil {
		return nil, err
	}
	t := schema.Get(schema.QueueIntervals)
	made := "made_" + t.Name
	if err := session.Table(ctx, made, selectSQL); err != nil {
		return nil, err
	}
	paths := make([]string, len(dates))
	for i, date := range dates {
		f := File{Table: t.Name, Source: source, Date: date, Path: partitionPath(t.Name, source, date)}
		if paths[i], err = s.writeIntervals(ctx, session, made, &f, meta); err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, e.checkRows(ctx, files, paths)
}

// writeIntervals writes the rows of one date. A table keeps the order of the SELECT that made it.
func (s *Staging) writeIntervals(ctx context.Context, session *Session, made string, f *File, meta Meta) (path string, err error) {
	t := schema.Get(schema.QueueIntervals)
	if path, err = s.Path(f.Path); err != nil {
		return "", err
	}
	description, err := meta(t)
	if err != nil {
		return "", err
	}
	query := "SELECT " + storedColumns(t) + " FROM " + made + ` WHERE "date" = CAST(` + literal(f.Date) + " AS DATE)"
	if f.Rows, err = session.Copy(ctx, query, path, description); err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	f.Bytes = info.Size()
	return path, nil
}

// partitionSession opens some dates of a source as they will be after the commit, but for queue_intervals.
func (s *Staging) partitionSession(ctx context.Context, e *Engine, source string, dates []string) (*Session, error) {
	session, paths := &Session{}, map[string][]string{}
	for _, date := range dates {
		if err := checkPartition(source, date); err != nil {
			return nil, err
		}
		for id := range schema.NumRead {
			t := schema.Get(id)
			path, err := s.current(partitionPath(t.Name, source, date))
			if err != nil {
				return nil, err
			}
			if path != "" {
				paths[t.Name] = append(paths[t.Name], path)
			}
		}
	}
	if err := session.open(ctx, e, paths); err != nil {
		return nil, errors.Join(err, session.Close())
	}
	return session, nil
}

// current returns where a table's file is now: staged, else published, "" if it is in neither place.
func (s *Staging) current(rel string) (string, error) {
	s.mu.Lock()
	_, staged := s.tables[rel]
	s.mu.Unlock()
	if staged {
		return s.Path(rel)
	}
	path := s.lake.path(rel)
	_, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	return path, err
}
