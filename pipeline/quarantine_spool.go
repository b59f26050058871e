package pipeline

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
)

// quarantine collects the refusals of one source during a run. They lie on the disk, for there may be as many as
// there are records: each worker writes those that it meets to a spool of its own, and in the end the spools' segments,
// each a stretch of a file, are copied in the order of the files' names. So the same records give the same bytes.
type quarantine struct {
	source string
	lake   string
	dir    string // of the spools
	book   *decisions

	mu     sync.Mutex
	spools []*spool
}

func newQuarantine(lake, source, dir string) (*quarantine, error) {
	book, err := readDecisions(lake, source)
	if err != nil {
		return nil, err
	}
	return &quarantine{source: source, lake: lake, dir: dir, book: book}, nil
}

// spool returns a spool for one worker.
func (q *quarantine) spool() *spool {
	s := &spool{quarantine: q}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.spools = append(q.spools, s)
	return s
}

// spool holds refusals on the disk, in the order in which a worker met them. It serves one goroutine.
type spool struct {
	*quarantine
	file     *os.File // made for the first refusal; without a name, so that the system frees it
	buffer   *bufio.Writer
	encoder  *json.Encoder
	size     int64
	segments []segment
	counts   QuarantineManifest
	apart    bool  // the next refusal does not follow the last one in its file
	err      error // the first one: what a spool has lost must not be published
}

// cut says that what comes next may lie behind what other workers met.
func (s *spool) cut() { s.apart = true }

// segment is where a spool holds the refusals of a stretch of one file.
type segment struct {
	spool        *spool
	file         string
	first        int64 // offset in the file of the first refused span
	begin, bytes int64 // in the spool
}

func (s *spool) add(r *Refusal) error {
	if s.err == nil {
		s.err = s.append(r)
	}
	return s.err
}

func (s *spool) append(r *Refusal) error {
	if s.file == nil {
		if err := s.open(); err != nil {
			return fmt.Errorf("spooling quarantine: %w", err)
		}
	}
	if n := len(s.segments); n == 0 || s.apart || s.segments[n-1].file != r.File {
		s.apart = false
		s.segments = append(s.segments, segment{spool: s, file: r.File, first: r.Offset, begin: s.size})
	}
	before := s.size
	if err := s.encoder.Encode(r); err != nil {
		return fmt.Errorf("spooling quarantine: %w", err)
	}
	s.segments[len(s.segments)-1].bytes += s.size - before
	s.counts.Count(s.book.of(r.ID))
	return nil
}

func (s *spool) open() (err error) {
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	if s.file, err = os.CreateTemp(s.dir, "refused-*"); err != nil {
		return err
	}
	s.buffer = bufio.NewWriter(s.file)
	s.encoder = json.NewEncoder(counter{s})
	s.encoder.SetEscapeHTML(false)
	return os.Remove(s.file.Name())
}

// counter writes to a spool and counts the bytes.
type counter struct{ *spool }

func (c counter) Write(p []byte) (int, error) {
	n, err := c.buffer.Write(p)
	c.size += int64(n)
	return n, err
}

// close frees the spools.
func (q *quarantine) close() error {
	var errs []error
	for _, s := range q.spools {
		if s.file != nil {
			errs = append(errs, s.file.Close())
		}
	}
	q.spools = nil
	return errors.Join(errs...)
}
