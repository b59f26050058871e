package pipeline

import (
	"fmt"
	"os"
)

// hourFile holds hours of a plan on the disk, in memory's own form: no other process reads it. They are read from
// several goroutines once all are written.
type hourFile struct {
	file *os.File
	size int64
}

// hourExtent is where an hour lies in a file.
type hourExtent struct {
	offset             int64
	calls, places, ids int
}

func newHourFile(dir string) (*hourFile, error) {
	f, err := unnamedFile(dir, "plan-*")
	if err != nil {
		return nil, fmt.Errorf("spooling plan: %w", err)
	}
	return &hourFile{file: f}, nil
}

// write appends an hour.
func (f *hourFile) write(s *hourCalls) (hourExtent, error) {
	e := hourExtent{f.size, len(s.calls), len(s.places), len(s.ids)}
	for _, bytes := range [][]byte{bytesOf(s.calls), bytesOf(s.places), s.ids} {
		if _, err := f.file.WriteAt(bytes, f.size); err != nil {
			return e, fmt.Errorf("spooling plan: %w", err)
		}
		f.size += int64(len(bytes))
	}
	return e, nil
}

// read returns an hour.
func (f *hourFile) read(e hourExtent) (*hourCalls, error) {
	s := &hourCalls{calls: make([]plannedCall, e.calls), places: make([]place, e.places), ids: make(texts, e.ids)}
	at := e.offset
	for _, bytes := range [][]byte{bytesOf(s.calls), bytesOf(s.places), s.ids} {
		if _, err := f.file.ReadAt(bytes, at); err != nil {
			return nil, fmt.Errorf("reading spooled plan: %w", err)
		}
		at += int64(len(bytes))
	}
	return s, nil
}

func (f *hourFile) close() error {
	if f == nil {
		return nil
	}
	return f.file.Close()
}
