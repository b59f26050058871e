package transform

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/fixtures"
	"callmart/transform/schema"
)

// observed is one payload of a call, with a reader of its own, since a merge needs all payloads alive at once.
type observed struct {
	reader *Reader
	body   []byte
	item   int
	path   string
	place  raw.Place
	at     int64
}

func (o observed) read(t *testing.T) *Observation {
	t.Helper()
	rec := raw.Record{Body: o.body, Origin: raw.Webhook, Path: o.path, Place: o.place, ReceivedAt: o.at}
	o.reader.Open(&rec)
	call := NewObservation()
	require.Equal(t, Loaded, o.reader.Item(o.item, call).Fate)
	return call
}

// observations are all call payloads of a vendor, read as if they were of one call, so that every pair of kinds meets.
func observations(t *testing.T, vendor string) []observed {
	t.Helper()
	payloads, err := fixtures.Payloads(vendor)
	require.NoError(t, err)
	var all []observed
	for n, p := range payloads {
		if strings.HasSuffix(p.Name, "s") { // requests, errors: NDJSON of what is no call
			continue
		}
		r := testReader(t, vendor)
		rec := raw.Record{Body: p.Body}
		for i := range r.Open(&rec) {
			if o := NewObservation(); r.Item(i, o).Fate == Loaded && !o.Dateless {
				all = append(all, observed{testReader(t, vendor), p.Body, i, fmt.Sprintf("archive/%03d", n), raw.Place{Position: int32(i)}, int64(n+1) * second})
			}
		}
	}
	require.NotEmpty(t, all)
	return all
}

// TestMergeIsAFunctionOfTheSet merges a vendor's payloads in every order, with copies among them: the row must be the
// same, cell by cell.
func TestMergeIsAFunctionOfTheSet(t *testing.T) {
	for _, vendor := range fixtures.Vendors() {
		t.Run(vendor, func(t *testing.T) {
			all := observations(t, vendor)
			rng := rand.New(rand.NewPCG(1, 2))
			want := ""
			for round := range 50 {
				set := make([]*Observation, 0, 2*len(all))
				for _, o := range all {
					set = append(set, o.read(t))
				}
				copies := 0
				for ; copies < round%4; copies++ {
					o := all[rng.IntN(len(all))]
					o.reader = testReader(t, vendor)
					o.at += 5 * second // delivered again, later
					o.path = "brought/" + o.path
					set = append(set, o.read(t))
				}
				rng.Shuffle(len(set), func(i, j int) { set[i], set[j] = set[j], set[i] })
				versions, found := Versions(set)
				require.Equal(t, copies, found)
				merged := Merge(versions)
				testReader(t, vendor).Finish(merged)
				got := dump(merged)
				if want == "" {
					want = got
				}
				require.Empty(t, cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")), "round %d", round)
			}
		})
	}
}

// TestRowsConform checks what holds for every vendor's rows: keys, allowed words, indexes, and Arrow memory.
func TestRowsConform(t *testing.T) {
	for _, vendor := range fixtures.Vendors() {
		t.Run(vendor, func(t *testing.T) {
			mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
			defer mem.AssertSize(t, 0)
			rows := map[string]int64{}
			batches := NewBatches(mem, func(id schema.ID, rec arrow.Record) error {
				defer rec.Release()
				rows[schema.Get(id).Name] += rec.NumRows()
				require.EqualValues(t, len(schema.Get(id).Fields), rec.NumCols())
				return nil
			})
			defer batches.Release()
			for _, o := range observations(t, vendor) {
				call := o.read(t)
				o.reader.Finish(call)
				for id := range schema.NumRead {
					conform(t, id, call)
				}
				require.NoError(t, batches.Append(call))
			}
			require.NoError(t, batches.Flush())
			require.Positive(t, rows["calls"])
		})
	}
}

func conform(t *testing.T, id schema.ID, o *Observation) {
	t.Helper()
	table := schema.Get(id)
	list := []Row{o.Call}
	if id != schema.Calls {
		list = list[:0]
		for i := range o.Children[id].Len() {
			list = append(list, o.Children[id].At(i))
		}
	}
	for _, row := range list {
		for i, f := range table.Fields {
			if len(f.Values) > 0 && f.Type == schema.Text && row[i].State != Absent {
				require.Contains(t, f.Values, row[i].Text, "%s.%s", table.Name, f.Name)
			}
			if f.Type == schema.Seconds && row[i].State != Absent {
				require.GreaterOrEqual(t, row[i].Num, int64(0), "%s.%s", table.Name, f.Name)
			}
		}
	}
	if id == schema.Calls {
		require.NotEmpty(t, o.ID())
		require.True(t, o.Call.Has(schema.CallStartedAt))
		require.True(t, o.Call.Has(schema.CallOutcome))
	}
}

// TestLargeTextsEndABatchEarly keeps memory from growing with the size of calls: a record ends at 16 MiB of text.
func TestLargeTextsEndABatchEarly(t *testing.T) {
	r := testReader(t, "ccai")
	rec := raw.Record{Body: []byte(`{"id":1,"status":"finished","call_type":"Voice Inbound","created_at":"2026-05-05T10:00:00Z","comment":"` + strings.Repeat("x", 1<<20) + `"}`)}
	r.Open(&rec)
	o := NewObservation()
	require.Equal(t, Loaded, r.Item(0, o).Fate)
	r.Finish(o)
	var rows []int64
	batches := NewBatches(memory.DefaultAllocator, func(id schema.ID, rec arrow.Record) error {
		if id == schema.Calls {
			rows = append(rows, rec.NumRows())
		}
		rec.Release()
		return nil
	})
	defer batches.Release()
	for range 40 {
		require.NoError(t, batches.Append(o))
	}
	require.NoError(t, batches.Flush())
	require.Equal(t, []int64{16, 16, 8}, rows)
}
