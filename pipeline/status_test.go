package pipeline_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/fixtures"
	"callmart/load"
	"callmart/pipeline"
)

// snapshot is every file and folder of the lake, with its time and content.
func (s *site) snapshot() map[string]string {
	s.t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(s.path("lake"), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		text := info.ModTime().String()
		if !d.IsDir() {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			text += string(b)
		}
		all[strings.TrimPrefix(path, s.dir)] = text
		return nil
	})
	if !errors.Is(err, fs.ErrNotExist) {
		require.NoError(s.t, err)
	}
	return all
}

func (s *site) status(opt pipeline.StatusOptions) *pipeline.Status {
	s.t.Helper()
	before := s.snapshot()
	status, err := pipeline.ReadStatus(context.Background(), s.config(), opt)
	require.NoError(s.t, err)
	require.Equal(s.t, before, s.snapshot(), "status changes nothing")
	_, err = json.Marshal(status)
	require.NoError(s.t, err)
	return status
}

func (s *site) sourceStatus(name string, opt pipeline.StatusOptions) pipeline.SourceStatus {
	s.t.Helper()
	for _, source := range s.status(opt).Sources {
		if source.Source == name {
			return source
		}
	}
	require.Fail(s.t, "the status does not tell of "+name)
	return pipeline.SourceStatus{}
}

func TestStatusBeforeTheFirstRun(t *testing.T) {
	s := newSite(t)
	status := s.status(pipeline.StatusOptions{Runs: 5})
	require.False(t, status.Exists)
	require.Len(t, status.Sources, len(fixtures.Vendors()))
	require.Zero(t, status.Sources[0].Calls)
	require.NoDirExists(t, s.path("lake"))
	require.NoError(t, os.Mkdir(s.path("lake"), 0o755))
	require.True(t, s.status(pipeline.StatusOptions{Runs: 5}).Exists, "an empty folder is a lake without runs")
}

func TestStatusTellsWhatTheLakeHas(t *testing.T) {
	s := newSite(t)
	began := time.Date(2026, 5, 5, 12, 0, 0, 0, time.UTC)
	s.documented()
	half := `{"id":2,"status":"fini`
	s.archive("ccai", "a.ndjson", []byte(deskCall(1)+"\n{\"id\": 1, \n"+deskCall(3)+"\n"+half))
	require.NoError(t, os.Chtimes(s.path("archive", "ccai", "a.ndjson"), began, began))
	m, err := s.run(pipeline.RunOptions{NoReport: true, Now: func() time.Time { return began }})
	require.NoError(t, err)
	_, err = s.run(pipeline.RunOptions{NoReport: true, Sources: []string{desk}, Now: func() time.Time { return began.Add(time.Hour) }})
	require.NoError(t, err)

	status := s.status(pipeline.StatusOptions{Runs: 5, Now: func() time.Time { return began.Add(2 * time.Hour) }})
	require.Empty(t, status.Problems)
	require.Nil(t, status.Held)
	require.Len(t, status.Runs, 2)
	require.Equal(t, began.Add(time.Hour), status.Runs[0].StartedAt)
	require.False(t, status.Runs[0].Changed)
	first := status.Runs[1]
	require.Equal(t, m.Run, first.Run)
	require.True(t, first.Changed && first.Complete)
	require.Equal(t, len(m.Partitions), first.ChangedPart)
	require.Positive(t, first.ChangedRows)
	require.Positive(t, first.InputBytes)
	require.Positive(t, m.PeakMemory, "measured where tests run")
	require.Equal(t, m.PeakMemory, first.PeakMemory)

	c := s.sourceStatus(desk, pipeline.StatusOptions{Now: func() time.Time { return began.Add(2 * time.Hour) }})
	require.Equal(t, "ccai", c.Vendor)
	require.EqualValues(t, s.rows("calls")[desk], c.Calls)
	require.EqualValues(t, len(half), c.PendingBytes)
	require.Equal(t, status.Runs[0].Run, c.LastRun)
	require.Zero(t, c.LastFiles)
	require.EqualValues(t, 1, c.Records.Quarantined-2, "the documented ones have two")
	require.EqualValues(t, 3, c.Quarantine.Open)
	require.Positive(t, c.Size.Tables)
	require.Positive(t, c.Size.Ledger)
	require.Equal(t, c.Size.Tables+c.Size.Observations+c.Size.Ledger+c.Size.Raw+c.Size.Quarantine, c.Size.Total)
	require.Nil(t, c.API)
	require.Nil(t, c.Settings)
	require.NotEmpty(t, c.First)
	require.LessOrEqual(t, c.First, c.Last)
	require.NotNil(t, c.Age)

	old := s.sourceStatus(desk, pipeline.StatusOptions{Now: func() time.Time { return began.AddDate(1, 0, 0) }})
	require.True(t, old.Quiet)

	// A decision counts before the next run.
	s.drop(pipeline.DropOptions{Filter: pipeline.QuarantineFilter{Reasons: []string{"not_json"}, Sources: []string{desk}}})
	require.Equal(t, pipeline.QuarantineManifest{Open: 2, Dropped: 1}, s.sourceStatus(desk, pipeline.StatusOptions{}).Quarantine)
}

