package extract

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"callmart/fixtures/crash"
)

const (
	chunkAnswers = 64
	chunkAge     = time.Second // the caller's part: see Flush
	// Large answers make a chunk of their own, or the archive reader would refuse it for its decompressed size.
	chunkBytes       = 8 << 20
	maxEnvelopeBytes = 8 << 10 // of a landed line, beside the body

	landedSuffix = ".ndjson.zst"
	openSuffix   = landedSuffix + ".tmp" // no glob for landed files matches it
)

// Envelope is one answer of an API.
type Envelope struct {
	ReceivedAt time.Time
	Path       string // escaped, below the base URL: /calls/17
	Status     int
	Body       []byte // one JSON value
}

// Landing writes answers into a folder of the lake, in chunks: files <run>-<n>.ndjson.zst with an envelope per line.
// A chunk appears under that name when it is whole and on the disk, so a kill loses no more than the open one.
// It serves one goroutine.
type Landing struct {
	folder  string
	run     string
	files   int // number of the newest file
	encoder *zstd.Encoder
	lines   []byte // the open chunk
	last    int64  // number of the newest answer, from 1
	durable int64  // number of the newest answer that is durable
	err     error  // of the first chunk that could not be written
}

// OpenLanding lands the answers of a run in a folder, <lake>/_raw/source=<name>/<YYYY-MM-DD>, which it makes if
// needed. A run that was landed there before goes on with the next file.
func OpenLanding(folder, run string) (*Landing, error) {
	if run == "" || run != filepath.Base(run) || strings.HasPrefix(run, ".") {
		return nil, fmt.Errorf("opening landing: %q is no name of a run", run)
	}
	if err := makeFolder(folder); err != nil {
		return nil, fmt.Errorf("opening landing: %w", err)
	}
	l := &Landing{folder: folder, run: run}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("opening landing: %w", err)
	}
	for _, entry := range entries {
		number, isOurs := strings.CutPrefix(strings.TrimSuffix(entry.Name(), landedSuffix), run+"-")
		if n, err := strconv.Atoi(number); isOurs && err == nil {
			l.files = max(l.files, n)
		}
	}
	if l.encoder, err = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1)); err != nil {
		return nil, fmt.Errorf("opening landing: %w", err)
	}
	return l, nil
}

// Append adds an answer to the open chunk and returns its number, counted from 1. The chunk is written once it
// holds 64 answers or 8 MiB. An error of that is final: nothing can be landed any more.
func (l *Landing) Append(e Envelope) (int64, error) {
	if l.err != nil {
		return 0, l.err
	}
	if !json.Valid(e.Body) {
		return 0, fmt.Errorf("landing answer to %s: its body is no JSON value", e.Path)
	}
	l.lines = appendEnvelope(l.lines, e)
	l.last++
	if l.last-l.durable >= chunkAnswers || len(l.lines) >= chunkBytes {
		return l.last, l.Flush()
	}
	return l.last, nil
}

// Durable is the number of the newest answer that no crash can lose; so are all before it.
func (l *Landing) Durable() int64 { return l.durable }

// Flush writes the open chunk, if it holds anything. Whoever appends sees to it that no answer waits for longer
// than a second.
func (l *Landing) Flush() error {
	if l.err != nil || len(l.lines) == 0 {
		return l.err
	}
	if err := l.write(); err != nil {
		l.err = fmt.Errorf("landing answers in %s: %w", l.folder, err)
		return l.err
	}
	l.lines = l.lines[:0]
	l.durable = l.last
	return nil
}

// Close writes the open chunk. Nothing may be appended after it.
func (l *Landing) Close() error {
	err := l.Flush()
	if l.err == nil {
		l.err = fs.ErrClosed
	}
	return err
}

// write makes the open chunk a file.
func (l *Landing) write() error {
	name := filepath.Join(l.folder, fmt.Sprintf("%s-%06d", l.run, l.files+1))
	if err := writeSynced(name+openSuffix, l.encoder.EncodeAll(l.lines, nil)); err != nil {
		return err
	}
	crash.Point("chunk written")
	if err := os.Rename(name+openSuffix, name+landedSuffix); err != nil {
		return err
	}
	crash.Point("chunk in place")
	l.files++
	return syncFolder(l.folder)
}

// appendEnvelope adds one line: the body as it came, but for its line breaks, which in JSON are white space.
func appendEnvelope(line []byte, e Envelope) []byte {
	path, _ := json.Marshal(e.Path) // a string always marshals
	line = append(line, `{"received_at":"`...)
	line = e.ReceivedAt.UTC().AppendFormat(line, time.RFC3339Nano)
	line = append(line, `","path":`...)
	line = append(line, path...)
	line = append(line, `,"status":`...)
	line = strconv.AppendInt(line, int64(e.Status), 10)
	line = append(line, `,"body":`...)
	for _, c := range e.Body {
		if c != '\n' && c != '\r' {
			line = append(line, c)
		}
	}
	return append(line, "}\n"...)
}

// CleanLanding removes what killed runs left in a folder and below it, be it of one day, a source or all of _raw.
// No run may be landing there. A folder that does not exist is clean.
func CleanLanding(folder string) error {
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.Type().IsRegular() && strings.HasSuffix(path, openSuffix) {
			return os.Remove(path)
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cleaning landing: %w", err)
	}
	return nil
}
