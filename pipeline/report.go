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
	Name             string // sla, abandonment or all
	From, To         string // dates, both or none
	Kind, Date       string // day, week or month, and a date in it
	Out              string // folder of the workbooks; empty: that of the configuration
	Log              *slog.Logger
	WithoutWorkbooks bool
}

// ReportResult is one report that was made.
type ReportResult struct {
	Name   string
	Period Period
	File   string // the workbook; empty if none was asked for
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
	period, err := choosePeriod(ctx, cfg, lake, history, opt)
	if err != nil {
		return nil, err
	}
	settings := reportSettings(cfg, history, period)
	session, err := openPeriod(ctx, lake, period)
	if err != nil {
		return nil, err
	}
	results, err := makeReports(ctx, cfg, session, settings, period, opt, makers)
	return results, errors.Join(err, session.Close())
}

// maker makes one kind of report.
type maker struct {
	name string
	make func(context.Context, reports.Querier, *reports.Settings) (*reports.Report, error)
}

func makersOf(name string) ([]maker, error) {
	all := []maker{{"sla", reports.SLA}, {"abandonment", reports.Abandonment}}
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
func choosePeriod(ctx context.Context, cfg *Config, lake *load.Lake, h *history, opt ReportOptions) (Period, error) {
	start := time.Weekday(cfg.Reports.WeekStart)
	p, err := ParsePeriod(opt.From, opt.To, opt.Kind, opt.Date, start)
	if err != nil || p.From != "" {
		return p, err
	}
	partitions, err := lake.Partitions(ctx)
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

// Entries may lie some days after the start of their call (call-backs), and every report compares with what was
// before: the previous period, and the same weekdays of four weeks.
const (
	lateEntries = 7
	comparison  = 28
)

func openPeriod(ctx context.Context, lake *load.Lake, p Period) (*load.Session, error) {
	from := min(p.Previous().From, p.From.AddDays(-comparison)).AddDays(-lateEntries)
	return lake.Session(ctx, load.Selection{From: string(from), To: string(p.To)})
}

func makeReports(ctx context.Context, cfg *Config, q reports.Querier, s *reports.Settings, p Period, opt ReportOptions, makers []maker) ([]ReportResult, error) {
	dir := opt.Out
	if dir == "" {
		dir = cfg.Reports.Dir
	}
	var results []ReportResult
	for _, m := range makers {
		report, err := m.make(ctx, q, s)
		if err != nil {
			return results, fmt.Errorf("making the %s report of %s: %w", m.name, p, err)
		}
		result := ReportResult{Name: m.name, Period: p, Report: report}
		if !opt.WithoutWorkbooks {
			result.File = filepath.Join(dir, p.File(m.name))
			if err := writeWorkbook(report, result.File); err != nil {
				return results, err
			}
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
