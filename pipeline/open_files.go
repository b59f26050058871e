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
// as a copy, and small files, of which there may be millions, one behind the other in a file of their own.
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

// keeper keeps what the first pass has read, if the second one is spared work by that: what was decompressed, and small
// files. They take no more than a third of the disk that was free. It serves one goroutine.
type keeper struct {
	*openFiles
	files *smallFiles
}

func (o *openFiles) keeper() *keeper {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.small = append(o.small, &smallFiles{})
	return &keeper{o, o.small[len(o.small)-1]}
}

// keep takes a file that was read. It is closed, now or in the end.
func (k *keeper) keep(n int32, f *extract.File) error {
	if size := f.Copied(); size > 0 {
		if k.keepCopy(n, f, size) {
			return nil
		}
	} else if f.Size() <= smallBytes {
		if err := k.keepSmall(n, f); err != nil {
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
func (k *keeper) keepSmall(n int32, f *extract.File) error {
	content := f.Whole()
	if content == nil {
		content = make([]byte, f.Size())
		if _, err := f.ReadSpan(0, content); err != nil {
			return nil //nolint:nilerr // whoever needs it will meet the error again
		}
	}
	if k.files.stored() >= k.files.room && !k.moreRoom() {
		return nil // it can be opened again
	}
	return k.files.add(k.archive, n, content)
}

// moreRoom takes a further stretch of the disk for small files.
func (k *keeper) moreRoom() bool {
	free, err := k.archive.Free()
	k.mu.Lock()
	defer k.mu.Unlock()
	if err != nil || free < 2*(k.copied+smallRoom) {
		return false
	}
	k.copied += smallRoom
	k.files.room += smallRoom
	return true
}

// ready begins the second pass.
func (o *openFiles) ready(inputs []extract.Input) error {
	o.inputs = inputs
	for _, s := range o.small {
		if err := s.done(); err != nil {
			return err
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
		err = errors.Join(err, s.close())
	}
	return err
}

const (
	smallBytes = 32 << 10 // a file of so many is read through in one go
	smallRoom  = 16 << 20 // the disk is asked for so many more at a time
)

// smallFiles are the contents of many small files, one behind the other.
type smallFiles struct {
	packed *extract.Packed // nil: there are none
	room   int64           // bytes up to which the disk was asked
	spans  []smallSpan     // by number of the input
}

type smallSpan struct {
	offset int64
	length int32 // 0: it is not among them
}

func (s *smallFiles) add(a *extract.Archive, n int32, content []byte) (err error) {
	if len(content) == 0 {
		return nil
	}
	if s.packed == nil {
		if s.packed, err = a.Pack(); err != nil {
			return fmt.Errorf("keeping small files: %w", err)
		}
	}
	for int(n) >= len(s.spans) {
		s.spans = append(s.spans, smallSpan{})
	}
	s.spans[n] = smallSpan{s.packed.Size(), int32(len(content))}
	if err := s.packed.Add(content); err != nil {
		return fmt.Errorf("keeping small files: %w", err)
	}
	return nil
}

// stored is how many bytes of the disk they take.
func (s *smallFiles) stored() int64 {
	if s.packed == nil {
		return 0
	}
	return s.packed.Stored()
}

// done ends the first pass: nothing is added any more.
func (s *smallFiles) done() error {
	if s.packed == nil {
		return nil
	}
	if err := s.packed.Done(); err != nil {
		return fmt.Errorf("keeping small files: %w", err)
	}
	return nil
}

// kept says in which of the small files an input's content is, and where, if it is in any.
func (o *openFiles) kept(n int32) (number int, span smallSpan, ok bool) {
	for i, s := range o.small {
		if int(n) < len(s.spans) && s.spans[n].length > 0 {
			return i, s.spans[n], true
		}
	}
	return 0, smallSpan{}, false
}

func (s *smallFiles) close() error {
	if s.packed == nil {
		return nil
	}
	return s.packed.Close()
}
