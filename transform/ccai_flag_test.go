package transform

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/transform/schema"
)

// TestCustomerFlagJoinsItsCall merges the answer of /calls/{id}/customer_flag, which has neither id nor date, into the
// call that its envelope names.
func TestCustomerFlagJoinsItsCall(t *testing.T) {
	flags := testReader(t, "ccai")
	rec := raw.Record{Body: []byte(`{"received_at":"2026-05-05T12:00:00Z","path":"/calls/515/customer_flag","status":200,
		"body":{"verified_customer":true,"bad_actor":false,"repeat_customers":"boolean"}}`), Place: raw.Place{Offset: 1}}
	require.Equal(t, 1, flags.Open(&rec))
	flag := NewObservation()
	require.Equal(t, Loaded, flags.Item(0, flag).Fate)
	require.Equal(t, "515", flag.ID())
	_, dated := flag.Start()
	require.False(t, dated)

	calls := testReader(t, "ccai")
	call := raw.Record{Body: []byte(`{"id":515,"status":"finished","call_type":"Voice Inbound (API)","created_at":"2026-05-05T10:00:00Z"}`)}
	calls.Open(&call)
	o := NewObservation()
	require.Equal(t, Loaded, calls.Item(0, o).Fate)

	versions, copies := Versions([]*Observation{flag, o})
	require.Zero(t, copies)
	merged := Merge(versions)
	calls.Finish(merged)
	require.True(t, merged.Call.True(schema.CallVerifiedCustomer))
	require.Equal(t, Given, merged.Call[schema.CallBadActor].State)
	require.Zero(t, merged.Call[schema.CallBadActor].Num)
	require.Equal(t, Absent, merged.Call[schema.CallRepeatCustomer].State)
	require.JSONEq(t, `{"repeat_customers":"boolean"}`, string(merged.extra.bytes()))
	require.Equal(t, "call", merged.Call[schema.CallPayloadKind].Text)
}
