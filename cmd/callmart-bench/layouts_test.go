package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every layout has the same rows: it answers every question as the lake does. One that has lost a day is found out.
func TestLayoutsAnswerAlike(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	file, tables := filepath.Join(dir, "report.json"), filepath.Join(dir, "report.md")
	var out, errOut bytes.Buffer
	code := execute(ctx, []string{"layouts", "--dir", dir, "--days", "31", "--calls-per-day", "20", "--runs", "1", "--keep", "--json", file, "--markdown", tables}, &out, &errOut)
	require.Zero(t, code, errOut.String())
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var r layoutsReport
	require.NoError(t, json.Unmarshal(text, &r))
	require.Equal(t, int64(620), r.Calls)
	require.Equal(t, int64(31), r.Days)
	require.Positive(t, r.Entries)
	require.Empty(t, r.Differences)
	require.Len(t, r.Layouts, 1+len(layouts()))
	for i, l := range r.Layouts {
		require.Positive(t, l.Bytes, l.Name)
		require.Equal(t, i > 0, l.Written.CPU > 0, l.Name)
		for _, q := range []string{"queue_month", "caller_history", "service_level", "one_hour"} {
			require.Contains(t, l.Answers, q, l.Name)
			require.Len(t, l.Answers[q].Runs, 1)
			require.Positive(t, l.Answers[q].Median.CPU)
			if runtime.GOOS == "linux" {
				require.Positive(t, l.Answers[q].Median.Read)
			}
		}
		require.Equal(t, i == 0, l.Answers["service_level_intervals"] != nil)
	}
	for name, files := range map[string]int{"naive file": 2, "naive by date": 62, asPublished: 62, "by month": 4} {
		for _, l := range r.Layouts {
			require.True(t, l.Name != name || l.Files == files, "%s: %d files", l.Name, l.Files)
		}
	}
	said, err := os.ReadFile(tables)
	require.NoError(t, err)
	require.Equal(t, out.String(), string(said))
	require.Contains(t, out.String(), "\n| by month | 4 | ")

	o := layoutsOptions{archive: defaultArchive(), lake: filepath.Join(dir, "lake"), names: []string{"20480-level-1", "by-queue"}, runs: 1, limit: 1e12}
	o.archive.dir = dir
	b, err := newLayoutsBench(o, io.Discard)
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(filepath.Join(b.out, "by-queue", "queue_entries", "source=bank", "date=2026-03-09")))
	r = layoutsReport{}
	questions, err := b.questions(ctx, &r)
	require.NoError(t, err)
	for _, q := range questions {
		if !q.only {
			require.NotEmpty(t, answerOf(t, b, theLake, q), q.name)
		}
	}
	r.Layouts = []layoutResult{{Name: theLake, Answers: map[string]*layoutFigure{}}}
	for _, l := range b.layouts {
		r.Layouts = append(r.Layouts, layoutResult{Name: l.Name, Answers: map[string]*layoutFigure{}})
	}
	require.NoError(t, b.askAll(ctx, questions, &r))
	require.Equal(t, []string{"by queue answers queue_month otherwise than the lake", "by queue answers service_level otherwise than the lake"}, r.Differences)
	require.Error(t, conclude(&r, o.markdown, o.json, io.Discard))
}

// A layout that cannot be written is told of, and does not keep the others from being measured.
func TestLayoutNotWritten(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	for _, table := range layoutTables() {
		day := filepath.Join(dir, "lake", table, "source=bank", "date=2026-03-02")
		require.NoError(t, os.MkdirAll(day, 0o755))
		db, err := sql.Open("duckdb", "")
		require.NoError(t, err)
		_, err = db.ExecContext(ctx, "COPY (SELECT 'a' AS call_id, 'b' AS queue) TO "+literal(filepath.Join(day, "part-0.parquet")))
		require.NoError(t, errors.Join(err, db.Close()))
	}
	good, bad := layouts()[3], layouts()[3]
	bad.Name, bad.Options = "wooden", "COMPRESSION WOOD"
	job := layoutJob{Lake: filepath.Join(dir, "lake"), Out: filepath.Join(dir, "out"), Layouts: []layout{bad, good}}
	a, err := job.do(ctx)
	require.NoError(t, err)
	require.Contains(t, a.Failed["wooden"], "Expected compression")
	require.Len(t, a.Failed, 1)
	require.Positive(t, a.Written[good.Name].Seconds)
	require.FileExists(t, filepath.Join(dir, "out", folderOf(good.Name), "queue_entries", "source=bank", "date=2026-03-02", "part-0.parquet"))
	r := layoutsReport{Layouts: []layoutResult{{Name: theLake}, {Name: "wooden", Failed: "no | wood"}}}
	require.Contains(t, r.markdown(), "| wooden | not written: no \\| wood | | | | | | |\n")
}

func answerOf(t *testing.T, b *layoutsBench, name string, q question) [][]string {
	t.Helper()
	a, err := b.process(context.Background(), &layoutJob{Views: b.views(name, q.sql), Query: q.sql})
	require.NoError(t, err)
	return a.Rows
}

func TestLayoutsUsage(t *testing.T) {
	for _, args := range [][]string{{"layouts"}, {"layouts", "--dir", "x", "--runs", "0"}, {"layouts", "--dir", "x", "--layouts", "fast"}} {
		require.Equal(t, 2, execute(context.Background(), args, io.Discard, io.Discard), args)
	}
}

// A figure that the system does not tell is not told as a number.
func TestLayoutFigure(t *testing.T) {
	f := &layoutFigure{Runs: []spent{{0.3, 0.2, -1}, {0.1, 0.1, -1}, {0.2, 0.3, -1}}}
	f.summarise()
	require.Equal(t, "unknown, 200, 200", f.String())
	require.Equal(t, []float64{0.1, 0.3}, []float64{f.Fastest, f.Slowest})
	f = &layoutFigure{Runs: []spent{{0.0123, 0.01, 2_345_678}}}
	f.summarise()
	require.Equal(t, "2.35, 10, 12", f.String())
	require.Empty(t, (*layoutFigure)(nil).String())
}
