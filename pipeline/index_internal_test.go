package pipeline

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/transform"
)

// testIndex is an index of calls, each with up to three records, as two workers would find them in several passes.
func testIndex(t *testing.T, budget int64, calls, passes int) *index {
	t.Helper()
	x := newIndex(t.TempDir(), budget)
	t.Cleanup(func() { require.NoError(t, x.close()) })
	rng := rand.New(rand.NewPCG(1, 2))
	for pass := range passes {
		var found [2][buckets]part
		for n := range calls {
			id := fmt.Sprintf("call-%d", n)
			for i := range 1 + n%3 {
				e := entry{
					hash: x.hash(id), start: int64(n) * 7e8, offset: int64(1000*n + i), length: uint32(n), file: int32(pass),
					origin: raw.Webhook, traits: final,
				}
				found[rng.IntN(2)][bucketOf(e.hash)].add(e, id)
				x.records++
			}
			if n%100 == 99 {
				require.NoError(t, x.take(&found[n/100%2]))
			}
		}
		require.NoError(t, x.take(&found[0]))
		require.NoError(t, x.take(&found[1]))
		require.NoError(t, x.sort(t.Context()))
	}
	return x
}

// TestIndex finds the same in an index in memory and in one that lies on the disk, also when more came to it later.
func TestIndex(t *testing.T) {
	const calls, passes = 3000, 3
	for name, budget := range map[string]int64{"memory": 1 << 30, "disk": 0, "both": 200 << 10} {
		t.Run(name, func(t *testing.T) {
			x := testIndex(t, budget, calls, passes)
			require.Equal(t, budget < 1<<30, x.sorted != nil)
			seen := map[string]bool{}
			for id, entries := range x.calls {
				require.False(t, seen[id], "the records of a call stand together")
				seen[id] = true
				require.True(t, slices.IsSortedFunc(entries, func(a, b entry) int { return comparePlaces(a.place(), b.place()) }))
			}
			require.Len(t, seen, calls)
			for n := range calls {
				entries := x.find(fmt.Sprintf("call-%d", n))
				require.Len(t, entries, passes*(1+n%3))
				for _, e := range entries {
					require.Equal(t, int64(n), e.offset/1000)
					require.Equal(t, uint32(n), e.length)
					require.True(t, e.is(final))
				}
			}
			require.False(t, x.has("call-3000"))
			require.True(t, x.any(func(e *entry) bool { return e.origin == raw.Webhook }))
			require.False(t, x.any(func(e *entry) bool { return e.origin == raw.API }))
		})
	}
}

// TestPlan puts every call into its partition, in the order of the tables, whether the plan lies in memory or not.
func TestPlan(t *testing.T) {
	const calls = 3000
	zone, err := time.LoadLocation("America/St_Johns")
	require.NoError(t, err)
	for name, budget := range map[string]int64{"memory": 1 << 30, "disk": 0} {
		for _, keep := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s keep %t", name, keep), func(t *testing.T) {
				x := newIndex(t.TempDir(), budget)
				defer func() { require.NoError(t, x.close()) }()
				var found [buckets]part
				for n := range calls { // one record each: no merge
					id := fmt.Sprint(n)
					e := entry{hash: x.hash(id), start: int64(n/2) * 1e9, offset: int64(n)}
					if n%10 == 9 {
						e.traits = dateless
					}
					found[bucketOf(e.hash)].add(e, id)
					x.records++
				}
				require.NoError(t, x.take(&found))
				require.NoError(t, x.sort(t.Context()))

				p := &plan{source: transform.Source{Name: "a", Vendor: "nectardesk", Zone: zone}, dir: t.TempDir(), budget: budget, keep: keep}
				require.NoError(t, p.make(t.Context(), x, func() *merger { return nil }))
				defer func() { require.NoError(t, p.close()) }()
				require.Equal(t, budget == 0, p.file != nil)
				require.EqualValues(t, calls*9/10, x.account.New)
				require.EqualValues(t, calls/10, x.account.ignored[reasonWaiting])
				require.Len(t, x.waiting, calls/10)
				reader, err := transform.NewReader(p.source)
				require.NoError(t, err)
				seen, last := 0, plannedCall{}
				for _, part := range p.sorted() {
					require.NoError(t, part.each(false, func(h *hourCalls) error {
						for i := range h.calls {
							c := &h.calls[i]
							require.Equal(t, part.date, reader.DateAt(c.start))
							require.GreaterOrEqual(t, c.start, last.start)
							require.Equal(t, h.ids.at(c.id), fmt.Sprint(h.records(c)[0].Offset))
							if keep {
								require.Equal(t, part.date, x.find(h.ids.at(c.id))[0].planned)
							}
							seen, last = seen+1, *c
						}
						return nil
					}))
				}
				require.Equal(t, calls*9/10, seen)
				require.Equal(t, keep || budget == 0, x.has("1"), "what nobody will ask for is freed, or lies on the disk")
			})
		}
	}
}
