package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMain lets the test's program stand for callmart-bench, which starts itself to measure and to compare.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == "embedded" || os.Args[1] == "compare" || os.Args[1] == "layout") {
		os.Exit(execute(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// benchmark runs the command line, and returns its exit status, what it said and its report.
func benchmark(t *testing.T, args ...string) (code int, said string, r report) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "report.json")
	var out, errOut bytes.Buffer
	code = execute(context.Background(), append([]string{"run", "--dir", dir, "--json", file, "--calls", "300", "--repeats", "0.2", "--runs", "1"}, args...), &out, &errOut)
	text, err := os.ReadFile(file)
	require.NoError(t, err, errOut.String())
	require.NoError(t, json.Unmarshal(text, &r))
	return code, out.String() + errOut.String(), r
}

// The SQL of the baselines makes what callmart makes, in every column that it makes.
func TestEmbeddedBaselinesEqualCallmart(t *testing.T) {
	code, said, r := benchmark(t, "--contenders", "embedded-plain,embedded-best,polars", "--compress", "mixed", "--instances", "1,3", "--many-files", "50")
	require.Zero(t, code, said)
	require.Len(t, r.Vendors, 3)
	for _, v := range r.Vendors {
		require.Equal(t, int64(300), v.Calls)
		require.Equal(t, []string{"callmart", "embedded-plain", "embedded-best", "polars"}, []string{v.Results[0].Name, v.Results[1].Name, v.Results[2].Name, v.Results[3].Name})
		for _, c := range v.Results[:3] {
			require.Len(t, c.Runs, 1)
			require.Positive(t, c.Median.Seconds)
			require.Positive(t, c.Median.CPU)
			require.Positive(t, c.Median.Peak)
			require.Positive(t, c.Median.Written)
			require.Empty(t, c.Failed+c.NotRun)
		}
		for _, c := range v.Results[1:3] {
			require.Empty(t, c.Comparison.Differences)
			require.Empty(t, c.Comparison.Unsorted)
			require.Equal(t, int64(300), c.Comparison.Rows["calls"])
			require.NotZero(t, c.Comparison.Rows["queue_entries"])
			require.NotZero(t, c.Comparison.Sums["answered"])
			require.Greater(t, c.Comparison.Columns, 50)
			for _, column := range c.Comparison.LeftOut {
				require.Contains(t, allowedToLeaveOut, column, "%s: SQL can make this one", v.Vendor)
			}
		}
		require.Contains(t, v.Results[3].NotRun, "--python", "who cannot run is named, with the reason")
	}
	require.Contains(t, said, "| polars | not run: no Python")
	require.Len(t, r.Instances, 3)
	for _, in := range r.Instances {
		require.True(t, in.Equal)
		require.NotZero(t, in.Files)
	}
	for _, m := range r.Many {
		require.GreaterOrEqual(t, m.Records, int64(50))
		require.Positive(t, m.Load.Seconds)
		require.Positive(t, m.Sequential)
		require.True(t, m.Equal)
	}
}

// allowedToLeaveOut are the columns that a payload does not tell and that SQL cannot compute: hashes, what the merge keeps
// of the observations, and CallerDesk's numbers, which are not E.164.
var allowedToLeaveOut = []string{
	"calls.caller_key", "calls.extra", "calls.payload_sha256", "calls.derived_fields", "calls.outcome_evidence", "calls.origins",
	"calls.observation_count", "calls.first_observed_at", "calls.last_observed_at",
	"calls.from_number", "calls.to_number", "calls.customer_number", "agents.number",
}

