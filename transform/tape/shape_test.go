package tape_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/transform/tape"
)

// expected returns a Doc that learns shapes.
func expected() *tape.Doc {
	d := &tape.Doc{}
	d.Expect(map[string]tape.Key{"id": 1, "a_key_of_more_than_16_bytes": 2, "a_key_that_is_longer_than_two_words_of_sixteen_bytes": 3}, false)
	return d
}

// shaped is a text of the kind that is predicted: keys of all lengths, every kind of value, objects in arrays.
const shaped = `{"id":1,"name":"Jane Smith","a_key_of_more_than_16_bytes":true,"x":null,"twelve_bytes":-1.5e3,` +
	`"a_key_that_is_longer_than_two_words_of_sixteen_bytes":"plain","list":[{"id":2,"is":false},{"id":12345678901,"is":"\u0041"},{"is":1}],` +
	`"in":{"id":"é","in":{"id":0}},"no":{},"none":[],"last":"2026-05-04T08:23:16.000Z","n":12345678}`

// TestPredictionAgrees parses a text and then one that nearly shares its shape: what was learned must not show.
func TestPredictionAgrees(t *testing.T) {
	agrees := func(d *tape.Doc, text string) {
		t.Helper()
		want, wantErr := oracle([]byte(text))
		err := d.Parse([]byte(text))
		if wantErr != nil {
			require.Error(t, err, "%q", text)
			return
		}
		require.NoError(t, err, "%q", text)
		require.Equal(t, want, tree(d.Root()), "%q", text)
		again, err := oracle(d.Root().AppendCompact(nil))
		require.NoError(t, err)
		require.Equal(t, want, again)
	}
	d := expected()
	for i := range len(shaped) {
		agrees(d, shaped)
		agrees(d, shaped[:i])
		for _, c := range "\"\\ {}[]:,x0-.e\n\x00\xff" {
			agrees(d, shaped[:i]+string(c)+shaped[i:])
			agrees(d, shaped[:i]+string(c)+shaped[i+1:])
		}
		agrees(d, shaped[:i]+shaped[i+1:])
	}
	for _, text := range []string{
		`{"id":1,"id":2}`, `{"\u0069d":1}`, `{"id" : 1 , "name" : 2}`, `[` + shaped + `,` + shaped + `]`, strings.ReplaceAll(shaped, ",", ",\n  "),
		`{"name":1,"id":2}`, `{"id":{},"name":[],"x":{ },"in":[ ]}`, `{"id":{]}`, `{"id":[}}`, `{"id":1,"name":2}`, `{"id":1,"x":2}`, `{"id":1,"in":2}`, `{"id":1,"last":2}`, `{"id":1,"name":"` + strings.Repeat("x", 1000) + `"}`, `{"id":01}`, `{"id":1.}`, `{"id":truex}`, `{"id":nulls}`,
	} {
		agrees(d, shaped)
		agrees(d, text)
		agrees(d, text)
	}
}

func TestKeyNumbers(t *testing.T) {
	d := expected()
	for range 3 {
		require.NoError(t, d.Parse([]byte(shaped)))
		numbers := map[string]tape.Key{}
		for m := d.Root().Members(); m.Next(); {
			numbers[strings.Clone(m.Key())] = m.ID()
			require.Equal(t, m.Key(), m.Value().Name())
		}
		require.Equal(t, map[string]tape.Key{
			"id": 1, "name": 0, "no": 0, "none": 0, "a_key_of_more_than_16_bytes": 2, "x": 0, "twelve_bytes": 0, "a_key_that_is_longer_than_two_words_of_sixteen_bytes": 3,
			"list": 0, "in": 0, "last": 0, "n": 0,
		}, numbers)
		n, _ := d.Root().Find(1).Int()
		require.EqualValues(t, 1, n)
		require.NoError(t, d.Parse([]byte(`{"id":1,"\u0069d":2,"nothing":3}`)))
		n, _ = d.Root().Find(1).Int()
		require.EqualValues(t, 2, n, "an escaped key has its number too, and the last one wins")
		require.Equal(t, `{"id":1,"\u0069d":2,"nothing":3}`, string(d.Root().AppendCompact(nil)))
	}
}

// TestFloodOfKeys sends more keys than are kept: numbers stay right, and the usual shape is learned again.
func TestFloodOfKeys(t *testing.T) {
	d := expected()
	var flood strings.Builder
	flood.WriteString(`{"id":1`)
	for i := range 10_000 {
		fmt.Fprintf(&flood, `,"key%d":{"id":%d}`, i, i)
	}
	flood.WriteString(`,"` + strings.Repeat("long", 100_000) + `":1}`)
	for range 3 {
		require.NoError(t, d.Parse([]byte(flood.String())))
		members := 0
		for m := d.Root().Members(); m.Next(); {
			if n := m.Value().Find(1); m.Value().Kind() == tape.Object {
				id, ok := n.Int()
				require.True(t, ok)
				require.Equal(t, fmt.Sprintf("key%d", id), m.Key())
			}
			members++
		}
		require.Equal(t, 10_002, members)
		require.NoError(t, d.Parse([]byte(shaped)))
		n, _ := d.Root().Find(1).Int()
		require.EqualValues(t, 1, n)
	}
}
