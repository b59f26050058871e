package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"callmart/load"
	"callmart/reports"
)

// ReportOptions say which report of which period. Without a period it is the newest day that has calls.
type ReportOptions struct {
	Name       string // sla, abandonment or all
	From, To   string // dates, both or none
	Kind, Date string // day, week or month, and a date in it
	Out        string // folder of the workbooks; empty: that of the configuration
	Log        *slog.Logger
}

// ReportResult is one report that was made.
type ReportResult struct {
	Name   string
	Period Period
	File   string // the workbook
	Report *reports.Report
}

// Report makes reports from the lake alone.
func Report(ctx context.Context, cfg *Config, opt ReportOptions) ([]ReportResult, error) {
	lake, err := load.Open(ctx, cfg.Lake, load.Options{Memory: int64(cfg.Memory) / 2})
	if err != nil {
		return nil, err
	}
	return reportLake(ctx, cfg, lake, opt)
}

func reportLake(ctx context.Context, cfg *Config, lake *load.Lake, opt ReportOptions) ([]ReportResult, error) {
	makers, err := makersOf(opt.Name)
	if err != nil {
		return nil, err
	}
	history, err := readHistory(cfg)
	if err != nil {
		return nil, err
	}
	period, err := choosePeriod(ctx, cfg, lake, opt)
	if err != nil {
		return nil, err
	}
	if period.Days() > longestReport {
		return nil, &UsageError{fmt.Sprintf("%s to %s are %d days, more than a report covers", period.From, period.To, period.Days()), "at most three years; sum several reports, or query queue_intervals"}
	}
	shelf, err := openShelf(ctx, cfg, lake, history, []Period{period})
	if err != nil {
		return nil, err
	}
	results, err := shelf.make(ctx, period, opt, makers)
	return results, errors.Join(err, shelf.close())
}

// maker makes one kind of report.
type maker struct {
	name string
	make func(*reports.Bound, context.Context) (*reports.Report, error)
}

func makersOf(name string) ([]maker, error) {
	all := []maker{{"sla", (*reports.Bound).SLA}, {"abandonment", (*reports.Bound).Abandonment}}
	if name == "all" || name == "" {
		return all, nil
	}
	for _, m := range all {
		if m.name == name {
			return []maker{m}, nil
		}
	}
	return nil, &UsageError{fmt.Sprintf("there is no report %q", name), "sla, abandonment or all"}
}

// choosePeriod reads the options; where they name no dates it is the newest ones that have calls.
func choosePeriod(ctx context.Context, cfg *Config, lake *load.Lake, opt ReportOptions) (Period, error) {
	start := time.Weekday(cfg.Reports.WeekStart)
	p, err := ParsePeriod(opt.From, opt.To, opt.Kind, opt.Date, start)
	if err != nil || p.From != "" {
		return p, err
	}
	partitions, err := lake.Partitions(ctx, load.Selection{})
	if err != nil {
		return Period{}, err
	}
	newest := Date("")
	for _, part := range partitions {
		newest = max(newest, Date(part.Date))
	}
	if newest == "" {
		return Period{}, &UsageError{"the lake has no calls yet", "callmart run first, or name the period with --from and --to"}
	}
	kind := p.Kind
	if kind == "" {
		kind = Day
	}
	return PeriodOf(kind, newest, start)
}

// An entry may lie some days after the start of its call (call-backs), or a moment before it (vendors' clocks), which
// over midnight is a day.
const (
	lateEntries  = 7
	earlyEntries = 1
)

// longestReport is how many days one report may cover.
const longestReport = 3*366 + 1

// shelf makes the reports of some periods from one session, in which every entry is judged once.
type shelf struct {
	config  *Config
	history *history
	session *load.Session
	bound   *reports.Bound
}

// openShelf opens what the reports of the periods read: the periods, and those they are compared with.
func openShelf(ctx context.Context, cfg *Config, lake *load.Lake, h *history, periods []Period) (_ *shelf, err error) {
	var from, to Date
	for _, p := range periods {
		first, last := reportSettings(cfg, h, p).Needs()
		if d := DateOf(first).AddDays(-lateEntries); from == "" || d < from {
			from = d
		}
		to = max(to, DateOf(last).AddDays(earlyEntries))
	}
	s := &shelf{config: cfg}
	if s.session, err = lake.Session(ctx, load.Selection{From: string(from), To: string(to)}); err != nil {
		return nil, err
	}
	if s.history, err = readHistory(cfg); err != nil { // again: a run may have published while the session waited for it
		return nil, errors.Join(err, s.close())
	}
	if s.bound, err = reports.Bind(ctx, s.session, reportSettings(cfg, s.history, periods[0])); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *shelf) close() error { return s.session.Close() }

// make makes the reports of one period, and their workbooks.
func (s *shelf) make(ctx context.Context, p Period, opt ReportOptions, makers []maker) ([]ReportResult, error) {
	dir := opt.Out
	if dir == "" {
		dir = s.config.Reports.Dir
	}
	settings := reportSettings(s.config, s.history, p)
	if err := s.bound.Over(ctx, settings.From, settings.To, settings.Kind, settings.Complete); err != nil {
		return nil, err
	}
	var results []ReportResult
	for _, m := range makers {
		report, err := m.make(s.bound, ctx)
		if err != nil {
			return results, fmt.Errorf("making the %s report of %s: %w", m.name, p, err)
		}
		result := ReportResult{Name: m.name, Period: p, Report: report, File: filepath.Join(dir, p.File(m.name))}
		if err := writeWorkbook(report, result.File); err != nil {
			return results, err
		}
		results = append(results, result)
	}
	return results, nil
}

func writeWorkbook(r *reports.Report, path string) error {
	var b bytes.Buffer
	if err := r.WriteXLSX(&b); err != nil {
		return fmt.Errorf("making %s: %w", filepath.Base(path), err)
	}
	if err := writeFile(path, b.Bytes()); err != nil {
		return fmt.Errorf("writing workbook: %w", err)
	}
	return nil
}
