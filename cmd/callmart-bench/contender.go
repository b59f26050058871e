package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed python
var scripts embed.FS

// contender makes the tables of an archive in its own way.
type contender struct {
	name    string
	does    string // for the table's legend
	module  string // of Python, that it needs
	sql     bool   // runs a plan
	narrow  bool   // dedupes by row numbers
	process func(t *task) []string
}

// task is one archive, and where one contender's tables go.
type task struct {
	vendor, dir   string // archive and callmart.yaml lie in dir
	out, temp     string
	plan          string
	callmart      string
	self          string
	python        string
	scriptsFolder string
}

func contenders() []contender {
	python := func(script string) func(*task) []string {
		return func(t *task) []string {
			return []string{t.python, filepath.Join(t.scriptsFolder, script), t.vendor, filepath.Join(t.dir, "archive"), t.out, t.temp}
		}
	}
	plan := func(t *task) []string {
		return []string{t.python, filepath.Join(t.scriptsFolder, "duckdb_plan.py"), t.plan}
	}
	inside := func(t *task) []string { return []string{t.self, "embedded", t.plan} }
	return []contender{
		{name: "callmart", does: "callmart load, cold: all eight tables, with every column", process: func(t *task) []string {
			return []string{t.callmart, "load", "--config", filepath.Join(t.dir, "callmart.yaml")}
		}},
		{name: "duckdb-plain", does: "read_json, QUALIFY row_number(), UNNEST, a sorted COPY per date", module: "duckdb", sql: true, process: plan},
		{name: "duckdb-best", does: "the same, deduplicated by row numbers in a narrow table", module: "duckdb", sql: true, narrow: true, process: plan},
		{name: "embedded-plain", does: "duckdb-plain on the DuckDB inside callmart", sql: true, process: inside},
		{name: "embedded-best", does: "duckdb-best on the DuckDB inside callmart", sql: true, narrow: true, process: inside},
		{name: "polars", does: "json_decode, unique, explode, sorted Parquet per date", module: "polars", process: python("polars_mart.py")},
		{name: "pandas", does: "json.loads, flattened in Python, DataFrames, sorted Parquet per date", module: "pandas", process: python("pandas_mart.py")},
		{name: "dlt", does: "a resource of the same flattened rows, filesystem destination, a table per date, not sorted", module: "dlt", process: python("dlt_mart.py")},
	}
}

// chosen are the contenders of those names; callmart is always one.
func chosen(names []string) ([]contender, error) {
	all := contenders()
	if len(names) == 0 {
		return all, nil
	}
	var list []contender
	for _, c := range all {
		if c.name == "callmart" || slices.Contains(names, c.name) {
			list = append(list, c)
		}
	}
	for _, name := range names {
		if !slices.ContainsFunc(all, func(c contender) bool { return c.name == name }) {
			var known []string
			for _, c := range all {
				known = append(known, c.name)
			}
			return nil, &usageError{"no contender " + name + ": there are " + strings.Join(known, ", ")}
		}
	}
	return list, nil
}

// version asks what a contender runs on. The error says why it cannot run here.
func (c *contender) version(ctx context.Context, self, python string) (string, error) {
	if c.module == "" && c.sql {
		text, err := exec.CommandContext(ctx, self, "embedded").Output()
		if err != nil {
			return "", fmt.Errorf("starting DuckDB: %w", err)
		}
		return strings.TrimPrefix(strings.TrimSpace(string(text)), "v"), nil
	}
	if c.module == "" {
		return "", nil
	}
	if python == "" {
		return "", errors.New("no Python: name one with --python")
	}
	code := "import platform, pyarrow, " + c.module + " as m; print(m.__version__, '(Python', platform.python_version() + ')')"
	if c.sql || c.module == "polars" {
		code = strings.Replace(code, "pyarrow, ", "", 1)
	}
	text, err := exec.CommandContext(ctx, python, "-c", code).Output()
	if err == nil {
		return strings.TrimSpace(string(text)), nil
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", errors.New(lastLine(string(exit.Stderr)))
	}
	return "", errors.New("no Python at " + python)
}

// writeScripts puts the Python files where Python finds them.
func writeScripts(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("making a folder for scripts: %w", err)
	}
	list, err := fs.ReadDir(scripts, "python")
	if err != nil {
		return fmt.Errorf("listing scripts: %w", err)
	}
	for _, f := range list {
		text, err := fs.ReadFile(scripts, path.Join("python", f.Name()))
		if err != nil {
			return fmt.Errorf("reading a script: %w", err)
		}
		if err := os.WriteFile(filepath.Join(dir, f.Name()), text, 0o644); err != nil {
			return fmt.Errorf("writing a script: %w", err)
		}
	}
	return nil
}
