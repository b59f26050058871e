package reports

import (
	"archive/zip"
	"bytes"
	"cmp"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"regexp"
	"slices"

	"github.com/klauspost/compress/flate"
)

const contentTypes = "[Content_Types].xml"

// sortedZip writes the same parts as the same bytes: excelize takes parts and content types from maps, so that their
// order differs from run to run. It keeps every part compressed until Close, where it writes them in order of their names.
type sortedZip struct {
	w     io.Writer
	parts []*part
}

// part is one file of the archive. The content types stay plain, as they are rewritten.
type part struct {
	name   string
	packed bytes.Buffer
	flate  *flate.Writer // nil for the content types
	crc    uint32
	size   uint64
}

func newSortedZip(w io.Writer) *sortedZip { return &sortedZip{w: w} }

// Create begins a part; its content may be written until Close.
func (z *sortedZip) Create(name string) (io.Writer, error) {
	p := &part{name: name}
	if name != contentTypes {
		var err error
		if p.flate, err = flate.NewWriter(&p.packed, flate.DefaultCompression); err != nil {
			return nil, fmt.Errorf("packing %s: %w", name, err)
		}
	}
	z.parts = append(z.parts, p)
	return p, nil
}

// Write adds to the part.
func (p *part) Write(b []byte) (int, error) {
	if p.flate == nil {
		return p.packed.Write(b)
	}
	p.crc = crc32.Update(p.crc, crc32.IEEETable, b)
	p.size += uint64(len(b))
	return p.flate.Write(b)
}

// AddFS is what excelize's interface asks for; no workbook is made of a file system.
func (z *sortedZip) AddFS(fs.FS) error { return fmt.Errorf("adding a file system: %w", fs.ErrInvalid) }

// Close writes the archive: the content types first, as readers expect, then the parts by name.
func (z *sortedZip) Close() error {
	slices.SortFunc(z.parts, func(a, b *part) int {
		if first := (a.name == contentTypes); first != (b.name == contentTypes) {
			if first {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.name, b.name)
	})
	out := zip.NewWriter(z.w)
	for _, p := range z.parts {
		if err := p.copyTo(out); err != nil {
			return fmt.Errorf("packing %s: %w", p.name, err)
		}
	}
	return out.Close()
}

func (p *part) copyTo(out *zip.Writer) error {
	if p.flate == nil {
		w, err := out.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		_, err = w.Write(sortDefaults(p.packed.Bytes()))
		return err
	}
	if err := p.flate.Close(); err != nil {
		return err
	}
	w, err := out.CreateRaw(&zip.FileHeader{
		Name: p.name, Method: zip.Deflate, CRC32: p.crc,
		CompressedSize64: uint64(p.packed.Len()), UncompressedSize64: p.size,
	})
	if err != nil {
		return err
	}
	_, err = p.packed.WriteTo(w)
	return err
}

var (
	defaults  = regexp.MustCompile(`<Default [^>]*?(/>|></Default>)`)
	overrides = regexp.MustCompile(`<Override [^>]*?(/>|></Override>)`)
)

// sortDefaults puts the entries of the content types in order.
func sortDefaults(text []byte) []byte {
	for _, entry := range []*regexp.Regexp{defaults, overrides} {
		found := entry.FindAll(text, -1)
		sorted := slices.Clone(found)
		slices.SortFunc(sorted, bytes.Compare)
		next := 0
		text = entry.ReplaceAllFunc(text, func([]byte) []byte { next++; return sorted[next-1] })
	}
	return text
}
