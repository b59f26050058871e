package transform

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/fixtures"
	"callmart/transform/schema"
)

// TestWhiteSpaceSaysNothing reads every fixture as it is and with white space in it, so that no two objects of it are the
// same text: what readers spare themselves where a text repeats must come out the same.
func TestWhiteSpaceSaysNothing(t *testing.T) {
	for _, vendor := range fixtures.Vendors() {
		payloads, err := fixtures.Payloads(vendor)
		require.NoError(t, err)
		for _, p := range payloads {
			requireSameSpaced(t, vendor, p.Body)
		}
	}
	// The same leg in two lists, and again after another text said something else of it.
	one, other := `{"id":7,"user_id":9,"alias":"A","started_at":1777875498,"type":"agent"}`, `{"id":7,"user_id":8,"started_at":1777875498}`
	odd := `{"id":7,"user_id":[1],"started_at":1777875498,"unknown":2}`
	for _, legs := range []string{one, one + "," + one, one + "," + other + "," + one, other + "," + one + "," + one, odd + "," + odd, one + "," + odd + "," + one, "7," + one + ",7"} {
		for _, answered := range []string{"", one, other, odd, "7"} {
			requireSameSpaced(t, "nectardesk", []byte(`{"id":1,"is_inbound":true,"started_at":1777875498,"all_agents":[`+legs+`],"answered_agents":[`+answered+`]}`))
		}
	}
}

func requireSameSpaced(t *testing.T, vendor string, body []byte) {
	t.Helper()
	if !json.Valid(body) {
		return
	}
	type read struct {
		Verdict    Verdict
		Call       Row
		Children   [schema.NumRead][]Cell
		Tags       []string
		Extra      string
		WrongTypes int64
		Newest     int64
		Evidence   Evidence
	}
	all := func(body []byte) (items []read) {
		r := testReader(t, vendor)
		rec := raw.Record{Body: body, Origin: raw.Webhook}
		for i := range min(20, r.Open(&rec)) {
			o := NewObservation()
			v := r.Item(i, o)
			if v.Fate != Loaded {
				items = append(items, read{Verdict: Verdict{Fate: v.Fate, Reason: v.Reason}})
				continue
			}
			item := read{v, o.Call, [schema.NumRead][]Cell{}, o.Tags, string(o.extra.bytes()), o.WrongTypes, o.newest, o.Evidence}
			for id := range o.Children {
				item.Children[id] = o.Children[id].cells
			}
			items = append(items, item)
		}
		return items
	}
	if diff := cmp.Diff(all(body), all(spaced(body))); diff != "" {
		t.Fatalf("%s: %s", body, diff)
	}
}

// spaced adds some white space to each object, and not the same to two that follow each other.
func spaced(body []byte) (text []byte) {
	quoted, objects := false, 0
	for i := 0; i < len(body); i++ {
		c := body[i]
		text = append(text, c)
		switch {
		case quoted && c == '\\':
			i++
			text = append(text, body[i])
		case c == '"':
			quoted = !quoted
		case !quoted && c == '{':
			objects++
			for range 1 + objects%61 {
				text = append(text, ' ')
			}
		}
	}
	return text
}
