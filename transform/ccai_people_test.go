package transform

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/transform/schema"
)

// TestCCAIAgentNames checks that an agent's name is put together where the payload gives it in two parts, in either order.
func TestCCAIAgentNames(t *testing.T) {
	r, o := testReader(t, "ccai"), NewObservation()
	for _, agent := range []string{
		`{"id":7,"name":"Jane Smith"}`, `{"id":7,"first_name":"Jane","last_name":"Smith"}`, `{"last_name":"Smith","first_name":"Jane","id":7,"name":""}`,
	} {
		rec := raw.Record{Body: []byte(`{"id":1,"status":"finished","call_type":"Voice Inbound","created_at":"2026-05-05T10:00:00.000Z","agent_info":` + agent + `}`)}
		r.Open(&rec)
		require.Equal(t, Loaded, r.Item(0, o).Fate)
		require.Equal(t, 1, o.Children[schema.Agents].Len())
		leg := o.Children[schema.Agents].At(0)
		require.Equal(t, "7", leg[schema.AgentID].Text)
		require.Equal(t, "Jane Smith", leg[schema.AgentName].Text)
	}
}
