package transform

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
)

// TestCallerDeskPages tells a page of calls from a call.
func TestCallerDeskPages(t *testing.T) {
	r, o := testReader(t, "callerdesk"), NewObservation()
	const row = `{"sid_id":"17500000001","status":"ANSWER","startdatetime":"2026-05-04 10:00:00"}`
	for range 2 { // the second time, keys are predicted
		for _, c := range []struct {
			body  string
			items int
			fate  Fate
			why   string
		}{
			{`{"type":"success","result":[]}`, 1, Ignored, ReasonEmptyPage},
			{`{"live_calls":[ ]}`, 1, Ignored, ReasonEmptyPage},
			{`[]`, 1, Ignored, ReasonEmptyPage},
			{`{"type":"success","result":[` + row + `,` + row + `]}`, 2, Loaded, ""},
			{`{"result":[` + row + `]}`, 1, Loaded, ""},
			{`[` + row + `,` + row + `]`, 2, Loaded, ""},
			{row, 1, Loaded, ""},
			{`{"result":"none","type":"error"}`, 1, Ignored, ReasonErrorBody},
		} {
			rec := raw.Record{Body: []byte(c.body)}
			require.Equal(t, c.items, r.Open(&rec), c.body)
			v := r.Item(c.items-1, o)
			require.Equal(t, c.fate, v.Fate, c.body)
			require.Equal(t, c.why, v.Reason, c.body)
		}
	}
}
