package reports_test

import (
	"context"
	stdsql "database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	_ "github.com/marcboeker/go-duckdb"
	"github.com/stretchr/testify/require"

	"callmart/reports"
	"callmart/transform/schema"
)

// lake is a session over an in-memory database with the tables of the schema.
type lake struct{ db *stdsql.DB }

var _ reports.Querier = (*lake)(nil)

var duckTypes = map[schema.Type]string{
	schema.Text: "VARCHAR", schema.Instant: "TIMESTAMP", schema.Local: "TIMESTAMP", schema.Seconds: "DOUBLE",
	schema.Number: "DOUBLE", schema.Int: "BIGINT", schema.Bool: "BOOLEAN", schema.Texts: "VARCHAR[]", schema.JSON: "VARCHAR",
}

func newLake(t testing.TB) *lake {
	t.Helper()
	db, err := stdsql.Open("duckdb", "?threads=1")
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	l := &lake{db}
	for _, table := range schema.Tables()[:schema.NumRead] {
		columns := []string{"source VARCHAR", `"date" DATE`}
		for _, field := range table.Fields {
			columns = append(columns, fmt.Sprintf("%q %s", field.Name, duckTypes[field.Type]))
		}
		l.exec(t, fmt.Sprintf("CREATE TABLE %s (%s)", table.Name, strings.Join(columns, ", ")))
	}
	return l
}

func (l *lake) exec(t testing.TB, text string, args ...any) {
	t.Helper()
	_, err := l.db.ExecContext(t.Context(), text, args...)
	require.NoError(t, err, text)
}

// insert adds rows whose values are texts ("" is NULL), cast to the columns' types.
func (l *lake) insert(t testing.TB, table string, columns []string, rows [][]string) {
	t.Helper()
	for _, row := range rows {
		require.Len(t, row, len(columns), "row of %s: %v", table, row)
		args := make([]any, len(row))
		for i, v := range row {
			if v != "" {
				args[i] = v
			}
		}
		l.exec(t, fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(columns, ", "),
			strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")), args...)
	}
}

func (l *lake) Relation(ctx context.Context, name string, columns []string, rows [][]any) error {
	if _, err := l.db.ExecContext(ctx, fmt.Sprintf("CREATE OR REPLACE TABLE %s (%s)", name, strings.Join(columns, ", "))); err != nil {
		return err
	}
	holes := strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")
	for _, row := range rows {
		if _, err := l.db.ExecContext(ctx, fmt.Sprintf("INSERT INTO %s VALUES (%s)", name, holes), row...); err != nil {
			return err
		}
	}
	return nil
}

func (l *lake) Table(ctx context.Context, name, selectSQL string) error {
	_, err := l.db.ExecContext(ctx, fmt.Sprintf("CREATE OR REPLACE TABLE %s AS %s", name, selectSQL))
	return err
}

func (l *lake) View(ctx context.Context, name, selectSQL string) error {
	_, err := l.db.ExecContext(ctx, fmt.Sprintf("CREATE OR REPLACE VIEW %s AS %s", name, selectSQL))
	return err
}

func (l *lake) Query(ctx context.Context, selectSQL string, args ...any) (*stdsql.Rows, error) {
	return l.db.QueryContext(ctx, selectSQL, args...)
}

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}
	}
	return t
}

// oneDay are the default settings over one day.
func oneDay(date string) *reports.Settings {
	s := reports.DefaultSettings()
	s.From, s.To = day(date), day(date)
	return &s
}

func bound(t testing.TB, l *lake, s *reports.Settings) *reports.Bound {
	t.Helper()
	b, err := reports.Bind(t.Context(), l, s)
	require.NoError(t, err)
	return b
}
