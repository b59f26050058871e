// Package extract gets raw records: from archived files here, from the vendors' APIs beside it.
//
// The archive reader finds files and cuts their content into outermost JSON values. It never looks into a
// value: envelopes, pages and the validity of JSON are the transformers' business.
package extract

import (
	"sync"
	"time"

	"callmart/extract/raw"
)

// Glob names files of one archive, and what the records in them are.
type Glob struct {
	Pattern string // absolute; `**` stands for any number of folders
	Event   string // the event of the records, if the path tells it
	Origin  raw.Origin
}

// Limits keep one broken or hostile file from taking the machine. Zero values mean the defaults.
type Limits struct {
	RecordBytes int64 // largest record; default 16 MiB
	Ratio       int   // largest decompressed size as a multiple of the compressed one; default 200
}

const (
	defaultRecordBytes = 16 << 20
	defaultRatio       = 200
	ratioFloor         = 64 << 20 // output below this is harmless, whatever its ratio
)

func (l Limits) recordBytes() int64 {
	if l.RecordBytes > 0 {
		return l.RecordBytes
	}
	return defaultRecordBytes
}

// output is the largest decompressed size, in bytes, of an input of the given size.
func (l Limits) output(compressed int64) int64 {
	ratio := int64(l.Ratio)
	if ratio <= 0 {
		ratio = defaultRatio
	}
	return max(ratioFloor, ratio*compressed)
}

// Archive reads the archived files of one source. Its methods may be called from several goroutines.
type Archive struct {
	Globs  []Glob
	Limits Limits
	Spool  string // folder for what a run puts aside; made when it is first needed

	free     func(folder string) (int64, error) // bytes left on the disk; nil: ask the system
	scanners sync.Pool                          // of *scanner: one large buffer per worker, not per file
	gzips    sync.Pool                          // of *gzip.Reader
	zstds    sync.Pool                          // of *zstd.Decoder
	wholes   sync.Pool                          // of *whole
	packs    sync.Pool                          // of *packedReader
}

// Input is one file of the archive as it was when it was listed.
type Input struct {
	Number  int32 // its place in the list
	Path    string
	Size    int64 // bytes on disk
	ModTime time.Time
	Inode   uint64
	Event   string
	Origin  raw.Origin
}
