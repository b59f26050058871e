package transform

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/transform/schema"
)

func testReader(t testing.TB, vendor string, change ...func(*Source)) *Reader {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	naive, err := time.LoadLocation("Asia/Kolkata")
	require.NoError(t, err)
	s := Source{Name: "test", Vendor: vendor, Zone: zone, PayloadZone: naive, Region: "DE"}
	for _, c := range change {
		c(&s)
	}
	r, err := NewReader(s)
	require.NoError(t, err)
	return r
}

// dump writes every known cell of a call and its children, a line each; computed ones are marked with ~.
func dump(o *Observation) string {
	var b strings.Builder
	line := func(f schema.Field, c Cell, text string) {
		mark := "="
		if c.derived() {
			mark = "~"
		}
		fmt.Fprintf(&b, "  %s %s %s\n", f.Name, mark, text)
	}
	cell := func(f schema.Field, c Cell) {
		if c.State == Absent {
			return
		}
		text := c.Text
		switch f.Type {
		case schema.Instant:
			text = time.UnixMicro(c.Num).UTC().Format("2006-01-02T15:04:05.999999Z")
		case schema.Local:
			text = time.UnixMicro(c.Num).UTC().Format("2006-01-02 15:04:05.999999")
		case schema.Seconds:
			text = fmt.Sprint(float64(c.Num) / 1000)
		case schema.Number:
			text = fmt.Sprint(math.Float64frombits(uint64(c.Num)))
		case schema.Int:
			text = fmt.Sprint(c.Num)
		case schema.Bool:
			text = fmt.Sprint(c.Num != 0)
		case schema.Text, schema.JSON:
			text = strings.ReplaceAll(text, "\n", `\n`)
		}
		line(f, c, text)
	}
	b.WriteString("calls\n")
	for i, f := range schema.Get(schema.Calls).Fields {
		switch i {
		case schema.CallTags:
			if len(o.Tags) > 0 {
				line(f, Cell{}, strings.Join(o.Tags, ", "))
			}
		case schema.CallExtra:
			if x := o.extra.bytes(); len(x) > 0 {
				line(f, Cell{}, string(x))
			}
		case schema.CallStartedLocal, schema.CallCallerKey:
			if o.Call.Has(i) {
				cell(f, o.Call[i])
			}
		case schema.CallPayloadSHA256: // another one for every payload
		default:
			cell(f, o.Call[i])
		}
	}
	for id := schema.Calls + 1; id < schema.NumRead; id++ {
		for i := range o.Children[id].Len() {
			fmt.Fprintf(&b, "%s %d\n", schema.Get(id).Name, i)
			for col, f := range schema.Get(id).Fields[schema.ChildIndex+1:] {
				cell(f, o.Children[id].At(i)[col+schema.ChildIndex+1])
			}
		}
	}
	return b.String()
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
