package pipeline_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/marcboeker/go-duckdb"
	"github.com/stretchr/testify/require"

	"callmart/load"
	"callmart/pipeline"
)

func ccaiCall(id int, date, more string) string {
	return fmt.Sprintf(`{"id":%d,"status":"finished","call_type":"Voice Inbound","created_at":"%sT10:00:00Z","updated_at":"%sT10:05:00Z"%s}`+"\n", id, date, date, more)
}

// TestSettingsThatFormTheLakeAreNotMixed changes each of them: the run says which, and what adopts it.
func TestSettingsThatFormTheLakeAreNotMixed(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.json", []byte(ccaiCall(1, "2026-05-05", `,"end_user":{"phone":"030 1234567"}`)))
	configure := func(source string) *pipeline.Config {
		text := "lake: ./lake\ntimezone: Europe/Berlin\nsources:\n  - {name: desk, vendor: ccai, " + source + "}\n"
		require.NoError(t, os.WriteFile(s.path("callmart.yaml"), []byte(text), 0o644))
		cfg, err := pipeline.LoadConfig(s.path("callmart.yaml"), func(string) (string, bool) { return "key", true })
		require.NoError(t, err)
		return cfg
	}
	archive := `archive: [{paths: ["archive/ccai/*"]}]`
	ctx := context.Background()
	_, err := pipeline.Run(ctx, configure("region: DE, "+archive), pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	before := s.tables()
	for _, c := range []struct{ source, says string }{
		{"region: IN, " + archive, "region was DE and is IN"},
		{"region: DE, timezone: Asia/Kolkata, payload_timezone: Europe/Berlin, " + archive, "timezone was Europe/Berlin and is Asia/Kolkata"},
		{"region: DE, payload_timezone: UTC, " + archive, "payload_timezone was Europe/Berlin and is UTC"},
		{"region: DE, outcomes: {raw_status: {finished: missed}}, " + archive, "outcomes was not set and is {\"raw_status\":{\"finished\":\"missed\"}}"},
		{"region: DE, direction: {Voice Inbound: outbound}, " + archive, "direction was not set"},
		{`region: DE, archive: [{paths: ["archive/ccai/*"], event: call_ended}]`, "a.json was read as webhook, and the configuration says webhook with event call_ended now"},
	} {
		for _, opt := range []pipeline.RunOptions{{NoReport: true}, {NoReport: true, Rebuild: pipeline.FromRaw, From: "2026-05-05", To: "2026-05-05"}} {
			_, err := pipeline.Run(ctx, configure(c.source), opt)
			if opt.Rebuild != "" && strings.Contains(c.says, "event") {
				continue // a rebuild of some dates reads the file anew
			}
			var usage *pipeline.UsageError
			require.ErrorAs(t, err, &usage, c.says)
			require.Contains(t, usage.Message, c.says)
			require.Contains(t, usage.Try, "callmart load --rebuild --source desk")
		}
		requireSameFiles(t, before, s.tables())
	}
	cfg := configure("region: IN, " + archive)
	m, err := pipeline.Run(ctx, cfg, pipeline.RunOptions{NoReport: true, Rebuild: pipeline.FromRaw})
	require.NoError(t, err)
	require.True(t, m.Changed)
	_, err = pipeline.Run(ctx, cfg, pipeline.RunOptions{NoReport: true})
	require.NoError(t, err, "the lake has the new settings")

	// What a file told that is gone cannot be told anew: the lake would have rows of two settings.
	require.NoError(t, os.Rename(s.path("archive", "ccai", "a.json"), s.path("away.json")))
	before = s.tables()
	_, err = pipeline.Run(ctx, configure("region: FR, "+archive), pipeline.RunOptions{NoReport: true, Rebuild: pipeline.FromRaw})
	var usage *pipeline.UsageError
	require.ErrorAs(t, err, &usage)
	require.Contains(t, usage.Message, "cannot be adopted: the files of 1 dates of which the lake has calls are gone (2026-05-05)")
	requireSameFiles(t, before, s.tables())
}

// TestOlderLayoutIsUpgraded takes a column out of the lake's files, as if an older version had written them.
func TestOlderLayoutIsUpgraded(t *testing.T) {
	s := newSite(t)
	for day := 1; day <= 3; day++ {
		s.archive("ccai", fmt.Sprintf("%d.json", day), []byte(ccaiCall(day, fmt.Sprintf("2026-05-0%d", day), "")+ccaiCall(day, fmt.Sprintf("2026-05-0%d", day), `,"rating":4`)))
	}
	_, err := s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	want := s.tables()
	ledger := s.path("lake", "_ledger", "ccai-1.json")
	text, err := os.ReadFile(ledger)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(ledger, []byte(strings.Replace(string(text), `"schema_version": 1`, `"schema_version": 0`, 1)), 0o644))
	connector, err := duckdb.NewConnector("", nil)
	require.NoError(t, err)
	db := sql.OpenDB(connector)
	defer db.Close()
	for path := range want {
		if strings.Contains(path, "/calls/source=ccai-1/") {
			file := s.dir + path
			_, err := db.Exec(fmt.Sprintf("COPY (SELECT * EXCLUDE (bad_actor, ticket_url) FROM read_parquet('%s', hive_partitioning = false)) TO '%s.new' (FORMAT PARQUET)", file, file))
			require.NoError(t, err)
			require.NoError(t, os.Rename(file+".new", file))
		}
	}
	_, err = s.run(pipeline.RunOptions{NoReport: true})
	require.ErrorContains(t, err, "schema version was 0 and is 1")
	_, err = s.run(pipeline.RunOptions{NoReport: true, Rebuild: pipeline.FromObservations})
	require.NoError(t, err)
	requireSameFiles(t, want, s.tables())
	_, err = s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
}

