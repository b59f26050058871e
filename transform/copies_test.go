package transform

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/transform/schema"
)

// TestCopiesInAnyOrder gives copies of one payload, which differ in origin, place, time and whether that was received, in
// every order, all at once and one after the other: what is kept of them is the same.
func TestCopiesInAnyOrder(t *testing.T) {
	kinds := []struct {
		path     string
		at       int64
		origin   raw.Origin
		received bool
	}{
		{"z", 5, raw.Webhook, true},
		{"m", 5, raw.Webhook, false},
		{"k", 5, raw.File, true},
		{"a", 9, raw.Webhook, true},
	}
	copyOf := func(i int) *Observation {
		o := NewObservation()
		k := kinds[i]
		o.Path, o.Origin, o.Origins, o.ObservedAt = k.path, k.origin, 1<<k.origin, k.at
		row := o.Children[schema.Events].Add()
		row.Text(schema.EventName, "call_ended")
		if k.received {
			row.Int(schema.EventReceivedAt, k.at)
		}
		return o
	}
	text := func(o *Observation) string {
		return fmt.Sprint(o.Path, o.Origin, o.Origins, o.ObservedAt, o.Children[schema.Events].At(0)[schema.EventReceivedAt])
	}
	want := ""
	check := func(kept []*Observation) {
		require.Len(t, kept, 1)
		if want == "" {
			want = text(kept[0])
		}
		require.Equal(t, want, text(kept[0]))
	}
	var try func(order []int)
	try = func(order []int) {
		if len(order) == len(kinds) {
			var all []*Observation
			var one []*Observation
			for _, i := range order {
				all = append(all, copyOf(i))
				one, _ = Versions(append(one, copyOf(i)))
			}
			check(one)
			all, _ = Versions(all)
			check(all)
			return
		}
	next:
		for i := range kinds {
			for _, j := range order {
				if i == j {
					continue next
				}
			}
			try(append(order[:len(order):len(order)], i))
		}
	}
	try(nil)
}
