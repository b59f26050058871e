package load_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"callmart/load"
	"callmart/transform/schema"
)

// want is what a session reads back of a row's column.
func want(f schema.Field, row, i int) any {
	if null(row, i) {
		return nil
	}
	switch f.Type {
	case schema.Instant, schema.Local:
		return start.Add(time.Duration(row) * 1_000_001 * time.Microsecond)
	case schema.Seconds, schema.Number:
		return float64(row) / 8
	case schema.Int:
		return int64(row) - 3
	case schema.Bool:
		return row%2 == 0
	case schema.Texts:
		list := []any{}
		for k := range row % 4 {
			list = append(list, text(row, k))
		}
		return list
	case schema.JSON:
		return `{"row":` + itoa(row) + `}`
	default:
		return text(row, i)
	}
}

func TestRoundTripOfAllTypes(t *testing.T) {
	l, e, mem := lockedLake(t), newEngine(t), newAllocator(t)
	s := begin(t, l, "r1")
	const rows = 1000
	counts := map[schema.ID]int{}
	for id := range schema.NumRead {
		counts[id] = rows + int(id)
	}
	stage(t, s, e, mem, "nectar-eu", "2026-01-13", counts)
	_, err := s.Commit(context.Background())
	require.NoError(t, err)

	session, err := l.Session(context.Background(), load.Selection{})
	require.NoError(t, err)
	defer session.Close()
	for id := range schema.NumRead {
		table := schema.Get(id)
		got := values(t, session, "SELECT * FROM "+table.Name)
		require.Len(t, got, counts[id], table.Name)
		for row, g := range got {
			w := make([]any, 0, len(g))
			for i, f := range table.Fields {
				if i == 0 {
					w = append(w, "call-"+pad(row))
				} else {
					w = append(w, want(f, row, i))
				}
			}
			w = append(w, "nectar-eu", time.Date(2026, 1, 13, 0, 0, 0, 0, time.UTC))
			require.Empty(t, cmp.Diff(w, g), "%s row %d", table.Name, row)
		}
	}
}

func TestParquetTypesAndMetadata(t *testing.T) {
	l, e, mem := lockedLake(t), newEngine(t), newAllocator(t)
	s := begin(t, l, "r1")
	files := stage(t, s, e, mem, "a", "2026-01-13", map[schema.ID]int{schema.Calls: 50_000})
	session, err := s.Session(context.Background(), e, files)
	require.NoError(t, err)
	defer session.Close()
	for _, f := range files { // calls has rows, the others have none: the types are the same
		path, err := s.Path(f.Path)
		require.NoError(t, err)
		path = globbed(path)
		got := values(t, session, "SELECT name, coalesce(logical_type, '') FROM parquet_schema(?) WHERE num_children IS NULL AND name != 'element'", path)
		if f.Internal {
			continue
		}
		table, _ := tableOf(f.Table)
		types := map[string]string{}
		for _, g := range got {
			types[g[0].(string)] = g[1].(string)
		}
		for _, field := range table.Fields {
			switch field.Type {
			case schema.Instant:
				require.Contains(t, types[field.Name], "isAdjustedToUTC=1", "%s.%s", f.Table, field.Name)
			case schema.Local:
				require.Contains(t, types[field.Name], "isAdjustedToUTC=0", "%s.%s", f.Table, field.Name)
			}
		}
		key := values(t, session, "SELECT decode(key), decode(value) FROM parquet_kv_metadata(?) WHERE key = 'callmart.schema'", path)
		m, err := meta(table)
		require.NoError(t, err)
		require.Equal(t, [][]any{{"callmart.schema", m}}, key, f.Table)
	}
	path, err := s.Path(files[schema.Calls].Path)
	require.NoError(t, err)
	groups := values(t, session, `SELECT DISTINCT row_group_id, row_group_num_rows, compression FROM parquet_metadata(?)`, globbed(path))
	require.Len(t, groups, 3)
	for _, g := range groups {
		require.LessOrEqual(t, g[1], int64(20480))
		require.Equal(t, "ZSTD", g[2])
	}
}

