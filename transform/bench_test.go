package transform

import (
	"math/bits"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/fixtures"
	"callmart/transform/schema"
)

// corpus is a few thousand calls of a vendor, each with numbers of its own.
func corpus(tb testing.TB, vendor string, payload func(fixtures.Centre, fixtures.Call) [][]byte) (records [][]byte, bytes int64) {
	tb.Helper()
	c := fixtures.Centre{Vendor: vendor, Seed: 5, Zone: time.UTC, From: time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC), Days: 5, CallsPerDay: 800}
	for call := range c.Calls() {
		for _, p := range payload(c, call) {
			records = append(records, p)
			bytes += int64(len(p))
		}
	}
	require.NotEmpty(tb, records)
	return records, bytes
}

func answer(c fixtures.Centre, call fixtures.Call) [][]byte { return [][]byte{c.Answer(call)} }

func deliveries(c fixtures.Centre, call fixtures.Call) (all [][]byte) {
	for _, d := range c.Deliveries(call) {
		all = append(all, d.Body)
	}
	return all
}

// BenchmarkTransform reads payloads into finished rows in Arrow columns: parse, validation, hash, extra and all.
func BenchmarkTransform(b *testing.B) {
	for _, bench := range []struct {
		name, vendor string
		payload      func(fixtures.Centre, fixtures.Call) [][]byte
	}{
		{"nectar_rest", "nectardesk", answer},
		{"nectar_webhook", "nectardesk", deliveries},
		{"callerdesk", "callerdesk", deliveries},
		{"ccai", "ccai", answer},
		{"whippy", "whippy", deliveries},
	} {
		records, size := corpus(b, bench.vendor, bench.payload)
		b.Run(bench.name+"/callmart", func(b *testing.B) {
			r := testReader(b, bench.vendor)
			o := NewObservation()
			batches := NewBatches(&recycler{free: map[int][][]byte{}}, func(_ schema.ID, rec arrow.Record) error {
				rec.Release()
				return nil
			})
			defer batches.Release()
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				for _, body := range records {
					rec := raw.Record{Body: body, Origin: raw.API}
					for i := range r.Open(&rec) {
						if v := r.Only(i, o); v.Fate != Loaded {
							b.Fatal(v)
						}
						r.Finish(o)
						if err := batches.Append(o); err != nil {
							b.Fatal(err)
						}
					}
				}
			}
			perCall(b, len(records))
		})
		b.Run(bench.name+"/encoding_json", func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				for _, body := range records {
					if err := unmarshal(bench.name, body); err != nil {
						b.Fatal(err)
					}
				}
			}
			perCall(b, len(records))
		})
	}
}

// recycler keeps freed blocks for the next batch, as the pipeline's allocator does.
type recycler struct{ free map[int][][]byte }

func (r *recycler) Allocate(size int) []byte {
	class := 1 << bits.Len(uint(max(size, 64)-1))
	if list := r.free[class]; len(list) > 0 {
		r.free[class] = list[:len(list)-1]
		return list[len(list)-1][:size]
	}
	return make([]byte, size, class)
}

func (r *recycler) Reallocate(size int, b []byte) []byte {
	if size <= cap(b) {
		return b[:size]
	}
	grown := r.Allocate(size)
	copy(grown, b)
	r.Free(b)
	return grown
}

func (r *recycler) Free(b []byte) { r.free[cap(b)] = append(r.free[cap(b)], b) }

func perCall(b *testing.B, records int) {
	b.Helper()
	b.ReportMetric(float64(b.N)*float64(records)/b.Elapsed().Seconds(), "calls/s")
}
