package main

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed baseline
var baseline embed.FS

// plan is what a DuckDB does to make the tables of an archive, whichever DuckDB runs it: first the setup, then, for each
// date that the query names, the view and a COPY per table into out/<table>/date=<date>/part-0.parquet.
type plan struct {
	Setup  []string   `json:"setup"`
	Dates  string     `json:"dates"`
	View   string     `json:"view"` // {{date}} stands for the date
	Tables []planCopy `json:"tables"`
	Out    string     `json:"out"`
}

type planCopy struct {
	Table  string `json:"table"`
	Select string `json:"select"`
}

const dateMark = "{{date}}"

// narrow dedupes by a table of row numbers and versions only; else the whole rows are sorted by version.
func newPlan(vendor string, files []string, out, temp string, narrow bool) (*plan, error) {
	raw, err := fs.ReadFile(baseline, path.Join("baseline", vendor, "raw.sql"))
	if err != nil {
		return nil, &usageError{"there is no baseline of " + vendor}
	}
	quoted := make([]string, len(files))
	for i, f := range files {
		quoted[i] = literal(f)
	}
	read := strings.ReplaceAll(string(raw), "{{files}}", "["+strings.Join(quoted, ", ")+"]")
	p := &plan{Out: out, Setup: []string{"SET temp_directory = " + literal(temp)}}
	if narrow {
		p.Setup = append(p.Setup,
			"CREATE TEMP TABLE told AS\n"+read,
			"CREATE TEMP TABLE newest AS SELECT arg_max(rowid, version) AS told_row, arg_max(date, version) AS date FROM told GROUP BY call_id")
		p.Dates = "SELECT DISTINCT CAST(date AS VARCHAR) FROM newest ORDER BY 1"
		p.View = "CREATE OR REPLACE TEMP VIEW latest AS SELECT * FROM told WHERE date = DATE '{{date}}' AND rowid IN (SELECT told_row FROM newest WHERE date = DATE '{{date}}')"
	} else {
		p.Setup = append(p.Setup, "CREATE TEMP TABLE newest AS SELECT * FROM (\n"+read+"\n) QUALIFY row_number() OVER (PARTITION BY call_id ORDER BY version DESC) = 1")
		p.Dates = "SELECT DISTINCT CAST(date AS VARCHAR) FROM newest ORDER BY 1"
		p.View = "CREATE OR REPLACE TEMP VIEW latest AS SELECT * FROM newest WHERE date = DATE '{{date}}'"
	}
	for _, t := range tables() {
		text, err := fs.ReadFile(baseline, path.Join("baseline", vendor, t.name+".sql"))
		if err != nil {
			continue // the vendor's payloads tell nothing of it
		}
		order := "start, call_id"
		if t.index != "" {
			order += ", " + t.index
		}
		p.Tables = append(p.Tables, planCopy{t.name, "SELECT * EXCLUDE (start) FROM (\n" + string(text) + ") ORDER BY " + order})
	}
	return p, nil
}

// copyStatement writes one table of one date.
func (p *plan) copyStatement(c planCopy, date string) (sql, file string) {
	file = filepath.Join(p.Out, c.Table, "date="+date, "part-0.parquet")
	return "COPY (\n" + c.Select + "\n) TO " + literal(file) + " (FORMAT PARQUET, COMPRESSION ZSTD)", file
}

func (p *plan) save(file string) error {
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fmt.Errorf("writing a plan: %w", err)
	}
	if err := os.WriteFile(file, text, 0o644); err != nil {
		return fmt.Errorf("writing a plan: %w", err)
	}
	return nil
}

// literal quotes a text for SQL.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// table is one that every contender makes.
type table struct {
	name  string
	index string // the column that orders the rows of one call
}

func tables() []table {
	return []table{
		{"calls", ""},
		{"queue_entries", "queue_entry_index"},
		{"agents", "agent_index"},
		{"transfers", "transfer_index"},
		{"participants", "participant_index"},
	}
}

// archiveFiles lists an archive in the order of its names.
func archiveFiles(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "archive", "*.ndjson*"))
	if err != nil {
		return nil, fmt.Errorf("listing the archive: %w", err)
	}
	slices.Sort(files)
	return files, nil
}
