package pipeline

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/transform"
	"callmart/transform/schema"
)

// A lake has thousands of small files, each with a description of its table: it must tell every column and stay small.
func TestDescriptionsAreCompleteAndSmall(t *testing.T) {
	meta, err := describe(transform.Source{Vendor: "ccai", Zone: time.UTC, PayloadZone: time.UTC})
	require.NoError(t, err)
	sum := 0
	for id := range schema.NumTables {
		table := schema.Get(id)
		text, err := meta(table)
		require.NoError(t, err)
		sum += len(text)
		require.Less(t, len(text), 12<<10, table.Name)
		require.NotContains(t, text, `"origins":`)
		var d struct {
			Table  string
			Fields []struct{ Name, Type, Doc string }
		}
		require.NoError(t, json.Unmarshal([]byte(text), &d))
		require.Equal(t, table.Name, d.Table)
		require.Len(t, d.Fields, len(table.Fields))
		for i, f := range table.Fields {
			require.Equal(t, f.Name, d.Fields[i].Name)
			require.Equal(t, f.Type.String(), d.Fields[i].Type)
			require.Equal(t, f.Doc, d.Fields[i].Doc)
		}
	}
	require.Less(t, sum, 32<<10, "of one partition")
	require.NotEmpty(t, schema.Get(schema.Calls).Fields[schema.CallWait].Origins.CCAI, "describing leaves the schema as it is")
}
