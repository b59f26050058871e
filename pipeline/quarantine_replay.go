package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"

	"callmart/extract"
	"callmart/extract/raw"
	"callmart/transform"
)

// What a replay says of a refused record.
const (
	Loads   = "loads"   // the next run takes it in
	Refused = "refused" // it would be refused again
	Ignores = "ignored" // it would be ignored
	Gone    = "gone"    // it is no longer where it lay
)

// Replay is what today's rules and configuration make of a refused record.
type Replay struct {
	Refusal *Refusal
	Fate    string
	Reason  string // of Refused and Ignores
	Detail  string
	Call    string // of Loads: its id,
	Date    string // and the date under which the lake will have it
}

// ReplayRefusals reads the picked refusals' files again, as a run does, and calls fn for each refusal. It changes
// nothing and takes no lock: records that load are taken in by the next run, which reads all files.
func ReplayRefusals(ctx context.Context, cfg *Config, filter QuarantineFilter, fn func(Replay) error) error {
	filter.Decided = filter.Decided || len(filter.IDs) > 0
	q := quarantineReader{config: cfg}
	if err := q.resolve(ctx, &filter); err != nil {
		return err
	}
	spool, err := os.MkdirTemp("", "callmart-")
	if err != nil {
		return fmt.Errorf("making a folder for decompressed files: %w", err)
	}
	defer os.RemoveAll(spool)
	chosen := filter.Sources
	if len(chosen) == 0 {
		if chosen, err = q.sources(); err != nil {
			return err
		}
	}
	for _, name := range chosen {
		if err := q.replay(ctx, name, filter, spool, fn); err != nil {
			return fmt.Errorf("replaying %s: %w", name, err)
		}
	}
	return nil
}

// replay replays one source.
func (q *quarantineReader) replay(ctx context.Context, name string, filter QuarantineFilter, spool string, fn func(Replay) error) error {
	filter.Sources = []string{name}
	source, err := configured(q.config, name)
	if err != nil { // it left the configuration: no run reads it
		return q.each(ctx, filter, func(r *Refusal) error {
			return fn(Replay{Refusal: r, Fate: Gone, Detail: "the source is not in the configuration any more"})
		})
	}
	j, err := newJudge(q.config, source, spool)
	if err != nil {
		return err
	}
	inputs, _, err := j.archive.Inputs(ctx)
	if err != nil {
		return err
	}
	files := make(map[string]extract.Input, len(inputs))
	for _, in := range inputs {
		files[in.Path] = in
	}
	next, stop := iter.Pull2(q.seq(ctx, filter))
	defer stop()
	refusals := &refusals{next: next}
	if err := refusals.advance(); err != nil {
		return err
	}
	for refusals.now != nil {
		if err := refusals.file(ctx, j, files, fn); err != nil {
			return err
		}
	}
	return nil
}

// seq is each as an iterator, whose last element may be an error.
func (q *quarantineReader) seq(ctx context.Context, filter QuarantineFilter) iter.Seq2[*Refusal, error] {
	return func(yield func(*Refusal, error) bool) {
		err := q.each(ctx, filter, func(r *Refusal) error {
			if !yield(r, nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(nil, err)
		}
	}
}

// refusals is a place among refusals.
type refusals struct {
	now  *Refusal // nil: they are all done
	next func() (*Refusal, error, bool)
}

func (p *refusals) advance() (err error) {
	p.now, err, _ = p.next()
	return err
}

// in says whether the refusal lies in a file.
func (p *refusals) in(file string) bool { return p.now != nil && p.now.File == file }

// compare says whether the refusal lies before, at or behind a place of its file.
func (p *refusals) compare(place raw.Place) int {
	return cmp.Or(cmp.Compare(p.now.Offset, place.Offset), cmp.Compare(p.now.Position, place.Position))
}

// file replays the refusals of one file. They are in the order in which the file has its records, so both are read
// once, side by side.
func (p *refusals) file(ctx context.Context, j *judge, files map[string]extract.Input, fn func(Replay) error) error {
	file := p.now.File
	settle := func(as Replay) error {
		as.Refusal = p.now
		if err := fn(as); err != nil {
			return err
		}
		return p.advance()
	}
	gone := Replay{Fate: Gone, Detail: "the configured archive has no such file any more"}
	if in, there := files[file]; there {
		gone.Detail = "no record begins there any more"
		var failed error // of fn, or of reading on
		err := j.file(ctx, in, func(found judgement) error {
			for failed == nil && p.in(file) && p.compare(found.place) < 0 {
				failed = settle(gone)
			}
			if failed == nil && p.in(file) && p.compare(found.place) == 0 {
				failed = settle(j.replay(found))
			}
			if failed != nil || !p.in(file) {
				return errEnough
			}
			return nil
		})
		switch {
		case failed != nil:
			return failed
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil: // a file that cannot be read stops nothing
			gone.Detail = err.Error()
		}
	}
	for p.in(file) {
		if err := settle(gone); err != nil {
			return err
		}
	}
	return nil
}

func (j *judge) replay(now judgement) Replay {
	switch now.verdict.Fate {
	case transform.Quarantined:
		return Replay{Fate: Refused, Reason: now.verdict.Reason, Detail: now.verdict.Detail}
	case transform.Ignored:
		return Replay{Fate: Ignores, Reason: now.verdict.Reason, Detail: now.verdict.Detail}
	default:
		return Replay{Fate: Loads, Call: now.call.ID(), Date: j.date(now.call)}
	}
}
