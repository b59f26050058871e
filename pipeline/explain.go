package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"callmart/load"
	"callmart/reports"
	"callmart/transform"
)

// ExplainOptions name a call.
type ExplainOptions struct {
	Source, CallID string
	Date           string // of its partition; empty: any
}

// Explained is everything that the lake knows of a call, and why.
type Explained struct {
	Source string          `json:"source"`
	Vendor string          `json:"vendor"`
	CallID string          `json:"call_id"`
	Zone   string          `json:"timezone"`
	Notes  []string        `json:"notes"` // what to know beside
	Calls  []ExplainedCall `json:"calls"` // one, unless several dates have the id

	Location *time.Location `json:"-"`
}

// ExplainedCall is the call as one partition has it.
type ExplainedCall struct {
	Date Date `json:"date"`
	*transform.Explanation
	Observations []ExplainedObservation `json:"observations"` // with what only the disk knows
	Counted      *reports.CallVerdict   `json:"reports"`
	Differences  []string               `json:"differences,omitempty"` // columns and tables that today's rules would make otherwise
}

// ExplainedObservation is an observation and what became of its raw file.
type ExplainedObservation struct {
	transform.Seen
	RawFile string `json:"raw_file_state"` // present, gone, or what hinders to look
}

// Explain says why the lake has a call as it has it, from the lake alone. Where it has none, the *UsageError says what is
// known of the id.
func Explain(ctx context.Context, cfg *Config, opt ExplainOptions) (_ *Explained, err error) {
	config, err := configured(cfg, opt.Source)
	if err != nil {
		return nil, err
	}
	if opt.Date != "" {
		if _, err := ParseDate(opt.Date); err != nil {
			return nil, &UsageError{fmt.Sprintf("--date %q is no date", opt.Date), "--date 2026-01-13"}
		}
	}
	if _, err := load.Look(cfg.Lake); errors.Is(err, fs.ErrNotExist) {
		return nil, &UsageError{"the lake has no calls yet", "callmart run"}
	} else if err != nil {
		return nil, err
	}
	lake, err := load.Open(ctx, cfg.Lake, load.Options{Memory: int64(cfg.Memory) / 2})
	if err != nil {
		return nil, err
	}
	reading, err := lake.Reading(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, reading.Close()) }()
	x := &explainer{config: cfg, source: transformSource(cfg, config), lake: lake, reading: reading, id: opt.CallID}
	dates, err := x.dates(ctx, opt.Source, opt.Date)
	if err != nil {
		return nil, err
	}
	if len(dates) == 0 {
		return nil, x.unknown(ctx, opt)
	}
	e := &Explained{Source: opt.Source, Vendor: config.Vendor, CallID: opt.CallID, Zone: config.Timezone.String(), Location: config.Timezone}
	if e.Notes, err = x.notes(dates); err != nil {
		return nil, err
	}
	for _, date := range dates {
		call, err := x.call(ctx, date)
		if err != nil {
			return nil, fmt.Errorf("explaining call %s of %s %s: %w", opt.CallID, opt.Source, date, err)
		}
		e.Calls = append(e.Calls, *call)
	}
	return e, nil
}

// explainer explains one call.
type explainer struct {
	config  *Config
	source  transform.Source
	lake    *load.Lake
	reading *load.Reading
	id      string
}

