package pipeline_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/fixtures"
	"callmart/pipeline"
)

// vendorFiles are some days of a vendor, webhooks and API answers, in many small files by name.
func vendorFiles(vendor string) map[string][]byte {
	c := fixtures.Centre{Vendor: vendor, Seed: 11, Zone: time.UTC, From: time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC), Days: 3, CallsPerDay: 60}
	rng := rand.New(rand.NewPCG(5, 6))
	files := map[string][]byte{}
	add := func(body []byte) {
		name := fmt.Sprintf("%02d.ndjson", rng.IntN(40))
		var line bytes.Buffer
		line.Write(bytes.ReplaceAll(body, []byte("\n"), []byte(" ")))
		line.WriteByte('\n')
		files[name] = append(files[name], line.Bytes()...)
	}
	for call := range c.Calls() {
		for _, d := range c.Deliveries(call) {
			add(d.Body)
		}
		if vendor != "whippy" && vendor != "callerdesk" {
			add(c.Answer(call))
		}
	}
	return files
}

// lakeTables are the tables and observations of a lake. The ledger says where records lay, and may differ.
func (s *site) lakeTables() map[string]string {
	all := s.tables()
	for path := range all {
		if strings.Contains(path, "/_ledger/") {
			delete(all, path)
		}
	}
	return all
}

// TestAnySplitIntoRunsGivesTheSameBytes brings the same files to a lake in one run, and to others in several, in any
// order, some of them twice, on one, two and four cores. Then it makes the lakes anew, from either kind of memory.
func TestAnySplitIntoRunsGivesTheSameBytes(t *testing.T) {
	vendors, rounds := fixtures.Vendors(), 4
	if testing.Short() { // with the race detector: two instances of one vendor
		vendors, rounds = []string{"nectardesk"}, 1
	}
	for _, vendor := range vendors {
		t.Run(vendor, func(t *testing.T) {
			files := vendorFiles(vendor)
			names := slices.Sorted(maps.Keys(files))
			once := newSite(t)
			for _, name := range names {
				once.archive(vendor, name, files[name])
			}
			_, err := once.run(pipeline.RunOptions{NoReport: true})
			require.NoError(t, err)
			want := once.lakeTables()
			several := 0
			for path := range want {
				if strings.Contains(path, "/_observations/calls/") {
					several++
				}
			}
			require.Positive(t, several, "some calls have several observations")

			rng := rand.New(rand.NewPCG(7, 8))
			for round := range rounds {
				cores := []int{2, 1, 4, 2}[round]
				before := runtime.GOMAXPROCS(cores)
				s := newSite(t)
				order := slices.Clone(names)
				rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
				for len(order) > 0 {
					n := min(len(order), 1+rng.IntN(25))
					for _, name := range order[:n] {
						s.archive(vendor, name, files[name])
						if rng.IntN(5) == 0 {
							s.archive(vendor, "later/"+name, files[name])
						}
					}
					order = order[n:]
					_, err := s.run(pipeline.RunOptions{NoReport: true})
					require.NoError(t, err)
				}
				runtime.GOMAXPROCS(before)
				requireSameFiles(t, want, s.lakeTables())

				m, err := s.run(pipeline.RunOptions{NoReport: true})
				require.NoError(t, err)
				require.False(t, m.Changed)
				for _, source := range m.Sources {
					require.Zero(t, source.Accounting.Read, "nothing new, nothing read")
				}
				for _, rebuild := range []string{pipeline.FromObservations, pipeline.FromRaw} {
					m, err := s.run(pipeline.RunOptions{NoReport: true, Rebuild: rebuild})
					require.NoError(t, err)
					require.False(t, m.Changed, rebuild)
					requireSameFiles(t, want, s.lakeTables())
				}
				_, err = s.run(pipeline.RunOptions{NoReport: true, Verify: true})
				require.NoError(t, err)
				requireSameFiles(t, want, s.lakeTables())
			}
		})
	}
}

// TestUntouchedPartitionsKeepTheirTimes adds a call to one date and looks at the files of the others.
func TestUntouchedPartitionsKeepTheirTimes(t *testing.T) {
	s := newSite(t)
	call := func(id int, date string) []byte {
		return fmt.Appendf(nil, `{"id":%d,"status":"finished","call_type":"Voice Inbound","created_at":"%sT10:00:00Z","updated_at":"%sT10:05:00Z"}`+"\n", id, date, date)
	}
	for day := 1; day <= 9; day++ {
		s.archive("ccai", fmt.Sprintf("%d.ndjson", day), call(day, fmt.Sprintf("2026-05-0%d", day)))
	}
	_, err := s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for path := range s.tables() {
		require.NoError(t, os.Chtimes(filepath.Join(s.dir, path), old, old))
	}
	s.archive("ccai", "late.ndjson", call(77, "2026-05-03"))
	m, err := s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	require.Len(t, m.Partitions, 1)
	require.Equal(t, "2026-05-03", m.Partitions[0].Date)
	for path := range s.tables() {
		info, err := os.Stat(filepath.Join(s.dir, path))
		require.NoError(t, err)
		if !strings.Contains(path, "date=2026-05-03") {
			require.True(t, info.ModTime().Equal(old), path)
		}
	}
	require.Equal(t, []string{"3", "77"}, s.column(`SELECT call_id FROM calls WHERE "date" = DATE '2026-05-03' ORDER BY started_at, call_id`))
}

// TestGrownFileIsReadOn appends to a file, then replaces it by another that begins alike.
func TestGrownFileIsReadOn(t *testing.T) {
	s := newSite(t)
	call := func(id int) string {
		return fmt.Sprintf(`{"id":%d,"status":"finished","call_type":"Voice Inbound","created_at":"2026-05-05T10:00:00Z"}`+"\n", id)
	}
	s.archive("ccai", "a.ndjson", []byte(call(1)+call(2)))
	accounting := func() pipeline.Accounting {
		m, err := s.run(pipeline.RunOptions{NoReport: true})
		require.NoError(t, err)
		return m.Sources[1].Accounting
	}
	require.Equal(t, pipeline.Accounting{Read: 2, New: 2}, accounting())
	s.archive("ccai", "a.ndjson", []byte(call(1)+call(2)+call(3)))
	got := accounting()
	require.Contains(t, []pipeline.Accounting{{Read: 1, New: 1}, {Read: 3, New: 1, Duplicate: 2}}, got)
	f, err := os.OpenFile(s.path("archive", "ccai", "a.ndjson"), os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.WriteString(call(4))
	require.NoError(t, err)
	require.NoError(t, f.Close())
	require.Equal(t, pipeline.Accounting{Read: 1, New: 1}, accounting(), "only what was appended is read")
	s.archive("ccai", "a.ndjson", []byte(call(1)+call(22)+call(3)+call(4)+call(5)))
	require.Equal(t, pipeline.Accounting{Read: 5, New: 2, Duplicate: 3}, accounting(), "it is another file")
	require.Len(t, s.column(`SELECT call_id FROM calls`), 6)
	s.archive("ccai", "list.json", []byte("["+strings.TrimSpace(call(6))+"]"))
	require.Equal(t, pipeline.Accounting{Read: 1, New: 1}, accounting())
	s.archive("ccai", "list.json", []byte("["+strings.TrimSpace(call(6))+","+strings.TrimSpace(call(7))+"]"))
	require.Equal(t, pipeline.Accounting{Read: 2, New: 1, Duplicate: 1}, accounting(), "the end of a list moves")
	_, err = pipeline.Run(context.Background(), s.config(), pipeline.RunOptions{})
	require.NoError(t, err)
}
