package extract

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/klauspost/compress/s2"
)

const (
	packedBlock  = 8 << 10 // bytes of content compressed together: as much is decompressed for one record
	blocksAtOnce = 128     // that are read from the disk
	blocksApart  = 64      // from one that is known where it begins to the next
)

// Packed is content that a run puts aside on the disk: decompressed copies of inputs, and small files. It lies in its file
// compressed by S2, in blocks: that takes less time than it saves in writing and reading, and a quarter of the disk. The file
// has no name: the system frees it when it is closed, or when we die. It is written once, by one goroutine; then it may be
// read by several.
type Packed struct {
	file    *os.File
	size    int64      // of the content
	starts  []int64    // of some blocks, in the file
	sizes   []uint16   // of all blocks, there
	readers *sync.Pool // of *packedReader

	// While it is written.
	out     *bufio.Writer
	rest    []byte // less than a block of content
	block   []byte // compressed
	written int64  // bytes on the disk
}

// Pack makes an empty file in the spool folder, which is made if there is none.
func (a *Archive) Pack() (*Packed, error) {
	if a.Spool == "" {
		return nil, errors.New("no spool folder is set")
	}
	if err := os.MkdirAll(a.Spool, 0o755); err != nil {
		return nil, fmt.Errorf("making spool folder: %w", err)
	}
	file, err := os.CreateTemp(a.Spool, "spool-*")
	if err != nil {
		return nil, fmt.Errorf("making spool file: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, fmt.Errorf("making spool file: %w", errors.Join(err, file.Close()))
	}
	return &Packed{
		file: file, readers: &a.packs,
		out: bufio.NewWriterSize(file, spoolBlock), block: make([]byte, s2.MaxEncodedLen(packedBlock)),
	}, nil
}

// Add appends content.
func (p *Packed) Add(content []byte) error {
	p.size += int64(len(content))
	if len(p.rest) > 0 {
		n := min(len(content), packedBlock-len(p.rest))
		p.rest, content = append(p.rest, content[:n]...), content[n:]
		if len(p.rest) < packedBlock {
			return nil
		}
		if err := p.write(p.rest); err != nil {
			return err
		}
		p.rest = p.rest[:0]
	}
	for ; len(content) >= packedBlock; content = content[packedBlock:] {
		if err := p.write(content[:packedBlock]); err != nil {
			return err
		}
	}
	p.rest = append(p.rest, content...)
	return nil
}

// write writes a block.
func (p *Packed) write(content []byte) error {
	block := s2.Encode(p.block, content)
	if _, err := p.out.Write(block); err != nil {
		return fmt.Errorf("writing spool file: %w", err)
	}
	if len(p.sizes)%blocksApart == 0 {
		p.starts = append(p.starts, p.written)
	}
	p.sizes = append(p.sizes, uint16(len(block))) // S2 makes the worst block some 1,400 bytes larger
	p.written += int64(len(block))
	return nil
}

// Done ends the writing: from now on it is read.
func (p *Packed) Done() error {
	if len(p.rest) > 0 {
		if err := p.write(p.rest); err != nil {
			return err
		}
	}
	if err := p.out.Flush(); err != nil {
		return fmt.Errorf("writing spool file: %w", err)
	}
	p.out, p.rest, p.block = nil, nil, nil
	return nil
}

// Size is the size of the content in bytes.
func (p *Packed) Size() int64 { return p.size }

// Stored is how many bytes it takes on the disk.
func (p *Packed) Stored() int64 { return p.written }

// start is where a block begins in the file.
func (p *Packed) start(block int) int64 {
	known := block / blocksApart
	at := p.starts[known]
	for _, size := range p.sizes[known*blocksApart : block] {
		at += int64(size)
	}
	return at
}

// ReadAt is that of io.ReaderAt.
func (p *Packed) ReadAt(buf []byte, offset int64) (n int, err error) {
	r, ok := p.readers.Get().(*packedReader)
	if !ok {
		r = &packedReader{plain: make([]byte, packedBlock)}
	}
	defer p.readers.Put(r)
	for n < len(buf) {
		if offset >= p.size {
			return n, io.EOF
		}
		m, err := r.read(p, buf[n:], offset)
		n, offset = n+m, offset+int64(m)
		if err != nil {
			return n, fmt.Errorf("reading spool file: %w", err)
		}
	}
	return n, nil
}

// Close frees the file.
func (p *Packed) Close() error { return p.file.Close() }

// packedReader is what reading takes in memory.
type packedReader struct {
	blocks []byte // as they lie in the file
	plain  []byte // a block of which only a part is wanted
}

// read reads the beginning of what is wanted.
func (r *packedReader) read(p *Packed, buf []byte, offset int64) (n int, err error) {
	first := int(offset / packedBlock)
	// The last block that is wanted, that is read at once, and that there is.
	last := min(int((offset+int64(len(buf))-1)/packedBlock), first+blocksAtOnce-1, len(p.sizes)-1)
	total := 0
	for _, size := range p.sizes[first : last+1] {
		total += int(size)
	}
	if cap(r.blocks) < total {
		r.blocks = make([]byte, total)
	}
	blocks := r.blocks[:total]
	if _, err := p.file.ReadAt(blocks, p.start(first)); err != nil {
		return 0, err
	}
	for i := first; i <= last; i++ {
		block := blocks[:p.sizes[i]]
		blocks = blocks[len(block):]
		// Only a bad disk makes it another length; what is read must not be what the buffer held before.
		size := int(min(packedBlock, p.size-int64(i)*packedBlock))
		if length, err := s2.DecodedLen(block); err != nil || length != size {
			return n, errors.Join(err, errDamagedBlock)
		}
		skip := int(offset-int64(i)*packedBlock) + n // behind the block's beginning
		if skip == 0 && len(buf)-n >= size {
			if _, err := s2.Decode(buf[n:n+size], block); err != nil {
				return n, err
			}
			n += size
			continue
		}
		plain, err := s2.Decode(r.plain, block)
		if err != nil {
			return n, err
		}
		n += copy(buf[n:], plain[skip:])
	}
	return n, nil
}

var errDamagedBlock = errors.New("a block is damaged")
