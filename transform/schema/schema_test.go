package schema_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/transform/schema"
)

func TestColumnsAreDocumented(t *testing.T) {
	for id, table := range schema.Tables() {
		require.EqualValues(t, id, table.ID)
		require.NotEmpty(t, table.Grain, table.Name)
		seen := map[string]bool{}
		for _, f := range table.Fields {
			name := table.Name + "." + f.Name
			require.NotEmpty(t, f.Name, "a column of %s has no definition", table.Name)
			require.False(t, seen[f.Name], "%s stands twice", name)
			seen[f.Name] = true
			require.True(t, sentence(f.Doc), "%s: %q is no sentence", name, f.Doc)
			require.Equal(t, len(f.Values), len(slices.Compact(slices.Sorted(slices.Values(f.Values)))), "%s: a word stands twice", name)
			if schema.ID(id) < schema.NumRead {
				require.NotEmpty(t, f.Origins.For(schema.Vendors()), "%s: nobody knows where it comes from", name)
			}
			for _, phrase := range []string{f.Origins.NectarDesk, f.Origins.CallerDesk, f.Origins.CCAI, f.Origins.Whippy, f.Origins.Computed} {
				require.Equal(t, strings.TrimSpace(phrase), phrase, name)
				require.False(t, strings.HasSuffix(phrase, "."), "%s: %q is a phrase", name, phrase)
				require.Equal(t, strings.Count(phrase, "("), strings.Count(phrase, ")"), "%s: %q", name, phrase)
			}
		}
	}
}

// sentence reports whether a text begins with a capital letter or a digit and ends with a period.
func sentence(s string) bool {
	return strings.HasSuffix(s, ".") && (s[0] >= 'A' && s[0] <= 'Z' || s[0] >= '0' && s[0] <= '9')
}

func TestOriginsAreFoundByVendor(t *testing.T) {
	o := schema.Origins{NectarDesk: "a", CallerDesk: "b", CCAI: "c", Whippy: "d", Computed: "e"}
	var got []string
	for _, v := range schema.Vendors() {
		got = append(got, o.Of(v))
	}
	require.Equal(t, []string{"a", "b", "c", "d"}, got)
	require.Empty(t, o.Of("another"))
	require.Equal(t, "ccai: c; computed: e", o.For([]string{"ccai"}))
	require.Empty(t, (&schema.Origins{CCAI: "c"}).For([]string{"whippy"}))

	require.Equal(t, schema.Vendors(), schema.Get(schema.Calls).Fields[schema.CallVendor].Values)
	text, err := json.Marshal(schema.Field{Name: "n", Doc: "D."})
	require.NoError(t, err)
	require.JSONEq(t, `{"name": "n", "type": "text", "doc": "D."}`, string(text), "no origins, no key")
}

func TestOutcomeRulesUseTheSchemasWords(t *testing.T) {
	evidence := schema.Get(schema.Calls).Fields[schema.CallOutcomeEvidence].Values
	last := map[string]schema.OutcomeRule{}
	for _, r := range schema.OutcomeRules() {
		require.Contains(t, schema.Vendors(), r.Vendor)
		require.Contains(t, schema.Outcomes(), r.Outcome, "%+v", r)
		require.Contains(t, evidence, r.Evidence, "%+v", r)
		if r.Direction != "" {
			require.Contains(t, schema.Directions(), strings.TrimPrefix(r.Direction, "not "), "%+v", r)
		}
		last[r.Vendor] = r
	}
	for _, v := range schema.Vendors() {
		require.Empty(t, last[v].Key+last[v].Direction+last[v].When, "the last rule of %s holds for all other calls", v)
	}
}
