package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/valyala/fastjson"

	"callmart/extract/raw"
	"callmart/load"
	"callmart/transform"
	"callmart/transform/schema"
)

// ratioCalls is how many calls one half of a pair works through: some tenths of a second.
const ratioCalls = 40_960

// payloads are the records of invented calls of a vendor.
func payloads(vendor string) (transform.Source, [][]byte, error) {
	s, err := shapeOf(vendor)
	if err != nil {
		return transform.Source{}, nil, err
	}
	zone, err := time.LoadLocation(s.timezone)
	if err != nil {
		return transform.Source{}, nil, fmt.Errorf("loading a timezone: %w", err)
	}
	source := transform.Source{Name: s.source, Vendor: s.vendor, Zone: zone, PayloadZone: zone, Region: s.region}
	centre := centre{seed: 1, calls: ratioCalls, from: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).Unix(), days: 1}
	var p page
	var ends []int
	var c call
	for serial := range int64(ratioCalls) {
		centre.make(&c, serial)
		for part := range s.parts(&c) {
			s.record(&p, &c, part)
			ends = append(ends, len(p.buf))
		}
	}
	all, from := make([][]byte, len(ends)), 0
	for i, end := range ends {
		all[i] = p.buf[from:end:end]
		from = end
	}
	return source, all, nil
}

// parsePair is payloads to finished Arrow columns, beside fastjson, which parses them and keeps nothing.
func parsePair(vendor string) (*pair, error) {
	source, records, err := payloads(vendor)
	if err != nil {
		return nil, err
	}
	reader, err := transform.NewReader(source)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", vendor, err)
	}
	allocator := load.NewAllocator()
	batches := transform.NewBatches(allocator, func(_ schema.ID, rec arrow.Record) error {
		rec.Release()
		return nil
	})
	var parser fastjson.Parser
	return &pair{
		name: "transform " + vendor + " beside fastjson",
		ours: func() error { return columns(reader, batches, records) },
		limit: func() error {
			for _, body := range records {
				if _, err := parser.ParseBytes(body); err != nil {
					return err
				}
			}
			return nil
		},
		close: func() error {
			batches.Release()
			allocator.Close()
			return nil
		},
	}, nil
}

// columns reads records into the batches.
func columns(reader *transform.Reader, batches *transform.Batches, records [][]byte) error {
	call := transform.NewObservation()
	for _, body := range records {
		rec := raw.Record{Body: body, Origin: raw.API}
		for i := range reader.Open(&rec) {
			if v := reader.Only(i, call); v.Fate != transform.Loaded {
				return fmt.Errorf("refused: %s %s", v.Reason, v.Detail)
			}
			reader.Finish(call)
			if err := batches.Append(call); err != nil {
				return err
			}
		}
	}
	return nil
}

// writePair is batches of calls to a Parquet file of the lake, beside the COPY of a table that holds the same rows.
func writePair(ctx context.Context) (_ *pair, err error) {
	w := &partitionPair{ctx: ctx, allocator: load.NewAllocator()}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close())
		}
	}()
	if w.dir, err = os.MkdirTemp("", "callmart-bench-"); err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	if err = w.fill(); err != nil {
		return nil, err
	}
	if err = w.open(); err != nil {
		return nil, err
	}
	return &pair{name: "write calls beside COPY", ours: w.ours, limit: w.limit, close: w.close}, nil
}

// partitionPair holds the rows twice, as Arrow batches and in a table.
type partitionPair struct {
	ctx       context.Context //nolint:containedctx // of one measurement
	dir       string
	allocator *load.Allocator
	records   []arrow.Record
	engine    *load.Engine
	staging   *load.Staging
	unlock    func() error
	db        *sql.DB
	runs      int
}

// fill makes the batches.
func (w *partitionPair) fill() error {
	source, records, err := payloads("nectardesk")
	if err != nil {
		return err
	}
	reader, err := transform.NewReader(source)
	if err != nil {
		return fmt.Errorf("reading payloads: %w", err)
	}
	batches := transform.NewBatches(w.allocator, func(id schema.ID, rec arrow.Record) error {
		if id == schema.Calls {
			w.records = append(w.records, rec)
		} else {
			rec.Release()
		}
		return nil
	})
	defer batches.Release()
	if err := columns(reader, batches, records); err != nil {
		return err
	}
	return batches.Flush()
}

// open writes the first file, and reads it into a DuckDB with the same settings.
func (w *partitionPair) open() error {
	lake, err := load.Open(w.ctx, filepath.Join(w.dir, "lake"), load.Options{Temp: w.dir})
	if err != nil {
		return err
	}
	if w.unlock, err = lake.Lock(); err != nil {
		return err
	}
	if w.staging, err = lake.Begin(w.ctx, "ratios"); err != nil {
		return err
	}
	if w.engine, err = load.OpenEngine(w.ctx, load.EngineOptions{Temp: w.dir}); err != nil {
		return err
	}
	files, err := w.write()
	if err != nil {
		return err
	}
	path, err := w.staging.Path(files[schema.Calls].Path)
	if err != nil {
		return err
	}
	if w.db, err = sql.Open("duckdb", "?threads=1"); err != nil {
		return fmt.Errorf("starting DuckDB: %w", err)
	}
	w.db.SetMaxOpenConns(1)
	if _, err := w.db.ExecContext(w.ctx, "CREATE TABLE rows AS SELECT * FROM read_parquet("+literal(path)+")"); err != nil {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	return nil
}

func (w *partitionPair) write() ([]load.File, error) {
	date := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).AddDate(0, 0, w.runs).Format(time.DateOnly)
	w.runs++
	p := w.staging.Partition(w.ctx, w.engine, "bank", date, func(*schema.Table) (string, error) { return "{}", nil })
	defer p.Abort()
	for _, rec := range w.records {
		rec.Retain()
		if err := p.Write(schema.Calls, rec); err != nil {
			return nil, err
		}
	}
	return p.Close()
}

func (w *partitionPair) ours() error {
	_, err := w.write()
	return err
}

func (w *partitionPair) limit() error {
	_, err := w.db.ExecContext(w.ctx, "COPY rows TO "+literal(filepath.Join(w.dir, "copy.parquet"))+
		" (FORMAT PARQUET, COMPRESSION ZSTD, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 20480)")
	return err
}

func (w *partitionPair) close() error {
	var all []error
	for _, rec := range w.records {
		rec.Release()
	}
	if w.db != nil {
		all = append(all, w.db.Close())
	}
	if w.engine != nil {
		all = append(all, w.engine.Close())
	}
	if w.staging != nil {
		all = append(all, w.staging.Discard())
	}
	if w.unlock != nil {
		all = append(all, w.unlock())
	}
	w.allocator.Close()
	return errors.Join(append(all, os.RemoveAll(w.dir))...)
}
