package load

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/apache/arrow/go/v15/arrow"

	"callmart/load/parquetfile"
	"callmart/transform/schema"
)

// borrowWriter returns an idle writer of the table's files, or a new one.
func (e *Engine) borrowWriter(id schema.ID) (*parquetfile.Writer, error) {
	e.mu.Lock()
	if idle := e.idle[id]; len(idle) > 0 {
		w := idle[len(idle)-1]
		e.idle[id] = idle[:len(idle)-1]
		e.mu.Unlock()
		return w, nil
	}
	e.mu.Unlock()
	return parquetfile.NewWriter(schema.Get(id))
}

// returnWriter keeps a writer, with its memory, for the next partition.
func (e *Engine) returnWriter(id schema.ID, w *parquetfile.Writer) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.idle[id] = append(e.idle[id], w)
}

// writeTable writes the batches of in to a table's file, until in is closed. It releases those it took.
// After an error the file may be there, in part.
func (e *Engine) writeTable(ctx context.Context, id schema.ID, in <-chan arrow.Record, path, meta string) (err error) {
	w, err := e.borrowWriter(id)
	if err != nil {
		return err
	}
	defer e.returnWriter(id, w)
	defer func() { // a builder's mistake must not end the process without a word
		if r := recover(); r != nil {
			err = fmt.Errorf("reading a batch of %s: %v", schema.Get(id).Name, r)
		}
	}()
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := w.Reset(file); err != nil {
		return err
	}
	for written := false; ; written = true {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case rec, open := <-in:
			if !open {
				_, err := w.Close(parquetfile.KeyValue{Key: MetaKey, Value: meta})
				if err == nil && written {
					beginSync(file)
				}
				return err
			}
			if err := writeBatch(w, rec); err != nil {
				return err
			}
		}
	}
}

func writeBatch(w *parquetfile.Writer, rec arrow.Record) error {
	defer rec.Release()
	return w.Write(rec)
}

// writeEmpty writes a table's file without rows, which most files of most partitions are.
func (e *Engine) writeEmpty(ctx context.Context, id schema.ID, path, meta string) error {
	none := make(chan arrow.Record)
	close(none)
	if err := e.writeTable(ctx, id, none, path, meta); err != nil {
		return fmt.Errorf("writing an empty file: %w", err)
	}
	return nil
}
