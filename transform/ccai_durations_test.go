package transform

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/transform/schema"
)

// ccaiDurations is a call of three minutes, of which 20 s were hold, and what a part of it says beside.
func ccaiDurations(updated, more string) []byte {
	return fmt.Appendf(nil, `{"id":7,"status":"finished","call_type":"Voice Inbound","created_at":"2026-05-05T10:00:00Z","queued_at":"2026-05-05T10:00:05Z",`+
		`"connected_at":"2026-05-05T10:00:15Z","ends_at":"2026-05-05T10:03:15Z","updated_at":%q,"call_duration":187,"hold_duration":20%s}`, updated, more)
}

const ccaiHandles = `,"handle_durations":[{"agent_id":5,"call_duration":180,"hold_duration":20,"acw_duration":7}],` +
	`"queue_durations":[{"agent_id":5,"menu_path":"Sales","started_at":"2026-05-05T10:00:05Z","queue_duration":10}]`

// TestCCAITalkIsWithoutHold reads a call's duration, which is all that an agent spent on it: hold counts once.
func TestCCAITalkIsWithoutHold(t *testing.T) {
	for more, want := range map[string][3]int64{
		"":                       {167, 20, 187},
		`,"hold_duration":1000`:  {187, 1000, 1187}, // of another level than the duration is: nothing can be said
		ccaiHandles:              {180, 20, 207},    // the vendor's elements are taken as they are
		`,"handle_durations":[]`: {167, 20, 187},
		`,"status":"connected"`:  {0, 20, 0},
		`,"participants":[{"type":"agent","user_id":5,"connected_at":"2026-05-05T10:00:15Z","call_duration":180,"hold_duration":50}]`: {167, 20, 187},
	} {
		r := testReader(t, "ccai")
		o := observed{reader: r, body: ccaiDurations("2026-05-05T11:00:00Z", more)}.read(t)
		r.Finish(o)
		c := o.Call
		require.Equal(t, want, [3]int64{c[schema.CallTalk].Num / 1000, c[schema.CallHold].Num / 1000, c[schema.CallHandle].Num / 1000}, more)
		if want[0] == 167 {
			require.Contains(t, string(o.extra.bytes()), `"call_duration":187`, "what the vendor said is kept")
		}
	}
}

// TestCCAIHandlesBeatTheCallsDuration merges the API's object, which has the call's duration alone, with the metadata
// file, whichever is newer: the talk is that of the legs.
func TestCCAIHandlesBeatTheCallsDuration(t *testing.T) {
	for _, updated := range [][2]string{{"2026-05-05T11:00:00Z", "2026-05-05T12:00:00Z"}, {"2026-05-05T12:00:00Z", "2026-05-05T11:00:00Z"}} {
		all, _ := Versions([]*Observation{
			observed{reader: testReader(t, "ccai"), body: ccaiDurations(updated[0], ""), place: raw.Place{File: 1}}.read(t),
			observed{reader: testReader(t, "ccai"), body: ccaiDurations(updated[1], ccaiHandles), place: raw.Place{File: 2}}.read(t),
		})
		m := Merge(all)
		testReader(t, "ccai").Finish(m)
		require.EqualValues(t, 180_000, m.Call[schema.CallTalk].Num)
		require.Equal(t, Derived, m.Call[schema.CallTalk].State)
		require.EqualValues(t, 207_000, m.Call[schema.CallHandle].Num)
	}
}

func TestCCAIPriorities(t *testing.T) {
	const first, second = `{"id":1,"queue_duration":3}`, `{"id":2,"queue_duration":4,"transfer":true,"transfer_id":12}`
	for name, tc := range map[string]struct{ more, want string }{
		"the only entry":        {`,"queue_priority_level":3,"queue_durations":[` + first + `]`, "3"},
		"zero is a level":       {`,"queue_priority_level":0,"queue_durations":[` + first + `]`, "0"},
		"of a transfer":         {`,"queue_priority_level":3,"transfers":[{"id":12,"from_queue_priority_level":1,"to_queue_priority_level":2}],"queue_durations":[` + first + "," + second + `]`, "1 2"},
		"transfers that do not": {`,"queue_priority_level":3,"transfers":[{"id":12}],"queue_durations":[` + first + "," + second + `]`, "- -"},
		"of another transfer":   {`,"queue_priority_level":3,"transfers":[{"id":13,"to_queue_priority_level":2}],"queue_durations":[` + first + "," + second + `]`, "- -"},
		"no number":             {`,"queue_priority_level":"high","queue_durations":[` + first + `]`, "-"},
	} {
		t.Run(name, func(t *testing.T) {
			r := testReader(t, "ccai")
			o := observed{reader: r, body: ccaiDurations("2026-05-05T11:00:00Z", tc.more)}.read(t)
			r.Finish(o)
			var got []string
			rows := &o.Children[schema.QueueEntries]
			for i := range rows.Len() {
				if p := rows.At(i)[schema.EntryPriority]; p.State == Given {
					got = append(got, fmt.Sprint(p.Num))
				} else {
					got = append(got, "-")
				}
			}
			require.Equal(t, tc.want, strings.Join(got, " "))
			require.Contains(t, string(o.extra.bytes()), "queue_priority_level", "it is the call's, too")
		})
	}
}
