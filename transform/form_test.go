package transform

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/transform/schema"
)

// TestFormsAreReadLikeJSON gives one CallerDesk delivery in every way it may be archived.
func TestFormsAreReadLikeJSON(t *testing.T) {
	form := `CallSid=1672649960.9600001&Status=ANSWER&Direction=IVR&SourceNumber=09876543210&StartTime=2023-01-02++14%3A29%3A20` +
		`&EndTime=2023-01-02+14:33:34&TalkDuration=200&call_group=Sales&LegA_Picked_time=2023-01-02+14:29:30&LegB_Picked_time=2023-01-02+14:29:50`
	object := `{"CallSid":"1672649960.9600001","Status":"ANSWER","Direction":"IVR","SourceNumber":"09876543210","StartTime":"2023-01-02  14:29:20",` +
		`"EndTime":"2023-01-02 14:33:34","TalkDuration":"200","call_group":"Sales","LegA_Picked_time":"2023-01-02 14:29:30","LegB_Picked_time":"2023-01-02 14:29:50"}`
	r := testReader(t, "callerdesk", func(s *Source) { s.Region = "IN" })
	read := func(text string) string {
		rec := raw.Record{Body: []byte(text), Origin: raw.Webhook}
		require.Equal(t, 1, r.Open(&rec), text)
		o := NewObservation()
		v := r.Item(0, o)
		require.Equal(t, Loaded, v.Fate, "%s: %v", text, v)
		r.Finish(o)
		require.EqualValues(t, 20_000, o.Children[schema.QueueEntries].At(0)[schema.EntryWait].Num)
		return dump(o)
	}
	want := read(object)
	for name, text := range map[string]string{
		"form":             form,
		"query string":     "?" + form,
		"envelope, object": `{"received_at":null,"body":` + object + `}`,
		"envelope, form":   `{"path":"/hook","body":"` + form + `"}`,
		"envelope, query":  `{"path":"/hook","query":` + object + `,"body":""}`,
		"envelope, text":   `{"path":"/hook","query":"` + form + `"}`,
	} {
		require.Empty(t, cmp.Diff(want, read(text)), name)
	}
}

func TestTextsThatAreNoFormAreQuarantined(t *testing.T) {
	for _, vendor := range []string{"callerdesk", "ccai"} {
		r := testReader(t, vendor)
		for _, text := range []string{"hello", "a=b c", "%zz=1", "<a href=x>", "=", ""} {
			rec := raw.Record{Body: []byte(text)}
			r.Open(&rec)
			require.Equal(t, Quarantined, r.Item(0, NewObservation()).Fate, "%s %q", vendor, text)
		}
	}
}

func TestSessionEventsWaitForTheirCallOrDateIt(t *testing.T) {
	r := testReader(t, "ccai")
	rec := raw.Record{Body: []byte(`{"count":2,"events":[
		{"event_id":"e1","type":"call.routed","timestamp":1767600000000,"call_id":9,"queue_path_names":["Main","Sales"]},
		{"event_id":"e2","type":"call.final","timestamp":1767600060000,"call_id":9,"created_at":"2026-01-05T08:00:00Z","ends_at":"2026-01-05T08:01:00Z","dispositions":{"code":"SALE","custom_code_id":"7","note":"n"}}]}`), Origin: raw.Webhook}
	require.Equal(t, 2, r.Open(&rec))
	first, second := NewObservation(), NewObservation()
	require.Equal(t, Loaded, r.Item(0, first).Fate)
	require.Equal(t, Loaded, r.Item(1, second).Fate)
	require.True(t, first.Dateless)
	require.False(t, second.Dateless)
	versions, _ := Versions([]*Observation{second, first})
	merged := Merge(versions)
	r.Finish(merged)
	require.Equal(t, 2, merged.Children[schema.Events].Len())
	require.Equal(t, "SALE", merged.Call[schema.CallDispositionCode].Text)
	require.JSONEq(t, `{"queue_path_names":["Main","Sales"]}`, string(merged.extra.bytes()))
}
