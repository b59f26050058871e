package reports

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"

	"callmart/sql"
)

// run executes a query of package sql and returns at most limit rows of it (0: all), under the table's name.
func run(ctx context.Context, q Querier, query, table string, limit int) (*Table, error) {
	text, err := sql.Read(query)
	if err != nil {
		return nil, err
	}
	t, err := selectRows(ctx, q, text, limit)
	if err != nil {
		return nil, fmt.Errorf("running query %s: %w", query, err)
	}
	t.Name = table
	return t, nil
}

// selectRows reads a result into a table, with the columns described as the reports know them.
func selectRows(ctx context.Context, q Querier, text string, limit int) (_ *Table, err error) {
	rows, err := q.Query(ctx, text)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	t := &Table{Columns: describe(names...)}
	for rows.Next() {
		t.Total++
		if limit > 0 && len(t.Rows) == limit {
			continue
		}
		row, err := scan(rows, len(names))
		if err != nil {
			return nil, err
		}
		t.Rows = append(t.Rows, row)
	}
	return t, rows.Err()
}

func scan(rows *stdsql.Rows, n int) ([]Value, error) {
	row := make([]Value, n)
	into := make([]any, n)
	for i := range row {
		into[i] = &row[i]
	}
	if err := rows.Scan(into...); err != nil {
		return nil, err
	}
	for i, v := range row {
		value, err := plain(v)
		if err != nil {
			return nil, err
		}
		row[i] = value
	}
	return row, nil
}
