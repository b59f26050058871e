package pipeline

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPeriodOf(t *testing.T) {
	for _, test := range []struct {
		kind     string
		date     Date
		start    time.Weekday
		from, to Date
		previous string
		file     string
		latest   string
	}{
		{Day, "2026-03-01", time.Monday, "2026-03-01", "2026-03-01", "2026-02-28", "sla_2026-03-01.xlsx", "sla_day_latest.xlsx"},
		{Week, "2026-01-14", time.Monday, "2026-01-12", "2026-01-18", "2026-01-05_2026-01-11", "sla_2026-01-12_2026-01-18.xlsx", "sla_week_latest.xlsx"},
		{Week, "2026-01-12", time.Monday, "2026-01-12", "2026-01-18", "2026-01-05_2026-01-11", "sla_2026-01-12_2026-01-18.xlsx", "sla_week_latest.xlsx"},
		{Week, "2026-01-18", time.Monday, "2026-01-12", "2026-01-18", "2026-01-05_2026-01-11", "sla_2026-01-12_2026-01-18.xlsx", "sla_week_latest.xlsx"},
		{Week, "2026-01-17", time.Sunday, "2026-01-11", "2026-01-17", "2026-01-04_2026-01-10", "sla_2026-01-11_2026-01-17.xlsx", "sla_week_latest.xlsx"},
		{Week, "2026-01-01", time.Saturday, "2025-12-27", "2026-01-02", "2025-12-20_2025-12-26", "sla_2025-12-27_2026-01-02.xlsx", "sla_week_latest.xlsx"},
		{Month, "2024-02-29", time.Monday, "2024-02-01", "2024-02-29", "2024-01-01_2024-01-31", "sla_2024-02-01_2024-02-29.xlsx", "sla_month_latest.xlsx"},
		{Month, "2026-03-31", time.Monday, "2026-03-01", "2026-03-31", "2026-02-01_2026-02-28", "sla_2026-03-01_2026-03-31.xlsx", "sla_month_latest.xlsx"},
		{Month, "2026-01-01", time.Monday, "2026-01-01", "2026-01-31", "2025-12-01_2025-12-31", "sla_2026-01-01_2026-01-31.xlsx", "sla_month_latest.xlsx"},
	} {
		p, err := PeriodOf(test.kind, test.date, test.start)
		require.NoError(t, err)
		require.Equal(t, Period{test.kind, test.from, test.to}, p)
		require.Equal(t, test.previous, p.Previous().String())
		require.Equal(t, test.kind, p.Previous().Kind)
		require.Equal(t, test.file, p.File("sla"))
		require.Equal(t, test.latest, p.LatestFile("sla"))
		require.True(t, p.Contains(test.date) && p.Contains(p.From) && p.Contains(p.To))
		require.False(t, p.Contains(p.From.AddDays(-1)) || p.Contains(p.To.AddDays(1)))
	}
	_, err := PeriodOf("year", "2026-01-01", time.Monday)
	require.ErrorAs(t, err, new(*UsageError))
}

func TestPeriodRange(t *testing.T) {
	p := Period{Range, "2026-02-26", "2026-03-02"}
	require.Equal(t, 5, p.Days())
	require.Equal(t, Period{Range, "2026-02-21", "2026-02-25"}, p.Previous())
	require.Equal(t, "abandonment_2026-02-26_2026-03-02.xlsx", p.File("abandonment"))
	require.Equal(t, "abandonment_2026-02-26.xlsx", Period{Range, "2026-02-26", "2026-02-26"}.File("abandonment"))
	require.Empty(t, p.LatestFile("abandonment"))
	text, err := json.Marshal(p)
	require.NoError(t, err)
	require.JSONEq(t, `{"kind":"range","from":"2026-02-26","to":"2026-03-02"}`, string(text))
}

func TestParsePeriod(t *testing.T) {
	for _, test := range []struct {
		from, to, kind, date string
		want                 Period
		err                  string
	}{
		{want: Period{}},
		{from: "2026-01-05", to: "2026-01-09", want: Period{Range, "2026-01-05", "2026-01-09"}},
		{from: "2026-01-05", to: "2026-01-05", want: Period{Range, "2026-01-05", "2026-01-05"}},
		{kind: "week", date: "2026-01-08", want: Period{Week, "2026-01-05", "2026-01-11"}},
		{kind: "month", want: Period{Kind: Month}},
		{from: "2026-01-05", err: "--from and --to go together"},
		{to: "2026-01-05", err: "--from and --to go together"},
		{from: "2026-01-05", to: "2026-01-04", err: "--to 2026-01-04 is before --from 2026-01-05"},
		{from: "2026-1-5", to: "2026-01-04", err: `--from "2026-1-5" is no date: write it like 2026-01-31`},
		{from: "2026-01-05", to: "today", err: `--to "today" is no date: write it like 2026-01-31`},
		{from: "2026-01-05", to: "2026-01-06", kind: "day", err: "--from and --to do not go with --period and --date"},
		{date: "2026-01-05", err: "--date needs --period"},
		{kind: "day", date: "2026-13-01", err: `--date "2026-13-01" is no date: write it like 2026-01-31`},
		{kind: "year", date: "2026-01-01", err: `"year" is no period`},
		{kind: "year", err: `"year" is no period`},
	} {
		p, err := ParsePeriod(test.from, test.to, test.kind, test.date, time.Monday)
		if test.err != "" {
			require.EqualError(t, err, test.err)
			require.ErrorAs(t, err, new(*UsageError))
			continue
		}
		require.NoError(t, err)
		require.Equal(t, test.want, p)
	}
}

func TestDate(t *testing.T) {
	require.Equal(t, Date("2026-03-01"), Date("2026-02-28").AddDays(1))
	require.Equal(t, Date("2025-12-31"), Date("2026-01-01").AddDays(-1))
	require.Equal(t, time.Thursday, Date("2026-01-01").Weekday())
	berlin := zone(t, "Europe/Berlin")
	require.Equal(t, Date("2026-01-02"), DateOf(time.Date(2026, 1, 1, 23, 30, 0, 0, time.UTC).In(berlin)))
	require.True(t, Date("").Time().IsZero())
}
