package pipeline_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/pipeline"
)

// hook is a Nectar Desk webhook as an archive keeps it.
func hook(received, event, more string) string {
	return fmt.Sprintf(`{"received_at":"%s","event":"%s","body":{"id":7,"type":"inbound","startedDate":"2026-05-05T10:00:00Z","call_type":"inbound_ring_group","ringGroup":{"id":1,"name":"Support"}%s}}`+"\n", received, event, more)
}

const (
	ended    = `,"endedDate":"2026-05-05T10:01:40Z","duration":100,"talkTime":80,"waitingTime":12,"sub_type":"(Support)Handled","agents":[{"id":3,"name":"Ada","action":"answered"}]`
	agents2  = `,"endedDate":"2026-05-05T10:01:40Z","duration":100,"talkTime":80,"sub_type":"(Support)Handled","agents":[{"id":3,"name":"Ada","action":"answered"},{"id":4,"name":"Bo","action":"missed"}]`
	restCall = `{"calls":{"id":7,"is_inbound":true,"is_answered":true,"is_ended":true,"type":"answered","started_at":1777975200,"duration":100,"talk_time":81,"ring_group":{"id":1,"name":"Support"},"all_agents":[{"id":3,"alias":"Ada","started_at":1777975212,"type":"agent"}],"answered_agents":[3]}}` + "\n"
	live     = `{"SourceNumber":"09876543210","DestinationNumber":"01204567890","Status":"ANSWER","StartTime":"2023-01-02  14:29:20","CallSid":"1672649960.9600001","Direction":"IVR","campid":"0"}` + "\n"
	report   = `{"SourceNumber":"09876543210","DestinationNumber":"01204567890","CallDuration":"254","Status":"ANSWER","StartTime":"2023-01-02  14:29:20","EndTime":"2023-01-02 14:33:34","CallSid":"1672649960.9600001","Direction":"IVR","campid":"0","TalkDuration":"40","call_group":"TestGroup","receiver_name":"Ashish","LegA_Picked_time":"2023-01-02 14:32:44","LegB_Start_time":"2023-01-02 14:32:45","LegB_Picked_time":"2023-01-02 14:32:54","type":"call_report"}` + "\n"
)

// TestLateNews brings what is told of a call over several nights. The row is what it would be had all come in one.
func TestLateNews(t *testing.T) {
	for name, c := range map[string]struct {
		vendor string
		nights []string
		query  string
		want   string
	}{
		"a webhook delivered twice": {
			"nectardesk",
			[]string{hook("2026-05-05T10:02:00Z", "call_ended", ended), hook("2026-05-07T03:00:00Z", "call_ended", ended)},
			`outcome || ' ' || observation_count || ' ' || CAST(first_observed_at AS VARCHAR)`, "answered 1 2026-05-05 10:02:00",
		},
		"a disposition days later": {
			"nectardesk",
			[]string{hook("2026-05-05T10:02:00Z", "call_ended", ended), hook("2026-05-09T08:00:00Z", "disposition_saved", `,"disposition":{"id":3,"code":"SALE","note":"n"}`)},
			`disposition_code || ' ' || outcome || ' ' || talk_seconds || ' ' || agent_count || ' ' || observation_count`, "SALE answered 80.0 1 2",
		},
		"a recording days later, before the end was told": {
			"nectardesk",
			[]string{hook("2026-05-06T10:00:00Z", "call_recording", `,"call_recordings":["https://r.invalid/1"]`), hook("2026-05-05T10:02:00Z", "call_ended", ended)},
			`recording_count || ' ' || outcome || ' ' || duration_seconds`, "1 answered 100.0",
		},
		"an API copy beside the webhook's": {
			"nectardesk",
			[]string{hook("2026-05-05T10:02:00Z", "call_ended", ended), restCall},
			`array_to_string(list_sort(origins), '+') || ' ' || wait_seconds || ' ' || agent_count || ' ' || observation_count`, "api+webhook 12.0 1 2",
		},
		"a list of agents that shrinks": {
			"nectardesk",
			[]string{hook("2026-05-05T10:02:00Z", "call_ended", agents2), hook("2026-05-05T10:03:00Z", "disposition_saved", ended)},
			`agent_count || ' ' || agent_name || ' ' || observation_count`, "1 Ada 2",
		},
		"a list that comes empty erases none": {
			"nectardesk",
			[]string{hook("2026-05-05T10:02:00Z", "call_ended", agents2), hook("2026-05-06T10:03:00Z", "disposition_saved", `,"agents":[],"tags":{}`)},
			`CAST(agent_count AS VARCHAR)`, "2",
		},
		"a live event after the report": {
			"callerdesk",
			[]string{report, live},
			`outcome || ' ' || payload_kind || ' ' || is_final || ' ' || observation_count`, "answered call_report true 2",
		},
		"a report after the live event": {
			"callerdesk",
			[]string{live, report},
			`outcome || ' ' || queue || ' ' || wait_seconds || ' ' || is_final`, "answered TestGroup 10.0 true",
		},
		"a rating that comes with an update": {
			"ccai",
			[]string{ccaiCall(7, "2026-05-05", ""), ccaiCall(7, "2026-05-05", `,"rating":4,"updated_at":"2026-05-08T09:00:00Z"`)},
			`rating || ' ' || observation_count || ' ' || CAST("date" AS VARCHAR)`, "4.0 2 2026-05-05",
		},
		"a call that goes to another date": {
			"ccai",
			[]string{ccaiCall(7, "2026-05-05", ""), ccaiCall(7, "2026-05-08", "")},
			`CAST("date" AS VARCHAR) || ' ' || observation_count`, "2026-05-08 2",
		},
	} {
		t.Run(name, func(t *testing.T) {
			nightly, once := newSite(t), newSite(t)
			for i, night := range c.nights {
				file := fmt.Sprintf("night%d.ndjson", i)
				nightly.archive(c.vendor, file, []byte(night))
				once.archive(c.vendor, file, []byte(night))
				_, err := nightly.run(pipeline.RunOptions{NoReport: true})
				require.NoError(t, err)
			}
			require.Equal(t, []string{c.want}, nightly.column("SELECT "+c.query+" FROM calls"))
			_, err := once.run(pipeline.RunOptions{NoReport: true})
			require.NoError(t, err)
			for path, content := range once.lakeTables() {
				require.True(t, nightly.lakeTables()[path] == content, path)
			}
		})
	}
}
