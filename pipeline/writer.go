package pipeline

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"callmart/load"
	"callmart/transform"
)

// partitionWriter writes one partition after the other. The stretches of each are made on all cores; it brings them into
// the tables in their order.
type partitionWriter struct {
	*sourceRun
	pool   *stretchPool
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
	carried, err := w.carry(p.date)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, carried.close()) }()
	files, err := w.tables(ctx, p, carried)
	if err != nil {
		return err
	}
	date := p.date.String()
	busy := load.Busy(files) // then nothing is gained by counting it together with other dates, and a core may be idle in the end
	if busy {
		if err := w.countAlone(ctx, date); err != nil {
			return err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.book.IDs[date] = carried.ids
	w.counted[date] = busy
	return nil
}

// countAlone computes queue_intervals of a busy date. It takes all cores, of which one would wait for the last date else, and
// memory for one date at a time. Counts and sums of integers do not depend on the threads.
func (w *partitionWriter) countAlone(ctx context.Context, date string) (err error) {
	w.counting.Lock()
	defer w.counting.Unlock()
	engine, err := load.OpenEngine(ctx, w.wholeEngine())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	return w.count(ctx, engine, []string{date}, w.meta)
}

// tables writes the partition's tables.
func (w *partitionWriter) tables(ctx context.Context, p *plannedPartition, c *carried) ([]load.File, error) {
	out := w.staging.Partition(ctx, w.engine, w.config.Name, p.date.String(), w.meta)
	defer out.Abort()
	line := &stretchLine{pool: w.pool, carried: c, out: out, progress: w.progress}
	defer line.drop()
	cut := &stretches{yield: func(s *stretch) error { return line.add(ctx, s) }}
	if err := p.each(true, cut.hour); err != nil {
		return nil, err
	}
	if err := cut.end(true); err != nil {
		return nil, err
	}
	for len(line.waiting) > 0 {
		if err := line.write(); err != nil {
			return nil, err
		}
	}
	return out.Close()
}

// stretchLine is the stretches of a partition that are not written yet, in their order.
type stretchLine struct {
	pool     *stretchPool
	carried  *carried
	out      *load.Partition
	progress Progress
	waiting  []*stretch
}

// add has a stretch worked on, and writes earlier ones while there are too many.
func (l *stretchLine) add(ctx context.Context, s *stretch) error {
	for _, p := range s.pieces {
		for i := range p.calls {
			l.carried.ids.add(p.hour.ids.at(p.calls[i].id))
		}
	}
	if err := l.token(ctx); err != nil {
		return err
	}
	s.carried, s.done = l.carried, make(chan struct{})
	if l.carried.calls != nil { // however many they are, they are written as they come: nobody else writes meanwhile
		s.write = l.out.Write
	}
	l.waiting = append(l.waiting, s)
	select {
	case l.pool.work <- s:
	case <-ctx.Done():
		s.err = ctx.Err()
		close(s.done)
	}
	if l.carried.calls != nil { // the next stretch goes on with what is carried
		return l.write()
	}
	return nil
}

// token waits until a further stretch may be in memory.
func (l *stretchLine) token(ctx context.Context) error {
	for len(l.waiting) > 0 {
		select {
		case l.pool.tokens <- struct{}{}:
			return nil
		default:
		}
		if err := l.write(); err != nil {
			return err
		}
	}
	select {
	case l.pool.tokens <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// write writes the first stretch.
func (l *stretchLine) write() error {
	s := l.take()
	defer s.release()
	if s.err != nil {
		return s.err
	}
	for len(s.batches) > 0 {
		b := s.batches[0]
		s.batches = s.batches[1:]
		if err := l.out.Write(b.table, b.rows); err != nil {
			return err
		}
	}
	l.progress.Add(Calls, int64(s.calls))
	return nil
}

// take waits for the first stretch.
func (l *stretchLine) take() *stretch {
	s := l.waiting[0]
	l.waiting = l.waiting[1:]
	<-s.done
	<-l.pool.tokens
	return s
}

// drop frees what is not written.
func (l *stretchLine) drop() {
	for len(l.waiting) > 0 {
		l.take().release()
	}
}

// note counts what the manifest says of calls.
func (s *sourceRun) note(call *transform.Observation) {
	if status, kind, reason, unknown := call.UnknownWords(); unknown {
		s.mu.Lock()
		defer s.mu.Unlock()
		if n := s.unknown[UnknownWord{RawStatus: status, RawType: kind, RawReason: reason}]; n != nil {
			*n++
			return
		}
		// The words lie in the payload, whose memory the next one takes.
		one := int64(1)
		s.unknown[UnknownWord{RawStatus: strings.Clone(status), RawType: strings.Clone(kind), RawReason: strings.Clone(reason)}] = &one
	}
}
