package extract

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
)

// Mark tells whether a file that has grown still begins as it did: a hash of the beginning and of the end of what was
// read of it. Zero is the mark of a file that cannot be read on: it was compressed, its records lie in an array,
// whose end moves, or it ended in a line without line break.
type Mark [16]byte

const markBytes = 32 << 10 // at either end

// MarkAt returns the mark of the first bytes up to an offset.
func (f *File) MarkAt(offset int64) (m Mark, err error) {
	if f.spooled {
		return m, nil
	}
	head := make([]byte, min(offset, markBytes))
	if _, err := f.ReadSpan(0, head); err != nil && !errors.Is(err, io.EOF) {
		return m, err
	}
	if text := bytes.TrimLeft(bytes.TrimPrefix(head, byteOrderMark), " \t\r\n"); len(text) == 0 || text[0] == '[' {
		return m, nil
	}
	h := sha256.New()
	h.Write(head)
	last := make([]byte, 1)
	if _, err := f.ReadSpan(max(offset-1, 0), last); err != nil {
		return m, err
	}
	if !isSpace(last[0]) && last[0] != '}' { // a line that may go on
		return m, nil
	}
	if rest := min(offset-int64(len(head)), markBytes); rest > 0 {
		tail := make([]byte, rest)
		if _, err := f.ReadSpan(offset-rest, tail); err != nil && !errors.Is(err, io.EOF) {
			return m, err
		}
		h.Write(tail)
	}
	copy(m[:], h.Sum(nil))
	return m, nil
}
