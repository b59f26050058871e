package pipeline_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/pipeline"
)

// largeCalls are records of one date that are far more than one core works on at a time: in several hours, of which one has
// most, out of order, some of them told of twice.
func largeCalls(rng *rand.Rand, n int) []string {
	start := time.Date(2026, 5, 5, 8, 0, 0, 0, time.UTC)
	padding := strings.Repeat("0123456789", 9000)
	records := make([]string, 0, n+n/5)
	for id := range n {
		at := start.Add(time.Duration(rng.IntN(7)*rng.IntN(7)*rng.IntN(600)) * time.Second)
		record := fmt.Sprintf(`{"id":%d,"status":"finished","call_type":"Voice Inbound","created_at":%q,"updated_at":%q,"padding":%q}`,
			id, at.Format(time.RFC3339), at.Add(time.Minute).Format(time.RFC3339), padding[:40_000+rng.IntN(40_000)])
		records = append(records, record)
		switch id % 10 {
		case 0:
			records = append(records, record)
		case 1:
			records = append(records, strings.Replace(record, `"updated_at"`, fmt.Sprintf(`"rating":%d,"updated_at"`, id%5), 1))
		}
	}
	rng.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
	return records
}

// TestOneDateOnAllCores writes a date whose calls are made on any core, in stretches, and written in their order: the files
// are the same on one core and on four, and where a second run puts its calls among those that the lake has.
func TestOneDateOnAllCores(t *testing.T) {
	records := largeCalls(rand.New(rand.NewPCG(3, 4)), 250)
	file := func(records []string) []byte { return []byte(strings.Join(records, "\n") + "\n") }
	var want map[string]string
	for _, cores := range []int{1, 2, 4} {
		before := runtime.GOMAXPROCS(cores)
		once, twice := newSite(t), newSite(t)
		once.archive("ccai", "a.ndjson", file(records))
		m, err := once.run(pipeline.RunOptions{NoReport: true})
		require.NoError(t, err)
		require.Equal(t, pipeline.Accounting{Read: 300, New: 275, Duplicate: 25}, m.Sources[1].Accounting)
		for i, half := range slices.Collect(slices.Chunk(records, 160)) {
			twice.archive("ccai", fmt.Sprint(i, ".ndjson"), file(half))
			_, err := twice.run(pipeline.RunOptions{NoReport: true})
			require.NoError(t, err)
		}
		runtime.GOMAXPROCS(before)
		if want == nil {
			want = once.lakeTables()
			require.Equal(t, []string{"250"}, once.column("SELECT CAST(count(*) AS VARCHAR) FROM calls"))
		}
		requireSameFiles(t, want, once.lakeTables())
		requireSameFiles(t, want, twice.lakeTables())
	}
}
