package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"callmart/load"
)

const whyOpen = "nobody decided on them"

// quarantine takes the texts out of a source's refusals that were decided on, if the decision is old. The lines stay:
// what was quarantined is counted on, and every decision keeps its refusal. Open refusals keep their texts. Without staging
// it only counts.
func (p *pruner) quarantine(ctx context.Context, source string, staging *load.Staging) (err error) {
	info, err := os.Stat(filepath.Join(p.config.Lake, filepath.FromSlash(quarantinePath(source))))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	book, err := readDecisions(p.config.Lake, source)
	if err != nil {
		return err
	}
	old, open, err := p.oldRefusals(ctx, source, book)
	if err != nil {
		return err
	}
	if open > 0 {
		p.keep(PrunedPart{Source: source, Kind: PrunedQuarantine, Why: whyOpen, Records: open})
	}
	if old == 0 {
		return nil
	}
	to := io.Discard
	if staging != nil {
		path, err := staging.Path(quarantinePath(source))
		if err != nil {
			return err
		}
		file, err := os.Create(path)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		to = file
	}
	size, err := p.strip(ctx, source, book, to)
	p.rewrote = append(p.rewrote, PrunedPart{Source: source, Kind: PrunedQuarantine, Records: old, Bytes: info.Size() - size})
	return err
}

// isOld reports whether a refusal was decided on long ago.
func (p *pruner) isOld(d *Decision) bool { return d != nil && !d.At.After(p.result.Before) }

// oldRefusals counts those with a text that is to go, and those that are open.
func (p *pruner) oldRefusals(ctx context.Context, source string, book *decisions) (old, open int64, err error) {
	q := quarantineReader{config: p.config}
	err = q.file(ctx, source, func(r *Refusal) error {
		switch d := book.of(r.ID); {
		case d == nil:
			open++
		case p.isOld(d) && len(r.Kept()) > 0:
			old++
		}
		return nil
	})
	return old, open, err
}

// strip writes a source's quarantine without the texts that are to go, and returns the size that it has then.
func (p *pruner) strip(ctx context.Context, source string, book *decisions, to io.Writer) (size int64, err error) {
	counted := &countingWriter{to: to}
	out, err := quarantineEncoder(counted)
	if err != nil {
		return 0, err
	}
	q := quarantine{source: source, lake: p.config.Lake}
	err = q.published(func(line []byte, r *Refusal) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if p.isOld(book.of(r.ID)) {
			var err error
			if line, err = withoutText(line); err != nil {
				return err
			}
		}
		_, err := out.Write(line)
		return err
	})
	if err = errors.Join(err, out.Close()); err != nil {
		return 0, fmt.Errorf("writing quarantine of %s: %w", source, err)
	}
	return counted.n, nil
}

func withoutText(line []byte) ([]byte, error) {
	var r Refusal
	if err := json.Unmarshal(line, &r); err != nil {
		return nil, err
	}
	if len(r.Kept()) == 0 {
		return line, nil
	}
	r.Payload, r.Binary, r.Pruned = "", nil, true
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(&r)
	return b.Bytes(), err
}

// quarantineEncoder compresses a quarantine. One goroutine and a small window: the memory is a few MiB, and the bytes
// depend on the content alone.
func quarantineEncoder(to io.Writer) (*zstd.Encoder, error) {
	return zstd.NewWriter(to, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20), zstd.WithLowerEncoderMem(true))
}

type countingWriter struct {
	to io.Writer
	n  int64
}

func (c *countingWriter) Write(b []byte) (int, error) {
	n, err := c.to.Write(b)
	c.n += int64(n)
	return n, err
}