func TestEmptyPartition(t *testing.T) {
	l, e := lockedLake(t), newEngine(t)
	s := begin(t, l, "r1")
	files := stage(t, s, e, newAllocator(t), "a", "2026-01-13", nil)
	require.Len(t, files, perPartition)
	session, err := s.Session(context.Background(), e, files)
	require.NoError(t, err)
	defer session.Close()
	for id := range schema.NumRead {
		table := schema.Get(id)
		require.Equal(t, table.Name, files[id].Table)
		require.Zero(t, files[id].Rows)
		require.Positive(t, files[id].Bytes)
		path, err := s.Path(files[id].Path)
		require.NoError(t, err)
		names := values(t, session, "SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet(?, hive_partitioning = false))", globbed(path))
		require.Len(t, names, len(table.Fields), table.Name)
		for i, f := range table.Fields {
			require.Equal(t, f.Name, names[i][0])
		}
		require.Equal(t, [][]any{{int64(0)}}, values(t, session, "SELECT count(*) FROM "+table.Name))
	}
}

// The bytes may depend on neither the number of engines nor how batches of the tables interleave.
func TestSameBytesWithAnyNumberOfEngines(t *testing.T) {
	mem := newAllocator(t)
	dates := []string{"2026-01-13", "2026-01-14", "2026-01-15", "2026-01-16"}
	rows := map[schema.ID]int{schema.Calls: 30_000, schema.QueueEntries: 30_000, schema.Events: 9_000, schema.Agents: 1}
	var first map[string]string
	for engines := 1; engines <= 2; engines++ {
		l := lockedLake(t)
		s := begin(t, l, "r1")
		var group errgroup.Group
		work := make(chan string, len(dates))
		for _, d := range dates {
			work <- d
		}
		close(work)
		for range engines {
			e := newEngine(t)
			group.Go(func() error {
				for d := range work {
					stage(t, s, e, mem, "a", d, rows)
				}
				return nil
			})
		}
		require.NoError(t, group.Wait())
		_, err := s.Commit(context.Background())
		require.NoError(t, err)
		got := snapshot(t, l)
		require.Len(t, got, len(dates)*perPartition)
		if first == nil {
			first = got
		}
		for path := range first {
			require.True(t, first[path] == got[path], "%s differs with %d engines", path, engines)
		}
	}
	for _, d := range dates[1:] {
		require.True(t, first["calls/source=a/date="+dates[0]+"/part-0.parquet"] == first["calls/source=a/date="+d+"/part-0.parquet"])
	}
}

