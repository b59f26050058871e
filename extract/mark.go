package extract

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
)

// Mark is a hash of the beginning and of the end of what was read of a file, as it is when it is decompressed. It tells
// whether a file that has grown still begins as it did.
type Mark [16]byte

const markBytes = 32 << 10 // at either end

// MarkAt returns the mark of the first bytes up to an offset, and whether the file could be read on from there once it
// has grown: not if it is compressed, its records lie in an array, whose end moves, or it ended in a line that may go on.
func (f *File) MarkAt(offset int64) (m Mark, goesOn bool, err error) {
	head, err := f.markedSpan(0, min(offset, markBytes))
	if err != nil {
		return m, false, err
	}
	from := max(int64(len(head)), offset-markBytes)
	tail, err := f.markedSpan(from, offset-from)
	if err != nil {
		return m, false, err
	}
	h := sha256.New()
	h.Write(head)
	h.Write(tail)
	copy(m[:], h.Sum(nil))
	first, last := bytes.TrimLeft(bytes.TrimPrefix(head, byteOrderMark), " \t\r\n"), append(head[max(0, len(head)-1):], tail...)
	if f.spooled || len(first) == 0 || first[0] == '[' {
		return m, false, nil
	}
	end := last[len(last)-1]
	return m, isSpace(end) || end == '}', nil
}

func (f *File) markedSpan(offset, length int64) ([]byte, error) {
	if length <= 0 {
		return nil, nil
	}
	if w := f.Whole(); int64(len(w)) >= offset+length {
		return w[offset : offset+length : offset+length], nil
	}
	span := make([]byte, length)
	if _, err := f.ReadSpan(offset, span); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return span, nil
}
