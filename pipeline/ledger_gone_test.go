package pipeline_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/pipeline"
)

// TestLakeWithoutLedger deletes the ledger: everything is read again, and counts once. Other settings are refused as ever,
// since the tables say by which they were made.
func TestLakeWithoutLedger(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.json", []byte(ccaiCall(1, "2026-05-05", `,"end_user":{"phone":"030 1234567"}`)))
	s.archive("ccai", "b.json", []byte(ccaiCall(2, "2026-05-06", "")))
	configure := func(region string) *pipeline.Config {
		text := "lake: ./lake\ntimezone: Europe/Berlin\nsources:\n  - {name: desk, vendor: ccai, region: " + region + `, archive: [{paths: ["archive/ccai/*"]}]}` + "\n"
		require.NoError(t, os.WriteFile(s.path("callmart.yaml"), []byte(text), 0o644))
		cfg, err := pipeline.LoadConfig(s.path("callmart.yaml"), func(string) (string, bool) { return "", false })
		require.NoError(t, err)
		return cfg
	}
	run := func(region string, opt pipeline.RunOptions) (*pipeline.Manifest, error) {
		opt.NoReport = true
		return pipeline.Run(context.Background(), configure(region), opt)
	}
	_, err := run("DE", pipeline.RunOptions{})
	require.NoError(t, err)
	whole := s.tables()
	require.NoError(t, os.RemoveAll(s.path("lake", "_ledger")))
	before := s.tables()

	var usage *pipeline.UsageError
	for _, opt := range []pipeline.RunOptions{{}, {Rebuild: pipeline.FromRaw, From: "2026-05-05", To: "2026-05-05"}} {
		_, err = run("FR", opt)
		require.ErrorAs(t, err, &usage)
		require.Contains(t, usage.Message, "only the ledger could name")
		require.Contains(t, usage.Try, "callmart load --rebuild --source desk")
		requireSameFiles(t, before, s.tables())
	}

	m, err := run("DE", pipeline.RunOptions{})
	require.NoError(t, err)
	require.False(t, m.Changed)
	requireSameFiles(t, whole, s.tables())
	require.Equal(t, pipeline.Accounting{Read: 2, New: 2}, m.Sources[0].Totals.Accounting)

	require.NoError(t, os.RemoveAll(s.path("lake", "_ledger")))
	_, err = run("FR", pipeline.RunOptions{Rebuild: pipeline.FromRaw})
	require.NoError(t, err)
	_, err = run("FR", pipeline.RunOptions{})
	require.NoError(t, err, "the lake has the new settings")

	require.NoError(t, os.RemoveAll(s.path("lake", "_ledger")))
	require.NoError(t, os.Remove(s.path("archive", "ccai", "b.json")))
	_, err = run("DE", pipeline.RunOptions{Rebuild: pipeline.FromRaw})
	require.ErrorAs(t, err, &usage)
	require.Contains(t, usage.Message, "cannot be adopted")
}

// TestBrokenLedger damages each file of the ledger: it is named, and what is said to be done helps.
func TestBrokenLedger(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.json", []byte(ccaiCall(1, "2026-05-05", "")))
	s.source()
	before := s.tables()
	for file, try := range map[string]string{
		desk + ".json": "callmart load --rebuild --source " + desk, desk + ".inputs.zst": "callmart load --rebuild --source " + desk, desk + ".quarantine.json": "open again",
	} {
		path := s.path("lake", "_ledger", file)
		require.NoError(t, os.WriteFile(path, []byte("garbage"), 0o644))
		_, err := pipeline.Run(context.Background(), s.config(), pipeline.RunOptions{NoReport: true})
		var broken *pipeline.LedgerError
		require.ErrorAs(t, err, &broken, file)
		require.Equal(t, path, broken.Path)
		require.Contains(t, err.Error(), file)
		require.Contains(t, broken.Try, try)
		require.NoError(t, os.Remove(path))
		opt := pipeline.RunOptions{NoReport: true}
		if strings.Contains(try, "--rebuild") {
			opt.Rebuild = pipeline.FromRaw
		}
		_, err = pipeline.Run(context.Background(), s.config(), opt)
		require.NoError(t, err)
		requireSameFiles(t, before, s.tables())
	}
}

// TestBrokenManifest damages one: who needs it names it, and deleting it helps.
func TestBrokenManifest(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.json", []byte(ccaiCall(1, "2026-05-05", "")))
	s.source()
	path := s.path("lake", "_runs", "99991231T000000.000Z-000000.json")
	require.NoError(t, os.WriteFile(path, []byte("garbage"), 0o644))
	m, err := pipeline.Run(context.Background(), s.config(), pipeline.RunOptions{})
	require.ErrorIs(t, err, pipeline.ErrReport)
	require.NotNil(t, m)
	var broken *pipeline.LedgerError
	require.ErrorAs(t, err, &broken)
	require.Equal(t, path, broken.Path)
	require.Contains(t, err.Error(), "reading manifest "+path)
	require.NoError(t, os.Remove(path))
	_, err = pipeline.Run(context.Background(), s.config(), pipeline.RunOptions{})
	require.NoError(t, err)
}