func TestErrorInTheMiddle(t *testing.T) {
	l, e, mem := lockedLake(t), newEngine(t), newAllocator(t)
	calls := schema.Get(schema.Calls)
	wrong := func() arrow.Record { // call_id as a number
		good := batch(mem, calls, 0, 10)
		defer good.Release()
		b := array.NewInt64Builder(mem)
		defer b.Release()
		for range 10 {
			b.Append(1)
		}
		column := b.NewArray()
		defer column.Release()
		fields := append([]arrow.Field{{Name: "call_id", Type: arrow.PrimitiveTypes.Int64}}, good.Schema().Fields()[1:]...)
		return array.NewRecord(arrow.NewSchema(fields, nil), append([]arrow.Array{column}, good.Columns()[1:]...), 10)
	}
	narrow := func() arrow.Record {
		good := batch(mem, calls, 0, 10)
		defer good.Release()
		return array.NewRecord(arrow.NewSchema(good.Schema().Fields()[:3], nil), good.Columns()[:3], 10)
	}
	texts := func(column int, append func(*array.RecordBuilder)) func() arrow.Record {
		return func() arrow.Record {
			good := batch(mem, calls, 0, 2)
			defer good.Release()
			field := good.Schema().Field(column)
			b := array.NewRecordBuilder(mem, arrow.NewSchema([]arrow.Field{field}, nil))
			defer b.Release()
			append(b)
			one := b.NewRecord()
			defer one.Release()
			columns := slices.Clone(good.Columns())
			columns[column] = one.Column(0)
			return array.NewRecord(good.Schema(), columns, 2)
		}
	}
	latin := texts(schema.CallQueue, func(b *array.RecordBuilder) {
		b.Field(0).(*array.StringBuilder).AppendValues([]string{"Verk\xe4ufe", "ok"}, nil)
	})
	cut := texts(schema.CallQueue, func(b *array.RecordBuilder) {
		b.Field(0).(*array.StringBuilder).AppendValues([]string{"Verk\xc3", "\xa4ufe"}, nil)
	})
	tags := texts(schema.CallTags, func(b *array.RecordBuilder) {
		l := b.Field(0).(*array.ListBuilder)
		l.AppendNull()
		l.Append(true)
		l.ValueBuilder().(*array.StringBuilder).Append("\xff")
	})
	for name, bad := range map[string]struct {
		record func() arrow.Record
		err    string
	}{
		"wrong type":      {wrong, "batch of calls has call_id as int64, not text"},
		"missing columns": {narrow, "batch of calls has 3 columns, not"},
		"not UTF-8":       {latin, "batch of calls has queue with text that is not UTF-8"},
		"half characters": {cut, "batch of calls has queue with text that is not UTF-8"},
		"list, not UTF-8": {tags, "batch of calls has tags with text that is not UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			s := begin(t, l, "r1")
			p := s.Partition(context.Background(), e, "a", "2026-01-13", meta)
			var err error
			for i := 0; i < 50 && err == nil; i++ { // until the failure comes back to the caller
				rec := batch(mem, calls, i*100, 100)
				if i == 3 {
					rec.Release()
					rec = bad.record()
				}
				err = p.Write(schema.Calls, rec)
				if err == nil {
					err = p.Write(schema.Events, batch(mem, schema.Get(schema.Events), i*100, 100))
				}
			}
			require.ErrorContains(t, err, bad.err)
			files, err := p.Close()
			require.ErrorContains(t, err, bad.err)
			require.Empty(t, files)
			changes, err := s.Commit(context.Background())
			require.NoError(t, err)
			require.Empty(t, changes)
			require.Empty(t, snapshot(t, l))
		})
	}
	// The engine goes on to serve.
	s := begin(t, l, "r2")
	stage(t, s, e, mem, "a", "2026-01-13", map[schema.ID]int{schema.Calls: 100})
	require.NoError(t, s.Discard())
}

// broken is a batch that panics when it is read, as a builder's mistake may make it do.
type broken struct{ arrow.Record }

func (broken) Column(int) arrow.Array { panic("no such column") }

func TestPanicInABatch(t *testing.T) {
	l, e, mem := lockedLake(t), newEngine(t), newAllocator(t)
	s := begin(t, l, "r1")
	p := s.Partition(context.Background(), e, "a", "2026-01-13", meta)
	require.NoError(t, p.Write(schema.Calls, broken{batch(mem, schema.Get(schema.Calls), 0, 10)}))
	_, err := p.Close()
	require.ErrorContains(t, err, "writing calls of a 2026-01-13: reading a batch of calls: no such column")
	require.NoError(t, s.Discard())
}

// Slices of a batch share its buffers, and begin in the middle of them.
func TestSlicedBatches(t *testing.T) {
	l, e, mem := lockedLake(t), newEngine(t), newAllocator(t)
	whole := batch(mem, schema.Get(schema.Calls), 0, 1000)
	defer whole.Release()
	var files [2]string
	for i, cuts := range [][]int64{{0, 1000}, {0, 1, 77, 640, 1000}} {
		s := begin(t, l, "r1")
		p := s.Partition(context.Background(), e, "a", "2026-01-13", meta)
		for k, from := range cuts[:len(cuts)-1] {
			require.NoError(t, p.Write(schema.Calls, whole.NewSlice(from, cuts[k+1])))
		}
		written, err := p.Close()
		require.NoError(t, err)
		session, err := s.Session(context.Background(), e, written)
		require.NoError(t, err)
		files[i] = fmt.Sprint(values(t, session, "SELECT * FROM calls"))
		require.NoError(t, session.Close())
		require.NoError(t, s.Discard())
	}
	require.Equal(t, files[0], files[1])
}

