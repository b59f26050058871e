package load

import (
	"context"
	"errors"
	"fmt"
	"os"

	"callmart/transform/schema"
)

// What one query computes: planning it costs more than running it over quiet dates, and busy ones are for all cores.
const (
	intervalDates = 64
	intervalBytes = 8 << 20 // of calls, some 100,000
)

// Busy reports whether a partition, whose files are given, is best counted by a query of its own.
func Busy(files []File) bool {
	for _, f := range files {
		if f.Table == schema.Get(schema.Calls).Name && f.Bytes >= intervalBytes {
			return true
		}
	}
	return false
}

// IntervalChunks cuts dates of one source into what one call of Intervals is best given.
func (s *Staging) IntervalChunks(source string, dates []string) (chunks [][]string, err error) {
	first, bytes := 0, int64(0)
	for i, date := range dates {
		path, err := s.current(partitionPath(schema.Get(schema.Calls).Name, source, date))
		if err != nil {
			return nil, err
		}
		if path != "" {
			info, err := os.Stat(path)
			if err != nil {
				return nil, fmt.Errorf("measuring calls of %s %s: %w", source, date, err)
			}
			bytes += info.Size()
		}
		if i+1 == len(dates) || i+1-first == intervalDates || bytes >= intervalBytes {
			chunks = append(chunks, dates[first:i+1])
			first, bytes = i+1, 0
		}
	}
	return chunks, nil
}

// Intervals computes queue_intervals of some dates of one source with a SELECT over the tables of their partitions,
// staged or else published, and what bind adds to them. The SELECT has a column "date" that says whose a row is; the
// others are found by name and cast to the schema's types.
func (s *Staging) Intervals(ctx context.Context, e *Engine, source string, dates []string, meta Meta, selectSQL string, bind func(*Session) error) ([]File, error) {
	if len(dates) == 0 {
		return nil, nil
	}
	files, err := s.intervals(ctx, e, source, dates, meta, selectSQL, bind)
	if err != nil {
		return nil, fmt.Errorf("computing queue_intervals of %s %s: %w", source, dates[0], err)
	}
	s.add(files...)
	return files, nil
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
