package load

import (
	"os"

	"golang.org/x/sys/unix"
)

// beginSync has the system begin to bring a file to the disk. Commit, which waits for all of them, then has less to wait for.
func beginSync(f *os.File) {
	_ = unix.SyncFileRange(int(f.Fd()), 0, 0, unix.SYNC_FILE_RANGE_WRITE) // Commit syncs every file, and sees what fails
}
