package extract

import (
	"errors"
	"fmt"
	"io"
)

const (
	windowBytes  = 1 << 20  // the buffer a worker begins with
	windowKept   = 8 << 20  // a larger one is not kept for the next file
	payloadBytes = 64 << 10 // what a Bad shows of its span
	lookBack     = 4 << 10  // what stays readable before pos in a span whose beginning was dropped
)

// window slides over a file. One span of it is open at a time, from start to pos; its bytes stay in the buffer
// until it outgrows the limit. From then on only its beginning is kept, so memory is bounded by the limit.
type window struct {
	src   io.ReaderAt
	name  string // for errors
	size  int64  // of the content
	limit int64  // of a span
	alive func() error

	buf   []byte
	n     int   // buf[:n] is content,
	base  int64 // from this offset on
	start int   // the open span in buf; meaningless once it is huge
	pos   int
	from  int64  // offset of the open span
	huge  bool   // the span has outgrown the limit
	head  []byte // the beginning of a huge span
}

func (w *window) use(src io.ReaderAt, name string, size, limit int64, alive func() error) {
	w.src, w.name, w.size, w.limit, w.alive = src, name, size, limit, alive
	w.n, w.base, w.pos = 0, 0, 0
	w.open()
}

// seek makes the content begin at an offset.
func (w *window) seek(offset int64) {
	w.base = offset
	w.open()
}

// open begins a span at pos.
func (w *window) open() {
	w.start, w.from, w.huge = w.pos, w.at(), false
}

// at is the offset of pos.
func (w *window) at() int64 { return w.base + int64(w.pos) }

// more makes the next content readable behind buf[:n]. It reports false at the end of the content. It moves
// what is in the buffer: indexes other than start and pos are void after it.
func (w *window) more() (bool, error) {
	left := w.size - w.base - int64(w.n)
	if left <= 0 {
		return false, nil
	}
	if err := w.alive(); err != nil {
		return false, err
	}
	if !w.huge && int64(w.pos-w.start) > max(w.limit, payloadBytes) {
		w.huge = true
		w.head = append(w.head[:0], w.buf[w.start:min(w.start+payloadBytes, w.n)]...)
	}
	w.slide()
	room := w.buf[w.n:]
	if int64(len(room)) > left {
		room = room[:left]
	}
	n, err := w.src.ReadAt(room, w.base+int64(w.n))
	w.n += n
	switch {
	case n == len(room):
		return true, nil
	case errors.Is(err, io.EOF):
		err = ErrChanged
	}
	return false, fmt.Errorf("reading %s: %w", w.name, err)
}

// slide drops what is before the span, and makes the buffer larger if that is not enough.
func (w *window) slide() {
	keep := w.start
	if w.huge {
		keep = max(w.pos-lookBack, 0)
	}
	if keep > 0 {
		copy(w.buf, w.buf[keep:w.n])
		w.base += int64(keep)
		w.n -= keep
		w.pos -= keep
		w.start = max(w.start-keep, 0)
	}
	if w.n > len(w.buf)/2 {
		larger := make([]byte, min(2*int64(len(w.buf)), max(w.limit, windowBytes)+windowBytes))
		if len(larger) > len(w.buf) {
			copy(larger, w.buf[:w.n])
			w.buf = larger
		}
	}
}

// sees makes so many bytes from pos on readable, fewer at the end of the content.
func (w *window) sees(bytes int) error {
	for w.n-w.pos < bytes {
		if ok, err := w.more(); !ok {
			return err
		}
	}
	return nil
}

// release forgets the file, and a buffer that one large record made.
func (w *window) release() {
	w.src, w.name, w.alive = nil, "", nil
	if len(w.buf) > windowKept {
		w.buf = make([]byte, windowBytes)
	}
}