// TestBrokenFileOfTheLakeIsNamed damages a partition: a run that needs it says so and changes nothing, a rebuild mends it.
func TestBrokenFileOfTheLakeIsNamed(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.json", []byte(ccaiCall(1, "2026-05-05", "")+ccaiCall(2, "2026-05-06", "")))
	_, err := s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	want := s.tables()
	for _, damage := range []func(path string) error{
		func(path string) error { return os.Truncate(path, 100) },
		func(path string) error { return os.WriteFile(path, []byte("PAR1 no more"), 0o644) },
		func(path string) error {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for i := 4; i < len(text)/2; i++ {
				text[i] ^= 0x55
			}
			return os.WriteFile(path, text, 0o644)
		},
	} {
		file := s.path("lake", "calls", "source=ccai-1", "date=2026-05-05", "part-0.parquet")
		require.NoError(t, damage(file))
		damaged := s.tables()
		s.archive("ccai", "late.json", []byte(ccaiCall(3, "2026-05-05", "")))
		_, err = s.run(pipeline.RunOptions{NoReport: true})
		var broken *load.BrokenError
		require.ErrorAs(t, err, &broken)
		require.Equal(t, file, broken.Path)
		requireSameFiles(t, damaged, s.tables())
		require.NoError(t, os.Remove(s.path("archive", "ccai", "late.json")))
		_, err = s.run(pipeline.RunOptions{NoReport: true, Rebuild: pipeline.FromRaw})
		require.NoError(t, err)
		requireSameFiles(t, want, s.tables())
	}
}

