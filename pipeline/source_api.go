package pipeline

import (
	"cmp"
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
	book, err := s.readLedger()
	if err != nil {
		return err
	}
	work, err := s.workList(book)
	if err != nil {
		return err
	}
	s.fetched = &FetchManifest{Wanted: len(work.ids), Stale: work.stale}
	if len(work.ids) == 0 {
		return nil
	}
	s.progress.Stage("fetching " + s.config.Name)
	s.progress.Add(Wanted, int64(len(work.ids)))
	result, err := s.ask(ctx, work.ids)
	if err != nil {
		return err
	}
	s.settle(result, work, book)
	if err := s.stageLedger(book); err != nil {
		return err
	}
	s.log.Info("source fetched", "source", s.config.Name, "wanted", s.fetched.Wanted, "fetched", s.fetched.Fetched, "not_found", s.fetched.NotFound,
		"failed", s.fetched.Failed, "postponed", s.fetched.Postponed, "requests", s.fetched.Requests, "throttled", s.fetched.Throttled)
	return s.indexLanded(ctx)
}

func (s *sourceRun) workList(book *ledger) (*workList, error) {
	ids := s.config.API.IDs
	w := wants{
		webhooks: slices.Contains(ids.From, "webhooks"), parents: slices.Contains(ids.From, "parents"),
		giveUpAfter: s.config.API.GiveUpAfter, missing: book.NotFound, now: s.now(),
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
	return listWork(s.index, w), nil
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
	land, err := extract.OpenLanding(filepath.Join(s.rawFolder(), s.now().UTC().Format(time.DateOnly)), s.runner.manifest.Run)
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
func (s *sourceRun) settle(result extract.FetchResult, work *workList, book *ledger) {
	f := s.fetched
	f.Fetched, f.Failed, f.Postponed = len(result.Fetched), len(result.Failed), len(result.Postponed)
	f.Requests, f.Retries, f.Throttled, f.Wasted = result.Requests, result.Retries, result.Throttled, result.Wasted
	f.Stopped = result.Stopped
	for _, id := range result.NotFound {
		if work.fresh[id] || s.nowhere(result) {
			f.Postponed++
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
	if len(result.Fetched) > 0 || slices.ContainsFunc(s.index.entries, func(e entry) bool { return e.origin == raw.API }) {
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

// indexLanded adds what this run landed to the inputs and to the index. Inputs are numbered by path, so that the order
// of records does not depend on the run they came with.
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
	inputs = slices.DeleteFunc(inputs, func(in extract.Input) bool { return known[in.Path] })
	all := slices.Concat(s.inputs, inputs)
	slices.SortFunc(all, func(a, b extract.Input) int { return cmp.Compare(a.Path, b.Path) })
	moved := make([]int32, len(s.inputs))
	var added []extract.Input
	for i := range all {
		if known[all[i].Path] {
			moved[all[i].Number] = int32(i)
			all[i].Number = int32(i)
			continue
		}
		all[i].Number = int32(i)
		added = append(added, all[i])
	}
	for i := range s.index.entries {
		e := &s.index.entries[i]
		e.place.File = moved[e.place.File]
	}
	s.inputs = all
	return s.indexer().run(ctx, added, s.index)
}
