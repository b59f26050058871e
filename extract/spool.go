package extract

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

const (
	spoolBlock = 64 << 10 // bytes decompressed, and written, at once; content that needs no second block stays in memory
	roomEvery  = 16 << 20 // the disk is asked for room for this many bytes at a time
	expansion  = 8        // what compressed JSON is expected to grow to
	repacked   = 3        // what its copy on the disk is expected to take, which is compressed by other means
)

// spooled is decompressed content.
type spooled struct {
	content   content
	size      int64
	flaw      flaw
	unchecked bool // a checksum of zstd was wrong
}

// spool decompresses an input, into the spool folder unless it is small. Data that is cut or damaged is kept as far as
// it goes: its flaw says so.
func (a *Archive) spool(ctx context.Context, kind compression, src io.ReaderAt, in Input) (spooled, error) {
	copied, err := a.unpack(ctx, kind, src, in)
	if err != nil || !copied.unchecked {
		return copied, err
	}
	// zstd keeps back the last block of a frame whose checksum is wrong, and all that follows.
	first := copied.flaw
	if err := copied.content.Close(); err != nil {
		return spooled{}, fmt.Errorf("closing decompressed copy: %w", err)
	}
	if copied, err = a.unpack(ctx, zstandardUnchecked, src, in); err == nil {
		first.cut = copied.flaw.cut
		copied.flaw = first
	}
	return copied, err
}

func (a *Archive) unpack(ctx context.Context, kind compression, src io.ReaderAt, in Input) (spooled, error) {
	r, release, err := a.stream(kind, io.NewSectionReader(src, 0, in.Size), in.Size)
	if err != nil {
		return spooled{}, err
	}
	defer release()
	block := make([]byte, min(spoolBlock, max(expansion*in.Size, 512)))
	n, end := r.fill(block)
	var copied spooled
	if end == nil {
		copied, end, err = a.spoolFile(ctx, r, block, in)
	} else {
		copied = spooled{content: newWhole(block[:n]), size: int64(n)}
	}
	if err != nil {
		return spooled{}, err
	}
	if copied.flaw, err = r.end(end); err != nil {
		return spooled{}, errors.Join(err, copied.content.Close())
	}
	copied.unchecked = errors.Is(end, zstd.ErrCRCMismatch)
	return copied, nil
}

// spoolFile writes the first block and what follows it to a file. end is how the data ended.
func (a *Archive) spoolFile(ctx context.Context, r *stream, block []byte, in Input) (copied spooled, end, err error) {
	dst, err := a.Pack()
	if err != nil {
		return spooled{}, nil, fmt.Errorf("decompressing: %w", err)
	}
	if err = a.room(repacked * in.Size); err == nil {
		if end, err = a.decompress(ctx, r, dst, block, in); err == nil {
			err = dst.Done()
		}
	}
	if err != nil {
		return spooled{}, nil, errors.Join(err, dst.Close())
	}
	return spooled{content: dst, size: dst.size}, end, nil
}

// decompress copies, beginning with a full block, until the data ends; end says how.
func (a *Archive) decompress(ctx context.Context, r *stream, dst *Packed, block []byte, in Input) (end, err error) {
	limit := a.Limits.output(in.Size)
	asked := int64(roomEvery)
	n := len(block)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if dst.size+int64(n) > limit {
			return nil, &LimitError{Path: in.Path, Limit: limit}
		}
		if dst.written > asked {
			if err := a.room(roomEvery); err != nil {
				return nil, err
			}
			asked += roomEvery
		}
		if err := dst.Add(block[:n]); err != nil {
			return nil, err
		}
		if end != nil {
			return end, nil
		}
		n, end = r.fill(block)
	}
}

// Free is what the disk of the spool folder has left, in bytes.
func (a *Archive) Free() (int64, error) {
	free := a.free
	if free == nil {
		free = freeBytes
	}
	left, err := free(a.Spool)
	if err != nil {
		return 0, fmt.Errorf("asking for free disk: %w", err)
	}
	return left, nil
}

// room fails unless the disk of the spool folder has room for so many bytes more.
func (a *Archive) room(need int64) error {
	left, err := a.Free()
	if err != nil {
		return err
	}
	if left < need {
		return &RoomError{Folder: a.Spool, Need: need, Free: left}
	}
	return nil
}
