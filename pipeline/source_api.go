package pipeline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"callmart/extract"
	"callmart/extract/raw"
)

// rawFolder is where the source's API answers lie, a folder per day under it.
func (s *sourceRun) rawFolder() string {
	return rawFolder(s.runner.config.Lake, s.config.Name)
}

func (s *sourceRun) rawGlob() string {
	return filepath.Join(escapeGlob(s.rawFolder()), "**", "*.ndjson.zst")
}

// fetch asks the API for what the index wants, lands the answers, and adds them to the index.
func (s *sourceRun) fetch(ctx context.Context) error {
	work, err := s.workList(ctx)
	if err != nil {
		return err
	}
	s.fetched = &FetchManifest{Wanted: len(work.ids), Stale: work.stale}
	if len(work.ids) == 0 {
		s.book.Pending = map[string]time.Time{}
		return nil
	}
	s.progress.Stage("fetching " + s.config.Name)
	s.progress.Add(Wanted, int64(len(work.ids)))
	result, err := s.ask(ctx, work.ids)
	if err != nil {
		return err
	}
	s.settle(result, work)
	s.log.Info("source fetched", "source", s.config.Name, "wanted", s.fetched.Wanted, "fetched", s.fetched.Fetched, "not_found", s.fetched.NotFound,
		"failed", s.fetched.Failed, "postponed", s.fetched.Postponed, "requests", s.fetched.Requests, "throttled", s.fetched.Throttled)
	return s.indexLanded(ctx)
}

// postpone notes what a run that asks no API leaves to the next one that does.
func (s *sourceRun) postpone(ctx context.Context) error {
	work, err := s.workList(ctx)
	if err != nil {
		return err
	}
	s.book.Pending = map[string]time.Time{}
	for _, id := range work.ids {
		s.book.Pending[id] = work.named[id]
	}
	return nil
}

func (s *sourceRun) workList(ctx context.Context) (*workList, error) {
	ids := s.config.API.IDs
	w := wants{
		webhooks: slices.Contains(ids.From, "webhooks"), parents: slices.Contains(ids.From, "parents"),
		giveUpAfter: s.config.API.GiveUpAfter, missing: s.book.NotFound, now: s.now(), open: s.book.Open, pending: s.book.Pending,
	}
	if ids.File != "" {
		f, err := os.Open(ids.File)
		if err != nil {
			return nil, fmt.Errorf("opening id file: %w", err)
		}
		defer f.Close()
		listed, problems, err := extract.ReadIDs(f)
		if err != nil {
			return nil, fmt.Errorf("reading id file %s: %w", ids.File, err)
		}
		for _, p := range problems {
			s.index.account.problems = append(s.index.account.problems, fmt.Sprintf("%s: %v", ids.File, p))
		}
		w.more = listed
	}
	if len(ids.Range) == 2 {
		for id := ids.Range[0]; id <= ids.Range[1]; id++ {
			w.more = append(w.more, strconv.FormatInt(id, 10))
		}
	}
	for id, named := range s.book.Pending {
		if named.IsZero() {
			w.more = append(w.more, id)
		}
	}
	if err := s.strangers(ctx, &w); err != nil {
		return nil, err
	}
	return listWork(s.index, w), nil
}

// strangers takes the ids of a file, of a range and of parents that the lake knows out of what is wanted.
func (s *sourceRun) strangers(ctx context.Context, w *wants) error {
	unknown := map[string]bool{}
	for _, id := range w.more {
		unknown[id] = true
	}
	if w.parents {
		for id := range s.index.parents {
			unknown[id] = true
		}
	}
	for id := range unknown {
		if s.index.has(id) {
			delete(unknown, id)
		}
	}
	if len(unknown) > 0 && !s.whole {
		dates, err := s.publishedDates(ctx)
		if err != nil {
			return err
		}
		for _, date := range dates {
			if err := eachID(ctx, s.lake, s.config.Name, date, func(id []byte) { delete(unknown, string(id)) }); err != nil {
				return err
			}
		}
	}
	w.more = slices.Sorted(maps.Keys(unknown))
	return nil
}

