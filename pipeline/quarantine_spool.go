package pipeline

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"

	"callmart/load"
)

// quarantine collects the refusals of one source during a run. They lie on the disk, for there may be as many as
// there are records: each worker writes those of its files to a spool of its own, and in the end the spools' segments,
// one per file, are copied in the order of the files' names. So the same records give the same bytes.
type quarantine struct {
	source string
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
	return &quarantine{source: source, dir: dir, book: book}, nil
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
	err      error // the first one: what a spool has lost must not be published
}

// segment is where a spool holds the refusals of one file.
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
	if n := len(s.segments); n == 0 || s.segments[n-1].file != r.File {
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

// publish stages the source's quarantine, even if it is empty: an older one must not outlive its refusals.
func (q *quarantine) publish(staging *load.Staging) (QuarantineManifest, error) {
	target, err := staging.Path(quarantinePath(q.source))
	if err != nil {
		return QuarantineManifest{}, err
	}
	counts, err := q.write(target)
	if err != nil {
		return QuarantineManifest{}, fmt.Errorf("writing quarantine of %s: %w", q.source, err)
	}
	return counts, nil
}

// write puts the segments of all spools into one file, in order.
func (q *quarantine) write(path string) (counts QuarantineManifest, err error) {
	var segments []segment
	for _, s := range q.spools {
		if s.err == nil && s.buffer != nil {
			s.err = s.buffer.Flush()
		}
		if s.err != nil {
			return counts, s.err
		}
		counts.add(s.counts)
		segments = append(segments, s.segments...)
	}
	slices.SortFunc(segments, func(a, b segment) int { return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.first, b.first)) })
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return counts, err
	}
	file, err := os.Create(path)
	if err != nil {
		return counts, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	// One goroutine and a small window: the memory is a few MiB, and the bytes depend on the content alone.
	out, err := zstd.NewWriter(file, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return counts, err
	}
	for _, s := range segments {
		if _, err := io.Copy(out, io.NewSectionReader(s.spool.file, s.begin, s.bytes)); err != nil {
			return counts, errors.Join(err, out.Close())
		}
	}
	return counts, out.Close()
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
