package demo

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/load"
	"callmart/pipeline"
	"callmart/transform/schema"
)

// TestDemo runs the whole demo on a small scale: real servers, real files, the real pipeline.
func TestDemo(t *testing.T) {
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "demo")
	r, err := Run(ctx, Options{Dir: dir, Days: 8, Calls: 120})
	require.NoError(t, err)
	require.True(t, r.Manifest.Complete)
	require.Len(t, r.Manifest.Sources, 4)
	for _, s := range r.Manifest.Sources {
		require.True(t, s.Accounting.Balanced(), "%+v", s)
		require.GreaterOrEqual(t, s.Accounting.Quarantined, int64(brokenRecords), s.Source)
		require.Empty(t, s.Problems)
		if f := s.Fetch; f != nil {
			require.Equal(t, f.Wanted, f.Fetched+f.NotFound+f.Failed+f.Postponed)
			require.Positive(t, f.Fetched, s.Source)
		}
	}

	lake, err := load.Open(ctx, filepath.Join(dir, "lake"), load.Options{})
	require.NoError(t, err)
	session, err := lake.Session(ctx, load.Selection{})
	require.NoError(t, err)
	count := func(query string) (n int64) {
		rows, err := session.Query(ctx, query)
		require.NoError(t, err)
		defer rows.Close()
		require.True(t, rows.Next())
		require.NoError(t, rows.Scan(&n))
		return n
	}
	for _, table := range schema.Tables() {
		require.Positive(t, count("SELECT count(*) FROM "+table.Name), "the demo shows every table with rows: %s", table.Name)
	}
	require.Zero(t, count("SELECT count(*) - count(DISTINCT source || '/' || call_id) FROM calls"), "one row per call, however often it was seen")
	require.Positive(t, count("SELECT count(*) FROM calls WHERE list_contains(origins, 'webhook') AND list_contains(origins, 'api')"))
	require.NoError(t, session.Close())

	for _, report := range r.Reports {
		require.FileExists(t, report.File)
	}
	require.FileExists(t, filepath.Join(dir, "reports", "sla_month_latest.xlsx"))

	// What is left behind runs again by itself, and finds nothing new.
	cfg, err := pipeline.LoadConfig(r.Config, func(string) (string, bool) { return "", false })
	require.NoError(t, err)
	again, err := pipeline.Run(ctx, cfg, pipeline.RunOptions{})
	require.NoError(t, err)
	require.False(t, again.Changed)

	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		for _, s := range r.sites {
			require.NotContains(t, string(b), s.token, path)
		}
		return err
	}))
}

func TestDemoTouchesNoOtherFolder(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "mine.txt"), nil, 0o644))
	_, err := Run(context.Background(), Options{Dir: dir})
	var usage *pipeline.UsageError
	require.ErrorAs(t, err, &usage)
	require.FileExists(t, filepath.Join(dir, "mine.txt"))
	require.NoFileExists(t, filepath.Join(dir, "callmart.yaml"))
}
