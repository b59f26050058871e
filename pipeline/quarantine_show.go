package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"callmart/extract"
	"callmart/extract/raw"
	"callmart/transform"
)

// ErrPayloadGone says that a refused record is longer than what the quarantine keeps, and lies where it lay no more.
var ErrPayloadGone = errors.New("the record is no longer where it lay, and the quarantine keeps its first 64 KiB only")

// ErrPayloadPruned says that prune deleted what the quarantine kept of a record. Its place is still known.
var ErrPayloadPruned = errors.New("its text was pruned from the quarantine")

// WritePayload writes all bytes of a refused record as they lay in the file: the envelope too, unless the record is
// one of several in it. What the quarantine does not keep whole is read from the archive. ErrPayloadGone: it is not
// there any more.
func WritePayload(ctx context.Context, cfg *Config, r *Refusal, w io.Writer) error {
	if r.Pruned { // what lies at its place now can not be compared with what was refused
		return fmt.Errorf("reading %s, which lay at byte %d of %s: %w", r.ID, r.Offset, r.File, ErrPayloadPruned)
	}
	if !r.Cut() {
		_, err := w.Write(r.Kept())
		return err
	}
	spool, err := os.MkdirTemp("", "callmart-")
	if err != nil {
		return fmt.Errorf("making a folder for decompressed files: %w", err)
	}
	defer os.RemoveAll(spool)
	archive := &extract.Archive{Spool: spool, Globs: []extract.Glob{{Pattern: escapeGlob(r.File)}}}
	inputs, _, err := archive.Inputs(ctx)
	if err != nil {
		return err
	}
	if len(inputs) != 1 {
		return fmt.Errorf("reading %s: %w", r.File, ErrPayloadGone)
	}
	file, err := archive.Open(ctx, inputs[0])
	if err != nil {
		return err
	}
	defer file.Close()
	if r.Of > 1 {
		return writeItem(cfg, r, file, w)
	}
	return writeSpan(r, file, w)
}

// writeSpan copies a span, which may be as long as the file, if it begins as the quarantine says.
func writeSpan(r *Refusal, file *extract.File, w io.Writer) error {
	buf := make([]byte, 1<<20)
	for done := int64(0); done < r.Length; {
		part := buf[:min(int64(len(buf)), r.Length-done)]
		if _, err := file.ReadSpan(r.Offset+done, part); errors.Is(err, io.EOF) {
			return fmt.Errorf("reading %s: %w", r.File, ErrPayloadGone)
		} else if err != nil {
			return err
		}
		if done == 0 && !bytes.HasPrefix(part, r.Kept()) {
			return fmt.Errorf("reading %s: %w", r.File, ErrPayloadGone)
		}
		if _, err := w.Write(part); err != nil {
			return err
		}
		done += int64(len(part))
	}
	return nil
}

// writeItem writes one of several records of a span.
func writeItem(cfg *Config, r *Refusal, file *extract.File, w io.Writer) error {
	source, err := configured(cfg, r.Source)
	if err != nil {
		return err
	}
	reader, err := transform.NewReader(transformSource(cfg, source))
	if err != nil {
		return err
	}
	rec, _, err := file.Read(raw.Place{Offset: r.Offset, Length: r.Length}, nil)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err == nil && reader.Open(&rec) > int(r.Position) {
		if item := reader.Body(int(r.Position)); int64(len(item)) == r.Bytes && bytes.HasPrefix(item, r.Kept()) {
			_, err := w.Write(item)
			return err
		}
	}
	return fmt.Errorf("reading %s: %w", r.File, ErrPayloadGone)
}

// configured returns the source of a name.
func configured(cfg *Config, name string) (Source, error) {
	i := slices.IndexFunc(cfg.Sources, func(s Source) bool { return s.Name == name })
	if i < 0 {
		return Source{}, &UsageError{fmt.Sprintf("there is no source %q in %s", name, cfg.File), "the names under sources:"}
	}
	return cfg.Sources[i], nil
}
