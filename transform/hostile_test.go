package transform

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/transform/schema"
)

const ccaiCall = `{"id":%s,"status":"finished","call_type":"Voice Inbound (IVR)","created_at":"2026-05-05T10:00:00Z",%s"queued_at":"2026-05-05T10:00:05Z"}`

// TestHostileValues gives values that break naive readers: each has a clear outcome.
func TestHostileValues(t *testing.T) {
	forty := strings.Repeat("1234567890", 4)
	for name, tc := range map[string]struct {
		id, more string
		check    func(t *testing.T, o *Observation)
	}{
		"id beyond 2^53":  {"9007199254740993", "", func(t *testing.T, o *Observation) { require.Equal(t, "9007199254740993", o.ID()) }},
		"id of 40 digits": {forty, "", func(t *testing.T, o *Observation) { require.Equal(t, forty, o.ID()) }},
		"id is text":      {`"a b"`, "", func(t *testing.T, o *Observation) { require.Equal(t, "a b", o.ID()) }},
		"NUL byte": {"1", `"out_ticket_id":"a\u0000b",`, func(t *testing.T, o *Observation) {
			require.Equal(t, "a\x00b", o.Call[schema.CallTicketID].Text)
		}},
		"lone surrogate": {"1", `"out_ticket_id":"\ud800x",`, func(t *testing.T, o *Observation) {
			require.Equal(t, "\ufffdx", o.Call[schema.CallTicketID].Text)
		}},
		"halves of surrogate pairs where no column is": {"1", `"m":"\ud800","n":["\udc00\ud83d\ude00\ud83d","\\\\ud800\\ud8"],"\udfff":"\u00e4\n",`, func(t *testing.T, o *Observation) {
			require.Equal(t, `{"m":"\ufffd","n":["\ufffd\ud83d\ude00\ufffd","\\\\ud800\\ud8"],"�":"\u00e4\n"}`, string(o.extra.bytes()))
		}},
		"text that looks like half a pair": {"1", `"m":"\\ud800",`, func(t *testing.T, o *Observation) {
			require.Equal(t, `{"m":"\\ud800"}`, string(o.extra.bytes()))
		}},
		"invalid UTF-8": {"1", "\"out_ticket_id\":\"\xff\",\"mystery\":\"\xfe\",", func(t *testing.T, o *Observation) {
			require.Equal(t, "\ufffd", o.Call[schema.CallTicketID].Text)
			require.True(t, utf8.Valid(o.extra.bytes()))
		}},
		"number too large for a duration": {"1", `"hold_duration":1e400,`, func(t *testing.T, o *Observation) {
			require.Equal(t, Absent, o.Call[schema.CallHold].State)
			require.Equal(t, `{"hold_duration":1e400}`, string(o.extra.bytes()))
			require.EqualValues(t, 1, o.WrongTypes)
		}},
		"negative duration": {"1", `"hold_duration":-5,`, func(t *testing.T, o *Observation) {
			require.Equal(t, Absent, o.Call[schema.CallHold].State)
			require.Contains(t, string(o.extra.bytes()), `"hold_duration":-5`)
		}},
		"object for a text": {"1", `"lang":{"a":1},`, func(t *testing.T, o *Observation) {
			require.Equal(t, Absent, o.Call[schema.CallLanguage].State)
			require.Contains(t, string(o.extra.bytes()), `"lang":{"a":1}`)
		}},
		"text for an array": {"1", `"participants":"none",`, func(t *testing.T, o *Observation) {
			require.Zero(t, o.Children[schema.Participants].Len())
			require.Contains(t, string(o.extra.bytes()), `"participants":"none"`)
		}},
		"the last of equal keys": {"1", `"lang":"de","lang":"en",`, func(t *testing.T, o *Observation) {
			require.Equal(t, "en", o.Call[schema.CallLanguage].Text)
		}},
		"absurd years": {"1", `"ends_at":"2099-12-25T23:59:59Z","assigned_at":"9999-12-31T23:59:59-12:00",`, func(t *testing.T, o *Observation) {
			require.Equal(t, "2099-12-25T23:59:59Z", instantText(o.Call[schema.CallEndedAt].Num))
			require.Equal(t, Absent, o.Call[schema.CallAssignedAt].State)
			require.Contains(t, string(o.extra.bytes()), "9999-12-31")
		}},
		"no time at all": {"1", `"ends_at":"0000-00-00 00:00:00","assigned_at":"soon",`, func(t *testing.T, o *Observation) {
			require.Equal(t, Absent, o.Call[schema.CallAssignedAt].State)
			require.Contains(t, string(o.extra.bytes()), `"assigned_at":"soon"`)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			r := testReader(t, "ccai")
			rec := raw.Record{Body: fmt.Appendf(nil, ccaiCall, tc.id, tc.more), Origin: raw.Webhook}
			require.Equal(t, 1, r.Open(&rec))
			o := NewObservation()
			v := r.Item(0, o)
			require.Equal(t, Loaded, v.Fate, v.Detail)
			r.Finish(o)
			tc.check(t, o)
			checkRows(t, o)
		})
	}
}

// TestConfiguredWords maps a word that no release knows, and wins over the vendor's own table.
func TestConfiguredWords(t *testing.T) {
	body := []byte(fmt.Sprintf(strings.Replace(ccaiCall, "finished", "beamed_up", 1), "1", ""))
	read := func(r *Reader) *Observation {
		rec := raw.Record{Body: body, Origin: raw.Webhook}
		r.Open(&rec)
		o := NewObservation()
		require.Equal(t, Loaded, r.Item(0, o).Fate)
		r.Finish(o)
		return o
	}
	o := read(testReader(t, "ccai"))
	require.Equal(t, "unknown", o.Call[schema.CallOutcome].Text)
	status, _, _, unknown := o.UnknownWords()
	require.True(t, unknown)
	require.Equal(t, "beamed_up", status)

	o = read(testReader(t, "ccai", func(s *Source) {
		s.Outcomes = map[string]map[string]string{"raw_status": {"beamed_up": "overflow"}}
		s.Directions = map[string]string{"Voice Inbound (IVR)": "outbound"}
	}))
	require.Equal(t, "overflow", o.Call[schema.CallOutcome].Text)
	require.Equal(t, "outbound", o.Call[schema.CallDirection].Text)
	_, _, _, unknown = o.UnknownWords()
	require.False(t, unknown)
}
