package transform

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/transform/schema"
)

// TestEventsOfEnvelopes names the event of a body that names none, as an archive may: in the envelope, in the URL the
// webhook was sent to, or by the file.
func TestEventsOfEnvelopes(t *testing.T) {
	const body = `"body":{"id":1,"type":"inbound","startedDate":"2026-05-05T10:00:00+02:00","abandoned":0,"sub_type":"(Support)Handled"}}`
	for envelope, want := range map[string][2]string{
		`"event":"Call Abandoned",`:                                          {"call_abandoned", "abandoned"},
		`"path":"/hooks/nectar/call-abandoned",`:                             {"call_abandoned", "abandoned"},
		`"path":"/hooks/abandoned/",`:                                        {"call_abandoned", "abandoned"},
		`"url":"https://etl.example.com/nectar?event=Call%20Abandoned",`:     {"call_abandoned", "abandoned"},
		`"url":"https://etl.example.com/nectar?event=call_abandoned&a=1",`:   {"call_abandoned", "abandoned"},
		`"path":"/nectar","query":{"Event":"CallAbandoned"},`:                {"callabandoned", "abandoned"},
		`"path":"/nectar","query":"a=1&event=call_overflowed_to_voicemail",`: {"call_overflowed_to_voicemail", "voicemail"},
		`"path":"/nectar/disposition_saved",`:                                {"call_disposition_saved", "answered"},
		`"event":"call_ended","path":"/hooks/call_abandoned",`:               {"call_ended", "answered"},
		`"path":"/hooks/nectar",`:                                            {"of_the_file", "answered"},
		`"path":"/hooks/ended",`:                                             {"call_ended", "answered"},
	} {
		r := testReader(t, "nectardesk")
		rec := raw.Record{Body: []byte("{" + envelope + body), Origin: raw.Webhook}
		if want[0] == "of_the_file" {
			rec.Event = "of the file"
		}
		require.Equal(t, 1, r.Open(&rec))
		o := NewObservation()
		require.Equal(t, Loaded, r.Item(0, o).Fate)
		require.Equal(t, want, [2]string{o.Call[schema.CallEvent].Text, o.Call[schema.CallOutcome].Text}, envelope)
	}
}
