package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"callmart/load"
)

// A run makes the reports again of periods that its changes touch, but not of old ones: those are named with the
// command that makes them.
var reissued = map[string]int{Day: 35, Week: 6 * 7, Month: 92} // days before the newest date

// reports makes the workbooks of every period that the run touched.
func (r *runner) reports(ctx context.Context) error {
	began := r.now()
	h, err := readHistory(r.config)
	if err != nil {
		return err
	}
	periods, err := r.touched(ctx, h)
	if err != nil || len(periods) == 0 {
		return err
	}
	r.progress.Stage("reports")
	if err := r.make(ctx, h, periods); err != nil {
		return err
	}
	r.stage("reports", began)
	return r.latest(periods)
}

func (r *runner) make(ctx context.Context, h *history, periods []Period) (err error) {
	shelf, err := openShelf(ctx, r.config, r.lake, h, periods)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shelf.close()) }()
	makers, err := makersOf("all")
	if err != nil {
		return err
	}
	for _, p := range periods {
		results, err := shelf.make(ctx, p, ReportOptions{}, makers)
		for _, result := range results {
			r.manifest.Workbooks = append(r.manifest.Workbooks, result.File)
			r.progress.Add(Workbooks, 1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// touched are the periods to report: the one that was asked for, else those of every date whose entries changed, and
// those whose workbook is missing.
func (r *runner) touched(ctx context.Context, h *history) ([]Period, error) {
	if r.options.From != "" {
		p, err := ParsePeriod(r.options.From, r.options.To, "", "", time.Monday)
		return []Period{p}, err
	}
	dates, newest, err := r.dates(ctx)
	if err != nil {
		return nil, err
	}
	var periods []Period
	for _, kind := range r.config.Reports.Periods {
		for _, d := range dates {
			p, err := PeriodOf(kind, d, time.Weekday(r.config.Reports.WeekStart))
			if err != nil {
				return nil, err
			}
			if slices.Contains(periods, p) {
				continue
			}
			if d < newest.AddDays(-reissued[kind]) {
				r.skip(p)
				continue
			}
			periods = append(periods, p)
		}
	}
	return periods, nil
}

// dates are the local dates of entries and calls in the partitions of the run, and the newest of them.
func (r *runner) dates(ctx context.Context) (dates []Date, newest Date, err error) {
	for _, p := range r.manifest.Partitions {
		if p.Rows["calls"] == 0 && !p.Changed {
			continue
		}
		dates = append(dates, Date(p.Date))
	}
	if len(dates) == 0 {
		return nil, "", nil
	}
	slices.Sort(dates)
	dates = slices.Compact(dates)
	session, err := r.lake.Session(ctx, load.Selection{From: string(dates[0]), To: string(dates[len(dates)-1])})
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	rows, err := session.Query(ctx, `SELECT DISTINCT CAST(CAST(entered_local AS DATE) AS VARCHAR) FROM queue_entries WHERE entered_local IS NOT NULL`)
	if err != nil {
		return nil, "", err
	}
	defer rows.Close()
	for rows.Next() {
		var d string
		if err := rows.Scan(&d); err != nil {
			return nil, "", fmt.Errorf("reading dates: %w", err)
		}
		dates = append(dates, Date(d))
	}
	slices.Sort(dates)
	dates = slices.Compact(dates)
	return dates, dates[len(dates)-1], rows.Err()
}

// skip names a period that is too old to be made again, once.
func (r *runner) skip(p Period) {
	command := fmt.Sprintf("callmart report all --period %s --date %s", p.Kind, p.From)
	if !slices.Contains(r.manifest.Skipped, command) {
		r.manifest.Skipped = append(r.manifest.Skipped, command)
	}
}

// latest keeps a copy of each report's newest workbook per kind of period under a name that stays.
func (r *runner) latest(periods []Period) error {
	newest := map[string]Period{}
	for _, p := range periods {
		if p.Kind != Range && p.From > newest[p.Kind].From {
			newest[p.Kind] = p
		}
	}
	makers, err := makersOf("all")
	if err != nil {
		return err
	}
	for _, kind := range r.config.Reports.Periods {
		p, ok := newest[kind]
		if !ok {
			continue
		}
		for _, m := range makers {
			content, err := os.ReadFile(filepath.Join(r.config.Reports.Dir, p.File(m.name)))
			if err != nil {
				return fmt.Errorf("copying the latest workbook: %w", err)
			}
			if err := writeFile(filepath.Join(r.config.Reports.Dir, p.LatestFile(m.name)), content); err != nil {
				return fmt.Errorf("copying the latest workbook: %w", err)
			}
		}
	}
	return nil
}
