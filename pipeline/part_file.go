package pipeline

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

const entryBytes = int64(unsafe.Sizeof(entry{}))

// partFile holds parts of the index on the disk, in memory's own form: no other process reads it. It has no name, so
// that the system frees it whatever happens.
type partFile struct {
	file *os.File

	mu     sync.Mutex
	size   int64
	mapped []byte
}

// extent is where a part lies in a file.
type extent struct {
	offset       int64
	entries, ids int
}

func newPartFile(dir string) (*partFile, error) {
	f, err := unnamedFile(dir, "index-*")
	if err != nil {
		return nil, fmt.Errorf("spooling index: %w", err)
	}
	return &partFile{file: f}, nil
}

// unnamedFile makes a file that the system frees when it is closed.
func unnamedFile(dir, pattern string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(dir, pattern)
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// write appends a part.
func (f *partFile) write(p *part) (extent, error) {
	e := extent{entries: len(p.entries), ids: len(p.ids)}
	f.mu.Lock()
	e.offset = f.size
	f.size += (e.bytes() + 7) &^ 7 // entries begin at whole words
	f.mu.Unlock()
	if _, err := f.file.WriteAt(bytesOf(p.entries), e.offset); err != nil {
		return e, fmt.Errorf("spooling index: %w", err)
	}
	if _, err := f.file.WriteAt(p.ids, e.offset+int64(e.entries)*entryBytes); err != nil {
		return e, fmt.Errorf("spooling index: %w", err)
	}
	return e, nil
}

func (e extent) bytes() int64 { return int64(e.entries)*entryBytes + int64(e.ids) }

// read returns a copy of a part.
func (f *partFile) read(e extent) (*part, error) {
	p := &part{entries: make([]entry, e.entries), ids: make(texts, e.ids)}
	if _, err := f.file.ReadAt(bytesOf(p.entries), e.offset); err != nil {
		return nil, fmt.Errorf("reading spooled index: %w", err)
	}
	if _, err := f.file.ReadAt(p.ids, e.offset+int64(e.entries)*entryBytes); err != nil {
		return nil, fmt.Errorf("reading spooled index: %w", err)
	}
	return p, nil
}

// mapAll makes all parts readable, and entries writable, where they lie: the system keeps in memory what is used.
func (f *partFile) mapAll() (err error) {
	if f.size == 0 {
		return nil
	}
	if err = f.file.Truncate(f.size); err == nil {
		f.mapped, err = unix.Mmap(int(f.file.Fd()), 0, int(f.size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	}
	if err != nil {
		return fmt.Errorf("mapping spooled index: %w", err)
	}
	return nil
}

// at returns a part of a mapped file. It is valid until the file is closed.
func (f *partFile) at(e extent) part {
	if e.entries == 0 {
		return part{}
	}
	ids := e.offset + int64(e.entries)*entryBytes
	// Extents begin at whole words of a mapping, which begins at a page, and entries have no pointers.
	entries := unsafe.Slice((*entry)(unsafe.Pointer(&f.mapped[e.offset])), e.entries)
	return part{entries: entries, ids: f.mapped[ids : ids+int64(e.ids)]}
}

// cool takes a bucket of a mapped file out of memory until it is used again.
func (f *partFile) cool(s *bucket) {
	if len(s.entries) == 0 {
		return
	}
	page := uintptr(os.Getpagesize())
	begin := uintptr(unsafe.Pointer(&s.entries[0])) - uintptr(unsafe.Pointer(&f.mapped[0]))
	end := begin + uintptr(extent{entries: len(s.entries), ids: len(s.ids)}.bytes())
	begin, end = (begin+page-1)&^(page-1), end&^(page-1)
	if begin < end {
		_ = unix.Madvise(f.mapped[begin:end], unix.MADV_DONTNEED) // a hint
	}
}

func (f *partFile) close() error {
	if f == nil {
		return nil
	}
	var err error
	if f.mapped != nil {
		err = unix.Munmap(f.mapped)
	}
	return errors.Join(err, f.file.Close())
}

// bytesOf is the memory of a slice whose elements have no pointers.
func bytesOf[T any](s []T) []byte {
	if len(s) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(s[0])))
}