// TestOnlyQueueIntervalsAreMadeAgain changes a threshold: no table but queue_intervals follows it.
func TestOnlyQueueIntervalsAreMadeAgain(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.json", []byte(ccaiCall(1, "2026-05-05", `,"queued_at":"2026-05-05T10:00:01Z","connected_at":"2026-05-05T10:00:16Z","wait_duration":15,"menu_path":{"name":"Sales"}`)))
	_, err := s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	before := s.tables()
	s.config()
	text, err := os.ReadFile(s.path("callmart.yaml"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(s.path("callmart.yaml"), append(text, "service_level: {threshold: 10s}\n"...), 0o644))
	cfg, err := pipeline.LoadConfig(s.path("callmart.yaml"), func(string) (string, bool) { return "", false })
	require.NoError(t, err)
	m, err := pipeline.Run(context.Background(), cfg, pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	require.False(t, m.Changed, "reporting settings never touch the lake")
	m, err = pipeline.Run(context.Background(), cfg, pipeline.RunOptions{NoReport: true, Rebuild: pipeline.Intervals})
	require.NoError(t, err)
	require.True(t, m.Changed)
	for path, content := range s.tables() {
		require.Equal(t, strings.Contains(path, "/queue_intervals/source=ccai-1/"), before[path] != content, path)
	}
}

// TestFlagsWaitForTheirCalls brings a flag, which says nothing of when its call was, before the call.
func TestFlagsWaitForTheirCalls(t *testing.T) {
	s := newSite(t)
	flag, err := json.Marshal(map[string]any{
		"path": "/calls/7/customer_flag", "status": 200, "received_at": "2026-06-30T12:00:00Z", "body": map[string]bool{"bad_actor": true},
	})
	require.NoError(t, err)
	s.archive("ccai", "flag.json", flag)
	for range 2 {
		m, err := s.run(pipeline.RunOptions{NoReport: true})
		require.NoError(t, err)
		require.Equal(t, pipeline.Accounting{Read: 1, Ignored: 1}, m.Sources[1].Accounting, "it waits, and is counted every time")
	}
	require.NoError(t, os.Remove(filepath.Join(s.dir, "archive", "ccai", "flag.json")))
	s.archive("ccai", "call.json", []byte(ccaiCall(7, "2026-05-05", "")))
	m, err := s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	require.Equal(t, pipeline.Accounting{Read: 2, New: 2}, m.Sources[1].Accounting)
	require.Equal(t, []string{"7 true 2"}, s.column(`SELECT call_id || ' ' || CAST(bad_actor AS VARCHAR) || ' ' || CAST(observation_count AS VARCHAR) FROM calls`))
	m, err = s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	require.Zero(t, m.Sources[1].Accounting.Read, "nothing waits any more")

	// A flag that comes weeks later finds its call, whatever its date.
	s.archive("ccai", "later.json", []byte(strings.Replace(string(flag), "bad_actor", "verified_customer", 1)))
	m, err = s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	require.Equal(t, pipeline.Accounting{Read: 1, New: 1}, m.Sources[1].Accounting)
	require.Equal(t, []string{"true true"}, s.column(`SELECT CAST(bad_actor AS VARCHAR) || ' ' || CAST(verified_customer AS VARCHAR) FROM calls`))
}

// TestFlagsWaitWhileTheirCallIsNotWritten reads the call of a flag in a run that does not write its date.
func TestFlagsWaitWhileTheirCallIsNotWritten(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "flag.json", []byte(`{"path":"/calls/7/customer_flag","status":200,"received_at":"2026-06-30T12:00:00Z","body":{"bad_actor":true}}`))
	_, err := s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	s.archive("ccai", "call.json", []byte(ccaiCall(7, "2026-05-05", "")))
	_, err = s.run(pipeline.RunOptions{NoReport: true, From: "2026-01-01", To: "2026-01-02"})
	require.NoError(t, err)
	_, err = s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	require.Equal(t, []string{"7 true 2"}, s.column(`SELECT call_id || ' ' || COALESCE(CAST(bad_actor AS VARCHAR), '?') || ' ' || CAST(observation_count AS VARCHAR) FROM calls`))
}

// TestRebuildForgetsNothing takes records away while their files stay: one that waited for its call, and one whose file
// was overwritten. Made of the raw records alone, the calls would forget them.
func TestRebuildForgetsNothing(t *testing.T) {
	flag := `{"path":"/calls/7/customer_flag","status":200,"received_at":"2026-06-30T12:00:00Z","body":{"bad_actor":true}}`
	for name, take := range map[string]func(s *site){
		"waited": func(s *site) {
			require.NoError(s.t, os.Remove(s.path("archive", "ccai", "a.json")))
		},
		"overwritten": func(s *site) {
			s.archive("ccai", "a.json", []byte(strings.Replace(ccaiCall(8, "2026-05-06", ""), "finished", "recovered", 1)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.archive("ccai", "a.json", []byte(flag))
			if name == "overwritten" {
				s.archive("ccai", "call.json", []byte(ccaiCall(7, "2026-05-05", "")))
			}
			_, err := s.run(pipeline.RunOptions{NoReport: true})
			require.NoError(t, err)
			take(s)
			s.archive("ccai", "call.json", []byte(ccaiCall(7, "2026-05-05", "")))
			_, err = s.run(pipeline.RunOptions{NoReport: true})
			require.NoError(t, err)
			query := `SELECT COALESCE(CAST(bad_actor AS VARCHAR), '?') FROM calls WHERE call_id = '7'`
			require.Equal(t, []string{"true"}, s.column(query))
			_, err = s.run(pipeline.RunOptions{NoReport: true, Rebuild: pipeline.FromRaw})
			require.ErrorIs(t, err, pipeline.ErrIncomplete)
			require.ErrorContains(t, err, "2026-05-05: records of 1 calls")
			require.Equal(t, []string{"true"}, s.column(query))
		})
	}
}
