package extract

import (
	"context"
	"errors"
	"fmt"
	"io"

	"callmart/extract/raw"
)

// content is a file, or the little that one held.
type content interface {
	io.ReaderAt
	io.Closer
}

// File is the content of one input, decompressed. Read and ReadSpan may be called from several goroutines.
type File struct {
	archive *Archive
	input   Input
	content content
	size    int64 // of the content, bytes
	flaw    flaw  // of the compressed data
	spooled bool  // the content is a decompressed copy
	plain   bool  // called compressed, but it is not
}

// Bad is a span of a file that is no record. Payload is its beginning, at most 64 KiB, valid during the call.
type Bad struct {
	Place   raw.Place
	Reason  string
	Detail  string // may be empty
	Payload []byte
}

// The reasons of a Bad.
const (
	ReasonTooLarge = "record_too_large"
	ReasonNotJSON  = "not_json"                  // garbage between values
	ReasonUTF16    = "utf16_not_supported"       // the whole file
	ReasonFormat   = "file_format_not_supported" // the whole file: another compression, or compressed twice

	// Of what compressed data does not show; the span is the incomplete last record before it, or empty.
	ReasonTruncated = "compressed_data_truncated" // it ends too early
	ReasonDamaged   = "compressed_data_damaged"
)

// Tail is the incomplete last record of a file that may still grow; zero if there is none. It may be longer
// than a record may be. Where the file itself is Cut in its compression, it may be empty. A Line, which wants its
// line break only, may be a whole record: Read gives it.
type Tail struct {
	Offset int64
	Length int64
	Cut    bool
	Line   bool
}

// Open opens an input. Compressed ones, told by their first bytes, are decompressed, into the spool
// folder if they are larger than 64 KiB then; Close frees that. Compressed data that is damaged
// is read as far as it goes. Errors: ErrChanged, *LimitError, *RoomError, those of the system.
func (a *Archive) Open(ctx context.Context, in Input) (*File, error) {
	file, err := openHandle(in.Path)
	if err != nil {
		return nil, fmt.Errorf("opening archive file: %w", err)
	}
	f := &File{archive: a, input: in, content: file, size: in.Size}
	if err := f.prepare(ctx, file); err != nil {
		_ = file.Close() // it was only read
		return nil, fmt.Errorf("opening archive file %s: %w", in.Path, err)
	}
	return f, nil
}

// prepare checks that the file is the listed one and swaps compressed content for a decompressed copy.
func (f *File) prepare(ctx context.Context, file *handle) error {
	now, err := file.state()
	if err != nil {
		return err
	}
	rewritten := now.size == f.input.Size && !now.modTime.Equal(f.input.ModTime)
	if !now.regular || now.inode != f.input.Inode || now.size < f.input.Size || rewritten {
		return ErrChanged
	}
	if f.size <= wholeBytes {
		return f.prepareWhole(ctx, file)
	}
	var head [4]byte
	if _, err := file.ReadAt(head[:], 0); err != nil {
		if errors.Is(err, io.EOF) {
			err = ErrChanged
		}
		return err
	}
	if kind := compressionOf(head[:]); kind != uncompressed {
		return f.unpack(ctx, kind, file)
	}
	f.plain = calledCompressed(f.input.Path)
	return nil
}

// unpack swaps compressed content for a decompressed copy.
func (f *File) unpack(ctx context.Context, kind compression, file *handle) error {
	spooled, err := f.archive.spool(ctx, kind, file, f.input)
	if err != nil {
		return err
	}
	f.content, f.size, f.flaw, f.spooled = spooled.content, spooled.size, spooled.flaw, true
	_ = file.Close() // it was only read
	return nil
}

// Scan cuts the content into records, in order, and calls rec for each and bad for what is none. The record
// and its Body are valid during the call only; an error of rec or bad ends the scan and is returned as it is.
func (f *File) Scan(ctx context.Context, rec func(*raw.Record) error, bad func(Bad) error) (Tail, error) {
	return f.ScanFrom(ctx, 0, rec, bad)
}

