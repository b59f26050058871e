package pipeline

import "fmt"

// LedgerError says that a file of a lake's ledger cannot be read as what it should be.
type LedgerError struct {
	Path string
	Try  string // the way out
	Err  error
}

// Error names the file.
func (e *LedgerError) Error() string {
	return fmt.Sprintf("reading ledger %s: %v", e.Path, e.Err)
}

// Unwrap returns the cause.
func (e *LedgerError) Unwrap() error { return e.Err }

// readAgain is the way out where the file says what was read: nothing is lost with it that the raw records do not say.
func readAgain(source string) string {
	return "put that file back from a backup; or delete it, then: callmart load --rebuild --source " + source + ", which reads all files again"
}
