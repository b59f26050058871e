package parquetfile_test

import (
	"bytes"
	"database/sql"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	_ "github.com/marcboeker/go-duckdb" // reads files with DuckDB
	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"
)

// requireRows compares cell by cell; doubles by their bits, so that NaN equals NaN and 0 is not -0.
func requireRows(t testing.TB, want, got [][]any, reader string) {
	t.Helper()
	require.Len(t, got, len(want), reader)
	for i := range want {
		require.Len(t, got[i], len(want[i]), "%s: row %d", reader, i)
		for k := range want[i] {
			if !same(want[i][k], got[i][k]) {
				require.Equal(t, want[i][k], got[i][k], "%s: row %d, column %d", reader, i, k)
				require.Fail(t, "other bits", "%s: row %d, column %d: %v, not %v", reader, i, k, got[i][k], want[i][k])
			}
		}
	}
}

func same(want, got any) bool {
	switch w := want.(type) {
	case float64:
		g, ok := got.(float64)
		return ok && math.Float64bits(w) == math.Float64bits(g)
	case []string:
		g, ok := got.([]string)
		return ok && slices.Equal(w, g)
	}
	_, list := got.([]string)
	return !list && want == got
}

func open(t testing.TB, file []byte) *parquet.File {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	return f
}

// readGo reads a file with parquet-go.
func readGo(t testing.TB, file []byte) (all [][]any) {
	t.Helper()
	f := open(t, file)
	columns := f.Root().Columns()
	for _, group := range f.RowGroups() {
		rows, buf := group.Rows(), make([]parquet.Row, 128)
		for {
			n, err := rows.ReadRows(buf)
			for _, r := range buf[:n] {
				row := make([]any, len(columns))
				r.Range(func(i int, values []parquet.Value) bool {
					row[i] = cellOf(columns[i], values)
					return true
				})
				all = append(all, row)
			}
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
		}
		require.NoError(t, rows.Close())
	}
	return all
}

// cellOf is what parquet-go's values of one row and column mean.
func cellOf(c *parquet.Column, values []parquet.Value) any {
	if !c.Leaf() {
		list := []string{}
		for _, v := range values {
			switch v.DefinitionLevel() {
			case 0:
				return nil
			case 3:
				list = append(list, string(v.ByteArray()))
			}
		}
		return list
	}
	v := values[0]
	switch {
	case v.IsNull():
		return nil
	case v.Kind() == parquet.ByteArray:
		return string(v.ByteArray())
	case v.Kind() == parquet.Double:
		return v.Double()
	case v.Kind() == parquet.Boolean:
		return v.Boolean()
	}
	return v.Int64()
}

// duck is a DuckDB in memory that keeps rows in order.
var duck = sync.OnceValues(func() (*sql.DB, error) { return sql.Open("duckdb", "?threads=1") })

// readDuck reads a file with DuckDB.
func readDuck(t testing.TB, file []byte) [][]any {
	t.Helper()
	return ask(t, file, "SELECT * FROM read_parquet(?)")
}

// ask asks DuckDB about a file, whose path is the query's ?.
func ask(t testing.TB, file []byte, query string) (all [][]any) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.parquet")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	db, err := duck()
	require.NoError(t, err)
	rows, err := db.Query(query, path)
	require.NoError(t, err)
	defer rows.Close()
	names, err := rows.Columns()
	require.NoError(t, err)
	for rows.Next() {
		row, targets := make([]any, len(names)), make([]any, len(names))
		for i := range row {
			targets[i] = &row[i]
		}
		require.NoError(t, rows.Scan(targets...))
		for i, v := range row {
			switch v := v.(type) {
			case time.Time:
				row[i] = v.UnixMicro()
			case []any:
				list := make([]string, len(v))
				for k, e := range v {
					list[k] = e.(string)
				}
				row[i] = list
			}
		}
		all = append(all, row)
	}
	require.NoError(t, rows.Err())
	return all
}
