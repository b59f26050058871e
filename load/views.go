package load

import (
	"context"
	"fmt"
	"strings"

	"callmart/transform/schema"
)

// viewOf is a SELECT of a table's rows in files, as queries see them.
func viewOf(t *schema.Table, paths []string) string {
	if len(paths) == 0 {
		return "SELECT " + emptyColumns(t) + `, CAST(NULL AS VARCHAR) AS source, CAST(NULL AS DATE) AS "date" WHERE false`
	}
	return "SELECT " + columns(t, viewColumn) + `, source, "date" FROM read_parquet(` + pathList(paths) +
		`, hive_partitioning = true, hive_types = {'source': VARCHAR, 'date': DATE})`
}

// viewType is the DuckDB type of a column in a view.
func viewType(t schema.Type) string {
	if t == schema.Instant {
		return "TIMESTAMP"
	}
	return duckType(t)
}

// viewColumn reads a stored column. DuckDB as it is built in here has no functions on TIMESTAMPTZ but epoch_us.
func viewColumn(f schema.Field) string {
	if f.Type == schema.Instant {
		return "make_timestamp(epoch_us(" + identifier(f.Name) + "))"
	}
	return identifier(f.Name)
}

// View names a SELECT. A view or relation of that name is replaced.
func (s *Session) View(ctx context.Context, name, selectSQL string) error {
	query := "CREATE OR REPLACE TEMP VIEW " + identifier(name) + " AS\n" + strings.TrimRight(selectSQL, "; \t\r\n")
	if _, err := s.conn.ExecContext(ctx, query); err != nil {
		return fmt.Errorf("making view %s: %w", name, s.blame(ctx, err))
	}
	return nil
}

// Table keeps the rows of a SELECT, in its order, for queries that would else compute it again and again. A table of
// that name is replaced.
func (s *Session) Table(ctx context.Context, name, selectSQL string) error {
	query := "CREATE OR REPLACE TEMP TABLE " + identifier(name) + " AS\n" + strings.TrimRight(selectSQL, "; \t\r\n")
	if _, err := s.conn.ExecContext(ctx, query); err != nil {
		return fmt.Errorf("making table %s: %w", name, s.blame(ctx, err))
	}
	return nil
}

// rowsPerInsert bounds the length of one statement.
const rowsPerInsert = 256

// Relation makes a small table: columns are "name TYPE", values nil, string, bool, int, int64, float64 or
// time.Time. A relation of that name is replaced.
func (s *Session) Relation(ctx context.Context, name string, columns []string, rows [][]any) error {
	if _, err := s.conn.ExecContext(ctx, "CREATE OR REPLACE TEMP TABLE "+identifier(name)+" ("+strings.Join(columns, ", ")+")"); err != nil {
		return fmt.Errorf("making table %s: %w", name, err)
	}
	for len(rows) > 0 {
		n := min(len(rows), rowsPerInsert)
		if err := s.insert(ctx, name, len(columns), rows[:n]); err != nil {
			return fmt.Errorf("filling table %s: %w", name, err)
		}
		rows = rows[n:]
	}
	return nil
}

func (s *Session) insert(ctx context.Context, name string, columns int, rows [][]any) error {
	row := "(" + strings.Repeat("?, ", columns-1) + "?)"
	args := make([]any, 0, len(rows)*columns)
	for i, r := range rows {
		if len(r) != columns {
			return fmt.Errorf("row %d has %d values for %d columns", i, len(r), columns)
		}
		args = append(args, r...)
	}
	_, err := s.conn.ExecContext(ctx, "INSERT INTO "+identifier(name)+" VALUES "+strings.Repeat(row+", ", len(rows)-1)+row, args...)
	return err
}
