package load

import (
	"context"
	"errors"

	"github.com/marcboeker/go-duckdb"
)

// blame finds the file behind an error of DuckDB, which often names none: a *BrokenError if one of the session's files
// cannot be read to its end, else the error itself.
func (s *Session) blame(ctx context.Context, err error) error {
	var d *duckdb.Error
	if !errors.As(err, &d) {
		return err
	}
	switch d.Type {
	case duckdb.ErrorTypeParser, duckdb.ErrorTypeSyntax, duckdb.ErrorTypeBinder, duckdb.ErrorTypeCatalog, duckdb.ErrorTypeConversion,
		duckdb.ErrorTypeInterrupt, duckdb.ErrorTypeOutOfMemory:
		return err // of the query, not of what it reads
	}
	for _, path := range s.files {
		// The hash of a row takes every column, to its last value.
		if _, broken := s.conn.ExecContext(ctx, "SELECT bit_xor(hash(t)) FROM read_parquet("+pathList([]string{path})+") t"); broken != nil {
			if ctx.Err() != nil {
				return err
			}
			return &BrokenError{path, broken}
		}
	}
	return err
}
