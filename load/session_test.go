package load_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/load"
	"callmart/transform/schema"
)

func openSession(t testing.TB, l *load.Lake, sel load.Selection) *load.Session {
	t.Helper()
	s, err := l.Session(context.Background(), sel)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// Views have the same columns and types whether they have files or not.
func TestViewTypes(t *testing.T) {
	l := lockedLake(t)
	types := func() map[string][][]any {
		session, err := l.Session(context.Background(), load.Selection{})
		require.NoError(t, err)
		defer session.Close()
		all := map[string][][]any{}
		for id := range schema.NumTables {
			name := schema.Get(id).Name
			all[name] = values(t, session, "SELECT column_name, column_type FROM (DESCRIBE "+name+")")
		}
		return all
	}
	empty := types()
	for id := range schema.NumTables {
		table := schema.Get(id)
		got := empty[table.Name]
		require.Len(t, got, len(table.Fields)+2, table.Name)
		for i, f := range table.Fields {
			want := map[schema.Type]string{
				schema.Text: "VARCHAR", schema.Instant: "TIMESTAMP", schema.Local: "TIMESTAMP", schema.Seconds: "DOUBLE", schema.Number: "DOUBLE",
				schema.Int: "BIGINT", schema.Bool: "BOOLEAN", schema.Texts: "VARCHAR[]", schema.JSON: "VARCHAR",
			}[f.Type]
			require.Equal(t, []any{f.Name, want}, got[i], table.Name)
		}
		require.Equal(t, [][]any{{"source", "VARCHAR"}, {"date", "DATE"}}, got[len(table.Fields):])
	}

	s, e := begin(t, l, "r1"), newEngine(t)
	stage(t, s, e, newAllocator(t), "a", "2026-01-13", map[schema.ID]int{schema.Calls: 10})
	intervals(t, s, e, "a", "2026-01-13")
	_, err := s.Commit(context.Background())
	require.NoError(t, err)
	require.Equal(t, empty, types())
}

// intervals stages one row of queue_intervals, all columns NULL but the first two.
func intervals(t *testing.T, s *load.Staging, e *load.Engine, source, date string) load.File {
	t.Helper()
	query := "-- one row\nSELECT"
	for i, f := range schema.Get(schema.QueueIntervals).Fields {
		switch {
		case i == 0:
			query += fmt.Sprintf(" (SELECT name FROM names) AS %q", f.Name)
		case f.Name == "entries":
			query += ", (SELECT sum(1) FROM calls) AS entries" // a HUGEINT
		default:
			query += fmt.Sprintf(", NULL AS %q", f.Name)
		}
	}
	query += `, DATE '` + date + `' AS "date"`
	files, err := s.Intervals(context.Background(), e, source, []string{date, "2026-12-31"}, meta, query+";\n", func(s *load.Session) error {
		return s.Relation(context.Background(), "names", []string{"name VARCHAR"}, [][]any{{"Support"}})
	})
	require.NoError(t, err)
	require.Len(t, files, 2)
	require.Zero(t, files[1].Rows, "a date without entries has a file without rows")
	return files[0]
}

func TestIntervals(t *testing.T) {
	ctx := context.Background()
	l, e, mem := lockedLake(t), newEngine(t), newAllocator(t)
	s := begin(t, l, "r1")
	p := s.Partition(ctx, e, "a", "2026-01-13", meta)
	require.NoError(t, p.Write(schema.Calls, batch(mem, schema.Get(schema.Calls), 0, 10)))
	_, err := p.Close()
	require.NoError(t, err)
	_, err = s.Intervals(ctx, e, "a", []string{"2026-01-13"}, meta, "SELECT 1 AS queue", func(*load.Session) error { return nil })
	require.ErrorContains(t, err, "computing queue_intervals of a 2026-01-13")
	f := intervals(t, s, e, "a", "2026-01-13")
	require.Equal(t, "queue_intervals/source=a/date=2026-01-13/part-0.parquet", f.Path)
	require.EqualValues(t, 1, f.Rows)
	changes, err := s.Commit(ctx)
	require.NoError(t, err)
	require.Len(t, changes.Written, int(schema.NumTables)+2)
	query := `SELECT queue, entries, source, "date" FROM queue_intervals`
	want := [][]any{{"Support", int64(10), "a", time.Date(2026, 1, 13, 0, 0, 0, 0, time.UTC)}}
	session, err := l.Session(ctx, load.Selection{})
	require.NoError(t, err)
	require.Equal(t, want, values(t, session, query))
	require.NoError(t, session.Close())

	// Again from what is published: the same bytes.
	s = begin(t, l, "r2")
	intervals(t, s, e, "a", "2026-01-13")
	changes, err = s.Commit(ctx)
	require.NoError(t, err)
	require.Empty(t, changes.Written)
	require.Len(t, changes.Unchanged, 2)
}

func TestSelection(t *testing.T) {
	l, e, mem := lockedLake(t), newEngine(t), newAllocator(t)
	s := begin(t, l, "r1")
	want := []load.PartitionInfo{}
	for _, source := range []string{"a", "b-1"} {
		for day := 13; day <= 16; day++ {
			date := fmt.Sprintf("2026-01-%d", day)
			stage(t, s, e, mem, source, date, map[schema.ID]int{schema.Calls: day})
			want = append(want, load.PartitionInfo{Source: source, Date: date})
		}
	}
	_, err := s.Commit(context.Background())
	require.NoError(t, err)
	got, err := l.Partitions(context.Background(), load.Selection{})
	require.NoError(t, err)
	require.Equal(t, want, got)

	for name, test := range map[string]struct {
		sel   load.Selection
		calls int64
	}{
		"all":     {load.Selection{}, 2 * (13 + 14 + 15 + 16)},
		"from":    {load.Selection{From: "2026-01-15"}, 2 * (15 + 16)},
		"to":      {load.Selection{To: "2026-01-14"}, 2 * (13 + 14)},
		"one day": {load.Selection{From: "2026-01-14", To: "2026-01-14"}, 2 * 14},
		"source":  {load.Selection{Sources: []string{"b-1"}}, 13 + 14 + 15 + 16},
		"none":    {load.Selection{From: "2027-01-01"}, 0},
		"unknown": {load.Selection{Sources: []string{"c"}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			session := openSession(t, l, test.sel)
			require.Equal(t, [][]any{{test.calls}}, values(t, session, "SELECT count(*) FROM calls"))
		})
	}

	session := openSession(t, l, load.Selection{})
	require.Equal(t, [][]any{{"a", int64(15)}, {"b-1", int64(15)}},
		values(t, session, `SELECT source, count(*) FROM calls WHERE "date" = DATE '2026-01-15' GROUP BY 1 ORDER BY 1`))
}

func TestSessionsShareAndHoldBackCommits(t *testing.T) {
	ctx := context.Background()
	l := lockedLake(t)
	one, err := l.Session(ctx, load.Selection{})
	require.NoError(t, err)
	two, err := l.Session(ctx, load.Selection{})
	require.NoError(t, err)
	s := begin(t, l, "r1")
	require.NoError(t, s.AddBytes("_ledger/x", nil))
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	_, err = s.Commit(short)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	for _, session := range []*load.Session{one, two} {
		require.NoFileExists(t, filepath.Join(l.Root(), "_ledger", "x"))
		short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		defer cancel()
		_, err = l.Recover(short)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NoError(t, session.Close())
	}
	_, err = l.Recover(ctx)
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(l.Root(), "_ledger", "x"))
}

