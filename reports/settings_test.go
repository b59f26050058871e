package reports_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/reports"
	"callmart/sql"
)

func read(t testing.TB, query string) string {
	t.Helper()
	text, err := sql.Read(query)
	require.NoError(t, err)
	return text
}

func TestCheckNamesEverySettingThatCannotBeCountedBy(t *testing.T) {
	for want, change := range map[string]func(*reports.Settings){
		`formula "best" is none of`:            func(s *reports.Settings) { s.Formula = "best" },
		`boundary "<=" is neither le nor lt`:   func(s *reports.Settings) { s.Boundary = "<=" },
		"interval 7m0s does not divide a day":  func(s *reports.Settings) { s.Interval = 7 * time.Minute },
		"interval 0s does not divide a day":    func(s *reports.Settings) { s.Interval = 0 },
		"period ends on 2026-01-12, before it": func(s *reports.Settings) { s.To = day("2026-01-12") },
		"target 80 is not between 0 and 1":     func(s *reports.Settings) { s.Target = 80 },
		`not_met "answered" is none of`:        func(s *reports.Settings) { s.NotMet = []string{"answered"} },
		"hours from 9h0m0s to 25h0m0s leave the day": func(s *reports.Settings) {
			s.Hours = []reports.Hours{{Open: 9 * time.Hour, Close: 25 * time.Hour}}
		},
	} {
		t.Run(want, func(t *testing.T) {
			s := oneDay("2026-01-13")
			require.NoError(t, s.Check())
			change(s)
			require.ErrorContains(t, s.Check(), want)
			_, err := reports.Bind(t.Context(), newLake(t), s)
			require.ErrorContains(t, err, want)
		})
	}
}

func TestNeeds(t *testing.T) {
	for _, c := range []struct {
		name, from, to, want string
		kind                 reports.Kind
	}{
		{"a day needs four weeks for its weekday", "2026-01-13", "2026-01-13", "2025-12-16", reports.Day},
		{"a week needs the one before", "2026-01-12", "2026-01-18", "2026-01-05", reports.Week},
		{"a month needs the one before, however long", "2026-03-01", "2026-03-31", "2026-02-01", reports.Month},
		{"a range needs as many days", "2026-01-10", "2026-01-12", "2026-01-07", reports.Range},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := oneDay(c.from)
			s.To, s.Kind = day(c.to), c.kind
			from, to := s.Needs()
			require.Equal(t, c.want, from.Format(time.DateOnly))
			require.Equal(t, day(c.to), to)
		})
	}
}

// A month that goes on is compared with the same number of days of the month before, the day at hand included: its
// calls so far are counted too.
func TestPeriodToDateIsComparedWithAsManyDays(t *testing.T) {
	l := newLake(t)
	var rows [][]string
	for _, date := range []string{"2026-01-01", "2026-01-02", "2026-01-03", "2026-01-31", "2026-02-01", "2026-02-02"} {
		rows = append(rows, []string{"a", date, date, "0", "q", date + " 12:00:00", "1", "answered"})
	}
	l.insert(t, "queue_entries",
		[]string{"source", "date", "call_id", "queue_entry_index", "queue", "entered_local", "wait_seconds", "exit"}, rows)
	s := oneDay("2026-02-01")
	s.To, s.Kind, s.Complete = day("2026-02-28"), reports.Month, false
	s.Watermark = time.Date(2026, 2, 2, 23, 30, 0, 0, time.UTC)
	berlin := time.FixedZone("Berlin", 3600)
	for _, c := range []struct {
		name         string
		zone         *time.Location
		before, days int
	}{
		{"the second day in UTC", time.UTC, 2, 2},
		{"the third in Berlin", berlin, 3, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.Zone = c.zone
			r, err := bound(t, l, s).SLA(t.Context())
			require.NoError(t, err)
			kpis := r.Table("Kpis")
			for i := range kpis.Rows {
				if at(t, kpis, i, "kpi") == "offered" {
					require.EqualValues(t, c.before, at(t, kpis, i, "previous"))
					require.EqualValues(t, 2-c.before, at(t, kpis, i, "change"))
				}
			}
			require.Len(t, r.Table("Daily").Rows, c.days, "days that are not there yet have no row")
		})
	}
}

func TestWarnings(t *testing.T) {
	l, s := sample(t)
	s.Quiet = []string{"c"}
	r, err := bound(t, l, s).SLA(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{
		"a is incomplete: the last run met 1 problem; its manifest and log name them.",
		"a: 3 records could not be read and lie in quarantine.",
		"c has been silent: nothing newer has come from it.",
		"3 calls have an outcome whose words are not known; see UnknownWords.",
		"1 entry has an unknown wait and is judged by no formula.",
	}, r.Warnings)

	s.Sources[0].Accounting.New = 19
	r, err = bound(t, l, s).SLA(t.Context())
	require.NoError(t, err)
	require.Contains(t, r.Warnings, "a: 1 record of the last run is not accounted for.")

	// Of three in quarantine, two were dropped or replayed: only the open one is worth a warning.
	s.Sources[0].Accounting.New, s.Sources[0].Accounting.Open = 20, 1
	r, err = bound(t, l, s).SLA(t.Context())
	require.NoError(t, err)
	require.Contains(t, r.Warnings, "a: 1 record could not be read and lies in quarantine.")
	s.Sources[0].Accounting.Open = 0
	r, err = bound(t, l, s).SLA(t.Context())
	require.NoError(t, err)
	require.NotContains(t, strings.Join(r.Warnings, "\n"), "quarantine")
}

func TestPeriodWithoutCallsSaysSo(t *testing.T) {
	l, s := sample(t)
	s.From, s.To, s.Kind = s.From.AddDate(-1, 0, 0), s.To.AddDate(-1, 0, 0), reports.Range
	for _, r := range both(t, l, s) {
		require.Equal(t, "The lake holds no call of this period.", r.Warnings[0])
	}
}

func TestFindingsTellWhatCostTheMost(t *testing.T) {
	l, s := sample(t)
	r := both(t, l, s)
	require.Equal(t, "Sales (a) cost the most: 2 of 6 met, 33.3 % against 80.0 %. 3 more would have reached the target.",
		r[0].Findings[0].Text)
	require.Equal(t, "Worst interval: Sales (a), 09:30 to 10:00: 1 of 3 met.", r[0].Findings[1].Text)
	require.Equal(t, "Sales (a) lost the most: 3 of 10 abandoned, a rate of 30.0 %.", r[1].Findings[0].Text)
	require.Equal(t, "Most were lost from 09:30 to 10:00: 3 of 4 abandoned.", r[1].Findings[1].Text)
}