func TestStatusChoosesSources(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.ndjson", []byte(deskCall(1)+"\n"))
	_, err := s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	var usage *pipeline.UsageError
	_, err = pipeline.ReadStatus(context.Background(), s.config(), pipeline.StatusOptions{Sources: []string{"nobody"}})
	require.ErrorAs(t, err, &usage)

	text := "lake: ./lake\ntimezone: UTC\nsources:\n  - {name: other, vendor: whippy, archive: [{paths: [\"none/*\"]}]}\n"
	require.NoError(t, os.WriteFile(s.path("other.yaml"), []byte(text), 0o644))
	cfg, err := pipeline.LoadConfig(s.path("other.yaml"), func(string) (string, bool) { return "", false })
	require.NoError(t, err)
	status, err := pipeline.ReadStatus(context.Background(), cfg, pipeline.StatusOptions{})
	require.NoError(t, err)
	require.Equal(t, "other", status.Sources[0].Source)
	require.True(t, status.Sources[0].Configured)
	require.Len(t, status.Sources, 1+len(fixtures.Vendors()), "and all that the lake has anything of")
	gone := status.Sources[2]
	require.Equal(t, desk, gone.Source)
	require.False(t, gone.Configured)
	require.Equal(t, "ccai", gone.Vendor)
	require.EqualValues(t, 1, gone.Calls)
	status, err = pipeline.ReadStatus(context.Background(), cfg, pipeline.StatusOptions{Sources: []string{desk}})
	require.NoError(t, err)
	require.Len(t, status.Sources, 1)
}

func TestStatusTellsOfOtherSettings(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.ndjson", []byte(deskCall(1)+"\n"))
	_, err := s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	s.zone = "America/New_York"
	c := s.sourceStatus(desk, pipeline.StatusOptions{})
	require.NotNil(t, c.Settings)
	require.Contains(t, c.Settings.Message, "timezone was Europe/Berlin and is America/New_York")
	require.Contains(t, c.Settings.Adopt, "callmart load --rebuild --source "+desk)
	require.EqualValues(t, 1, c.Calls)
}

