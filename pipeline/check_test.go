package pipeline

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func checked(t *testing.T, cfg *Config) map[string]CheckResult {
	t.Helper()
	results, err := Check(t.Context(), cfg)
	require.NoError(t, err)
	byWhat := map[string]CheckResult{}
	for _, r := range results {
		byWhat[r.What] = r
	}
	require.Len(t, byWhat, len(results))
	return byWhat
}

func TestCheck(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"in/1.json", "in/deep/2.json"} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("{}"), 0o600))
	}
	require.NoError(t, os.Mkdir(filepath.Join(dir, "lake"), 0o755))
	require.NoError(t, os.Symlink("nowhere", filepath.Join(dir, "in/dead.link")))
	india := zone(t, "Asia/Kolkata")
	cfg := &Config{
		Lake: dir + "/lake", Reports: Reports{Dir: dir + "/out/reports"},
		Sources: []Source{{
			Name: "desk", Timezone: zone(t, "UTC"), PayloadTimezone: india,
			Archive: []Archive{{Paths: []string{dir + "/in/**/*.json", dir + "/in/*.json", dir + "/other/*"}}, {Paths: []string{dir + "/in/*.link"}}},
		}},
	}
	got := checked(t, cfg)
	for what, want := range map[string]CheckResult{
		"lake":    {"", "lake", true, dir + "/lake can be written"},
		"reports": {"", "reports", true, dir + "/out/reports will be made by the first run"},
		"timezone": {
			"desk", "timezone", true,
			"days begin at midnight in UTC, payloads without a zone are read in Asia/Kolkata",
		},
		"archive " + dir + "/in/**/*.json": {"desk", "archive " + dir + "/in/**/*.json", true, "2 files"},
		"archive " + dir + "/in/*.json":    {"desk", "archive " + dir + "/in/*.json", true, "1 file"},
		"archive " + dir + "/other/*": {
			"desk", "archive " + dir + "/other/*", false,
			"matches no file: mend the path, or wait for the first file",
		},
		"archive " + dir + "/in/*.link": {
			"desk", "archive " + dir + "/in/*.link", false,
			"0 files; " + dir + "/in/dead.link: no such file or directory",
		},
	} {
		require.Equal(t, want, got[what], what)
	}
	left, err := os.ReadDir(cfg.Lake)
	require.NoError(t, err)
	require.Empty(t, left, "check leaves nothing behind")
	require.NoDirExists(t, dir+"/out")
}

func TestCheckFolderThatIsAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lake")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	got := checked(t, &Config{Lake: file, Reports: Reports{Dir: file + "/reports"}})
	require.Equal(t, CheckResult{"", "lake", false, file + ": " + file + " is no folder; name another"}, got["lake"])
	require.False(t, got["reports"].OK)
}

func TestCheckEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	utc := zone(t, "UTC")
	_, err := Check(ctx, &Config{Lake: t.TempDir(), Sources: []Source{{
		Name: "s", Timezone: utc, PayloadTimezone: utc, Archive: []Archive{{Paths: []string{"/*"}}},
	}}})
	require.ErrorIs(t, err, context.Canceled)
}
