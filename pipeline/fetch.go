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
	inputs  []extract.Input
	limit   int

	mu    sync.Mutex
	files map[int32]*openFile
	clock int64
}

type openFile struct {
	file *extract.File
	err  error
	once sync.Once
	used int64
	busy int
}

func newOpenFiles(a *extract.Archive, inputs []extract.Input) *openFiles {
	return &openFiles{archive: a, inputs: inputs, limit: 256, files: map[int32]*openFile{}}
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

const windowBytes = 256 << 10

// fetcher reads records by their places. Neighbours come from one read. It serves one goroutine.
type fetcher struct {
	files  *openFiles
	window []byte
	file   int32
	offset int64
}

func newFetcher(files *openFiles) *fetcher {
	return &fetcher{files: files, window: make([]byte, 0, windowBytes), file: -1}
}

// fetch returns a record. Its body is valid until the next fetch.
func (f *fetcher) fetch(ctx context.Context, place raw.Place) (raw.Record, error) {
	in := f.files.inputs[place.File]
	rec := raw.Record{Origin: in.Origin, Event: in.Event, Place: place}
	if at := place.Offset - f.offset; f.file == place.File && at >= 0 && at+place.Length <= int64(len(f.window)) {
		rec.Body = f.window[at : at+place.Length]
		return rec, nil
	}
	file, err := f.files.get(ctx, place.File)
	if err != nil {
		return rec, err
	}
	defer f.files.put(file)
	size := min(max(place.Length, windowBytes), file.file.Size()-place.Offset)
	if size < place.Length {
		return rec, fmt.Errorf("reading %s: %w", in.Path, extract.ErrChanged)
	}
	if int64(cap(f.window)) < size {
		f.window = make([]byte, 0, size)
	}
	f.window = f.window[:size]
	f.file, f.offset = place.File, place.Offset
	if _, err := file.file.ReadSpan(place.Offset, f.window); err != nil {
		f.file = -1
		return rec, err
	}
	rec.Body = f.window[:place.Length]
	return rec, nil
}
