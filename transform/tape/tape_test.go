package tape_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/transform/tape"
)

// tree rebuilds what encoding/json gives for the same text, so that the two can be compared.
func tree(v tape.Value) any {
	switch v.Kind() {
	case tape.Object:
		m := map[string]any{}
		for it := v.Members(); it.Next(); {
			m[strings.Clone(it.Key())] = tree(it.Value())
		}
		return m
	case tape.Array:
		a := []any{}
		for it := v.Elements(); it.Next(); {
			a = append(a, tree(it.Value()))
		}
		return a
	case tape.String:
		return strings.Clone(v.Text())
	case tape.Number:
		return json.Number(string(v.Raw()))
	case tape.True:
		return true
	case tape.False:
		return false
	}
	return nil
}

func oracle(text []byte) (any, error) {
	if !json.Valid(text) {
		return nil, &json.SyntaxError{}
	}
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.UseNumber()
	var want any
	err := dec.Decode(&want)
	return want, err
}

var texts = []string{
	`{}`, `[]`, `null`, `true`, `false`, `0`, `-0.5e+10`, `""`, ` { "a" : [ 1 , 2 , { "b" : null } ] } `,
	`{"id":123,"name":"J\u00fcrgen \ud83d\ude00 \ud800 x","esc":"\"\\\/\b\f\n\r\t"}`,
	`{"a":1,"a":2}`, `"` + strings.Repeat("x", 100) + `é"`, "\"bad \xff utf8\"", `"\ud800\u0041"`, `"\ud800\ud800\udc00"`,
	`{"big":12345678901234567890123,"f":1e400}`, `"nul \u0000"`,
	// Refused by encoding/json.
	``, ` `, `{`, `[1,]`, `{"a":}`, `{"a":1,}`, `{a:1}`, `01`, `1.`, `1e`, `-`, `+1`, `.5`, `tru`, `nul`, `"a`, `"\x"`, `"\u12g4"`,
	"\"a\nb\"", `1 2`, `{}x`, `["a" "b"]`, `{"a" 1}`, `[1 2]`, `]`, `}`, `"abc\`, "\"1234567\x01\"", `nan`, `'a'`, `{"a":1]`, `[1}`,
	"\ufeff{}",
}

func TestParseAgreesWithEncodingJSON(t *testing.T) {
	var d tape.Doc
	for _, text := range texts {
		want, wantErr := oracle([]byte(text))
		err := d.Parse([]byte(text))
		if wantErr != nil {
			require.Error(t, err, "%q", text)
			continue
		}
		require.NoError(t, err, "%q", text)
		require.Equal(t, want, tree(d.Root()), "%q", text)
		compact := d.Root().AppendCompact(nil)
		again, err := oracle(compact)
		require.NoError(t, err, "%q -> %q", text, compact)
		require.Equal(t, want, again, "%q", text)
	}
}

func TestDepth(t *testing.T) {
	var d tape.Doc
	deep := func(n int) []byte { return []byte(strings.Repeat("[", n) + strings.Repeat("]", n)) }
	require.NoError(t, d.Parse(deep(tape.MaxDepth)))
	var tooDeep *tape.DepthError
	require.ErrorAs(t, d.Parse(deep(tape.MaxDepth+1)), &tooDeep)
	require.ErrorAs(t, d.Parse(deep(10_000)), &tooDeep)
	require.True(t, d.Root().Empty())
}

func TestValues(t *testing.T) {
	var d tape.Doc
	require.NoError(t, d.Parse([]byte(`{"i":-42,"max":9223372036854775807,"over":9223372036854775808,"f":1.5,"e":{},"s":"7","dup":1,"dup":2}`)))
	root := d.Root()
	n, ok := root.Get("i").Int()
	require.True(t, ok)
	require.EqualValues(t, -42, n)
	n, ok = root.Get("max").Int()
	require.True(t, ok)
	require.EqualValues(t, int64(9223372036854775807), n)
	_, ok = root.Get("over").Int()
	require.False(t, ok)
	_, ok = root.Get("f").Int()
	require.False(t, ok)
	f, ok := root.Get("f").Float()
	require.True(t, ok)
	require.InDelta(t, 1.5, f, 0)
	require.True(t, root.Get("e").Empty())
	require.Equal(t, tape.Missing, root.Get("none").Kind())
	require.True(t, root.Get("none").Empty())
	n, _ = root.Get("dup").Int()
	require.EqualValues(t, 2, n)
	s, ok := root.Get("f").Scalar()
	require.True(t, ok)
	require.Equal(t, "1.5", s)
	require.Equal(t, 8, root.Len())
}

func FuzzParse(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text))
	}
	for _, i := range []int{3, 12, 40, 60, len(shaped) - 3} {
		f.Add([]byte(shaped))
		f.Add([]byte(shaped[:i]))
		f.Add([]byte(shaped[:i] + "\"" + shaped[i:]))
	}
	f.Add([]byte(`{"id":1,"id":2,"\u0069d":3}`))
	// One Doc is new to each text, one knows the usual shape, one has learned from all texts so far.
	learned := expected()
	f.Fuzz(func(t *testing.T, text []byte) {
		knows := expected()
		require.NoError(t, knows.Parse([]byte(shaped)))
		for _, d := range []*tape.Doc{{}, knows, learned} {
			err := d.Parse(text)
			var tooDeep *tape.DepthError
			want, wantErr := oracle(text)
			switch {
			case wantErr != nil:
				require.Error(t, err)
			case err != nil:
				require.ErrorAs(t, err, &tooDeep)
			default:
				require.Equal(t, want, tree(d.Root()))
				again, err := oracle(d.Root().AppendCompact(nil))
				require.NoError(t, err)
				require.Equal(t, want, again)
			}
		}
	})
}

var call = []byte(`{"calls":{"id":1000601,"is_inbound":true,"is_answered":true,"is_in_queue":false,"contact":{"id":1000601,"full_name":"John Doe","number_country_code":"1","national_number":"550000601","number":"1550000601","list_ids":[1,2,3]},"agents":[7],"all_agents":[{"id":7,"user_id":1007,"alias":"Agent","sip":"sip:agent@example.invalid","started_at":918626362,"type":"agent","is_any_transfer":false,"hangup_reason":"NORMAL_CLEARING"}],"external_numbers":[],"number":{"id":1,"number":"15550100","numberWithAlias":"15550100 (Bank)","alias":"Bank"},"started_at":918626248,"duration":396,"talk_time":282,"requested_callback":false,"is_ended":true,"type":"answered","is_answered_within_sla":false,"campaign":null,"ring_group":{"id":5,"name":"Support"},"ivr":{"id":1,"name":"Main"},"disposition":null,"recordings":[],"tags":["a","b"]}}`)

func BenchmarkParse(b *testing.B) {
	var d tape.Doc
	d.Expect(map[string]tape.Key{"id": 1}, false)
	b.SetBytes(int64(len(call)))
	b.ReportAllocs()
	for b.Loop() {
		if err := d.Parse(call); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodingJSON(b *testing.B) {
	b.SetBytes(int64(len(call)))
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if err := json.Unmarshal(call, &v); err != nil {
			b.Fatal(err)
		}
	}
}

// TestDecodedTextsStay parses other texts: strings that had to be decoded live in the Doc, and still are what they were.
func TestDecodedTextsStay(t *testing.T) {
	var d tape.Doc
	var got, want []string
	for i := range 2000 {
		text := fmt.Appendf(nil, `{"a":"line\n%d","b":"\u00e9%s","c":"%s"}`, i, strings.Repeat("x", i%97), strings.Repeat(`\u0041`, i))
		require.NoError(t, d.Parse(text))
		root := d.Root()
		got = append(got, root.Get("a").Text(), root.Get("b").Text(), root.Get("c").Text())
		want = append(want, fmt.Sprintf("line\n%d", i), "é"+strings.Repeat("x", i%97), strings.Repeat("A", i))
	}
	require.Equal(t, want, got)
}

func TestAmongArrays(t *testing.T) {
	d := expected()
	for range 3 { // the first time keys are learned, then they are predicted
		for text, want := range map[string]bool{
			`{"id":1}`: false, `{"id":"[]"}`: false, `{"id":[]}`: true, `{"id":[1]}`: true, `{"id":{"id":[]}}`: true, `[]`: true, `{}`: false, `[ ]`: true,
		} {
			require.NoError(t, d.Parse([]byte(text)))
			require.Equal(t, want, d.Root().AmongArrays(), text)
		}
	}
	require.False(t, tape.Value{}.AmongArrays())
}

// TestDepthDoesNotDependOnWhatWasParsed nests objects and arrays to the limit and beyond, again and again: keys that were learned
// must not let anything through.
func TestDepthDoesNotDependOnWhatWasParsed(t *testing.T) {
	d := expected()
	for range 4 {
		for _, inner := range []string{"{}", "[]", `{"a":1}`, "[1]"} {
			for _, levels := range []int{tape.MaxDepth - 2, tape.MaxDepth - 1, tape.MaxDepth, tape.MaxDepth + 1} {
				text := strings.Repeat(`{"a":`, levels) + inner + strings.Repeat("}", levels)
				err := d.Parse([]byte(text))
				if levels+1 <= tape.MaxDepth {
					require.NoError(t, err, "%d levels of %s", levels+1, inner)
					continue
				}
				var deep *tape.DepthError
				require.ErrorAs(t, err, &deep, "%d levels of %s", levels+1, inner)
			}
		}
	}
}
