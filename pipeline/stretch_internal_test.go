package pipeline

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestStretches cuts hours into stretches: by the bytes of what is read, of which calls of one page share theirs, through hours and
// never through a call. The last one ends the partition, with calls or without.
func TestStretches(t *testing.T) {
	const third = stretchBytes/3 + 1
	hour := func(records ...entry) *hourCalls {
		h := &hourCalls{}
		for i, e := range records {
			h.add(plannedCall{}, fmt.Sprint(i), []entry{e})
		}
		return h
	}
	apart := func(n int) (records []entry) {
		for i := range n {
			records = append(records, entry{file: 1, offset: int64(i) * third, length: third})
		}
		return records
	}
	page := func(n int) (records []entry) {
		for i := range n {
			records = append(records, entry{file: 1, length: third, position: int32(i)})
		}
		return records
	}
	twice := &hourCalls{}
	twice.add(plannedCall{}, "a", apart(5))
	for name, test := range map[string]struct {
		hours []*hourCalls
		calls []int // of the stretches
	}{
		"nothing":         {nil, []int{0}},
		"empty hours":     {[]*hourCalls{hour(), hour()}, []int{0}},
		"one":             {[]*hourCalls{hour(apart(1)...)}, []int{1}},
		"just full":       {[]*hourCalls{hour(apart(3)...)}, []int{3, 0}},
		"one more":        {[]*hourCalls{hour(apart(4)...)}, []int{3, 1}},
		"through hours":   {[]*hourCalls{hour(apart(2)...), hour(), hour(apart(2)...), hour(apart(1)...)}, []int{3, 2}},
		"a page":          {[]*hourCalls{hour(page(5000)...)}, []int{5000}},
		"page of an hour": {[]*hourCalls{hour(page(10)...), hour(page(10)...)}, []int{20}},
		"many records":    {[]*hourCalls{twice, hour(apart(1)...)}, []int{1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []*stretch
			cut := &stretches{yield: func(s *stretch) error { got = append(got, s); return nil }}
			for _, h := range test.hours {
				require.NoError(t, cut.hour(h))
			}
			require.NoError(t, cut.end(true))
			var calls []int
			for i, s := range got {
				sum := 0
				for _, p := range s.pieces {
					sum += len(p.calls)
				}
				require.Equal(t, sum, s.calls)
				require.Equal(t, i == len(got)-1, s.last)
				calls = append(calls, s.calls)
			}
			require.Equal(t, test.calls, calls)
		})
	}
}
