package pipeline

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// ledger is what a source remembers from run to run that no record says. It is committed with the run.
type ledger struct {
	NotFound map[string]time.Time `json:"not_found,omitempty"` // when the API did not know an id
}

func (s *sourceRun) ledgerPath() string { return "_ledger/" + s.config.Name + ".json" }

func (s *sourceRun) readLedger() (*ledger, error) {
	l := &ledger{NotFound: map[string]time.Time{}}
	path := filepath.Join(s.runner.config.Lake, filepath.FromSlash(s.ledgerPath()))
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading ledger: %w", err)
	}
	if err := json.Unmarshal(text, l); err != nil {
		return nil, fmt.Errorf("reading ledger %s: %w", path, err)
	}
	if l.NotFound == nil {
		l.NotFound = map[string]time.Time{}
	}
	return l, nil
}

func (s *sourceRun) stageLedger(l *ledger) error {
	text, err := json.MarshalIndent(l, "", " ")
	if err != nil {
		return fmt.Errorf("writing ledger: %w", err)
	}
	return s.staging.AddBytes(s.ledgerPath(), append(text, '\n'))
}
