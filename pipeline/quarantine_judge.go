package pipeline

import (
	"context"
	"errors"

	"callmart/extract"
	"callmart/extract/raw"
	"callmart/transform"
)

// judge says what today's rules make of the records of a file.
type judge struct {
	archive *extract.Archive
	reader  *transform.Reader
	call    *transform.Observation
}

func newJudge(cfg *Config, source Source, spool string) (*judge, error) {
	reader, err := transform.NewReader(transformSource(cfg, source))
	if err != nil {
		return nil, err
	}
	return &judge{archive: archiveOf(cfg, source, spool), reader: reader, call: transform.NewObservation()}, nil
}

// judgement is what became of one record. The call is valid where the verdict is Loaded, until the next one.
type judgement struct {
	place   raw.Place
	verdict transform.Verdict
	call    *transform.Observation
}

// errEnough ends a judge's work on a file; it is no error.
var errEnough = errors.New("enough")

// file calls fn for every record of a file, in the order of their places, as a run would meet them, and for
// an incomplete last one, as a run does that waited long enough for its end.
func (j *judge) file(ctx context.Context, in extract.Input, fn func(judgement) error) error {
	f, err := j.archive.Open(ctx, in)
	if err != nil {
		return err
	}
	defer f.Close()
	record := func(rec *raw.Record) error {
		for i := range j.reader.Open(rec) {
			place := rec.Place
			place.Position = int32(i)
			if err := fn(judgement{place, j.reader.Item(i, j.call), j.call}); err != nil {
				return err
			}
		}
		return nil
	}
	tail, err := f.Scan(ctx, record, func(b extract.Bad) error {
		return fn(judgement{place: b.Place, verdict: transform.Verdict{Fate: transform.Quarantined, Reason: b.Reason, Detail: b.Detail}})
	})
	place := raw.Place{File: in.Number, Offset: tail.Offset, Length: tail.Length}
	switch {
	case err != nil || tail == extract.Tail{}:
	case tail.Line:
		var rec raw.Record
		if rec, _, err = f.Read(place, nil); err == nil {
			err = record(&rec)
		}
	default:
		err = fn(judgement{place: place, verdict: transform.Verdict{Fate: transform.Quarantined, Reason: tailReason(tail)}})
	}
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// date is the call's date in the lake, "" if the record does not say.
func (j *judge) date(call *transform.Observation) string {
	start, ok := call.Start()
	if !ok {
		return ""
	}
	return j.reader.DateAt(start).String()
}