// dates are the partitions of a source that have the call, newest first.
func (x *explainer) dates(ctx context.Context, source, only string) ([]Date, error) {
	partitions, err := x.lake.Partitions(ctx, load.Selection{From: only, To: only, Sources: []string{source}})
	if err != nil {
		return nil, err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	var mu sync.Mutex
	var found []Date
	for _, p := range slices.Backward(partitions) {
		group.Go(func() error {
			date, err := transform.ParseDate(p.Date)
			if err != nil {
				return err
			}
			has := false
			if err := eachID(ctx, x.lake, source, date, func(id []byte) { has = has || string(id) == x.id }); err != nil || !has {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			found = append(found, Date(p.Date))
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b Date) int { return cmp.Compare(b, a) })
	return found, nil
}

// call explains the call of one partition.
func (x *explainer) call(ctx context.Context, date Date) (*ExplainedCall, error) {
	published, versions, err := x.stored(ctx, date)
	if err != nil {
		return nil, err
	}
	reader, err := transform.NewReader(x.source)
	if err != nil {
		return nil, err
	}
	call := &ExplainedCall{Date: date}
	if call.Explanation, err = reader.Explain(versions); err != nil {
		return nil, err
	}
	call.Differences = call.Explanation.Differences(published)
	states := map[string]string{}
	for _, seen := range call.Explanation.Observations {
		if _, known := states[seen.File]; !known {
			states[seen.File] = fileState(seen.File)
		}
		call.Observations = append(call.Observations, ExplainedObservation{seen, states[seen.File]})
	}
	call.Counted, err = x.counted(ctx, date)
	return call, err
}

func fileState(path string) string {
	switch _, err := os.Stat(path); {
	case err == nil:
		return "present"
	case errors.Is(err, fs.ErrNotExist):
		return "gone"
	default:
		return err.Error()
	}
}

// stored reads the call as it is published, and its observations as they were before the merge.
func (x *explainer) stored(ctx context.Context, date Date) (published *transform.Observation, versions []*transform.Observation, err error) {
	day, err := transform.ParseDate(string(date))
	if err != nil {
		return nil, nil, err
	}
	calls, err := openStored(x.lake, x.source, day)
	if err != nil {
		return nil, nil, err
	}
	if calls == nil {
		return nil, nil, errors.New("the partition is gone")
	}
	defer func() { err = errors.Join(err, calls.close()) }()
	for ctx.Err() == nil {
		call, err := calls.Next()
		if err != nil {
			return nil, nil, err
		}
		if call == nil {
			return nil, nil, errors.New("the partition has it no more")
		}
		if call.ID() == x.id {
			if published, err = call.Clone(); err != nil {
				return nil, nil, err
			}
		}
		versions, err := calls.Versions()
		if err == nil && published != nil && len(versions) == 0 {
			var only *transform.Observation
			only, err = calls.Unfinished()
			versions = append(versions, only)
		}
		if err != nil {
			return nil, nil, err
		}
		if published == nil {
			continue
		}
		kept := make([]*transform.Observation, len(versions))
		for i, v := range versions {
			if kept[i], err = v.Clone(); err != nil {
				return nil, nil, err
			}
		}
		return published, kept, nil
	}
	return nil, nil, ctx.Err()
}

// counted says how the reports count the call, by today's settings.
func (x *explainer) counted(ctx context.Context, date Date) (_ *reports.CallVerdict, err error) {
	h, err := readHistory(x.config)
	if err != nil {
		return nil, err
	}
	session, err := x.reading.Session(ctx, load.Selection{From: string(date), To: string(date), Sources: []string{x.source.Name}})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	settings := reportSettings(x.config, h, Period{Kind: Day, From: date, To: date})
	if err := reports.Judge(ctx, session, settings); err != nil {
		return nil, err
	}
	return reports.Judged(ctx, session, settings, x.source.Name, x.id)
}

// notes are what the source remembers of the call, and what makes the explanation less than certain.
func (x *explainer) notes(dates []Date) ([]string, error) {
	notes := []string{}
	if len(dates) > 1 {
		notes = append(notes, fmt.Sprintf("%d dates have this id, and one should: callmart load --rebuild --source %s mends it", len(dates), x.source.Name))
	}
	book, err := readLedger(x.config.Lake, x.source.Name)
	if err != nil {
		return nil, err
	}
	if book.Settings != nil {
		if changed := book.Settings.differences(formedBy(x.source)); len(changed) > 0 {
			notes = append(notes, (&settingsError{Source: x.source.Name, Changed: changed}).Error())
		}
	}
	if at, ok := book.Pending[x.id]; ok {
		notes = append(notes, "an API copy of it is still to be fetched"+since(", a webhook named it at ", at))
	}
	if at, ok := book.NotFound[x.id]; ok {
		notes = append(notes, "the API did not know it"+since(" at ", at))
	}
	if _, ok := book.Open[x.id]; ok {
		notes = append(notes, "no payload said that it has ended: every run asks the API for it, until it is older than give_up_after")
	}
	return notes, nil
}

func since(text string, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return text + at.UTC().Format(time.RFC3339)
}
