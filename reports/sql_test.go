package reports_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"callmart/reports"
	"callmart/sql"
	"callmart/transform/schema"
)

var update = flag.Bool("update", false, "write what the queries return into the golden files")

// TestQueries runs the files of testdata/sql. Each is an archive of sections: settings, one section per table of the lake,
// and "want <query>" sections, whose first line names the columns that are compared.
func TestQueries(t *testing.T) {
	files, err := filepath.Glob("testdata/sql/*.txt")
	require.NoError(t, err)
	tested := map[string]bool{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			l, s := newLake(t), settingsOf(t, archive)
			for _, section := range archive.Files {
				if table := tableNamed(section.Name); table != nil {
					columns, rows := parseRows(string(section.Data))
					l.insert(t, table.Name, columns, rows)
				}
			}
			bound(t, l, s)
			for i, section := range archive.Files {
				query, ok := strings.CutPrefix(section.Name, "want ")
				if !ok {
					continue
				}
				tested[query] = true
				columns, _ := parseRows(string(section.Data))
				got := l.ask(t, query, columns)
				if *update {
					archive.Files[i].Data = []byte(got)
					continue
				}
				require.Empty(t, cmp.Diff(string(section.Data), got), "rows of %s", query)
			}
			if *update {
				require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o600))
			}
		})
	}
	names, err := sql.Names()
	require.NoError(t, err)
	for _, name := range names {
		require.True(t, tested[name], "no file of testdata/sql tests %s.sql", name)
	}
}

func tableNamed(name string) *schema.Table {
	tables := schema.Tables()
	for i := range tables {
		if tables[i].Name == name {
			return &tables[i]
		}
	}
	return nil
}

// parseRows reads lines of cells between bars; the first line names the columns. An empty cell is NULL.
func parseRows(text string) (columns []string, rows [][]string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		cells := strings.Split(line, "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if columns == nil {
			columns = cells
			continue
		}
		rows = append(rows, cells)
	}
	return columns, rows
}

// ask runs a query of package sql and writes the named columns of its rows, aligned.
func (l *lake) ask(t *testing.T, query string, columns []string) string {
	t.Helper()
	text, err := sql.Read(query)
	require.NoError(t, err)
	rows, err := l.Query(t.Context(), text)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	names, err := rows.Columns()
	require.NoError(t, err)
	lines := [][]string{columns}
	for rows.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		require.NoError(t, rows.Scan(into...))
		line := make([]string, len(columns))
		for i, column := range columns {
			at := slices.Index(names, column)
			require.GreaterOrEqual(t, at, 0, "%s has no column %q", query, column)
			line[i] = plainText(values[at])
		}
		lines = append(lines, line)
	}
	require.NoError(t, rows.Err())
	if !strings.Contains(text, "\nORDER BY") { // what others build on has no order of its own
		slices.SortFunc(lines[1:], slices.Compare)
	}
	return aligned(lines)
}

func plainText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case time.Time:
		if v.Equal(v.Truncate(24 * time.Hour)) {
			return v.Format(time.DateOnly)
		}
		return v.Format(time.DateTime)
	default:
		return fmt.Sprint(v)
	}
}

func aligned(lines [][]string) string {
	width := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, v := range line {
			width[i] = max(width[i], len([]rune(v)))
		}
	}
	var b strings.Builder
	for _, line := range lines {
		var row strings.Builder
		for i, v := range line {
			if i > 0 {
				row.WriteString(" | ")
			}
			row.WriteString(v + strings.Repeat(" ", width[i]-len([]rune(v))))
		}
		b.WriteString(strings.TrimRight(row.String(), " ") + "\n")
	}
	return b.String()
}

// settingsFile is how the files of testdata write settings.
type settingsFile struct {
	From, To     string
	Kind         reports.Kind
	Threshold    *time.Duration
	ShortAbandon *time.Duration `yaml:"short_abandon"`
	Target       *float64
	Formula      string
	Boundary     string
	NotMet       []string `yaml:"not_met"`
	Queues       []struct {
		Source, Match, Group string
		Threshold            *time.Duration
		ShortAbandon         *time.Duration `yaml:"short_abandon"`
		Target               *float64
	}
	Hours []struct {
		Source      string
		Days        []int
		Open, Close time.Duration
	}
	Holidays   []string
	Exclusions []struct{ Source, From, To string }
	Interval   *time.Duration
	Sources    []string
}

func settingsOf(t *testing.T, archive *txtar.Archive) *reports.Settings {
	t.Helper()
	at := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "settings" })
	require.GreaterOrEqual(t, at, 0)
	var f settingsFile
	decoder := yaml.NewDecoder(strings.NewReader(string(archive.Files[at].Data)))
	decoder.KnownFields(true)
	require.NoError(t, decoder.Decode(&f))
	s := oneDay(f.From)
	s.To = day(f.To)
	set(&s.Kind, &f.Kind, f.Kind != "")
	set(&s.Threshold, f.Threshold, f.Threshold != nil)
	set(&s.ShortAbandon, f.ShortAbandon, f.ShortAbandon != nil)
	set(&s.Target, f.Target, f.Target != nil)
	set(&s.Formula, &f.Formula, f.Formula != "")
	set(&s.Boundary, &f.Boundary, f.Boundary != "")
	set(&s.NotMet, &f.NotMet, f.NotMet != nil)
	set(&s.Interval, f.Interval, f.Interval != nil)
	for _, q := range f.Queues {
		s.Queues = append(s.Queues, reports.QueueRule{
			Source: q.Source, Match: q.Match, Group: q.Group,
			Threshold: q.Threshold, Target: q.Target, ShortAbandon: q.ShortAbandon,
		})
	}
	for _, h := range f.Hours {
		hours := reports.Hours{Source: h.Source, Open: h.Open, Close: h.Close}
		for _, d := range h.Days {
			hours.Days = append(hours.Days, time.Weekday(d))
		}
		s.Hours = append(s.Hours, hours)
	}
	for _, d := range f.Holidays {
		s.Holidays = append(s.Holidays, day(d))
	}
	for _, x := range f.Exclusions {
		from, err := time.Parse(time.DateTime, x.From)
		require.NoError(t, err)
		to, err := time.Parse(time.DateTime, x.To)
		require.NoError(t, err)
		s.Exclusions = append(s.Exclusions, reports.Exclusion{Source: x.Source, From: from, To: to})
	}
	for _, name := range f.Sources {
		s.Sources = append(s.Sources, reports.Source{Name: name})
	}
	return s
}

func set[T any](into, from *T, given bool) {
	if given {
		*into = *from
	}
}
