package extract

import (
	"errors"
	"io"
	"io/fs"
	"time"

	"golang.org/x/sys/unix"
)

// handle is a file that is read by offsets. An os.File asks the poller, sets flags and back, and has a finalizer: of a
// million files of one event each that is a third of the time.
type handle struct {
	fd   int
	path string
}

func openHandle(path string) (*handle, error) {
	for {
		fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return nil, &fs.PathError{Op: "open", Path: path, Err: err}
		}
		return &handle{fd, path}, nil
	}
}

// ReadAt fills b from an offset on, or says why it could not.
func (h *handle) ReadAt(b []byte, offset int64) (n int, err error) {
	for n < len(b) {
		got, err := unix.Pread(h.fd, b[n:], offset+int64(n))
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return n, &fs.PathError{Op: "read", Path: h.path, Err: err}
		case got == 0:
			return n, io.EOF
		}
		n += got
	}
	return n, nil
}

// state is what the system says of an open file.
type state struct {
	regular bool
	size    int64
	modTime time.Time
	inode   uint64
}

func (h *handle) state() (state, error) {
	var s unix.Stat_t
	for {
		err := unix.Fstat(h.fd, &s)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return state{}, &fs.PathError{Op: "stat", Path: h.path, Err: err}
		}
		sec, nsec := s.Mtim.Unix()
		return state{s.Mode&unix.S_IFMT == unix.S_IFREG, s.Size, time.Unix(sec, nsec), s.Ino}, nil
	}
}

// Close frees the file. It must not be used any more.
func (h *handle) Close() error {
	if err := unix.Close(h.fd); err != nil {
		return &fs.PathError{Op: "close", Path: h.path, Err: err}
	}
	return nil
}
