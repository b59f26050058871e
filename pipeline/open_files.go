package pipeline

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"sync"

	"callmart/extract"
)

// openFiles keeps the archive's files at hand for random access: the most recently used ones open, what was decompressed
// as a copy, and small files, of which there may be millions, one behind the other in few files.
// It may be used by several goroutines.
type openFiles struct {
	archive *extract.Archive
	inputs  []extract.Input // set once the first pass has ended
	limit   int

	mu     sync.Mutex
	files  map[int32]*list.Element // of *openFile
	recent *list.List              // the least recently used one first
	copied int64                   // bytes of the disk that the first pass's copies may take
	small  []*smallFiles           // one for each goroutine of the first pass
	spans  []smallSpan             // by number of the input: where its content lies in them
}

type openFile struct {
	number int32
	file   *extract.File
	err    error
	once   sync.Once
	busy   int
}

func newOpenFiles(a *extract.Archive) *openFiles {
	return &openFiles{archive: a, limit: 256, files: map[int32]*list.Element{}, recent: list.New()}
}

// smallFiles keeps what the first pass has read, if the second one is spared work by that: small files, one behind the
// other, and what was decompressed. All together they take no more than a third of the disk that was free. It serves one goroutine.
type smallFiles struct {
	*openFiles
	number int32           // among them
	packed *extract.Packed // nil: there are none
	room   int64           // bytes of the disk that are set aside
}

// smallSpan is where an input's content lies. The zero value: nowhere.
type smallSpan struct {
	offset int64
	length int32
	in     int32 // which of the small files
}

// keepers are one for each of some goroutines that read inputs, none with a number above the last one's.
func (o *openFiles) keepers(goroutines int, last int32) []*smallFiles {
	o.spans = append(o.spans, make([]smallSpan, max(0, int(last)+1-len(o.spans)))...)
	first := len(o.small)
	for i := range goroutines {
		o.small = append(o.small, &smallFiles{openFiles: o, number: int32(first + i)})
	}
	return o.small[first:]
}

// keep takes a file that was read. It is closed, now or in the end.
func (s *smallFiles) keep(n int32, f *extract.File) error {
	if size := f.Copied(); size > 0 {
		if s.keepCopy(n, f, size) {
			return nil
		}
	} else if f.Size() <= smallBytes {
		if err := s.keepSmall(n, f); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	_ = f.Close() // it was only read
	return nil
}

func (o *openFiles) keepCopy(n int32, f *extract.File, size int64) bool {
	free, err := o.archive.Free()
	o.mu.Lock()
	defer o.mu.Unlock()
	if err != nil || o.files[n] != nil || len(o.files) >= o.limit/2 || free < 2*(o.copied+size) {
		return false // it can be made again
	}
	o.copied += size
	kept := &openFile{number: n, file: f}
	kept.once.Do(func() {})
	o.files[n] = o.recent.PushBack(kept)
	return true
}

// keepSmall copies a small file behind the others.
func (s *smallFiles) keepSmall(n int32, f *extract.File) (err error) {
	content := f.Whole()
	if content == nil {
		content = make([]byte, f.Size())
		if _, err := f.ReadSpan(0, content); err != nil {
			return nil //nolint:nilerr // whoever needs it will meet the error again
		}
	}
	if len(content) == 0 {
		return nil
	}
	if (s.packed == nil || s.packed.Stored() >= s.room) && !s.moreRoom() {
		return nil // it can be opened again
	}
	if s.packed == nil {
		if s.packed, err = s.archive.Pack(); err != nil {
			return fmt.Errorf("keeping small files: %w", err)
		}
	}
	s.spans[n] = smallSpan{s.packed.Size(), int32(len(content)), s.number} // nobody else has this input
	if err := s.packed.Add(content); err != nil {
		return fmt.Errorf("keeping small files: %w", err)
	}
	return nil
}

// moreRoom takes a further stretch of the disk for small files.
func (s *smallFiles) moreRoom() bool {
	free, err := s.archive.Free()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil || free < 2*(s.copied+smallRoom) {
		return false
	}
	s.copied += smallRoom
	s.room += smallRoom
	return true
}

// ready begins the second pass.
func (o *openFiles) ready(inputs []extract.Input) error {
	o.inputs = inputs
	for _, s := range o.small {
		if s.packed == nil {
			continue
		}
		if err := s.packed.Done(); err != nil {
			return fmt.Errorf("keeping small files: %w", err)
		}
	}
	return nil
}

// get opens input n, or finds it open. put gives it back.
func (o *openFiles) get(ctx context.Context, n int32) (*openFile, error) {
	o.mu.Lock()
	at := o.files[n]
	if at == nil {
		o.evict()
		at = o.recent.PushBack(&openFile{number: n})
		o.files[n] = at
	}
	o.recent.MoveToBack(at)
	f := at.Value.(*openFile) //nolint:forcetypeassert // there are no others
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
	for at := o.recent.Front(); at != nil; at = at.Next() {
		if f := at.Value.(*openFile); f.busy == 0 { //nolint:forcetypeassert // there are no others
			o.drop(at, f)
			return
		}
	}
}

func (o *openFiles) drop(at *list.Element, f *openFile) {
	if f.file != nil {
		_ = f.file.Close() // it was only read
	}
	o.recent.Remove(at)
	delete(o.files, f.number)
}

func (o *openFiles) close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, at := range o.files {
		o.drop(at, at.Value.(*openFile)) //nolint:forcetypeassert // there are no others
	}
	var err error
	for _, s := range o.small {
		if s.packed != nil {
			err = errors.Join(err, s.packed.Close())
		}
	}
	return err
}

const (
	smallBytes = 32 << 10 // a file of so many is read through in one go
	smallRoom  = 4 << 20  // the disk is asked for so many more at a time
)

// kept says where an input's content is among the small files, if it is there.
func (o *openFiles) kept(n int32) (smallSpan, bool) {
	if int(n) >= len(o.spans) || o.spans[n].length == 0 {
		return smallSpan{}, false
	}
	return o.spans[n], true
}
