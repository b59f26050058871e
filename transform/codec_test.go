package transform

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/fixtures"
)

func TestDecodeIsTheInverseOfAppendTo(t *testing.T) {
	for _, vendor := range fixtures.Vendors() {
		back := NewObservation()
		for _, o := range append(observations(t, vendor), generated(t, vendor)...) {
			call := o.read(t)
			coded := call.AppendTo(nil)
			require.NoError(t, back.Decode(coded))
			require.Equal(t, coded, back.AppendTo(nil))
			require.Equal(t, known(call), known(back), "%s", o.body)
			for _, cut := range []int{0, 1, 20, 60, len(coded) / 2, len(coded) - 1} {
				require.ErrorIs(t, back.Decode(coded[:cut]), errBroken)
			}
		}
	}
}

// FuzzDecode reads anything as a spooled observation: it is refused, or it is one that is written again as it was read.
func FuzzDecode(f *testing.F) {
	seed := NewObservation()
	seed.Call.Text(0, "seed")
	f.Add(seed.AppendTo(nil))
	f.Add([]byte{})
	back, again := NewObservation(), NewObservation()
	f.Fuzz(func(t *testing.T, b []byte) {
		if back.Decode(b) != nil {
			return
		}
		coded := back.AppendTo(nil)
		if err := again.Decode(coded); err != nil {
			t.Fatalf("cannot read what it wrote: %v", err)
		}
		require.Equal(t, coded, again.AppendTo(nil))
	})
}
