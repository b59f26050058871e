package transform

import (
	"encoding/json"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"callmart/extract/raw"
	"callmart/fixtures"
	"callmart/transform/schema"
	"callmart/transform/tape"
)

func FuzzNectar(f *testing.F)     { fuzzVendor(f, "nectardesk") }
func FuzzCallerDesk(f *testing.F) { fuzzVendor(f, "callerdesk") }
func FuzzCCAI(f *testing.F)       { fuzzVendor(f, "ccai") }
func FuzzWhippy(f *testing.F)     { fuzzVendor(f, "whippy") }

// fuzzVendor reads any bytes as a vendor's payload: it must end in a verdict, what is loaded must be rows as they are
// allowed to be, what encoding/json refuses must not be loaded (but for forms), and two copies must be one call.
func fuzzVendor(f *testing.F, vendor string) {
	payloads, err := fixtures.Payloads(vendor)
	if err != nil {
		f.Fatal(err)
	}
	for _, p := range payloads {
		f.Add(p.Body)
		f.Add(append(append([]byte(`{"received_at":"2026-01-05T09:00:00Z","event":"call_abandoned","path":"/calls/7","body":`), p.Body...), '}'))
	}
	f.Add([]byte(`CallSid=1672649960.96&Status=ANSWER&StartTime=2023-01-02+14:29:20`))
	first, second := testReader(f, vendor), testReader(f, vendor)
	f.Fuzz(func(t *testing.T, body []byte) {
		rec := raw.Record{Body: body, Origin: raw.Webhook}
		copied := raw.Record{Body: slices.Clone(body), Origin: raw.Webhook}
		requireSameSpaced(t, vendor, body)
		n := first.Open(&rec)
		second.Open(&copied)
		for i := range min(n, 20) {
			requireSameIndex(t, second, i)
			a, b := NewObservation(), NewObservation()
			if v := first.Item(i, a); v.Fate != Loaded {
				if v.Reason == "" {
					t.Fatalf("%v without a reason", v.Fate)
				}
				continue
			}
			if _, form := formJSON(body); !json.Valid(body) && !form {
				t.Fatal("loaded what encoding/json refuses")
			}
			second.Item(i, b)
			versions, copies := Versions([]*Observation{a, b})
			merged := Merge(versions)
			if copies != 1 {
				t.Fatalf("%d copies of one payload", copies)
			}
			if _, dated := merged.Start(); !dated {
				continue
			}
			first.Finish(merged)
			checkRows(t, merged)
		}
	})
}

func checkRows(t *testing.T, o *Observation) {
	t.Helper()
	for id := range schema.NumRead {
		conform(t, id, o)
	}
	texts := func(row Row) {
		for _, c := range row {
			if !utf8.ValidString(c.Text) {
				t.Fatalf("%q is no UTF-8", c.Text)
			}
		}
	}
	texts(o.Call)
	for id := range o.Children {
		for i := range o.Children[id].Len() {
			texts(o.Children[id].At(i))
		}
	}
	if extra := o.extra.bytes(); len(extra) > 0 {
		var d tape.Doc
		if err := d.Parse(extra); err != nil && !isDeep(err) {
			t.Fatalf("extra is no JSON: %v: %s", err, extra)
		}
	}
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer mem.AssertSize(t, 0)
	batches := NewBatches(mem, func(_ schema.ID, rec arrow.Record) error {
		rec.Release()
		return nil
	})
	defer batches.Release()
	if err := batches.Append(o); err != nil {
		t.Fatal(err)
	}
	if err := batches.Flush(); err != nil {
		t.Fatal(err)
	}
}

func isDeep(err error) bool {
	_, deep := err.(*tape.DepthError) //nolint:errorlint // Parse returns it bare
	return deep
}
