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
	for _, dir := range []string{r.config.Reports.Dir, filepath.Join(r.config.Lake, filepath.Dir(reportedFile))} {
		if err := removeLeftovers(dir); err != nil {
			return err
		}
	}
	h, err := readHistory(r.config)
	if err != nil {
		return err
	}
	if r.reported, err = readReported(r.config); err != nil {
		return err
	}
	r.reported.want = r.reported.of(r.config, h)
	periods, err := r.touched(ctx, h)
	if err != nil {
		return err
	}
	if len(periods) == 0 {
		return r.noteReports(h)
	}
	r.progress.Stage("reports")
	if err := r.make(ctx, h, periods); err != nil {
		return err
	}
	if err := r.latest(periods); err != nil {
		return err
	}
	r.stage("reports", began)
	return r.noteReports(h)
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

// touched are the periods to report: the one that was asked for, else those of every date whose entries changed. Where
// the last run's reports were not made, or were made by other settings, it is those of every date; periods whose workbook
// is missing are made in any case.
func (r *runner) touched(ctx context.Context, h *history) ([]Period, error) {
	if r.options.From != "" {
		p, err := ParsePeriod(r.options.From, r.options.To, "", "", time.Monday)
		return []Period{p}, err
	}
	changed, all, err := r.dates(ctx)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	everything := !r.reported.fits(h, r.manifest.Changed)
	newest := all[len(all)-1]
	var periods []Period
	for _, kind := range r.config.Reports.Periods {
		for _, d := range all {
			p, err := PeriodOf(kind, d, time.Weekday(r.config.Reports.WeekStart))
			if err != nil {
				return nil, err
			}
			touched := everything || r.reported.open(p) || slices.ContainsFunc(changed, func(d Date) bool { return shows(p, d) })
			switch {
			case slices.Contains(periods, p):
			case d < newest.AddDays(-reissued[kind]):
				if touched {
					r.skip(p)
				}
			case touched || r.missing(p):
				periods = append(periods, p)
			}
		}
	}
	return periods, nil
}

// shows reports whether the reports of a period show figures of a date: it lies in the period, or in what the period is
// compared with.
func shows(p Period, d Date) bool {
	if p.Contains(d) || p.Previous().Contains(d) {
		return true
	}
	for weeks := 1; weeks <= 4 && p.Kind == Day; weeks++ {
		if p.From.AddDays(-7*weeks) == d {
			return true
		}
	}
	return false
}

// missing reports whether a workbook of the period is not there.
func (r *runner) missing(p Period) bool {
	makers, err := makersOf("all")
	if err != nil {
		return true
	}
	for _, m := range makers {
		if _, err := os.Stat(filepath.Join(r.config.Reports.Dir, p.File(m.name))); err != nil {
			return true
		}
	}
	return false
}

// dates are the local dates of entries and calls: of the partitions that the run changed, and of all. Dates that are
// yet to come, by a broken clock, have no reports of their own. Only of the newest partitions are the entries looked at:
// the reports of others are not made again.
func (r *runner) dates(ctx context.Context) (changed, all []Date, err error) {
	partitions, err := r.lake.Partitions(ctx, load.Selection{})
	if err != nil || len(partitions) == 0 {
		return nil, nil, err
	}
	changedAt := map[Date]bool{}
	for _, p := range r.manifest.Partitions {
		if p.Changed {
			changedAt[Date(p.Date)] = true
		}
	}
	tomorrow := DateOf(r.now().UTC()).AddDays(1)
	last := Date("")
	for _, p := range partitions {
		if d := Date(p.Date); d <= tomorrow {
			all = append(all, d)
			last = max(last, d)
		}
	}
	for d := range changedAt { // also of a date that lost its calls
		if d <= tomorrow {
			changed = append(changed, d)
		}
	}
	if last == "" {
		return nil, nil, nil
	}
	session, err := r.lake.Session(ctx, load.Selection{From: string(last.AddDays(-newestDays)), To: string(last)})
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	rows, err := session.Query(ctx, `SELECT DISTINCT CAST("date" AS VARCHAR), CAST(CAST(entered_local AS DATE) AS VARCHAR) FROM queue_entries WHERE entered_local IS NOT NULL`)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var partition, entered Date
		if err := rows.Scan((*string)(&partition), (*string)(&entered)); err != nil {
			return nil, nil, fmt.Errorf("reading dates: %w", err)
		}
		if entered > tomorrow {
			continue
		}
		all = append(all, entered)
		if changedAt[partition] {
			changed = append(changed, entered)
		}
	}
	slices.Sort(all)
	return changed, slices.Compact(all), rows.Err()
}

// newestDays is the reach of the reports that a run makes again.
const newestDays = 93

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
