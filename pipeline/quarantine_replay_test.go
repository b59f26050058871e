package pipeline_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/pipeline"
)

// TestReplayFollowsTheFiles replays after files were mended, cut and taken away.
func TestReplayFollowsTheFiles(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "gone.ndjson", []byte("{\"id\": 1, \n"+deskCall(12)+"\n"))
	s.archive("ccai", "mended.ndjson", []byte(deskCall(2)+"\n{\"id\": 3, \n"+deskCall(4)+"\n"))
	s.archive("ccai", "same.ndjson", []byte(deskCall(5)+"\n{\"id\": 6, \n"+deskCall(7)+"\n{\"status\":\"finished\"}\n"))
	s.archive("whippy", "wrong-folder.ndjson", []byte(deskCall(8)+"\n"))
	s.archive("ccai", "shorter.ndjson", []byte(deskCall(9)+"\n{\"id\": 10, \n"+deskCall(11)+"\n"))
	s.source()
	require.Equal(t, []string{"refused not_json", "refused not_json", "refused not_json", "refused not_a_call", "refused not_json", "refused not_a_call"},
		s.replay(pipeline.QuarantineFilter{}))

	require.NoError(t, os.Remove(s.path("archive", "ccai", "gone.ndjson")))
	s.archive("ccai", "mended.ndjson", []byte(deskCall(2)+"\n"+deskCall(3)+"\n"+deskCall(4)+"\n"))
	s.archive("ccai", "shorter.ndjson", []byte(deskCall(9)+"\n"))
	require.Equal(t, []string{"gone", "loads 3 2026-05-05", "refused not_json", "refused not_a_call", "gone", "refused not_a_call"},
		s.replay(pipeline.QuarantineFilter{}))
	require.Equal(t, []string{"refused not_a_call"}, s.replay(pipeline.QuarantineFilter{Sources: []string{desk}, Reasons: []string{"not_a_call"}}))
	ids := []string{s.refusals(pipeline.QuarantineFilter{})[1].ID}
	require.Equal(t, []string{"loads 3 2026-05-05"}, s.replay(pipeline.QuarantineFilter{IDs: ids}))
}

// TestReplayWithAnotherVendor corrects a configuration that gave an archive to the wrong vendor.
func TestReplayWithAnotherVendor(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "calls.ndjson", []byte(deskCall(1)+"\n"+deskCall(2)+"\n"))
	configure := func(vendor string) *pipeline.Config {
		text := "lake: ./lake\ntimezone: Europe/Berlin\nsources:\n  - {name: desk, vendor: " + vendor + ", archive: [{paths: [\"archive/ccai/*\"]}]}\n"
		require.NoError(t, os.WriteFile(s.path("callmart.yaml"), []byte(text), 0o644))
		cfg, err := pipeline.LoadConfig(s.path("callmart.yaml"), func(string) (string, bool) { return "", false })
		require.NoError(t, err)
		return cfg
	}
	m, err := pipeline.Run(context.Background(), configure("whippy"), pipeline.RunOptions{})
	require.NoError(t, err)
	require.EqualValues(t, 2, m.Sources[0].Quarantine.Open)
	var fates []string
	note := func(r pipeline.Replay) error {
		fates = append(fates, r.Fate+" "+r.Call)
		return nil
	}
	require.NoError(t, pipeline.ReplayRefusals(context.Background(), configure("ccai"), pipeline.QuarantineFilter{}, note))
	require.Equal(t, []string{"loads 1", "loads 2"}, fates)
	_, err = pipeline.Run(context.Background(), configure("ccai"), pipeline.RunOptions{})
	require.ErrorContains(t, err, "vendor was whippy and is ccai")
	m, err = pipeline.Run(context.Background(), configure("ccai"), pipeline.RunOptions{Rebuild: pipeline.FromRaw})
	require.NoError(t, err)
	require.Equal(t, pipeline.Accounting{Read: 2, New: 2}, m.Sources[0].Accounting)
	require.Zero(t, m.Sources[0].Quarantine.Total())
}

