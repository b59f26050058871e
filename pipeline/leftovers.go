package pipeline

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// partial begins the names of files that are being written.
const partial = ".callmart-"

// leftoverAge is how old such a file must be: a younger one may be that of a report that is being made elsewhere.
const leftoverAge = time.Hour

// removeLeftovers removes from a folder what writeFile left there when its process was killed.
func removeLeftovers(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("looking for leftovers: %w", err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !strings.HasPrefix(e.Name(), partial) || time.Since(info.ModTime()) < leftoverAge {
			continue // gone by now, or none, or somebody's
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing a leftover: %w", err)
		}
	}
	return nil
}
