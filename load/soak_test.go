package load_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/load"
	"callmart/transform/schema"
)

// resident is the process's resident memory in bytes.
func resident(t *testing.T) int64 {
	t.Helper()
	debug.FreeOSMemory()
	text, err := os.ReadFile("/proc/self/statm")
	require.NoError(t, err)
	pages, err := strconv.ParseInt(string(bytes.Fields(text)[1]), 10, 64)
	require.NoError(t, err)
	return pages * int64(os.Getpagesize())
}

// TestResidentMemoryStaysFlat writes 200 batches of every table and reads them back: what C allocated for one is there for the next.
func TestResidentMemoryStaysFlat(t *testing.T) {
	if testing.Short() {
		t.Log("the soak test is for the whole suite")
		return
	}
	ctx := context.Background()
	l, e, mem := lockedLake(t), newEngine(t), newAllocator(t)
	rows := map[schema.ID]int{}
	for id := range schema.NumRead {
		rows[id] = 1000
	}
	rows[schema.Records] = 1000
	const rounds = 200
	warm := int64(0)
	for round := range rounds {
		s := begin(t, l, fmt.Sprintf("r%d", round))
		date := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, round%5).Format(time.DateOnly)
		stage(t, s, e, mem, "a", date, rows)
		_, err := s.Commit(ctx)
		require.NoError(t, err)
		table, err := l.OpenStored(schema.Calls, "a", date)
		require.NoError(t, err)
		n := 0
		for ok := true; ok; n++ {
			ok, err = table.Next()
			require.NoError(t, err)
		}
		require.Equal(t, 1001, n)
		require.NoError(t, table.Close())
		if round == rounds/4 {
			warm = resident(t)
		}
	}
	require.Less(t, resident(t)-warm, int64(48<<20), "bytes more than after a quarter of the rounds")
	require.Zero(t, mem.Allocated())
}

// TestSpillsToTheStagingFolder sorts more than the memory limit allows.
func TestSpillsToTheStagingFolder(t *testing.T) {
	ctx := context.Background()
	l := lockedLake(t)
	s := begin(t, l, "r1")
	e, err := load.OpenEngine(ctx, load.EngineOptions{Memory: 64 << 20, Temp: s.Dir()})
	require.NoError(t, err)
	defer func() { require.NoError(t, e.Close()) }()
	session, err := s.Session(ctx, e, nil)
	require.NoError(t, err)
	defer session.Close()
	done := make(chan error, 1)
	go func() {
		_, err := session.Copy(ctx, "SELECT range AS n, CAST(hash(range) AS VARCHAR) || repeat('x', 100) AS text FROM range(3000000) ORDER BY hash(range)", s.Dir()+"/sorted.parquet", "{}")
		done <- err
	}()
	spilled := false
	for {
		select {
		case err := <-done:
			require.NoError(t, err)
			require.True(t, spilled, "nothing was spilled")
			return
		case <-time.After(5 * time.Millisecond):
			files, err := os.ReadDir(s.Dir())
			require.NoError(t, err)
			for _, f := range files {
				spilled = spilled || f.Name() != "sorted.parquet"
			}
		}
	}
}
