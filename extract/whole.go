package extract

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
)

// wholeBytes is the size of files that are read in one go when they are opened: of a million files of one event each, every
// further call to the system is a second.
const wholeBytes = 32 << 10

// whole is content in memory: a small file, or the little that a compressed one held.
type whole struct {
	bytes.Reader
	bytes []byte
	pool  *sync.Pool // where the memory goes back to, nil: nowhere
}

func newWhole(content []byte) *whole {
	w := &whole{bytes: content}
	w.Reset(content)
	return w
}

// Close gives the memory back.
func (w *whole) Close() error {
	if pool := w.pool; pool != nil {
		w.Reset(nil)
		w.pool = nil
		pool.Put(w)
	}
	return nil
}

// prepareWhole is prepare for a small file, which is closed: what was listed of it is read.
func (f *File) prepareWhole(ctx context.Context, file *handle) error {
	w, ok := f.archive.wholes.Get().(*whole)
	if !ok {
		w = &whole{bytes: make([]byte, wholeBytes)}
	}
	w.pool = &f.archive.wholes
	content := w.bytes[:f.size]
	if _, err := file.ReadAt(content, 0); err != nil {
		_ = w.Close() // it is memory
		if errors.Is(err, io.EOF) {
			err = ErrChanged
		}
		return err
	}
	if kind := compressionOf(content[:min(len(content), 4)]); kind != uncompressed {
		_ = w.Close() // it is memory
		return f.unpack(ctx, kind, file)
	}
	w.Reset(content)
	f.content, f.plain = w, calledCompressed(f.input.Path)
	_ = file.Close() // it was only read
	return nil
}
