package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/klauspost/compress/zstd"

	"callmart/extract"
	"callmart/extract/raw"
	"callmart/load"
	"callmart/transform"
)

// Repair is a repaired record that was stored in the place of a refused one.
type Repair struct {
	Refusal *Refusal
	Raw     string   // its file, in the lake
	Replays []Replay // what the next run makes of it: Loads for each of its records
}

// RefusedAgainError says that a repaired record would be refused too, so it was not stored.
type RefusedAgainError struct{ Reason, Detail string }

// Error says why.
func (e *RefusedAgainError) Error() string {
	text := "the repaired record would be refused too: " + e.Reason
	if e.Detail == "" {
		e.Detail = ReasonFor(e.Reason).Meaning
	}
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text
}

// RepairRefusal stores content, one JSON value, as the raw record that takes the place of a refused one: the next run
// reads it, and the refusal is open no more. Content is what WritePayload gives, repaired: an envelope with a body, or
// a body. A body gets the envelope of the refused record as far as that is known; a time of receipt is not made up,
// since it would set an old record before newer ones. Errors: *UsageError, *RefusedAgainError, *load.LockedError.
func RepairRefusal(ctx context.Context, cfg *Config, id string, content []byte, now func() time.Time) (*Repair, error) {
	copies, err := FindRefusal(ctx, cfg, id)
	if err != nil {
		return nil, err
	}
	r := copies[0]
	source, err := configured(cfg, r.Source)
	if err != nil {
		return nil, err
	}
	line, err := repairedLine(r, content)
	if err != nil {
		return nil, err
	}
	repair := &Repair{Refusal: r, Raw: repairPath(r)}
	err = changeLake(ctx, cfg, now, func(staging *load.Staging) (bool, error) {
		if _, err := os.Stat(filepath.Join(cfg.Lake, filepath.FromSlash(repair.Raw))); err == nil {
			return false, &UsageError{
				fmt.Sprintf("%s was replayed already, as %s", r.ID, repair.Raw),
				"take that file away first if the repair was wrong; the refusal is open again then",
			}
		} else if !errors.Is(err, fs.ErrNotExist) {
			return false, fmt.Errorf("storing repaired record: %w", err)
		}
		path, err := stageRepair(staging, repair.Raw, line)
		if err != nil {
			return false, err
		}
		if repair.Replays, err = judgeRepair(ctx, cfg, source, r, path, staging.Dir()); err != nil {
			return false, err
		}
		book, err := readDecisions(cfg.Lake, r.Source)
		if err != nil {
			return false, err
		}
		book.decide(Decision{State: Replayed, At: now().UTC().Truncate(time.Second), Raw: repair.Raw}, []string{r.ID})
		return true, book.stage(staging)
	})
	if err != nil {
		return nil, err
	}
	return repair, nil
}

func stageRepair(staging *load.Staging, rel string, line []byte) (path string, err error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return "", fmt.Errorf("storing repaired record: %w", err)
	}
	defer encoder.Close()
	if err := staging.AddBytes(rel, encoder.EncodeAll(line, nil)); err != nil {
		return "", err
	}
	return staging.Path(rel)
}

// judgeRepair reads the staged file as a run will. All its records must load.
func judgeRepair(ctx context.Context, cfg *Config, source Source, r *Refusal, path, spool string) ([]Replay, error) {
	j, err := newJudge(cfg, source, spool)
	if err != nil {
		return nil, err
	}
	j.archive = &extract.Archive{Spool: spool, Globs: []extract.Glob{{Pattern: escapeGlob(path), Origin: originOf(r.Origin)}}}
	inputs, _, err := j.archive.Inputs(ctx)
	if err != nil {
		return nil, err
	}
	if len(inputs) != 1 {
		return nil, fmt.Errorf("reading %s: %w", path, fs.ErrNotExist)
	}
	var loads []Replay
	err = j.file(ctx, inputs[0], func(now judgement) error {
		if now.verdict.Fate != transform.Loaded {
			return &RefusedAgainError{now.verdict.Reason, now.verdict.Detail}
		}
		loads = append(loads, j.replay(now))
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case len(loads) == 0:
		return nil, &RefusedAgainError{Reason: transform.ReasonNotJSON, Detail: "the value is incomplete"}
	}
	return loads, nil
}

func originOf(name string) raw.Origin {
	for _, o := range origins {
		if o.String() == name {
			return o
		}
	}
	return raw.Webhook
}

// envelope is what an archive may write beside a body, and the body.
type envelope map[string]json.RawMessage

var envelopeKeys = []string{"body", "event", "headers", "method", "path", "query", "received_at", "status", "url"}

// repairedLine makes the line that is stored of a repaired record.
func repairedLine(r *Refusal, content []byte) ([]byte, error) {
	content = bytes.TrimSpace(bytes.TrimPrefix(content, []byte("\ufeff")))
	if !json.Valid(content) {
		var syntax *json.SyntaxError
		detail := "it is no JSON value"
		if err := json.Unmarshal(content, new(json.RawMessage)); errors.As(err, &syntax) {
			detail = fmt.Sprintf("at byte %d: %s", syntax.Offset, syntax)
		}
		return nil, &RefusedAgainError{transform.ReasonNotJSON, detail}
	}
	e, enveloped := readEnvelope(content)
	if !enveloped {
		if !r.Cut() {
			e, _ = readEnvelope(r.Kept())
		}
		if e == nil {
			e = envelope{}
		}
		e["body"] = content
	}
	if e["event"] == nil && r.Event != "" {
		event, err := json.Marshal(r.Event)
		if err != nil {
			return nil, fmt.Errorf("storing repaired record: %w", err)
		}
		e["event"] = event
	}
	var line bytes.Buffer // an encoder, unlike Marshal, leaves <, > and & alone
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(e); err != nil {
		return nil, fmt.Errorf("storing repaired record: %w", err)
	}
	return line.Bytes(), nil
}

// readEnvelope takes an envelope apart, by the rule of transform: it has a body, and no other keys than those above.
func readEnvelope(text []byte) (envelope, bool) {
	var e envelope
	if json.Unmarshal(text, &e) != nil || len(e["body"]) == 0 || e["body"][0] != '{' && e["body"][0] != '[' {
		return nil, false
	}
	for key := range e {
		if !slices.Contains(envelopeKeys, key) {
			return nil, false
		}
	}
	return e, true
}