// ScanFrom is Scan of what lies behind an offset at which a record ended, or a Tail began.
func (f *File) ScanFrom(ctx context.Context, offset int64, rec func(*raw.Record) error, bad func(Bad) error) (Tail, error) {
	s, ok := f.archive.scanners.Get().(*scanner)
	if !ok {
		s = &scanner{window: window{buf: make([]byte, windowBytes)}}
	}
	defer f.archive.scanners.Put(s)
	defer s.reset()
	s.use(f.content, f.input.Path, f.size, f.archive.Limits.recordBytes(), ctx.Err)
	s.input, s.rec, s.bad, s.cut, s.called = f.input, rec, bad, f.flaw.cut, f.plain
	s.seek(offset)
	tail, err := s.scan()
	if err == nil && f.flaw != (flaw{}) {
		return f.end(tail, bad)
	}
	return tail, err
}

// end says at the end of flawed data what is wrong with it: the rest is to come, or lost.
func (f *File) end(tail Tail, bad func(Bad) error) (Tail, error) {
	if tail == (Tail{}) {
		tail.Offset = f.size
	}
	if f.flaw.reason == ReasonTruncated {
		tail.Cut = true
		return tail, nil
	}
	beginning := make([]byte, min(tail.Length, payloadBytes))
	if _, err := f.ReadSpan(tail.Offset, beginning); err != nil && len(beginning) > 0 {
		return Tail{}, err
	}
	place := raw.Place{File: f.input.Number, Offset: tail.Offset, Length: tail.Length}
	return Tail{}, bad(Bad{Place: place, Reason: f.flaw.reason, Detail: f.flaw.detail, Payload: beginning})
}

// Read gives the record of a place that Scan named once more. Its Body lies in buf, which is grown as needed
// and returned for the next call.
func (f *File) Read(place raw.Place, buf []byte) (raw.Record, []byte, error) {
	if int64(cap(buf)) < place.Length {
		buf = make([]byte, place.Length)
	}
	buf = buf[:place.Length]
	if _, err := f.ReadSpan(place.Offset, buf); err != nil {
		return raw.Record{}, buf, err
	}
	return raw.Record{Body: buf, Origin: f.input.Origin, Event: f.input.Event, Path: f.input.Path, Place: place}, buf, nil
}

// ReadSpan fills buf with the decompressed content from offset on. It gives fewer bytes only with an error:
// io.EOF at the end of the content, ErrChanged if the file was cut meanwhile.
func (f *File) ReadSpan(offset int64, buf []byte) (int, error) {
	want := int64(len(buf))
	if left := max(f.size-offset, 0); want > left {
		want = left
	}
	n, err := f.content.ReadAt(buf[:want], offset)
	switch {
	case int64(n) == want && n == len(buf):
		return n, nil
	case int64(n) == want:
		return n, io.EOF
	case errors.Is(err, io.EOF):
		err = ErrChanged
	}
	return n, fmt.Errorf("reading %s: %w", f.input.Path, err)
}

// Whole is the content where it lies in memory, since it is small; else nil. It is valid until Close.
func (f *File) Whole() []byte {
	if w, ok := f.content.(*whole); ok {
		return w.bytes[:f.size]
	}
	return nil
}

// Copied is how many bytes of the disk the decompressed copy takes, 0 if there is none.
func (f *File) Copied() int64 {
	if copied, ok := f.content.(*Packed); ok {
		return copied.Stored()
	}
	return 0
}

// Size is the size of the decompressed content in bytes.
func (f *File) Size() int64 { return f.size }

// Close frees the file and its decompressed copy.
func (f *File) Close() error {
	if err := f.content.Close(); err != nil {
		return fmt.Errorf("closing %s: %w", f.input.Path, err)
	}
	return nil
}
