package pipeline

import (
	"context"
	"fmt"

	"callmart/extract"
	"callmart/extract/raw"
)

const (
	windowBytes = 256 << 10
	windows     = 4        // files that are read at a time: webhooks beside API answers, two days
	near        = 32 << 10 // a record this close behind the last one is taken for the next of many
	allSmall    = -2       // the number of the first of the files that have small ones; the others' are below
)

// fetcher reads records by their places. Neighbours come from one read; a record that stands alone is read alone.
// It serves one goroutine.
type fetcher struct {
	files   *openFiles
	ahead   gathered
	windows [windows]window
	clock   int64
}

// window is a stretch of a file.
type window struct {
	open   bool
	file   int32
	offset int64
	data   []byte
	ahead  int64 // bytes to read beyond what is asked for: more each time that the next record was near
	used   int64 // when; the oldest window makes room
}

func newFetcher(files *openFiles) *fetcher { return &fetcher{files: files} }

// fetch returns a record. Its body is valid until the next fetch, or stays until records are gathered again.
func (f *fetcher) fetch(ctx context.Context, place raw.Place) (rec raw.Record, stays bool, err error) {
	in := &f.files.inputs[place.File]
	rec = raw.Record{Origin: in.Origin, Event: in.Event, Path: in.Path, Place: place}
	number, offset, err := f.where(place)
	if err != nil {
		return rec, false, err
	}
	if rec.Body = f.ahead.body(number, offset, place.Length); rec.Body != nil {
		return rec, true, nil
	}
	w := f.windowOf(number)
	if at := offset - w.offset; w.open && at >= 0 && at+place.Length <= int64(len(w.data)) {
		rec.Body = w.data[at : at+place.Length]
		return rec, false, nil
	}
	if err := f.fill(ctx, w, number, offset, place.Length); err != nil {
		return rec, false, fmt.Errorf("reading %s: %w", in.Path, err)
	}
	rec.Body = w.data[:place.Length]
	return rec, false, nil
}

// where says in which file a record lies now, and at which offset.
func (f *fetcher) where(place raw.Place) (number int32, offset int64, err error) {
	span, ok := f.files.kept(place.File)
	if !ok {
		return place.File, place.Offset, nil
	}
	if place.Offset+place.Length > int64(span.length) {
		return 0, 0, fmt.Errorf("reading %s: %w", f.name(place.File), extract.ErrChanged)
	}
	return allSmall - span.in, span.offset + place.Offset, nil
}

func (f *fetcher) name(number int32) string {
	if number <= allSmall {
		return "small files"
	}
	return f.files.inputs[number].Path
}

// source is the size of a file and what reads it, until done is called.
func (f *fetcher) source(ctx context.Context, number int32) (size int64, read func(int64, []byte) (int, error), done func(), err error) {
	if number <= allSmall {
		small := f.files.small[allSmall-number].packed
		return small.Size(), func(offset int64, b []byte) (int, error) { return small.ReadAt(b, offset) }, func() {}, nil
	}
	file, err := f.files.get(ctx, number)
	if err != nil {
		return 0, nil, nil, err
	}
	return file.file.Size(), file.file.ReadSpan, func() { f.files.put(file) }, nil
}

// fill makes the window begin at an offset of a file, with so many bytes at least.
func (f *fetcher) fill(ctx context.Context, w *window, number int32, offset, length int64) error {
	whole, read, done, err := f.source(ctx, number)
	if err != nil {
		return err
	}
	defer done()
	if gap := offset - (w.offset + int64(len(w.data))); w.open && gap >= 0 && gap < near {
		w.ahead = min(max(2*w.ahead, 2*length), windowBytes)
	} else {
		w.ahead = 0
	}
	size := min(max(length, w.ahead), whole-offset)
	if size < length {
		return extract.ErrChanged
	}
	if int64(cap(w.data)) < size {
		w.data = make([]byte, 0, max(size, windowBytes))
	}
	w.open, w.file, w.offset, w.data = true, number, offset, w.data[:size]
	if _, err := read(offset, w.data); err != nil {
		w.open = false
		return err
	}
	return nil
}

// windowOf returns the file's window, or the one that was not used for the longest time.
func (f *fetcher) windowOf(file int32) *window {
	f.clock++
	oldest := &f.windows[0]
	for i := range f.windows {
		w := &f.windows[i]
		if w.open && w.file == file {
			w.used = f.clock
			return w
		}
		if w.used < oldest.used {
			oldest = w
		}
	}
	oldest.used, oldest.open = f.clock, false
	return oldest
}
