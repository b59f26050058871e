package extract

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

type compression uint8

const (
	uncompressed compression = iota
	gzipped
	zstandard
	zstandardUnchecked // whatever its checksums say
)

const maxWindow = 128 << 20 // of zstd: what `zstd --long` makes

var (
	gzipMagic = []byte("\x1f\x8b")
	zstdMagic = []byte("\x28\xb5\x2f\xfd")
)

// compressionOf tells the compression from the first bytes of a file. Of fewer than four, which a copy may have begun
// with, two tell it.
func compressionOf(head []byte) compression {
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		return gzipped
	case len(head) >= 2 && bytes.HasPrefix(zstdMagic, head):
		return zstandard
	case len(head) >= 4 && head[1] == 0x2a && head[2] == 0x4d && head[3] == 0x18 && head[0]&0xf0 == 0x50:
		return zstandard // begins with a skippable frame
	}
	return uncompressed
}

// calledCompressed says whether a file is named like one that gzip or zstd made.
func calledCompressed(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".gz", ".gzip", ".zst", ".zstd":
		return true
	}
	return false
}

// flaw is what is wrong with compressed data. The zero value: nothing is.
type flaw struct {
	reason string // ReasonTruncated, ReasonDamaged or ReasonFormat
	detail string
	cut    bool // what is read of the data ends too early
}

// stream is one input, decompressed. It is read to its end or to its flaw; a part whose checksum alone is wrong is read
// and what follows it, too.
type stream struct {
	size int64 // of the compressed data
	raw  *counted
	src  *bufio.Reader
	gzip *gzip.Reader // nil: zstd
	zstd *zstd.Decoder
	flaw flaw // that was read on behind
}

// counted remembers how much was read, and the error that reading met.
type counted struct {
	io.Reader
	read int64
	err  error
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}

// stream begins to decompress an input with a decompressor from the pool; release puts that back.
func (a *Archive) stream(kind compression, src io.Reader, size int64) (s *stream, release func(), err error) {
	raw := &counted{Reader: src}
	s = &stream{size: size, raw: raw, src: bufio.NewReaderSize(raw, int(min(size, spoolBlock)))}
	if kind == gzipped {
		reader, ok := a.gzips.Get().(*gzip.Reader)
		if !ok {
			reader = new(gzip.Reader)
		}
		s.gzip = reader
		return s, func() { a.gzips.Put(reader) }, nil
	}
	options := []zstd.DOption{zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow)}
	if kind == zstandardUnchecked {
		if s.zstd, err = zstd.NewReader(s.src, append(options, zstd.IgnoreChecksum(true))...); err != nil {
			return nil, nil, fmt.Errorf("decompressing: %w", err)
		}
		return s, s.zstd.Close, nil
	}
	decoder, ok := a.zstds.Get().(*zstd.Decoder)
	if !ok {
		if decoder, err = zstd.NewReader(nil, options...); err != nil {
			return nil, nil, fmt.Errorf("decompressing: %w", err)
		}
	}
	if err := decoder.Reset(s.src); err != nil {
		return nil, nil, fmt.Errorf("decompressing: %w", err)
	}
	s.zstd = decoder
	return s, func() { a.zstds.Put(decoder) }, nil
}

// fill is io.ReadFull, but for the error at the end: it stays the decompressor's own, and the first read of gzip is
// that of the header.
func (s *stream) fill(block []byte) (n int, err error) {
	if s.gzip != nil && s.raw.read == 0 {
		err = s.member()
	}
	for n < len(block) && err == nil {
		var m int
		if s.gzip == nil {
			m, err = s.zstd.Read(block[n:])
		} else {
			m, err = s.readMembers(block[n:])
		}
		n += m
	}
	return n, err
}

// readMembers reads one member after the other, also behind one whose checksum is wrong.
func (s *stream) readMembers(p []byte) (int, error) {
	n, err := s.gzip.Read(p)
	switch {
	case errors.Is(err, gzip.ErrChecksum):
		s.note(err)
	case !errors.Is(err, io.EOF):
		return n, err
	}
	if padded, err := s.padding(); padded || err != nil {
		return n, cmp.Or(err, io.EOF)
	}
	if next, _ := s.src.Peek(len(gzipMagic)); !bytes.HasPrefix(gzipMagic, next) {
		s.note(errTrailing)
		return n, io.EOF
	}
	return n, s.member()
}

var errTrailing = errors.New("gzip: what follows is no gzip")

// note keeps the first flaw that reading goes on behind.
func (s *stream) note(err error) {
	if s.flaw == (flaw{}) {
		s.flaw = s.damage(err)
		s.flaw.cut = false
	}
}

// member opens the next member of a gzip file.
func (s *stream) member() error {
	if err := s.gzip.Reset(s.src); err != nil {
		if errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF
		}
		return err
	}
	s.gzip.Multistream(false)
	return nil
}

// padding says whether nothing but zero bytes follows a member: tapes pad files, and gzip takes no notice of that.
func (s *stream) padding() (bool, error) {
	for {
		c, err := s.src.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return true, nil
		case err != nil:
			return false, err
		case c != 0:
			return false, s.src.UnreadByte()
		}
	}
}

// end takes the error that reading ended with apart: what is wrong with the data, or with reading it.
func (s *stream) end(err error) (flaw, error) {
	if s.raw.err != nil {
		return flaw{}, fmt.Errorf("decompressing: %w", s.raw.err)
	}
	f := s.damage(err)
	_, more := s.src.Peek(1)
	switch {
	case errors.Is(err, io.EOF):
		return s.flaw, nil
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded), errors.Is(err, zstd.ErrUnknownDictionary):
		f.reason = ReasonFormat
	case s.flaw != flaw{}: // what is wrong already will not heal by itself
		f.detail = s.flaw.detail
	case errors.Is(err, io.ErrUnexpectedEOF) && errors.Is(more, io.EOF):
		f.reason = ReasonTruncated
	}
	return f, nil
}

func (s *stream) damage(err error) flaw {
	at := s.raw.read - int64(s.src.Buffered())
	return flaw{ReasonDamaged, fmt.Sprintf("near byte %d of %d as compressed: %s", at, s.size, err), true}
}
