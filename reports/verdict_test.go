package reports_test

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"callmart/reports"
)

// TestVerdictsAddUp sums what is said of every single call over the lakes of testdata/sql: it must be the workbooks' figures.
func TestVerdictsAddUp(t *testing.T) {
	files, err := filepath.Glob("testdata/sql/*.txt")
	require.NoError(t, err)
	because := map[string]bool{}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			l, s := newLake(t), settingsOf(t, archive)
			for _, section := range archive.Files {
				if table := tableNamed(section.Name); table != nil {
					columns, rows := parseRows(string(section.Data))
					l.insert(t, table.Name, columns, rows)
				}
			}
			keys := texts(t, l, "SELECT DISTINCT source, call_id FROM (SELECT source, call_id FROM calls UNION SELECT source, call_id FROM queue_entries)")
			if len(keys) == 0 {
				return
			}
			// All days, as one period.
			days := texts(t, l, "SELECT CAST(min(d) AS VARCHAR), CAST(max(d) AS VARCHAR) FROM (SELECT coalesce(CAST(entered_local AS DATE), date) AS d FROM queue_entries UNION ALL SELECT coalesce(CAST(started_local AS DATE), date) FROM calls)")
			s.From, s.To, s.Kind = day(days[0][0]), day(days[0][1]), reports.Range
			want := map[string]int64{}
			bound(t, l, s)
			addInts(t, l, "SELECT * FROM figures WHERE grain = 'all' AND period = 'current'", want)
			got := map[string]int64{}
			for _, key := range keys {
				v, err := reports.Judged(t.Context(), l, s, key[0], key[1])
				require.NoError(t, err)
				for _, e := range v.Entries {
					require.NotEmpty(t, e.Because)
					because[e.State] = true
					for _, name := range e.CountedIn {
						got[name]++
					}
					require.Len(t, e.Formulas, len(reports.Formulas()))
					for _, f := range e.Formulas {
						if f.Formula == s.Formula {
							require.Equal(t, e.Verdict, f.Verdict)
						}
						if f.Verdict != nil {
							got[f.Formula+"_of"]++
							if *f.Verdict == "met" {
								got[f.Formula+"_met"]++
							}
						}
					}
				}
			}
			for name, n := range got {
				require.Equal(t, want[name], n, name)
			}
			for _, name := range []string{"offered", "open", "after_hours", "excluded", "judged", "met", "answered_only_of", "removed_within_t_met"} {
				require.Equal(t, want[name], got[name], name)
			}
		})
	}
	for _, state := range []string{"offered", "open", "unknown", "after_hours", "excluded"} {
		require.True(t, because[state], "no entry of testdata/sql is %s", state)
	}
}

func texts(t *testing.T, l *lake, query string) (all [][2]string) {
	t.Helper()
	rows, err := l.db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var pair [2]string
		require.NoError(t, rows.Scan(&pair[0], &pair[1]))
		all = append(all, pair)
	}
	require.NoError(t, rows.Err())
	return all
}

func addInts(t *testing.T, l *lake, query string, sums map[string]int64) {
	t.Helper()
	rows, err := l.db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer rows.Close()
	names, err := rows.Columns()
	require.NoError(t, err)
	for rows.Next() {
		values := make([]any, len(names))
		into := make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		require.NoError(t, rows.Scan(into...))
		for i, v := range values {
			if n, ok := v.(int64); ok {
				sums[names[i]] += n
			}
		}
	}
	require.NoError(t, rows.Err())
}
