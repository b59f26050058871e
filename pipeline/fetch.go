package pipeline

import (
	"context"
	"fmt"
	"sync"

	"callmart/extract"
	"callmart/extract/raw"
)

// openFiles keeps the archive's files open for random access, the most recently used ones at least.
// It may be used by several goroutines.
type openFiles struct {
	archive *extract.Archive
	inputs  []extract.Input // set once the first pass has ended
	limit   int

	mu    sync.Mutex
	files map[int32]*openFile
	kept  int64 // bytes of decompressed copies that the first pass made
	clock int64
}

type openFile struct {
	file *extract.File
	err  error
	once sync.Once
	used int64
	busy int
}

func newOpenFiles(a *extract.Archive) *openFiles {
	return &openFiles{archive: a, limit: 256, files: map[int32]*openFile{}}
}

// keep takes a file that the first pass has read, if it was decompressed for that: the second one need not do so again.
// Copies take no more than a third of the disk that was free.
func (o *openFiles) keep(n int32, f *extract.File) bool {
	size := f.Copied()
	if size == 0 {
		return false
	}
	free, err := o.archive.Free()
	o.mu.Lock()
	defer o.mu.Unlock()
	if err != nil || o.files[n] != nil || len(o.files) >= o.limit/2 || free < 2*(o.kept+size) {
		return false // it can be made again
	}
	o.kept += size
	kept := &openFile{file: f}
	kept.once.Do(func() {})
	o.files[n] = kept
	return true
}

// get opens input n, or finds it open. put gives it back.
func (o *openFiles) get(ctx context.Context, n int32) (*openFile, error) {
	o.mu.Lock()
	f := o.files[n]
	if f == nil {
		o.evict()
		f = &openFile{}
		o.files[n] = f
	}
	o.clock++
	f.used = o.clock
	f.busy++
	o.mu.Unlock()
	f.once.Do(func() { f.file, f.err = o.archive.Open(ctx, o.inputs[n]) })
	if f.err != nil {
		o.put(f)
		return nil, f.err
	}
	return f, nil
}

func (o *openFiles) put(f *openFile) {
	o.mu.Lock()
	f.busy--
	o.mu.Unlock()
}

// evict closes the file that was not used for the longest time, once there are too many.
func (o *openFiles) evict() {
	if len(o.files) < o.limit {
		return
	}
	oldest := int32(-1)
	for n, f := range o.files {
		if f.busy == 0 && (oldest < 0 || f.used < o.files[oldest].used) {
			oldest = n
		}
	}
	if oldest >= 0 {
		if f := o.files[oldest]; f.file != nil {
			_ = f.file.Close() // it was only read
		}
		delete(o.files, oldest)
	}
}

func (o *openFiles) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for n, f := range o.files {
		if f.file != nil {
			_ = f.file.Close() // it was only read
		}
		delete(o.files, n)
	}
}

const (
	windowBytes = 256 << 10
	windows     = 4        // files that are read at a time: webhooks beside API answers, two days
	near        = 32 << 10 // a record this close behind the last one is taken for the next of many
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
	in := f.files.inputs[place.File]
	rec := raw.Record{Origin: in.Origin, Event: in.Event, Path: in.Path, Place: place}
	w := f.windowOf(place.File)
	if at := place.Offset - w.offset; w.open && at >= 0 && at+place.Length <= int64(len(w.data)) {
		rec.Body = w.data[at : at+place.Length]
		return rec, nil
	}
	file, err := f.files.get(ctx, place.File)
	if err != nil {
		return rec, err
	}
	defer f.files.put(file)
	size := place.Length
	if gap := place.Offset - (w.offset + int64(len(w.data))); w.open && gap >= -windowBytes && gap < near {
		size = max(size, windowBytes)
	}
	size = min(size, file.file.Size()-place.Offset)
	if size < place.Length {
		return rec, fmt.Errorf("reading %s: %w", in.Path, extract.ErrChanged)
	}
	if int64(cap(w.data)) < size {
		w.data = make([]byte, 0, max(size, windowBytes))
	}
	w.open, w.file, w.offset, w.data = true, place.File, place.Offset, w.data[:size]
	if _, err := file.file.ReadSpan(place.Offset, w.data); err != nil {
		w.open = false
		return rec, err
	}
	rec.Body = w.data[:place.Length]
	return rec, nil
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
