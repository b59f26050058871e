package extract

import (
	"errors"
	"fmt"
	"syscall"
)

// ErrChanged says that a file is no longer what it was when it was listed: replaced, rewritten or cut.
// A file that has only grown is no error: it is read up to its listed size.
var ErrChanged = errors.New("file changed since it was listed")

// LimitError is the end of an input that decompresses to more than it may.
type LimitError struct {
	Path  string
	Limit int64 // bytes of decompressed content
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("decompressed content is larger than %d bytes", e.Limit) // who opened it names the file
}

// RoomError says that the disk has no room for a decompressed copy.
type RoomError struct {
	Folder string
	Need   int64 // bytes
	Free   int64 // bytes
}

func (e *RoomError) Error() string {
	return fmt.Sprintf("%s: %d bytes needed for a decompressed copy, %d free", e.Folder, e.Need, e.Free)
}

// Unwrap gives what the disk would have said.
func (e *RoomError) Unwrap() error { return syscall.ENOSPC }

// Problem is a file or folder that could not be looked at. The others are listed all the same.
type Problem struct {
	Path string
	Err  error
}

func (p Problem) Error() string { return p.Path + ": " + p.Err.Error() }

// Unwrap gives the cause.
func (p Problem) Unwrap() error { return p.Err }
