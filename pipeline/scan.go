package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"callmart/extract"
	"callmart/extract/raw"
	"callmart/transform"
)

// batchBytes is what one step of the first pass works on: enough that passing it on costs nothing, little enough that
// one large file keeps all cores busy.
const (
	batchBytes   = 256 << 10
	batchRecords = 4096 // the least ones are a byte, and what is known of each is more
)

// batch is a stretch of the archive on its way from the goroutine that read it to the one that indexes it.
type batch struct {
	data    []byte
	records []scanned
}

// scanned is a record, or what lay there instead of one.
type scanned struct {
	input *extract.Input
	raw.Record
	bad *transform.Verdict // why it is none; its Body is then the beginning of the span
}

// scanner cuts one file after the other into records. It serves one goroutine.
type scanner struct {
	*indexer
	keeper  *smallFiles
	free    <-chan *batch
	full    chan<- *batch
	batch   *batch
	account account // of files; that of records is their indexer's
}

// run scans the files that next gives, until there is none.
func (s *scanner) run(ctx context.Context, next func() *unread) error {
	for in := next(); in != nil; in = next() {
		if err := s.file(ctx, in); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.flush(ctx)
}

func (s *scanner) file(ctx context.Context, todo *unread) (err error) {
	in := todo.Input
	problem := func(err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.account.problem(err)
		return nil
	}
	f, err := s.archive.Open(ctx, *in)
	if err != nil {
		return problem(err)
	}
	defer func() { err = errors.Join(err, s.keeper.keep(in.Number, f)) }()
	from, err := resume(todo, f)
	if err != nil {
		return problem(fmt.Errorf("reading %s: %w", in.Path, err))
	}
	gaveUp := false
	tail, err := f.ScanFrom(ctx, from, func(rec *raw.Record) error {
		return s.take(ctx, scanned{input: in, Record: *rec})
	}, func(b extract.Bad) error {
		return s.take(ctx, s.bad(in, b.Place, b.Payload, b.Reason, b.Detail))
	})
	s.progress.Add(Files, 1)
	s.progress.Add(Bytes, f.Size())
	if err == nil && tail != (extract.Tail{}) {
		gaveUp, err = s.tail(ctx, in, f, tail)
	}
	var read readInput
	if err == nil {
		read, err = readOf(in, f, tail, gaveUp)
	}
	if err != nil {
		// What was taken of it will be copies the next time, and what was refused is void.
		s.account.read.add(readInput{
			path: in.Path, number: in.Number, size: -1, origin: in.Origin.String(), event: in.Event, from: from,
		})
		return problem(fmt.Errorf("reading %s: %w", in.Path, err))
	}
	read.from = from
	s.account.read.add(read)
	return nil
}

// resume returns the offset from which a file is to be read: where the last run stopped, if what it read is still there.
func resume(todo *unread, f *extract.File) (int64, error) {
	if todo.known == nil {
		return 0, nil
	}
	mark, _, err := f.MarkAt(todo.known.offset)
	if err != nil || mark != todo.known.mark {
		return 0, err
	}
	return todo.known.offset, nil
}

// stillGrowing is how long an incomplete last record may be one that is still being written.
const stillGrowing = 24 * time.Hour

// tail waits for the rest of an incomplete last record, as long as the file may still grow. Then it is refused,
// unless it is a line, which may be whole.
func (s *scanner) tail(ctx context.Context, in *extract.Input, f *extract.File, tail extract.Tail) (gaveUp bool, err error) {
	if s.now().Sub(in.ModTime) < stillGrowing {
		s.account.pending += max(tail.Length, 1)
		return false, nil
	}
	place := raw.Place{File: in.Number, Offset: tail.Offset, Length: tail.Length}
	if tail.Line {
		rec, _, err := f.Read(place, nil)
		if err != nil {
			return false, err
		}
		return true, s.take(ctx, scanned{input: in, Record: rec})
	}
	beginning := make([]byte, min(tail.Length, quarantinePayload))
	if _, err := f.ReadSpan(tail.Offset, beginning); err != nil && tail.Length > 0 {
		return false, err
	}
	return true, s.take(ctx, s.bad(in, place, beginning, tailReason(tail), ""))
}

func (s *scanner) bad(in *extract.Input, place raw.Place, beginning []byte, reason, detail string) scanned {
	return scanned{input: in, Record: raw.Record{Body: beginning, Place: place}, bad: &transform.Verdict{Reason: reason, Detail: detail}}
}

// take copies a record into the batch, since the next one takes its memory.
func (s *scanner) take(ctx context.Context, r scanned) error {
	if b := s.batch; b != nil && (len(b.data)+len(r.Body) > cap(b.data) || len(b.records) == batchRecords) {
		if err := s.flush(ctx); err != nil {
			return err
		}
	}
	if s.batch == nil {
		select {
		case s.batch = <-s.free:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	b := s.batch
	if len(r.Body) > cap(b.data) {
		b.data = make([]byte, 0, max(batchBytes, len(r.Body)))
	}
	from := len(b.data)
	b.data = append(b.data, r.Body...)
	r.Body = b.data[from:len(b.data):len(b.data)]
	b.records = append(b.records, r)
	return nil
}

// flush passes the batch on.
func (s *scanner) flush(ctx context.Context) error {
	if s.batch == nil {
		return nil
	}
	select {
	case s.full <- s.batch:
		s.batch = nil
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// empty makes a batch ready for the next records. What a huge record made of it is not kept.
func (b *batch) empty() {
	clear(b.records)
	b.data, b.records = b.data[:0], b.records[:0]
	if cap(b.data) > 4*batchBytes {
		b.data = nil
	}
}
