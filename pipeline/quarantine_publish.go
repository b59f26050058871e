package pipeline

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/klauspost/compress/zstd"

	"callmart/load"
)

// quarantineCount is what the ledger remembers of the quarantine, so that a run with nothing new need not read it.
type quarantineCount struct {
	QuarantineManifest
	Decisions string `json:"decisions"` // hash of those that the count rests on
}

// hash names the decisions that hold.
func (d *decisions) hash() string {
	h := sha256.New()
	ids := make([]string, 0, len(d.byID))
	for id := range d.byID {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		fmt.Fprintln(h, id, d.byID[id].State)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// publish stages the source's quarantine, if it is another than before: what is new, among what was there and is not
// void. Again are the files that were read, and from where on; whole says that all were.
func (q *quarantine) publish(staging *load.Staging, book *ledger, whole bool, again map[string]int64) (QuarantineManifest, error) {
	fail := func(err error) (QuarantineManifest, error) {
		return QuarantineManifest{}, fmt.Errorf("writing quarantine of %s: %w", q.source, err)
	}
	segments, err := q.segments()
	if err != nil {
		return fail(err)
	}
	decided := q.book.hash()
	if known := book.Quarantine; known != nil && known.Decisions == decided && len(segments) == 0 && !whole && (len(again) == 0 || known.Total() == 0) {
		return known.QuarantineManifest, nil
	}
	target, err := staging.Path(quarantinePath(q.source))
	if err != nil {
		return fail(err)
	}
	counts, err := q.write(target, segments, whole, again)
	if err != nil {
		return fail(err)
	}
	book.Quarantine = &quarantineCount{counts, decided}
	return counts, nil
}

// segments are those of all spools, in the order of the files' names.
func (q *quarantine) segments() (segments []segment, err error) {
	for _, s := range q.spools {
		if s.err == nil && s.buffer != nil {
			s.err = s.buffer.Flush()
		}
		if s.err != nil {
			return nil, s.err
		}
		segments = append(segments, s.segments...)
	}
	slices.SortFunc(segments, func(a, b segment) int { return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.first, b.first)) })
	return segments, nil
}

// write puts the segments and the lines that hold of the published quarantine into one file, in order.
func (q *quarantine) write(path string, segments []segment, whole bool, again map[string]int64) (counts QuarantineManifest, err error) {
	file, err := os.Create(path)
	if err != nil {
		return counts, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	out, err := quarantineEncoder(file)
	if err != nil {
		return counts, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	for _, s := range q.spools {
		counts.add(s.counts)
	}
	before := func(file string, offset int64) error { // writes the segments that come before a place
		for len(segments) > 0 && cmp.Or(cmp.Compare(segments[0].file, file), cmp.Compare(segments[0].first, offset)) < 0 {
			if err := segments[0].copyTo(out); err != nil {
				return err
			}
			segments = segments[1:]
		}
		return nil
	}
	moved := q.moved(segments)
	err = q.published(func(line []byte, r *Refusal) error {
		if from, void := again[r.File]; whole || void && r.Offset >= from {
			return nil
		}
		if gone, err := moved(r); gone || err != nil {
			return err
		}
		if err := before(r.File, r.Offset); err != nil {
			return err
		}
		counts.Count(q.book.of(r.ID))
		_, err := out.Write(line)
		return err
	})
	if err != nil {
		return counts, err
	}
	for _, s := range segments {
		if err := s.copyTo(out); err != nil {
			return counts, err
		}
	}
	return counts, nil
}

// moved tells of a refusal whose file is not there any more whether this run met the same record elsewhere.
func (q *quarantine) moved(segments []segment) func(*Refusal) (bool, error) {
	var ids map[string]bool // of the segments; read when the first is asked for
	there := map[string]bool{}
	return func(r *Refusal) (bool, error) {
		exists, asked := there[r.File]
		if !asked {
			_, err := os.Stat(r.File)
			exists = !errors.Is(err, fs.ErrNotExist)
			there[r.File] = exists
		}
		if exists {
			return false, nil
		}
		if ids == nil {
			ids = map[string]bool{}
			for _, s := range segments {
				err := eachLine(io.NewSectionReader(s.spool.file, s.begin, s.bytes), func(_ []byte, r *Refusal) error {
					ids[r.ID] = true
					return nil
				})
				if err != nil {
					return false, err
				}
			}
		}
		return ids[r.ID], nil
	}
}

func (s *segment) copyTo(out io.Writer) error {
	_, err := io.Copy(out, io.NewSectionReader(s.spool.file, s.begin, s.bytes))
	return err
}

// published yields the lines of the quarantine as the lake has it.
func (q *quarantine) published(yield func(line []byte, r *Refusal) error) error {
	file, err := os.Open(filepath.Join(q.lake, filepath.FromSlash(quarantinePath(q.source))))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	in, err := zstd.NewReader(file, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return err
	}
	defer in.Close()
	return eachLine(in, yield)
}

// eachLine yields a quarantine's lines, with what tells whose they are.
func eachLine(in io.Reader, yield func(line []byte, r *Refusal) error) error {
	for lines := bufio.NewReaderSize(in, 256<<10); ; {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(bytes.TrimSpace(line)) == 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading quarantine: %w", err)
		}
		var r struct {
			ID     string `json:"id"`
			File   string `json:"file"`
			Offset int64  `json:"offset"`
		}
		if err := json.Unmarshal(line, &r); err != nil {
			return fmt.Errorf("reading quarantine: %w", err)
		}
		if err := yield(line, &Refusal{ID: r.ID, File: r.File, Offset: r.Offset}); err != nil {
			return err
		}
	}
}
