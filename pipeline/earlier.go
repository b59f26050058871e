package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"callmart/extract/raw"
	"callmart/load"
	"callmart/transform"
	"callmart/transform/schema"
)

// earlier is what the lake knows of the calls that a run has records of: their observations, in a spool on the disk.
// They take part in the run like records that it read.
type earlier struct {
	source transform.Source
	lake   *load.Lake

	mu    sync.Mutex
	spool *os.File
	size  int64
	index *index                             // that the observations become entries of
	homes map[transform.Date]map[string]bool // the calls, by the date that the lake has them under
}

func newEarlier(source transform.Source, lake *load.Lake, dir string, x *index) (*earlier, error) {
	spool, err := unnamedFile(dir, "earlier-*")
	if err != nil {
		return nil, fmt.Errorf("spooling observations: %w", err)
	}
	return &earlier{source: source, lake: lake, spool: spool, index: x, homes: map[transform.Date]map[string]bool{}}, nil
}

func (e *earlier) close() error { return e.spool.Close() }

// wanted tells whether a call of a partition takes part in the run.
type wanted func(date transform.Date, id string) bool

// add takes the observations of all wanted calls of some partitions.
func (e *earlier) add(ctx context.Context, dates []transform.Date, want wanted) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, date := range dates {
		group.Go(func() error {
			found, err := e.find(ctx, date, want)
			if err != nil || len(found) == 0 {
				return err
			}
			return e.take(ctx, date, found)
		})
	}
	return group.Wait()
}

// find names the wanted calls of a partition. It reads one column of it.
func (e *earlier) find(ctx context.Context, date transform.Date, want wanted) (found map[string]bool, err error) {
	err = eachID(ctx, e.lake, e.source.Name, date, func(id []byte) {
		if want(date, string(id)) {
			if found == nil {
				found = map[string]bool{}
			}
			found[string(id)] = true
		}
	})
	return found, err
}

// eachID yields the ids of a partition's calls; they are valid during the call only.
func eachID(ctx context.Context, lake *load.Lake, source string, date transform.Date, yield func(id []byte)) error {
	return eachStored(ctx, lake, schema.Calls, source, date, []int{schema.CallID}, func(rows *load.StoredTable) {
		_, id, _ := rows.Value(schema.CallID)
		yield(id)
	})
}

// eachStored yields the rows of one stored table of a partition, with some of its columns; none if there is no such file.
func eachStored(ctx context.Context, lake *load.Lake, id schema.ID, source string, date transform.Date, columns []int, yield func(*load.StoredTable)) (err error) {
	rows, err := lake.OpenStored(id, source, date.String(), columns...)
	if err != nil || rows == nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		ok, err := rows.Next()
		if err != nil || !ok {
			return err
		}
		yield(rows)
	}
}

// take spools the observations of some calls of a partition.
func (e *earlier) take(ctx context.Context, date transform.Date, found map[string]bool) (err error) {
	calls, err := openStored(e.lake, e.source, date)
	if err != nil || calls == nil {
		return err
	}
	defer func() { err = errors.Join(err, calls.close()) }()
	var block []byte
	var read part // the entries of the block
	for {
		call, err := calls.Next()
		if err != nil {
			return fmt.Errorf("reading %s %s of the lake: %w", e.source.Name, date, err)
		}
		if call == nil {
			return e.put(date, found, block, &read)
		}
		versions, err := calls.Versions()
		if err == nil && len(versions) == 0 && found[call.ID()] {
			var only *transform.Observation
			only, err = calls.Unfinished()
			versions = append(versions, only)
		}
		if err != nil {
			return fmt.Errorf("reading %s %s of the lake: %w", e.source.Name, date, err)
		}
		if !found[call.ID()] {
			continue
		}
		for _, v := range versions {
			at := len(block)
			block = v.AppendTo(block)
			read.add(entryOf(v, raw.Place{File: inLake, Offset: int64(at), Length: int64(len(block) - at)}), v.ID())
		}
		if len(block) > 8<<20 {
			if err := e.put(date, nil, block, &read); err != nil {
				return err
			}
			block, read = block[:0], part{}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// put writes a block of observations to the spool, and makes them entries of the index.
func (e *earlier) put(date transform.Date, found map[string]bool, block []byte, read *part) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, err := e.spool.WriteAt(block, e.size); err != nil {
		return fmt.Errorf("spooling observations: %w", err)
	}
	var sorted [buckets]part
	for _, r := range read.entries {
		id := read.ids.at(r.id)
		r.offset += e.size
		r.hash = e.index.hash(id)
		sorted[bucketOf(r.hash)].add(r, id)
	}
	e.size += int64(len(block))
	if err := e.index.take(&sorted); err != nil {
		return err
	}
	if found == nil {
		return nil
	}
	if e.homes[date] == nil {
		e.homes[date] = map[string]bool{}
	}
	for id := range found {
		e.homes[date][id] = true
	}
	return nil
}

// read reads an observation back; its texts lie in buf, which is returned, grown as needed.
func (e *earlier) read(place raw.Place, buf []byte, into *transform.Observation) ([]byte, error) {
	if int64(cap(buf)) < place.Length {
		buf = make([]byte, place.Length)
	}
	buf = buf[:place.Length]
	if _, err := e.spool.ReadAt(buf, place.Offset); err != nil {
		return buf, fmt.Errorf("reading spooled observations: %w", err)
	}
	return buf, into.Decode(buf)
}

// storedCalls are the calls of one published partition.
type storedCalls struct {
	*transform.Stored
	files []*load.StoredTable
}

// openStored opens a partition, nil if the lake has none of that date.
func openStored(lake *load.Lake, source transform.Source, date transform.Date) (_ *storedCalls, err error) {
	s := &storedCalls{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	var tables [schema.NumStored]transform.StoredRows
	for id := range schema.NumStored {
		if id == schema.QueueIntervals {
			continue
		}
		rows, err := lake.OpenStored(id, source.Name, date.String())
		if err != nil {
			return nil, err
		}
		if rows == nil {
			if id == schema.Calls {
				return nil, nil
			}
			continue
		}
		s.files = append(s.files, rows)
		tables[id] = rows
	}
	s.Stored, err = transform.NewStored(source, &tables)
	return s, err
}

func (s *storedCalls) close() error {
	var errs []error
	for _, f := range s.files {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}