// A folder where a file should be stands for every error of the disk.
func TestUnwritableFile(t *testing.T) {
	l, e, mem := lockedLake(t), newEngine(t), newAllocator(t)
	for name, rows := range map[string]int{"some rows": 10, "empty file": 0} {
		t.Run(name, func(t *testing.T) {
			s := begin(t, l, "r1")
			path, err := s.Path("calls/source=a/date=2026-01-13/part-0.parquet/x")
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path, nil, 0o644))
			p := s.Partition(context.Background(), e, "a", "2026-01-13", meta)
			writeErr := p.Write(schema.Calls, batch(mem, schema.Get(schema.Calls), 0, rows))
			_, closeErr := p.Close()
			require.Error(t, closeErr)
			if writeErr != nil {
				require.ErrorIs(t, closeErr, writeErr)
			}
			require.NoError(t, s.Discard())
		})
	}
}

func TestCancelAndAbort(t *testing.T) {
	l, e, mem := lockedLake(t), newEngine(t), newAllocator(t)
	calls := schema.Get(schema.Calls)
	t.Run("cancel", func(t *testing.T) {
		s := begin(t, l, "r1")
		ctx, cancel := context.WithCancel(context.Background())
		p := s.Partition(ctx, e, "a", "2026-01-13", meta)
		require.NoError(t, p.Write(schema.Calls, batch(mem, calls, 0, 8192)))
		cancel()
		var err error
		for i := 0; i < 50 && err == nil; i++ {
			err = p.Write(schema.Calls, batch(mem, calls, 0, 100))
		}
		require.ErrorIs(t, err, context.Canceled)
		_, err = p.Close()
		require.ErrorIs(t, err, context.Canceled)
		require.NoError(t, s.Discard())
	})
	t.Run("abort", func(t *testing.T) {
		s := begin(t, l, "r1")
		p := s.Partition(context.Background(), e, "a", "2026-01-13", meta)
		for i := range 5 {
			require.NoError(t, p.Write(schema.Calls, batch(mem, calls, i*8192, 8192)))
		}
		p.Abort()
		require.Error(t, p.Write(schema.Calls, batch(mem, calls, 0, 1)))
		_, err := p.Close()
		require.Error(t, err)
		left, err := filepath.Glob(filepath.Join(s.Dir(), "..", "files", "*", "*", "*", "*"))
		require.NoError(t, err)
		require.Empty(t, left)
		require.NoError(t, s.Discard())
	})
}

func TestPartitionNames(t *testing.T) {
	l, e := lockedLake(t), newEngine(t)
	s := begin(t, l, "r1")
	for _, bad := range []load.PartitionInfo{{"../x", "2026-01-13"}, {"A", "2026-01-13"}, {"a", "2026-13-01"}, {"a", ""}} {
		_, err := s.Partition(context.Background(), e, bad.Source, bad.Date, meta).Close()
		require.Error(t, err, "%v", bad)
	}
}

// Batches must not pile up anywhere, whatever their number.
func TestMemoryStaysFlat(t *testing.T) {
	l, e, mem := lockedLake(t), newEngine(t), newAllocator(t)
	s := begin(t, l, "r1")
	p := s.Partition(context.Background(), e, "a", "2026-01-13", meta)
	defer p.Abort()
	rec := batch(mem, schema.Get(schema.Agents), 0, 500)
	one := mem.Allocated()
	rec.Release()
	for i := range 200 {
		require.NoError(t, p.Write(schema.Agents, batch(mem, schema.Get(schema.Agents), i*500, 500)))
		require.Less(t, mem.Allocated(), 6*one, "batch %d", i)
	}
	files, err := p.Close()
	require.NoError(t, err)
	require.EqualValues(t, 200*500, files[schema.Agents].Rows)
	require.Zero(t, mem.Allocated())
}
