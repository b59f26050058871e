package load_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"

	"callmart/load"
	"callmart/transform/schema"
)

// perPartition is how many files a partition has: those of the tables that are read, and the records.
const perPartition = int(schema.NumRead) + 1

// start is the time that test rows count from.
var start = time.Date(2026, 1, 13, 8, 0, 0, 0, time.UTC)

func arrowType(t schema.Type) arrow.DataType {
	switch t {
	case schema.Instant:
		return &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	case schema.Local:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case schema.Seconds, schema.Number:
		return arrow.PrimitiveTypes.Float64
	case schema.Int:
		return arrow.PrimitiveTypes.Int64
	case schema.Bool:
		return arrow.FixedWidthTypes.Boolean
	case schema.Texts:
		return arrow.ListOf(arrow.BinaryTypes.String)
	default:
		return arrow.BinaryTypes.String
	}
}

// null tells whether row has no value in column i. The first column is a key.
func null(row, i int) bool { return i > 0 && (row+i)%5 == 0 }

// text is the text of a row's column: now short, now long, now not ASCII.
func text(row, i int) string {
	switch (row + i) % 3 {
	case 0:
		return fmt.Sprintf("c%d", row)
	case 1:
		return strings.Repeat("lång ", row%7) + fmt.Sprint(row)
	default:
		return ""
	}
}

// batch builds rows [from, from+n) of a table.
func batch(mem memory.Allocator, t *schema.Table, from, n int) arrow.Record {
	fields := make([]arrow.Field, len(t.Fields))
	for i, f := range t.Fields {
		fields[i] = arrow.Field{Name: f.Name, Type: arrowType(f.Type), Nullable: true}
	}
	b := array.NewRecordBuilder(mem, arrow.NewSchema(fields, nil))
	defer b.Release()
	for row := from; row < from+n; row++ {
		for i, f := range t.Fields {
			if null(row, i) {
				b.Field(i).AppendNull()
				continue
			}
			switch c := b.Field(i).(type) {
			case *array.StringBuilder:
				if i == 0 {
					c.Append(fmt.Sprintf("call-%07d", row))
				} else if f.Type == schema.JSON {
					c.Append(fmt.Sprintf(`{"row":%d}`, row))
				} else {
					c.Append(text(row, i))
				}
			case *array.TimestampBuilder:
				c.Append(arrow.Timestamp(start.UnixMicro() + int64(row)*1_000_001))
			case *array.Float64Builder:
				c.Append(float64(row) / 8)
			case *array.Int64Builder:
				c.Append(int64(row) - 3)
			case *array.BooleanBuilder:
				c.Append(row%2 == 0)
			case *array.ListBuilder:
				c.Append(true)
				for k := range row % 4 {
					c.ValueBuilder().(*array.StringBuilder).Append(text(row, k))
				}
			}
		}
	}
	return b.NewRecord()
}

// meta describes a table's files in tests.
func meta(t *schema.Table) (string, error) { return `{"table":"` + t.Name + `","it's":"quoted"}`, nil }

func newEngine(t testing.TB) *load.Engine {
	t.Helper()
	e, err := load.OpenEngine(context.Background(), load.EngineOptions{Memory: 512 << 20})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}

func newAllocator(t testing.TB) *load.Allocator {
	t.Helper()
	a := load.NewAllocator()
	t.Cleanup(func() {
		require.Zero(t, a.Allocated(), "bytes leaked")
		a.Close()
	})
	return a
}

func openLake(t testing.TB, root string) *load.Lake {
	t.Helper()
	l, err := load.Open(context.Background(), root, load.Options{Now: func() time.Time { return start }})
	require.NoError(t, err)
	return l
}

// lockedLake opens a new lake and takes its lock.
func lockedLake(t testing.TB) *load.Lake {
	t.Helper()
	l := openLake(t, filepath.Join(t.TempDir(), "lake [1]"))
	release, err := l.Lock()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, release()) })
	return l
}

func begin(t testing.TB, l *load.Lake, run string) *load.Staging {
	t.Helper()
	s, err := l.Begin(context.Background(), run)
	require.NoError(t, err)
	return s
}

// stage writes a partition with the given numbers of rows, in batches of 8192, tables interleaved.
func stage(t testing.TB, s *load.Staging, e *load.Engine, mem memory.Allocator, source, date string, rows map[schema.ID]int) []load.File {
	t.Helper()
	p := s.Partition(context.Background(), e, source, date, meta)
	defer p.Abort()
	for from, more := 0, true; more; from += 8192 {
		more = false
		for id := range schema.NumRead {
			if n := min(rows[id]-from, 8192); n > 0 {
				require.NoError(t, p.Write(id, batch(mem, schema.Get(id), from, n)))
				more = true
			}
		}
	}
	files, err := p.Close()
	require.NoError(t, err)
	return files
}

// snapshot reads all files of a lake but those that only locks and runs under way need.
func snapshot(t testing.TB, l *load.Lake) map[string]string {
	t.Helper()
	content := map[string]string{}
	require.NoError(t, filepath.WalkDir(l.Root(), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "_lock" || strings.HasPrefix(d.Name(), "_publish") {
			return err
		}
		rel, err := filepath.Rel(l.Root(), path)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		content[filepath.ToSlash(rel)] = string(data)
		return err
	}))
	return content
}

func values(t testing.TB, s *load.Session, query string, args ...any) [][]any {
	t.Helper()
	rows, err := s.Query(context.Background(), query, args...)
	require.NoError(t, err)
	defer rows.Close()
	names, err := rows.Columns()
	require.NoError(t, err)
	var all [][]any
	for rows.Next() {
		row, targets := make([]any, len(names)), make([]any, len(names))
		for i := range row {
			targets[i] = &row[i]
		}
		require.NoError(t, rows.Scan(targets...))
		all = append(all, row)
	}
	require.NoError(t, rows.Err())
	return all
}

func itoa(n int) string { return strconv.Itoa(n) }
func pad(n int) string  { return fmt.Sprintf("%07d", n) }

// globbed writes a path for DuckDB, which takes [ and others for patterns.
func globbed(path string) string { return strings.ReplaceAll(path, "[", "[[]") }

func tableOf(name string) (*schema.Table, bool) {
	for id := range schema.NumTables {
		if schema.Get(id).Name == name {
			return schema.Get(id), true
		}
	}
	return nil, false
}
