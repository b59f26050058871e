package transform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/fixtures"
)

// TestNoValueIsLost changes every value of every documented payload, one at a time, and wants another row (or extra)
// each time: a value whose change nothing shows would be lost.
func TestNoValueIsLost(t *testing.T) {
	for _, vendor := range fixtures.Vendors() {
		payloads, err := fixtures.Payloads(vendor)
		require.NoError(t, err)
		for _, p := range payloads {
			if strings.HasSuffix(p.Name, "s") || strings.HasPrefix(p.Name, "error") {
				continue // requests and errors
			}
			t.Run(vendor+"/"+p.Name, func(t *testing.T) {
				var tree any // the whole payload
				dec := json.NewDecoder(bytes.NewReader(p.Body))
				dec.UseNumber()
				require.NoError(t, dec.Decode(&tree))
				r := testReader(t, vendor)
				before := dumpTree(t, r, tree)
				leaves := 0
				walked := tree
				if page, ok := tree.(map[string]any); ok && page["result"] != nil {
					walked = page["result"] // what frames the rows of a list says nothing of a call
				}
				walk(walked, "", func(path string, value any, set func(any)) {
					leaves++
					for _, other := range others(value) {
						set(other)
						if dumpTree(t, r, tree) == before {
							t.Errorf("%s: changing %v to %v changes nothing", path, value, other)
						}
						set(value)
					}
				})
				require.Greater(t, leaves, 2)
			})
		}
	}
}

// dumpTree writes all rows of a payload, but for what only tells that it is another payload.
func dumpTree(t *testing.T, r *Reader, tree any) string {
	t.Helper()
	body, err := json.Marshal(tree)
	require.NoError(t, err)
	rec := raw.Record{Body: body, Origin: raw.Webhook, CallID: "from-envelope", ReceivedAt: 1}
	var b strings.Builder
	for i := range r.Open(&rec) {
		o := NewObservation()
		if v := r.Item(i, o); v.Fate != Loaded {
			fmt.Fprintln(&b, v)
			continue
		}
		if !o.Dateless {
			r.Finish(o)
		}
		b.WriteString(dump(o))
	}
	return b.String()
}

// walk calls visit for every scalar of a tree, with a way to change it.
func walk(tree any, path string, visit func(path string, value any, set func(any))) {
	switch tree := tree.(type) {
	case map[string]any:
		for _, k := range sortedKeys(tree) {
			if child := tree[k]; isScalar(child) {
				visit(path+"."+k, child, func(v any) { tree[k] = v })
			} else {
				walk(child, path+"."+k, visit)
			}
		}
	case []any:
		for i, child := range tree {
			at := fmt.Sprintf("%s[%d]", path, i)
			if isScalar(child) {
				visit(at, child, func(v any) { tree[i] = v })
			} else {
				walk(child, at, visit)
			}
		}
	}
}

func isScalar(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

// others are values that say something else, of the same kind and of another one.
func others(v any) []any {
	switch v := v.(type) {
	case nil:
		return []any{"something", json.Number("7"), true, []any{"a"}}
	case bool:
		return []any{!v, "neither"}
	case json.Number:
		n, err := v.Int64()
		if err != nil {
			return []any{json.Number("8.5")}
		}
		return []any{json.Number(fmt.Sprint(n + 1)), map[string]any{"k": "v"}}
	case string:
		if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return []any{at.Add(time.Second).Format(time.RFC3339Nano), "no time"}
		}
		return []any{v + "7", map[string]any{"k": "v"}}
	}
	return nil
}
