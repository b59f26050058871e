package pipeline

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"callmart/load"
	"callmart/transform"
)

// partitionWriter writes one partition after the other, each through a DuckDB of its own worker.
type partitionWriter struct {
	*sourceRun
	merger *merger
	meta   load.Meta
	engine *load.Engine
}

func (w *partitionWriter) run(ctx context.Context, work <-chan *plannedPartition) (err error) {
	for p := range work {
		if w.engine == nil {
			w.engine, err = load.OpenEngine(ctx, load.EngineOptions{Memory: w.engineMemory(), Temp: w.staging.Dir()})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, w.engine.Close()) }()
		}
		if err := w.partition(ctx, p); err != nil {
			return fmt.Errorf("writing %s %s: %w", w.config.Name, p.date, err)
		}
		w.progress.Add(Partitions, 1)
	}
	return nil
}

func (w *partitionWriter) partition(ctx context.Context, p *plannedPartition) (err error) {
	out := w.staging.Partition(ctx, w.engine, w.config.Name, p.date.String(), w.meta)
	defer out.Abort()
	batches := transform.NewBatches(w.memory, out.Write)
	defer batches.Release()
	carried, err := w.carry(p.date)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, carried.close()) }()
	ids := &carried.ids
	err = p.each(func(h *hourCalls) error {
		written := 0
		defer func() { w.progress.Add(Calls, int64(written%1024)) }()
		return w.merger.fetcher.chunks(ctx, h, func(c *plannedCall) error {
			id := h.ids.at(c.id)
			ids.add(id)
			if err := carried.before(ctx, c.start, id, batches); err != nil {
				return err
			}
			if written++; written%1024 == 0 {
				w.progress.Add(Calls, 1024)
			}
			return w.call(ctx, h, c, batches)
		})
	})
	if err != nil {
		return err
	}
	if err := carried.rest(ctx, batches); err != nil {
		return err
	}
	if err := batches.Flush(); err != nil {
		return err
	}
	files, err := out.Close()
	if err != nil {
		return err
	}
	date := p.date.String()
	busy := load.Busy(files) // then nothing is gained by counting it together with other dates, and a core may be idle in the end
	if busy {
		if err := w.count(ctx, w.engine, []string{date}, w.meta); err != nil {
			return err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.book.IDs[date] = *ids
	w.counted[date] = busy
	return nil
}

// call writes one call of the run.
func (w *partitionWriter) call(ctx context.Context, h *hourCalls, c *plannedCall, batches *transform.Batches) error {
	if c.count == 1 { // most calls, and they pay for no merge
		only, err := w.merger.only(ctx, h.places[c.first].raw())
		if err != nil {
			return err
		}
		only.reader.Finish(only.call)
		w.note(only.call)
		return batches.Append(only.call)
	}
	versions, _, _, err := w.merger.versions(ctx, h.records(c))
	if err != nil {
		return err
	}
	if len(versions) == 1 {
		call := w.merger.finish(versions)
		w.note(call)
		return batches.Append(call)
	}
	if err := batches.Versions(versions); err != nil {
		return err
	}
	call := w.merger.finish(versions)
	w.note(call)
	return batches.AppendMerged(call)
}

// note counts what the manifest says of calls.
func (w *partitionWriter) note(call *transform.Observation) {
	if status, kind, reason, unknown := call.UnknownWords(); unknown {
		w.mu.Lock()
		defer w.mu.Unlock()
		if n := w.unknown[UnknownWord{RawStatus: status, RawType: kind, RawReason: reason}]; n != nil {
			*n++
			return
		}
		// The words lie in the payload, whose memory the next one takes.
		one := int64(1)
		w.unknown[UnknownWord{RawStatus: strings.Clone(status), RawType: strings.Clone(kind), RawReason: strings.Clone(reason)}] = &one
	}
}
