package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"callmart/extract"
	"callmart/extract/raw"
)

// CheckResult is one thing that [Check] tried.
type CheckResult struct {
	Source string `json:"source,omitempty"` // empty for what belongs to none
	What   string `json:"what"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"` // what was found, or what is wrong and what to do
}

// Check tries what a run needs and a valid configuration cannot promise: archives that hold readable files, folders
// that can be written. It leaves nothing behind. The error is for an ended context.
func Check(ctx context.Context, cfg *Config) ([]CheckResult, error) {
	results := []CheckResult{checkFolder("lake", cfg.Lake), checkFolder("reports", cfg.Reports.Dir)}
	for i := range cfg.Sources {
		s := &cfg.Sources[i]
		zone := "days begin at midnight in " + s.Timezone.String()
		if s.PayloadTimezone.String() != s.Timezone.String() {
			zone += ", payloads without a zone are read in " + s.PayloadTimezone.String()
		}
		results = append(results, CheckResult{s.Name, "timezone", true, zone})
		if s.API != nil {
			r, err := checkAPI(ctx, s)
			if err != nil {
				return nil, fmt.Errorf("checking source %s: %w", s.Name, err)
			}
			results = append(results, r)
		}
		if len(s.Archive) == 0 {
			results = append(results, CheckResult{s.Name, "archive", true, "none: no files are read for this source"})
		}
		for _, a := range s.Archive {
			for _, pattern := range a.Paths {
				r, err := checkPattern(ctx, s.Name, pattern)
				if err != nil {
					return nil, fmt.Errorf("checking source %s: %w", s.Name, err)
				}
				results = append(results, r)
			}
		}
	}
	return results, nil
}

// checkAPI asks for one call, which need not be there: the answer shows that the API is reached and takes the token.
func checkAPI(ctx context.Context, s *Source) (CheckResult, error) {
	r := CheckResult{Source: s.Name, What: "api " + s.API.BaseURL}
	api, err := extract.NewAPI(extract.APIOptions{
		Source: s.Name, Vendor: s.Vendor, BaseURL: s.API.BaseURL, Token: s.API.Token.Unwrap(), Timeout: s.API.Timeout,
	})
	if err == nil {
		r.Detail, err = api.Probe(ctx, "1")
	}
	if ctx.Err() != nil {
		return r, ctx.Err()
	}
	if r.OK = err == nil; err != nil {
		r.Detail = err.Error()
	}
	return r, nil
}

// checkPattern counts the files of a pattern and reads from the newest.
func checkPattern(ctx context.Context, source, pattern string) (CheckResult, error) {
	r := CheckResult{Source: source, What: "archive " + pattern}
	archive := extract.Archive{Globs: []extract.Glob{{Pattern: pattern, Origin: raw.Webhook}}}
	inputs, problems, err := archive.Inputs(ctx)
	if err != nil {
		return r, err
	}
	if len(inputs) == 0 && len(problems) == 0 {
		r.Detail = "matches no file: mend the path, or wait for the first file"
		return r, nil
	}
	if len(inputs) > 0 {
		newest := inputs[0]
		for _, in := range inputs {
			if in.ModTime.After(newest.ModTime) {
				newest = in
			}
		}
		if err := readable(newest.Path); err != nil {
			problems = append(problems, extract.Problem{Path: newest.Path, Err: err})
		}
	}
	r.OK = len(problems) == 0
	r.Detail = fmt.Sprintf("%d files", len(inputs))
	if len(inputs) == 1 {
		r.Detail = "1 file"
	}
	const shown = 3
	for i, p := range problems {
		if i == shown {
			r.Detail += fmt.Sprintf("; and %d more", len(problems)-shown)
			break
		}
		r.Detail += "; " + p.Error()
	}
	return r, nil
}

func readable(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return withoutPath(err)
	}
	defer f.Close() // only read from
	if _, err := f.Read(make([]byte, 1)); err != nil && !errors.Is(err, io.EOF) {
		return withoutPath(err)
	}
	return nil
}

// checkFolder writes a file into the folder, or into the nearest one above it if a run has yet to make it.
func checkFolder(what, folder string) CheckResult {
	r := CheckResult{What: what, Detail: folder}
	at := folder
	info, err := os.Stat(at)
	for errors.Is(err, fs.ErrNotExist) && at != filepath.Dir(at) {
		at = filepath.Dir(at)
		info, err = os.Stat(at)
	}
	switch {
	case err != nil:
		r.Detail += ": " + withoutPath(err).Error()
		return r
	case !info.IsDir():
		r.Detail += ": " + at + " is no folder; name another"
		return r
	}
	f, err := os.CreateTemp(at, ".callmart-check-")
	if err != nil {
		r.Detail += ": cannot be written: " + withoutPath(err).Error() + "; run as the user that owns it, or name another"
		return r
	}
	if err := errors.Join(f.Close(), os.Remove(f.Name())); err != nil {
		r.Detail += ": " + err.Error()
		return r
	}
	r.OK = true
	if at == folder {
		r.Detail += " can be written"
	} else {
		r.Detail += " will be made by the first run"
	}
	return r
}

// withoutPath drops the path from an error whose message names it already.
func withoutPath(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