func TestRepairedRecordTakesTheRefusedOnesPlace(t *testing.T) {
	s := newSite(t)
	dateless := `{"id":7,"status":"finished","call_type":"Voice Inbound"}`
	s.archive("ccai", "a.ndjson", []byte(deskCall(1)+"\n"+dateless+"\n"))
	first := s.source()
	require.Equal(t, pipeline.Accounting{Read: 2, New: 1, Quarantined: 1}, first.Accounting)
	r := s.refusals(pipeline.QuarantineFilter{})[0]
	require.Equal(t, "no_date", r.Reason)
	require.Equal(t, []string{"refused no_date"}, s.replay(pipeline.QuarantineFilter{}))

	var again *pipeline.RefusedAgainError
	for _, c := range []struct{ content, reason string }{
		{dateless, "no_date"},
		{`{"id":7,`, "not_json"},
		{`{} {}`, "not_json"},
		{`null`, "not_a_call"},
		{``, "not_json"},
		{"{\"id\":\"\xff\"}", "not_a_call"},
	} {
		_, err := s.repair(r.ID, c.content)
		require.ErrorAs(t, err, &again, "%q", c.content)
		require.Equal(t, c.reason, again.Reason)
	}
	require.Nil(t, s.refusal(r.ID).Decision, "what was not stored changes nothing")

	mended := strings.Replace(dateless, `,"status"`, `,"created_at":"2026-05-06T08:00:00Z",`+"\n"+`"big":12345678901234567890123,"status"`, 1)
	done, err := s.repair(r.ID[:6], "\ufeff"+mended+"\n")
	require.NoError(t, err)
	require.Equal(t, "_raw/source="+desk+"/replayed/webhook/"+r.ID+".ndjson.zst", done.Raw)
	require.Len(t, done.Replays, 1)
	require.Equal(t, "7", done.Replays[0].Call)
	require.Equal(t, "2026-05-06", done.Replays[0].Date)
	require.Equal(t, pipeline.Replayed, s.refusal(r.ID).State())
	require.Empty(t, s.refusals(pipeline.QuarantineFilter{}))

	// The old record stays quarantined, the repaired one is new.
	second := s.source()
	require.Equal(t, pipeline.Accounting{Read: 1, New: 1}, second.Accounting)
	require.Equal(t, pipeline.Accounting{Read: 3, New: 2, Quarantined: 1}, second.Totals.Accounting)
	require.Equal(t, &pipeline.QuarantineManifest{Replayed: 1}, second.Quarantine)
	require.Equal(t, []string{"1", "7"}, s.column(`SELECT call_id FROM calls ORDER BY call_id`))
	require.Equal(t, []string{`{"big":12345678901234567890123}`}, s.column(`SELECT extra FROM calls WHERE call_id = '7'`))

	var usage *pipeline.UsageError
	_, err = s.repair(r.ID, mended)
	require.ErrorAs(t, err, &usage, "a repair is not overwritten")

	// Without the repaired record's file, nothing has taken the refused one's place.
	require.NoError(t, os.Remove(s.path("lake", done.Raw)))
	require.Len(t, s.refusals(pipeline.QuarantineFilter{}), 1)
	_, err = s.repair(r.ID, mended)
	require.NoError(t, err)
}

// TestRepairKeepsTheEnvelope repairs bodies, whose time of receipt and event stand beside them.
func TestRepairKeepsTheEnvelope(t *testing.T) {
	s := newSite(t)
	s.archive("nectardesk", "a.ndjson", []byte(`{"received_at":"2026-01-05T09:00:00Z","event":"call_abandoned","body":{"type":"inbound","startedDate":"2026-01-05T09:00:01+01:00"}}`+"\n"))
	s.source()
	r := s.refusals(pipeline.QuarantineFilter{})[0]
	require.Equal(t, "no_call_id", r.Reason)
	_, err := s.repair(r.ID, `{"id":5,"type":"inbound","startedDate":"2026-01-05T09:00:01+01:00"}`)
	require.NoError(t, err)
	s.source()
	require.Equal(t, []string{"5 call_abandoned webhook 2026-01-05 09:00:00"},
		s.column(`SELECT concat_ws(' ', call_id, event, array_to_string(origins, '+'), strftime(first_observed_at, '%Y-%m-%d %H:%M:%S')) FROM calls`))
}