// ask fetches the ids. Every answer is durable under _raw before it counts.
func (s *sourceRun) ask(ctx context.Context, ids []string) (_ extract.FetchResult, err error) {
	c := s.config.API
	api, err := extract.NewAPI(extract.APIOptions{
		Source: s.config.Name, Vendor: s.config.Vendor, BaseURL: c.BaseURL, Token: c.Token.Unwrap(), Rate: c.Rate,
		Concurrency: c.Concurrency, Timeout: c.Timeout, CustomerFlag: c.CustomerFlag, Buckets: s.buckets, Now: s.now, Log: s.log,
	})
	if err != nil {
		return extract.FetchResult{}, err
	}
	if err := extract.CleanLanding(s.rawFolder()); err != nil {
		return extract.FetchResult{}, err
	}
	land, err := extract.OpenLanding(filepath.Join(s.rawFolder(), s.now().UTC().Format(time.DateOnly)), s.manifest.Run)
	if err != nil {
		return extract.FetchResult{}, err
	}
	defer func() { err = errors.Join(err, land.Close()) }()
	var last extract.FetchStats
	return api.Fetch(ctx, ids, land, func(now extract.FetchStats) {
		s.progress.Add(Fetched, now.Done-last.Done)
		s.progress.Add(Requests, now.Requests-last.Requests)
		s.progress.Add(Throttled, now.Throttled-last.Throttled)
		last = now
	})
}

// keptErrors is how many calls' errors a manifest names.
const keptErrors = 100

// settle writes down what became of every id. A call that is not found but was just named by a webhook is postponed;
// others that are not found are remembered.
func (s *sourceRun) settle(result extract.FetchResult, work *workList) {
	book := s.book
	f := s.fetched
	f.Fetched, f.Failed, f.Postponed = len(result.Fetched), len(result.Failed), len(result.Postponed)
	f.Requests, f.Retries, f.Throttled, f.Wasted = result.Requests, result.Retries, result.Throttled, result.Wasted
	f.Stopped = result.Stopped
	book.Pending = map[string]time.Time{}
	wait := func(id string) { book.Pending[id] = work.named[id] }
	for id := range result.Failed {
		wait(id)
	}
	for _, id := range result.Postponed {
		wait(id)
	}
	for _, id := range result.NotFound {
		if work.fresh[id] || s.nowhere(result) {
			f.Postponed++
			wait(id)
			continue
		}
		f.NotFound++
		book.NotFound[id] = s.now().UTC().Truncate(time.Second)
	}
	for _, id := range result.Fetched {
		delete(book.NotFound, id)
	}
	for _, id := range slices.Sorted(maps.Keys(result.Failed)) {
		if f.Errors == nil {
			f.Errors = map[string]string{}
		}
		if len(f.Errors) == keptErrors {
			break
		}
		f.Errors[id] = result.Failed[id]
	}
}

// nowhere reports whether the API knew none of the calls, now or ever: the base URL is wrong, more likely than every id.
// Such ids are not remembered as missing.
func (s *sourceRun) nowhere(result extract.FetchResult) bool {
	s.book.Answered = s.book.Answered || len(result.Fetched) > 0 ||
		s.index.any(func(e *entry) bool { return e.origin == raw.API })
	if s.book.Answered {
		return false
	}
	s.fetched.Stopped = fmt.Sprintf("every one of %d calls was answered with 404: check api.base_url", len(result.NotFound))
	return true
}

// problem says why a source is incomplete, for people.
func (f *FetchManifest) problem(source string) error {
	text := fmt.Sprintf("%s: of %d calls wanted, %d fetched, %d not found, %d failed, %d postponed",
		source, f.Wanted, f.Fetched, f.NotFound, f.Failed, f.Postponed)
	if f.Stopped != "" {
		text += ": " + f.Stopped
	}
	for _, id := range slices.Sorted(maps.Keys(f.Errors))[:min(3, len(f.Errors))] {
		text += fmt.Sprintf("; %s: %s", id, f.Errors[id])
	}
	return errors.New(text)
}

// indexLanded adds what this run landed to the inputs and to the index.
func (s *sourceRun) indexLanded(ctx context.Context) error {
	landed := &extract.Archive{Spool: s.archive.Spool, Globs: []extract.Glob{{Pattern: s.rawGlob(), Origin: raw.API}}}
	inputs, problems, err := landed.Inputs(ctx)
	if err != nil {
		return err
	}
	for _, p := range problems {
		s.index.account.problems = append(s.index.account.problems, p.Error())
	}
	known := make(map[string]bool, len(s.inputs))
	for _, in := range s.inputs {
		known[in.Path] = true
	}
	var added []unread
	for i := range inputs {
		if in := &inputs[i]; !known[in.Path] {
			in.Number = int32(len(s.inputs))
			s.inputs = append(s.inputs, *in)
			added = append(added, unread{Input: in})
		}
	}
	s.todo = append(s.todo, added...)
	if err := s.indexer().run(ctx, added, s.index); err != nil {
		return err
	}
	// The answers may name parents: the next run asks for them.
	if slices.Contains(s.config.API.IDs.From, "parents") {
		for id := range s.index.parents {
			_, missing := s.book.NotFound[id]
			if _, waits := s.book.Pending[id]; !waits && !missing && !s.index.has(id) {
				s.book.Pending[id] = time.Time{}
			}
		}
	}
	return nil
}
