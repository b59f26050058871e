package load

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sync/errgroup"
)

// syncsAtOnce is how many files and folders are brought to the disk at once: a journal takes many in one go.
const syncsAtOnce = 64

// syncAll brings files and folders to the disk.
func syncAll(paths []string) error {
	var group errgroup.Group
	group.SetLimit(syncsAtOnce)
	for _, path := range paths {
		group.Go(func() error { return syncPath(path) })
	}
	return group.Wait()
}

// syncPath brings a file's content, or a folder's entries, to the disk.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("syncing: %w", err)
	}
	return errors.Join(f.Sync(), f.Close())
}