// TestStatusNamesDamage damages one file of each kind; everything else is told as before.
func TestStatusNamesDamage(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.ndjson", []byte(deskCall(1)+"\n"))
	s.archive("ccai", "b.ndjson", []byte(strings.ReplaceAll(deskCall(2), "05-05", "05-06")+"\n"))
	s.archive("whippy", "a.ndjson", []byte("{\"broken\"\n"))
	m, err := s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	_, err = s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	for _, c := range []struct{ file, named string }{
		{"_runs/" + m.Run + ".json", m.Run},
		{"_ledger/" + desk + ".json", desk + ".json"},
		{"_ledger/" + desk + ".inputs.zst", desk + ".inputs.zst"},
		{"_ledger/whippy-1.json", "whippy-1.json"},
		{"_quarantine/source=whippy-1/quarantine.ndjson.zst", "quarantine"},
		{"calls/source=" + desk + "/date=2026-05-06/part-0.parquet", "date=2026-05-06"},
	} {
		require.NoError(t, os.WriteFile(s.path("lake", c.file), []byte("broken"), 0o644))
		status := s.status(pipeline.StatusOptions{Runs: 5})
		require.Contains(t, strings.Join(status.Problems, "\n"), c.named, c.file)
	}
	status := s.status(pipeline.StatusOptions{Runs: 5})
	require.Len(t, status.Runs, 1)
	c := s.sourceStatus(desk, pipeline.StatusOptions{})
	require.EqualValues(t, 1, c.Calls)
	require.Equal(t, "2026-05-05", c.First)
	require.Equal(t, pipeline.Accounting{Read: 2, New: 2}, c.Records, "the manifest has it too")
}

func TestStatusWhileARunGoesOn(t *testing.T) {
	s := newSite(t)
	ctx := context.Background()
	lake, err := load.Open(ctx, s.path("lake"), load.Options{})
	require.NoError(t, err)
	unlock, err := lake.Lock()
	require.NoError(t, err)
	_, err = lake.Begin(ctx, "run-1")
	require.NoError(t, err)
	status := s.status(pipeline.StatusOptions{})
	require.NotNil(t, status.Held)
	require.Equal(t, "run-1", status.Held.Run)
	require.Equal(t, os.Getpid(), status.Held.PID)
	require.False(t, status.Held.Killed)
	require.Empty(t, status.Unended, "it goes on")
	holder, err := os.ReadFile(s.path("lake", "_lock"))
	require.NoError(t, err)
	require.NoError(t, unlock())
	require.Nil(t, s.status(pipeline.StatusOptions{}).Held)

	// A run that was killed leaves its name and its staging.
	dead := exec.Command("true")
	require.NoError(t, dead.Run())
	killed := strings.Replace(string(holder), fmt.Sprint(os.Getpid()), fmt.Sprint(dead.Process.Pid), 1)
	require.NoError(t, os.WriteFile(s.path("lake", "_lock"), []byte(killed), 0o644))
	status = s.status(pipeline.StatusOptions{})
	require.True(t, status.Held.Killed)
	require.Equal(t, []pipeline.UnendedRun{{Run: "run-1"}}, status.Unended)
}

// TestStatusOfAnAPI follows ids that are pending, failed, not found and open.
func TestStatusOfAnAPI(t *testing.T) {
	api, s := newVendorAPI(t), newSite(t)
	api.calls["1"], api.calls["2"], api.calls["3"] = rest(1, true), `{"error":"odd"}`, rest(3, false)
	cfg := s.apiConfig(api.URL, `{from: [], range: [1, 4]}`)
	cfg.Sources[0].API.GiveUpAfter = 1 << 60
	_, err := pipeline.Run(context.Background(), cfg, pipeline.RunOptions{NoReport: true})
	require.ErrorIs(t, err, pipeline.ErrIncomplete)
	status, err := pipeline.ReadStatus(context.Background(), cfg, pipeline.StatusOptions{Runs: 1})
	require.NoError(t, err)
	require.False(t, status.Runs[0].Complete)
	require.Len(t, status.Runs[0].Missing, 1)
	a := status.Sources[0].API
	require.NotNil(t, a)
	require.True(t, a.Configured)
	require.Equal(t, []int{1, 1, 1, 0, 1}, []int{a.Pending, a.Failed, a.Open, a.Stale, a.NotFound})
	require.Contains(t, a.Errors, "2")
	require.Positive(t, status.Sources[0].Size.Raw)
	cfg.Sources[0].API.GiveUpAfter = time.Hour
	status, err = pipeline.ReadStatus(context.Background(), cfg, pipeline.StatusOptions{})
	require.NoError(t, err)
	require.Equal(t, 1, status.Sources[0].API.Stale)
	s.requireNoSecret()
}
