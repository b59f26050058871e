package pipeline

import (
	"fmt"
	"path/filepath"
)

// LedgerError says that a file of a lake's ledger, or a manifest, cannot be read as what it should be.
type LedgerError struct {
	Path string
	Try  string // the way out
	Err  error
}

// Error names the file.
func (e *LedgerError) Error() string {
	return fmt.Sprintf("reading %s %s: %v", e.what(), e.Path, e.Err)
}

func (e *LedgerError) what() string {
	if filepath.Base(filepath.Dir(e.Path)) == "_runs" {
		return "manifest"
	}
	return "ledger"
}

// Unwrap returns the cause.
func (e *LedgerError) Unwrap() error { return e.Err }

// readAgain is the way out where the file says what was read: nothing is lost with it that the raw records do not say.
func readAgain(source string) string {
	return "put that file back from a backup; or delete it, then: callmart load --rebuild --source " + source + ", which reads all files again"
}

func brokenManifest(path string, err error) error {
	return &LedgerError{path, "put that file back from a backup; or delete it, and nothing is told of that run any more", err}
}
