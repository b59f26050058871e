package pipeline_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/pipeline"
)

// benchSite is a source of Nectar Desk answers, for whole runs of the pipeline.
type benchSite struct {
	b    *testing.B
	dir  string
	next int // id of the next call
}

func newBenchSite(b *testing.B) *benchSite {
	b.Helper()
	s := &benchSite{b: b, dir: b.TempDir(), next: 1}
	text := "lake: ./lake\ntimezone: UTC\nsources:\n  - {name: bank, vendor: nectardesk, archive: [{paths: [\"archive/**\"]}]}\n"
	require.NoError(b, os.WriteFile(filepath.Join(s.dir, "callmart.yaml"), []byte(text), 0o644))
	return s
}

// archive writes a file of so many calls a day; of every tenth call there are two versions if twice is set.
func (s *benchSite) archive(name string, from time.Time, days, calls int, twice bool) {
	s.b.Helper()
	path := filepath.Join(s.dir, "archive", name)
	require.NoError(s.b, os.MkdirAll(filepath.Dir(path), 0o755))
	f, err := os.Create(path)
	require.NoError(s.b, err)
	w := bufio.NewWriterSize(f, 1<<20)
	for day := range days {
		for i := range calls {
			start := from.AddDate(0, 0, day).Add(time.Duration(i) * 86000 * time.Second / time.Duration(calls))
			s.call(w, start, i, "answered")
			if twice && i%10 == 0 {
				s.next--
				s.call(w, start, i, "abandoned")
			}
		}
	}
	require.NoError(s.b, w.Flush())
	require.NoError(s.b, f.Close())
}

func (s *benchSite) call(w *bufio.Writer, start time.Time, i int, outcome string) {
	id := s.next
	s.next++
	fmt.Fprintf(w, `{"calls":{"id":%d,"is_inbound":true,"is_answered":%t,"is_in_queue":false,"contact":{"id":%d,"full_name":"Caller %d","number_country_code":"1","national_number":"55%07d","number":"155%07d","list_ids":[1,2,3]},`+
		`"agents":[%d],"all_agents":[{"id":%d,"user_id":%d,"alias":"Agent %d","sip":"sip:agent%d@example.invalid","started_at":%d,"type":"agent","is_any_transfer":false,"hangup_reason":"NORMAL_CLEARING"}],"answered_agents":[],"external_numbers":[],`+
		`"number":{"id":%d,"number":"1555010%02d","numberWithAlias":"1555010%02d (Bank)","alias":"Bank"},"started_at":%d,"duration":%d,"talk_time":%d,"requested_callback":false,"is_ended":true,"type":"%s","is_answered_within_sla":false,`+
		`"is_data_cached":true,"original_call_id":null,"campaign":null,"ring_group":{"id":%d,"name":"Queue %d"},"ivr":{"id":1,"name":"Main"},"disposition":null,"recordings":[{"id":%d,"url":"https://recordings.example.invalid/%d.mp3"}],"tags":["a","b"]}}`+"\n",
		id, outcome == "answered", id%50000, id%50000, id%10000000, id%10000000, id%40, id%40, 1000+id%40, id%40, id%40, start.Unix()+20,
		id%12, id%12, id%12, start.Unix(), 100+i%500, 60+i%400, outcome, id%9, id%9, id, id)
}

func (s *benchSite) run() *pipeline.Manifest {
	s.b.Helper()
	cfg, err := pipeline.LoadConfig(filepath.Join(s.dir, "callmart.yaml"), func(string) (string, bool) { return "", false })
	require.NoError(s.b, err)
	m, err := pipeline.Run(context.Background(), cfg, pipeline.RunOptions{NoReport: true})
	require.NoError(s.b, err)
	return m
}

// BenchmarkAddDay adds a day of 100,000 calls to a lake of 1,000 days of 500 calls, and to an empty one: the cost of a
// run follows what is new. Compare their seconds.
func BenchmarkAddDay(b *testing.B) {
	long := newBenchSite(b)
	long.archive("old.ndjson", time.Date(2023, 9, 1, 0, 0, 0, 0, time.UTC), 1000, 500, false)
	long.run()
	day := time.Date(2026, 5, 28, 0, 0, 0, 0, time.UTC) // the day after the last
	b.Run("empty", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			s := newBenchSite(b)
			s.archive("day.ndjson", day, 1, 100_000, false)
			b.StartTimer()
			require.EqualValues(b, 100_000, s.run().Sources[0].Accounting.New)
		}
	})
	b.Run("thousand_days", func(b *testing.B) {
		n := 0
		for b.Loop() {
			b.StopTimer()
			long.archive(fmt.Sprintf("day%d.ndjson", n), day.AddDate(0, 0, 10*n), 1, 100_000, false)
			n++
			b.StartTimer()
			require.EqualValues(b, 100_000, long.run().Sources[0].Accounting.New)
		}
	})
	b.Run("nothing_new", func(b *testing.B) {
		for b.Loop() {
			require.Zero(b, long.run().Sources[0].Accounting.Read)
		}
	})
}

// BenchmarkMerge loads a million observations, of which a tenth of the calls have several.
func BenchmarkMerge(b *testing.B) {
	for _, twice := range []bool{false, true} {
		b.Run(map[bool]string{false: "one_version", true: "tenth_has_two"}[twice], func(b *testing.B) {
			records := int64(0)
			for b.Loop() {
				b.StopTimer()
				s := newBenchSite(b)
				s.archive("all.ndjson", time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC), 5, map[bool]int{false: 200_000, true: 1_000_000 / 11 * 10 / 5}[twice], twice)
				b.StartTimer()
				records += s.run().Sources[0].Accounting.Read
			}
			b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
		})
	}
}
