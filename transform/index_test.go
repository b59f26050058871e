package transform

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/fixtures"
	"callmart/transform/schema"
)

// TestIndexSaysWhatItemSays reads every fixture both ways: what the first pass of a run keeps is the same.
func TestIndexSaysWhatItemSays(t *testing.T) {
	for _, vendor := range fixtures.Vendors() {
		payloads, err := fixtures.Payloads(vendor)
		require.NoError(t, err)
		r := testReader(t, vendor)
		for _, p := range payloads {
			for _, path := range []string{"", "/calls/77?event=call_ended"} {
				rec := raw.Record{Body: p.Body, Origin: raw.Webhook, Path: path, ReceivedAt: 1_700_000_000 * second}
				for i := range r.Open(&rec) {
					requireSameIndex(t, r, i)
				}
			}
		}
	}
}

// requireSameIndex reads an opened record with Item and with Index.
func requireSameIndex(t *testing.T, r *Reader, i int) {
	t.Helper()
	type kept struct {
		Verdict               Verdict
		Order                 Order
		ID, Parent            string
		Start                 int64
		Dated, Dateless, Seen bool
		ObservedAt            int64
		WrongTypes, Suspicion int64
	}
	of := func(v Verdict, o *Observation) kept {
		if v.Fate != Loaded {
			return kept{Verdict: v}
		}
		start, dated := o.Start()
		return kept{v, o.Order, o.Call[schema.CallID].Text, o.Parent(), start, dated, o.Dateless, o.SeenOnly, o.ObservedAt, o.WrongTypes, o.ZoneSuspicions}
	}
	o := NewObservation()
	brief := of(r.Index(i, o), o)
	whole := of(r.Item(i, o), o)
	require.Equal(t, whole, brief)
}

// BenchmarkIndex reads payloads as the first pass of a run does, beside reading them whole.
func BenchmarkIndex(b *testing.B) {
	records, size := corpus(b, "nectardesk", answer)
	r, o := testReader(b, "nectardesk"), NewObservation()
	for _, way := range []struct {
		name string
		read func(int, *Observation) Verdict
	}{{"index", r.Index}, {"item", r.Item}} {
		b.Run(way.name, func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				for _, body := range records {
					rec := raw.Record{Body: body, Origin: raw.API}
					for i := range r.Open(&rec) {
						if v := way.read(i, o); v.Fate != Loaded {
							b.Fatal(v)
						}
					}
				}
			}
			perCall(b, len(records))
		})
	}
}
