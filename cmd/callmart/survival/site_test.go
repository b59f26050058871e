package survival_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/load"
)

// site is a folder with a configuration, a lake and reports. The archive lies elsewhere and belongs to several.
type site struct {
	t       *testing.T
	dir     string
	archive string
	sources string // of the configuration, in place of those of the world
	had     tables // that were there from the beginning
}

// newSite is a site without a lake.
func newSite(t *testing.T, archive string) *site {
	t.Helper()
	return &site{t: t, dir: t.TempDir(), archive: archive}
}

// secondRun is a site whose lake has the world's first part: the next run has the second one to do.
func secondRun(t *testing.T, w *world) *site {
	t.Helper()
	s := newSite(t, w.archive)
	require.NoError(t, os.CopyFS(s.dir, os.DirFS(filepath.Dir(w.lake))))
	s.had = w.before
	return s
}

func (s *site) lake() string { return filepath.Join(s.dir, "lake") }

// configure writes callmart.yaml.
func (s *site) configure() error {
	text := "lake: ./lake\nreports: {dir: ./reports, periods: [week]}\ntimezone: Europe/Berlin\nmemory: 512MiB\nsources:\n"
	for _, v := range vendors {
		if s.sources == "" {
			text += fmt.Sprintf("  - {name: %s, vendor: %s, timezone: %s, archive: [{paths: [%q]}]}\n", v[0], v[1], v[2], s.archive+"/"+v[0]+"/**")
		}
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.dir, "callmart.yaml"), []byte(text+s.sources), 0o644)
}

// begin configures the site and runs.
func (s *site) begin() error {
	if err := s.configure(); err != nil {
		return err
	}
	cmd, err := s.command(nil, "run")
	if err != nil {
		return err
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("running: %w\n%s", err, out)
	}
	return nil
}

// command is a command line of the program, ready to start. Its temporary files go with the site. If env says nothing else
// it works on one core, which takes less of the machine and must make no difference.
func (s *site) command(env []string, args ...string) (*exec.Cmd, error) {
	program, err := folder.build()
	if err != nil {
		return nil, err
	}
	temp := filepath.Join(s.dir, "tmp")
	if err := os.MkdirAll(temp, 0o755); err != nil {
		return nil, err
	}
	cmd := exec.Command(program, args...)
	cmd.Dir = s.dir
	cmd.Env = slices.Concat(os.Environ(), []string{"TMPDIR=" + temp, "GOMAXPROCS=1"}, env)
	return cmd, nil
}

// ended is how a command ended.
type ended struct {
	code           int
	killed         bool // by SIGKILL
	stdout, stderr string
}

// start is command with its output caught, after configuring the site.
func (s *site) start(env []string, args ...string) (*exec.Cmd, func() ended) {
	s.t.Helper()
	require.NoError(s.t, s.configure())
	cmd, err := s.command(env, args...)
	require.NoError(s.t, err)
	var out, errOut strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errOut
	return cmd, func() ended {
		s.t.Helper()
		err := cmd.Wait()
		if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
			require.NoError(s.t, err)
		}
		status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
		require.True(s.t, ok)
		return ended{status.ExitStatus(), status.Signaled() && status.Signal() == syscall.SIGKILL, out.String(), errOut.String()}
	}
}

// does runs a command to its end.
func (s *site) does(env []string, args ...string) ended {
	s.t.Helper()
	cmd, wait := s.start(env, args...)
	require.NoError(s.t, cmd.Start())
	return wait()
}

// succeeds runs, and wants exit status 0.
func (s *site) succeeds() {
	s.t.Helper()
	end := s.does(nil, "run")
	require.Zero(s.t, end.code, end.stderr)
}

// tables are the files of all tables by path in the lake.
type tables map[string]string

// readTables reads all <table>/source=<name>/date=<date>/*.parquet.
func readTables(lake string) (tables, error) {
	all, err := readFiles(lake)
	found := tables{}
	for path, content := range all {
		if !strings.HasPrefix(path, "_") && strings.Contains(path, "/source=") && strings.HasSuffix(path, ".parquet") {
			found[path] = content
		}
	}
	return found, err
}

// readFiles reads every file of a folder and those below it, by path. A folder that is not there has none.
func readFiles(dir string) (map[string]string, error) {
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, path))
		all[path] = string(content)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return all, err
}

// holds wants exactly these tables.
func (s *site) holds(want tables) {
	s.t.Helper()
	got, err := readTables(s.lake())
	require.NoError(s.t, err)
	for path, content := range want {
		require.Contains(s.t, got, path)
		require.True(s.t, got[path] == content, "%s differs", path)
	}
	require.Len(s.t, got, len(want))
}

// isClean wants no staging, a free lock, whole manifests and no file that was left half way.
func (s *site) isClean() {
	s.t.Helper()
	staged, err := os.ReadDir(filepath.Join(s.lake(), "_staging"))
	require.NoError(s.t, err)
	require.Empty(s.t, staged)
	lake, err := load.Open(context.Background(), s.lake(), load.Options{})
	require.NoError(s.t, err)
	unlock, err := lake.Lock()
	require.NoError(s.t, err)
	require.NoError(s.t, unlock())
	s.manifests()
	require.NoError(s.t, filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasPrefix(path, filepath.Join(s.dir, "tmp")) {
			require.NotContains(s.t, d.Name(), ".tmp", path)
			require.False(s.t, strings.HasPrefix(d.Name(), ".callmart-"), path)
		}
		return err
	}))
}

// manifests are the runs that the lake knows, by name.
func (s *site) manifests() []string {
	s.t.Helper()
	names, err := filepath.Glob(filepath.Join(s.lake(), "_runs", "*.json"))
	require.NoError(s.t, err)
	for _, name := range names {
		content, err := os.ReadFile(name)
		require.NoError(s.t, err)
		var manifest struct {
			Run string `json:"run"`
		}
		require.NoError(s.t, json.Unmarshal(content, &manifest), name)
		require.Equal(s.t, filepath.Base(name), manifest.Run+".json")
	}
	return names
}

// workbooks are the reports by name.
func (s *site) workbooks() (map[string]string, error) {
	return readFiles(filepath.Join(s.dir, "reports"))
}

// query answers a SELECT of one text column, through the program's own sessions.
func (s *site) query(text string) []string {
	s.t.Helper()
	ctx := context.Background()
	lake, err := load.Open(ctx, s.lake(), load.Options{})
	require.NoError(s.t, err)
	session, err := lake.Session(ctx, load.Selection{})
	require.NoError(s.t, err)
	defer func() { require.NoError(s.t, session.Close()) }()
	rows, err := session.Query(ctx, text)
	require.NoError(s.t, err)
	defer rows.Close()
	var all []string
	for rows.Next() {
		var row string
		require.NoError(s.t, rows.Scan(&row))
		all = append(all, row)
	}
	require.NoError(s.t, rows.Err())
	return all
}
