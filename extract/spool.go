package extract

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

type compression uint8

const (
	uncompressed compression = iota
	gzipped
	zstandard
)

const (
	spoolBlock = 64 << 10  // bytes written at once; content that needs no second block stays in memory
	roomEvery  = 64 << 20  // the disk is asked for room for this many bytes at a time
	expansion  = 8         // what compressed JSON is expected to grow to
	maxWindow  = 128 << 20 // of zstd: what `zstd --long` makes
)

// compressionOf tells the compression from the first bytes of a file.
func compressionOf(head []byte) compression {
	switch {
	case len(head) >= 2 && head[0] == 0x1f && head[1] == 0x8b:
		return gzipped
	case len(head) >= 4 && head[1] == 0xb5 && head[2] == 0x2f && head[3] == 0xfd && head[0] == 0x28:
		return zstandard
	case len(head) >= 4 && head[1] == 0x2a && head[2] == 0x4d && head[3] == 0x18 && head[0]&0xf0 == 0x50:
		return zstandard // begins with a skippable frame
	}
	return uncompressed
}

// spooled is decompressed content. A file has no name: the system frees it when it is closed, or when we die.
type spooled struct {
	content content
	size    int64
	cut     bool
}

// small is content that is not worth a file.
type small struct{ *bytes.Reader }

func (small) Close() error { return nil }

// spool decompresses an input, into the spool folder unless it is small. Data that ends too early is kept as far
// as it goes (as with a plain file that is being written); data that is damaged is an error, since none of it
// can be trusted.
func (a *Archive) spool(ctx context.Context, kind compression, src io.Reader, in Input) (spooled, error) {
	r, release, err := a.decompressor(kind, bufio.NewReaderSize(src, int(min(in.Size, spoolBlock))))
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return spooled{}, err
	}
	if err != nil {
		return spooled{content: small{bytes.NewReader(nil)}, cut: true}, nil
	}
	defer release()
	block := make([]byte, min(spoolBlock, max(expansion*in.Size, 512)))
	n, err := fillBlock(r, block)
	if err == nil {
		return a.spoolFile(ctx, r, block, in)
	}
	cut := errors.Is(err, io.ErrUnexpectedEOF)
	if !cut && !errors.Is(err, io.EOF) {
		return spooled{}, fmt.Errorf("decompressing: %w", err)
	}
	return spooled{content: small{bytes.NewReader(block[:n])}, size: int64(n), cut: cut}, nil
}

// spoolFile writes the first block and what follows it to a file.
func (a *Archive) spoolFile(ctx context.Context, r io.Reader, block []byte, in Input) (spooled, error) {
	if a.Spool == "" {
		return spooled{}, errors.New("decompressing: no spool folder is set")
	}
	if err := os.MkdirAll(a.Spool, 0o755); err != nil {
		return spooled{}, fmt.Errorf("making spool folder: %w", err)
	}
	if err := a.room(expansion * in.Size); err != nil {
		return spooled{}, err
	}
	file, err := os.CreateTemp(a.Spool, "spool-*")
	if err != nil {
		return spooled{}, fmt.Errorf("making spool file: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		return spooled{}, fmt.Errorf("making spool file: %w", errors.Join(err, file.Close()))
	}
	size, err := a.decompress(ctx, r, file, block, in)
	cut := errors.Is(err, io.ErrUnexpectedEOF)
	if err != nil && !cut {
		return spooled{}, errors.Join(err, file.Close())
	}
	return spooled{content: file, size: size, cut: cut}, nil
}

// decompress copies, beginning with a full block, until the data ends. io.ErrUnexpectedEOF: it ends too early;
// size says how far it went.
func (a *Archive) decompress(ctx context.Context, r io.Reader, dst io.Writer, block []byte, in Input) (size int64, err error) {
	limit := a.Limits.output(in.Size)
	asked := int64(roomEvery)
	n, end := len(block), error(nil)
	for {
		if err := ctx.Err(); err != nil {
			return size, err
		}
		size += int64(n)
		if size > limit {
			return size, &LimitError{Path: in.Path, Limit: limit}
		}
		if size > asked {
			if err := a.room(roomEvery); err != nil {
				return size, err
			}
			asked += roomEvery
		}
		if _, err := dst.Write(block[:n]); err != nil {
			return size, fmt.Errorf("writing decompressed copy: %w", err)
		}
		if errors.Is(end, io.EOF) {
			return size, nil
		}
		if end != nil {
			return size, fmt.Errorf("decompressing: %w", end)
		}
		n, end = fillBlock(r, block)
	}
}

// fillBlock is io.ReadFull, but for the error at the end: it must stay the decompressor's own.
func fillBlock(r io.Reader, block []byte) (n int, err error) {
	for n < len(block) && err == nil {
		var m int
		m, err = r.Read(block[n:])
		n += m
	}
	return n, err
}

// decompressor takes a decompressor from the pool; release puts it back. A stream cut in its very header is
// io.ErrUnexpectedEOF too.
func (a *Archive) decompressor(kind compression, src io.Reader) (r io.Reader, release func(), err error) {
	if kind == gzipped {
		reader, ok := a.gzips.Get().(*gzip.Reader)
		if !ok {
			reader = new(gzip.Reader)
		}
		if err := reader.Reset(src); errors.Is(err, io.EOF) {
			return nil, nil, io.ErrUnexpectedEOF
		} else if err != nil {
			return nil, nil, fmt.Errorf("decompressing: %w", err)
		}
		return reader, func() { a.gzips.Put(reader) }, nil
	}
	decoder, ok := a.zstds.Get().(*zstd.Decoder)
	if !ok {
		decoder, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, nil, fmt.Errorf("decompressing: %w", err)
		}
	}
	if err := decoder.Reset(src); err != nil {
		return nil, nil, fmt.Errorf("decompressing: %w", err)
	}
	return decoder, func() { a.zstds.Put(decoder) }, nil
}

// room fails unless the disk of the spool folder has room for so many bytes more.
func (a *Archive) room(need int64) error {
	free := a.free
	if free == nil {
		free = freeBytes
	}
	left, err := free(a.Spool)
	if err != nil {
		return fmt.Errorf("asking for free disk: %w", err)
	}
	if left < need {
		return &RoomError{Folder: a.Spool, Need: need, Free: left}
	}
	return nil
}
