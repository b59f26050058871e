package load

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/apache/arrow/go/v15/arrow"

	"callmart/fixtures/crash"
	"callmart/transform/schema"
)

// Meta returns the value of MetaKey in the files of a table: one JSON object.
type Meta func(t *schema.Table) (string, error)

// File is one Parquet file of the lake.
type File struct {
	Table, Source, Date string
	Path                string // relative to the lake, with slashes
	Rows, Bytes         int64
	Internal            bool // of the pipeline's own; not for analysts
}

// Partition is one source's date while its tables are written. Its methods are called from one goroutine;
// behind it each table has a writer of its own.
type Partition struct {
	staging      *Staging
	engine       *Engine
	source, date string
	meta         Meta
	ctx          context.Context //nolint:containedctx // of all writers, which outlast the call that starts them
	cancel       context.CancelFunc
	tables       [schema.NumStored]*tableFile
	closed       bool
}

// queued is how many batches wait for a writer, so that neither waits for the other's next one.
const queued = 2

// tableFile is a file that is being written.
type tableFile struct {
	in      chan arrow.Record
	written int64         // rows that Write took
	done    chan struct{} // closed when the writer has ended
	err     error         // set before done
}

// errClosed is what comes of writing to a partition that was closed or aborted.
var errClosed = errors.New("partition is closed")

// Partition begins to write one source's date. It must be closed or aborted; Abort after Close does nothing.
func (s *Staging) Partition(ctx context.Context, e *Engine, source, date string, meta Meta) *Partition {
	p := &Partition{staging: s, engine: e, source: source, date: date, meta: meta}
	p.ctx, p.cancel = context.WithCancel(ctx)
	return p
}

// Write adds a batch to a table, and owns it from here on, also when it fails. It waits while the file's
// writer is some batches behind, and returns its error once it has failed.
func (p *Partition) Write(id schema.ID, rec arrow.Record) error {
	if p.closed {
		rec.Release()
		return errClosed
	}
	if rec.NumRows() == 0 {
		rec.Release()
		return nil
	}
	c := p.tables[id]
	if c == nil {
		var err error
		if c, err = p.start(id); err != nil {
			rec.Release()
			return err
		}
		p.tables[id] = c
	}
	rows := rec.NumRows()
	select {
	case c.in <- rec:
		c.written += rows
		return nil
	case <-c.done:
		rec.Release()
		return c.err
	}
}

// start begins a table's file.
func (p *Partition) start(id schema.ID) (*tableFile, error) {
	table := schema.Get(id)
	path, meta, err := p.target(table)
	if err != nil {
		return nil, err
	}
	c := &tableFile{in: make(chan arrow.Record, queued), done: make(chan struct{})}
	go func() {
		defer close(c.done)
		if err := p.engine.writeTable(p.ctx, id, c.in, path, meta); err != nil {
			c.err = fmt.Errorf("writing %s of %s %s: %w", table.Name, p.source, p.date, err)
		}
	}()
	return c, nil
}

// target makes the folder of a table's file and returns the file's absolute path and meta.
func (p *Partition) target(t *schema.Table) (path, meta string, err error) {
	if err = checkPartition(p.source, p.date); err != nil {
		return "", "", err
	}
	if path, err = p.staging.Path(partitionPath(t.Name, p.source, p.date)); err != nil {
		return "", "", err
	}
	if meta, err = p.meta(t); err != nil {
		return "", "", fmt.Errorf("describing %s: %w", t.Name, err)
	}
	return path, meta, nil
}

// Close ends the files, gives every table without rows an empty file, and checks the row counts in all footers.
// The files are then part of the staged run (Commit brings them to the disk). After an error none of them is there.
func (p *Partition) Close() ([]File, error) {
	if p.closed {
		return nil, errClosed
	}
	p.closed = true
	defer p.cancel()
	err := p.wait()
	var files []File
	if err == nil {
		files, err = p.finish()
	}
	if err != nil {
		return nil, errors.Join(err, p.remove())
	}
	p.staging.add(files...)
	crash.Point("partition staged")
	return files, nil
}

// Abort stops the writers and removes their files.
func (p *Partition) Abort() {
	if p.closed {
		return
	}
	p.closed = true
	p.cancel()
	_ = p.wait()   // the writers end because they were cancelled
	_ = p.remove() // what stays behind is deleted with the staging folder
}

// finish completes the partition's files once the writers have ended.
func (p *Partition) finish() ([]File, error) {
	var files []File
	var paths []string
	for id := range schema.NumStored {
		table := schema.Get(id)
		f := File{Table: table.Name, Internal: id >= schema.NumTables, Source: p.source, Date: p.date, Path: partitionPath(table.Name, p.source, p.date)}
		if !p.has(id, f.Path) {
			continue
		}
		path, meta, err := p.target(table)
		if err != nil {
			return nil, err
		}
		if c := p.tables[id]; c != nil {
			f.Rows = c.written
		} else if err := p.engine.writeEmpty(p.ctx, id, path, meta); err != nil {
			return nil, err
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("checking %s: %w", f.Path, err)
		}
		f.Bytes = info.Size()
		files, paths = append(files, f), append(paths, path)
	}
	if err := p.engine.checkRows(p.ctx, files, paths); err != nil {
		return nil, err
	}
	return files, nil
}

// has tells whether the partition has a file of a table: of each table for analysts but queue_intervals, and of
// observations where there are some, or were.
func (p *Partition) has(id schema.ID, rel string) bool {
	switch {
	case id == schema.QueueIntervals:
		return false
	case id <= schema.Records || p.tables[id] != nil:
		return true
	}
	_, err := os.Stat(p.staging.lake.path(rel))
	return err == nil
}

// wait ends the files; batches that a failed one left are released.
func (p *Partition) wait() error {
	for _, c := range p.tables {
		if c != nil {
			close(c.in)
		}
	}
	var all []error
	for _, c := range p.tables {
		if c == nil {
			continue
		}
		<-c.done
		for rec := range c.in {
			rec.Release()
		}
		all = append(all, c.err)
	}
	return errors.Join(all...)
}

// remove deletes the partition's files.
func (p *Partition) remove() error {
	var all []error
	for id := range schema.NumStored {
		if path, _, err := p.target(schema.Get(id)); err == nil {
			if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
				all = append(all, fmt.Errorf("removing a partial file: %w", err))
			}
		}
	}
	return errors.Join(all...)
}
