package pipeline

import (
	"bufio"
	"container/list"
	"context"
	"errors"
	"fmt"
	"os"
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
	copied int64                   // bytes of decompressed copies that the first pass made
	small  smallFiles
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

// keep takes a file that the first pass has read, if the second one is spared work by that: what was decompressed, and
// small files. They take no more than a third of the disk that was free. The file is closed, now or in the end.
func (o *openFiles) keep(n int32, f *extract.File) error {
	if size := f.Copied(); size > 0 {
		if o.keepCopy(n, f, size) {
			return nil
		}
	} else if f.Size() <= smallBytes {
		if err := o.keepSmall(n, f); err != nil {
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
	if err != nil || o.files[n] != nil || len(o.files) >= o.limit/2 || free < 2*(o.copied+o.small.size+size) {
		return false // it can be made again
	}
	o.copied += size
	kept := &openFile{number: n, file: f}
	kept.once.Do(func() {})
	o.files[n] = o.recent.PushBack(kept)
	return true
}

// keepSmall copies a small file behind the others.
func (o *openFiles) keepSmall(n int32, f *extract.File) error {
	content := f.Whole()
	if content == nil {
		content = make([]byte, f.Size())
		if _, err := f.ReadSpan(0, content); err != nil {
			return nil //nolint:nilerr // whoever needs it will meet the error again
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.small.size >= o.small.room {
		free, err := o.archive.Free()
		if err != nil || free < 2*(o.copied+o.small.size+smallRoom) {
			return nil //nolint:nilerr // it can be opened again
		}
		o.small.room = o.small.size + smallRoom
	}
	return o.small.add(o.archive.Spool, n, content)
}

// ready begins the second pass.
func (o *openFiles) ready(inputs []extract.Input) error {
	o.inputs = inputs
	return o.small.done()
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
	return o.small.close()
}

const (
	smallBytes = 32 << 10 // a file of so many is read through in one go
	smallRoom  = 64 << 20 // the disk is asked for so many more at a time
)

// smallFiles are the contents of many small files in one.
type smallFiles struct {
	file   *os.File
	buffer *bufio.Writer
	size   int64
	room   int64       // up to which size the disk was asked
	spans  []smallSpan // by number of the input
}

type smallSpan struct {
	offset int64
	length int32 // 0: it is not among them
}

func (s *smallFiles) add(dir string, n int32, content []byte) (err error) {
	if len(content) == 0 {
		return nil
	}
	if s.file == nil {
		if s.file, err = unnamedFile(dir, "small-*"); err != nil {
			return fmt.Errorf("keeping small files: %w", err)
		}
		s.buffer = bufio.NewWriterSize(s.file, 256<<10)
	}
	if _, err := s.buffer.Write(content); err != nil {
		return fmt.Errorf("keeping small files: %w", err)
	}
	for int(n) >= len(s.spans) {
		s.spans = append(s.spans, smallSpan{})
	}
	s.spans[n] = smallSpan{s.size, int32(len(content))}
	s.size += int64(len(content))
	return nil
}

// readAt fills b from an offset on.
func (s *smallFiles) readAt(offset int64, b []byte) (int, error) { return s.file.ReadAt(b, offset) }

// done ends the first pass: nothing is added any more.
func (s *smallFiles) done() error {
	if s.buffer == nil {
		return nil
	}
	if err := s.buffer.Flush(); err != nil {
		return fmt.Errorf("keeping small files: %w", err)
	}
	return nil
}

// span says where an input's content is, if it is among them.
func (s *smallFiles) span(n int32) (smallSpan, bool) {
	if int(n) >= len(s.spans) || s.spans[n].length == 0 {
		return smallSpan{}, false
	}
	return s.spans[n], true
}

func (s *smallFiles) close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}