func TestRelationsAndViews(t *testing.T) {
	ctx := context.Background()
	session := openSession(t, openLake(t, t.TempDir()), load.Selection{})
	columns := []string{"source VARCHAR", "target DOUBLE", "n BIGINT", "open BOOLEAN", `"date" DATE`, "since TIMESTAMP"}
	var rows [][]any
	day := time.Date(2026, 1, 13, 0, 0, 0, 0, time.UTC)
	for i := range 600 { // more than go into one statement
		rows = append(rows, []any{fmt.Sprintf("it's %d", i), 0.5, int64(i), true, day, day.Add(time.Minute)})
	}
	rows[1] = []any{nil, nil, nil, nil, nil, nil}
	require.NoError(t, session.Relation(ctx, "targets", columns, rows))
	got := values(t, session, "SELECT * FROM targets")
	require.Len(t, got, len(rows))
	for i, want := range rows {
		require.Equal(t, want, got[i])
	}
	require.Error(t, session.Relation(ctx, "targets", columns, [][]any{{1}}))
	require.NoError(t, session.Relation(ctx, "targets", columns, nil))
	require.Empty(t, values(t, session, "SELECT * FROM targets"))

	require.NoError(t, session.View(ctx, "two", "SELECT 2 AS n -- a comment\n;"))
	require.Equal(t, [][]any{{int32(2)}}, values(t, session, "SELECT n FROM two"))
	require.ErrorContains(t, session.View(ctx, "two", "SELECT n FROM nothing"), "making view two")
}

func TestCopy(t *testing.T) {
	ctx := context.Background()
	session := openSession(t, openLake(t, t.TempDir()), load.Selection{})
	path := filepath.Join(t.TempDir(), "x.parquet")
	rows, err := session.Copy(ctx, "SELECT i FROM range(30000) AS r(i) -- the end", path, "{}")
	require.NoError(t, err)
	require.EqualValues(t, 30000, rows)
	require.Equal(t, [][]any{{int64(30000), int64(2)}}, values(t, session, "SELECT num_rows, num_row_groups FROM parquet_file_metadata(?)", path))

	_, err = session.Copy(ctx, "SELECT error('no') FROM range(30000)", path, "{}")
	require.ErrorContains(t, err, "no")
	require.NoFileExists(t, path)
}

// Two sessions of one engine do not see each other's views.
func TestStagedSessionsAreApart(t *testing.T) {
	ctx := context.Background()
	l, e, mem := lockedLake(t), newEngine(t), newAllocator(t)
	s := begin(t, l, "r1")
	var sessions []*load.Session
	for n := 1; n <= 2; n++ {
		files := stage(t, s, e, mem, "a", fmt.Sprintf("2026-01-%d", 12+n), map[schema.ID]int{schema.Calls: n})
		session, err := s.Session(ctx, e, files)
		require.NoError(t, err)
		sessions = append(sessions, session)
	}
	for n, session := range sessions {
		require.Equal(t, [][]any{{int64(n + 1)}}, values(t, session, "SELECT count(*) FROM calls"))
		require.NoError(t, session.Relation(ctx, "mine", []string{"n BIGINT"}, [][]any{{int64(n)}}))
	}
	for n, session := range sessions {
		require.Equal(t, [][]any{{int64(n)}}, values(t, session, "SELECT n FROM mine"))
		require.NoError(t, session.Close())
	}
	session, err := s.Session(ctx, e, nil)
	require.NoError(t, err)
	defer session.Close()
	_, err = session.Query(ctx, "SELECT * FROM mine")
	require.Error(t, err)
}
