package load

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"callmart/transform/schema"
)

// emptyKey tells apart the empty files of a run.
type emptyKey struct {
	table schema.ID
	meta  string
}

// writeEmpty writes a table's file without rows. Most files of most partitions are such files, so DuckDB makes
// each kind once per run and the others are copies of its bytes.
func (s *Staging) writeEmpty(ctx context.Context, e *Engine, t *schema.Table, meta, path string) error {
	data, err := s.empty(ctx, e, t, meta)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return fmt.Errorf("writing an empty file: %w", err)
	}
	return nil
}

func (s *Staging) empty(ctx context.Context, e *Engine, t *schema.Table, meta string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := emptyKey{t.ID, meta}
	if data, ok := s.empties[key]; ok {
		return data, nil
	}
	path := filepath.Join(s.Dir(), "empty.parquet")
	query := "SELECT " + emptyColumns(t, duckType) + " WHERE false"
	if _, err := e.db.ExecContext(ctx, copyStatement(query, path, meta)); err != nil {
		return nil, fmt.Errorf("making an empty file of %s: %w", t.Name, err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("making an empty file of %s: %w", t.Name, err)
	}
	s.empties[key] = data
	return data, nil
}
