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
	allSmall    = -2       // the number of the file that has the small ones
)

// fetcher reads records by their places. Neighbours come from one read; a record that stands alone is read alone.
// It serves one goroutine.
type fetcher struct {
	files   *openFiles
	windows [windows]window
	clock   int64
}

// window is a stretch of a file.
type window struct {
	open   bool
	file   int32
	offset int64
	data   []byte
	used   int64 // when; the oldest window makes room
}

func newFetcher(files *openFiles) *fetcher { return &fetcher{files: files} }

// fetch returns a record. Its body is valid until the next fetch.
func (f *fetcher) fetch(ctx context.Context, place raw.Place) (raw.Record, error) {
	in := &f.files.inputs[place.File]
	rec := raw.Record{Origin: in.Origin, Event: in.Event, Path: in.Path, Place: place}
	number, offset := place.File, place.Offset
	if span, ok := f.files.small.span(place.File); ok {
		if place.Offset+place.Length > int64(span.length) {
			return rec, fmt.Errorf("reading %s: %w", in.Path, extract.ErrChanged)
		}
		number, offset = allSmall, span.offset+place.Offset
	}
	w := f.windowOf(number)
	if at := offset - w.offset; w.open && at >= 0 && at+place.Length <= int64(len(w.data)) {
		rec.Body = w.data[at : at+place.Length]
		return rec, nil
	}
	if err := f.fill(ctx, w, number, offset, place.Length); err != nil {
		return rec, fmt.Errorf("reading %s: %w", in.Path, err)
	}
	rec.Body = w.data[:place.Length]
	return rec, nil
}

// fill makes the window begin at an offset of a file, with so many bytes at least.
func (f *fetcher) fill(ctx context.Context, w *window, number int32, offset, length int64) error {
	whole, read := f.files.small.size, f.files.small.readAt
	if number != allSmall {
		file, err := f.files.get(ctx, number)
		if err != nil {
			return err
		}
		defer f.files.put(file)
		whole, read = file.file.Size(), file.file.ReadSpan
	}
	size := length
	if gap := offset - (w.offset + int64(len(w.data))); w.open && gap >= -windowBytes && gap < near {
		size = max(size, windowBytes)
	}
	size = min(size, whole-offset)
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