func TestADifferenceIsFoundAndNamed(t *testing.T) {
	ctx := context.Background()
	a := small(t, func(o *archiveOptions) { o.vendor = "ccai"; o.calls = 300 })
	files, err := archiveFiles(a.options.dir)
	require.NoError(t, err)
	// Two sets of tables by the same plan: one stands for callmart's, which has a folder of the source between.
	make := func(out string, change func(*plan)) string {
		p, err := newPlan("ccai", files, filepath.Join(t.TempDir(), out), t.TempDir(), true)
		require.NoError(t, err)
		change(p)
		file := filepath.Join(t.TempDir(), "plan.json")
		require.NoError(t, p.save(file))
		require.NoError(t, runEmbedded(ctx, file))
		return p.Out
	}
	lake := filepath.Join(t.TempDir(), "lake")
	same := make("same", func(*plan) {})
	for _, table := range tables() {
		require.NoError(t, os.MkdirAll(filepath.Join(lake, table.name), 0o755))
		require.NoError(t, os.Rename(filepath.Join(same, table.name), filepath.Join(lake, table.name, "source=shop")))
	}
	for name, c := range map[string]struct {
		change func(*plan)
		want   []string
	}{
		"equal":    {func(*plan) {}, nil},
		"a column": {func(p *plan) { p.edit("calls", "'answered'", "'replied'") }, []string{"calls.outcome: "}},
		"a value": {func(p *plan) {
			p.edit("queue_entries", "CAST(q.queue_duration AS DOUBLE)", "CAST(q.queue_duration + 1 AS DOUBLE)")
		}, []string{"queue_entries.wait_seconds: "}},
		"rows":    {func(p *plan) { p.edit("participants", "FROM latest", "FROM latest WHERE rating IS NULL") }, []string{"participants: "}},
		"a table": {func(p *plan) { p.Tables = p.Tables[:4] }, []string{"participants: 0 rows, callmart has "}},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := compare(ctx, lake, make("other", c.change))
			require.NoError(t, err)
			require.Equal(t, len(c.want) > 0, len(found.Differences) > 0, "%v", found.Differences)
			for _, want := range c.want {
				require.Contains(t, strings.Join(found.Differences, "\n"), want)
			}
			require.Equal(t, name == "order", len(found.Unsorted) > 0 && found.Rows["participants"] > 0 && len(found.Differences) == 0)
		})
	}
}

// edit changes the SQL of one table.
func (p *plan) edit(table, old, with string) {
	for i := range p.Tables {
		if p.Tables[i].Table == table {
			p.Tables[i].Select = strings.ReplaceAll(p.Tables[i].Select, old, with)
		}
	}
}

func TestTable(t *testing.T) {
	r := report{Date: "2026-03-02", Machine: machine{OS: "linux/amd64", CPU: "Some CPU", Cores: 2, Memory: 8e9, Go: "go1.26"}, Days: 3, Repeats: 0.02, Files: 6, Packed: "none", Runs: 3}
	v := vendorResult{Vendor: "ccai", Calls: 1_000_000, Records: 1_020_000, InputBytes: 3_800_000_000, Results: []result{
		{Name: "callmart", Runs: []measured{{4, 7, 480e6, 100e6, 0}, {5, 8, 500e6, 100e6, 0.1}, {4.5, 7.5, 490e6, 100e6, 0}}},
		{Name: "duckdb-best", Version: "2.0.0", Runs: []measured{{9, 17, 2.4e9, 90e6, 0}}, Comparison: &comparison{Columns: 119}},
		{Name: "pandas", Runs: []measured{{90, 90, 9e9, 90e6, 18}}, Comparison: &comparison{Differences: []string{"calls: 9 rows | callmart has 10", "calls.queue: 1"}}},
		{Name: "polars", NotRun: "No module named 'polars'"},
		{Name: "dlt", Failed: "running python: exit status 1: killed"},
	}}
	v.summarise()
	r.Vendors = append(r.Vendors, v)
	require.Equal(t, `2026-03-02: 2 cores of Some CPU, 8 GB, linux/amd64, go1.26. Files in the page cache, every contender into an empty folder, in turn, 3 runs; median, in brackets the fastest and slowest.
Other processes took up to 10 % of the machine meanwhile: compare nothing with runs of another day.

ccai: 1,000,000 calls in 1,020,000 records, 3,800 MB of JSON in 6 files (not compressed), 3 days; 2.0 % of the calls are told of twice.

| contender | seconds | to callmart | calls/s | MB/s | peak memory, MB | CPU, s | Parquet, MB | rows and sums |
|---|--:|--:|--:|--:|--:|--:|--:|---|
| callmart | 4.50 (4.00 to 5.00) | 1.00 | 222,222 | 844 | 490 | 7.5 | 100.0 | itself |
| duckdb-best 2.0.0 | 9.00 (9.00 to 9.00) | 2.00 | 111,111 | 422 | 2,400 | 17.0 | 90.0 | equal in 119 columns |
| pandas | 90.00 (90.00 to 90.00) | 20.00 | 11,111 | 42 | 9,000 | 90.0 | 90.0 | **2 differences**: calls: 9 rows \| callmart has 10 |
| polars | not run: No module named 'polars' | | | | | | | |
| dlt | failed: running python: exit status 1: killed | | | | | | | |
`, r.markdown())
	require.Equal(t, []string{
		"ccai, pandas: calls: 9 rows | callmart has 10", "ccai, pandas: calls.queue: 1", "ccai, dlt: running python: exit status 1: killed",
	}, r.problems())
}
