package load_test

import (
	"context"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/require"

	"callmart/load"
	"callmart/transform/schema"
)

// BenchmarkPartitionWrite writes 200,000 calls (all columns) from batches that are made beforehand.
func BenchmarkPartitionWrite(b *testing.B) {
	const rows, size = 200_000, 8192
	l, e := lockedLake(b), newEngine(b)
	mem := load.NewAllocator()
	s := begin(b, l, "r1")
	calls := schema.Get(schema.Calls)
	var batches []arrow.Record
	for from := 0; from < rows; from += size {
		batches = append(batches, batch(mem, calls, from, min(size, rows-from)))
	}
	for b.Loop() {
		p := s.Partition(context.Background(), e, "a", "2026-01-13", meta)
		for _, rec := range batches {
			rec.Retain()
			require.NoError(b, p.Write(schema.Calls, rec))
		}
		files, err := p.Close()
		require.NoError(b, err)
		b.ReportMetric(float64(files[schema.Calls].Bytes), "bytes/file")
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
	for _, rec := range batches {
		rec.Release()
	}
	require.Zero(b, mem.Allocated())
}

// BenchmarkPartitionSmall writes partitions of one call each, as a rebuild of many quiet days does.
func BenchmarkPartitionSmall(b *testing.B) {
	l, e, mem := lockedLake(b), newEngine(b), load.NewAllocator()
	s := begin(b, l, "r1")
	n := 0
	for b.Loop() {
		p := s.Partition(context.Background(), e, "a", start.AddDate(0, 0, n).Format(time.DateOnly), meta)
		n++
		for _, id := range []schema.ID{schema.Calls, schema.QueueEntries} {
			require.NoError(b, p.Write(id, batch(mem, schema.Get(id), 0, 1)))
		}
		_, err := p.Close()
		require.NoError(b, err)
	}
	begin := time.Now()
	_, err := s.Commit(context.Background())
	require.NoError(b, err)
	b.ReportMetric(float64(time.Since(begin).Microseconds())/float64(n), "commit-us/partition")
}

func BenchmarkAllocator(b *testing.B) {
	mem := load.NewAllocator()
	for b.Loop() {
		mem.Free(mem.Allocate(64 << 10))
	}
	mem.Close()
}

// BenchmarkSession opens a month of a lake that holds a year.
func BenchmarkSession(b *testing.B) {
	l, e, mem := lockedLake(b), newEngine(b), newAllocator(b)
	s := begin(b, l, "r1")
	for n := range 365 {
		stage(b, s, e, mem, "a", start.AddDate(0, 0, n).Format(time.DateOnly), map[schema.ID]int{schema.Calls: 10})
	}
	_, err := s.Commit(context.Background())
	require.NoError(b, err)
	for b.Loop() {
		s, err := l.Session(context.Background(), load.Selection{From: "2026-03-01", To: "2026-03-31"})
		require.NoError(b, err)
		require.Equal(b, int64(310), values(b, s, "SELECT count(*) FROM calls")[0][0])
		require.NoError(b, s.Close())
	}
}
