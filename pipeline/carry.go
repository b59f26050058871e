package pipeline

import (
	"cmp"
	"context"
	"fmt"

	"callmart/transform"
)

// carried are the calls of a partition that a run has nothing new of. They are written again as they are, in their
// places among those of the run.
type carried struct {
	calls *storedCalls // nil: there are none
	next  *transform.Observation
	taken map[string]bool // calls of the partition that take part in the run
	name  string
	ids   idRange // of the calls that are carried, and what the writer adds
}

// carry opens what the lake has of a partition. A run that reads everything anew carries nothing.
func (w *partitionWriter) carry(date transform.Date) (*carried, error) {
	c := &carried{name: w.config.Name + " " + date.String()}
	if w.whole {
		return c, nil
	}
	c.taken = w.earlier.homes[date]
	var err error
	if c.calls, err = openStored(w.lake, w.settings, date); err != nil || c.calls == nil {
		return c, err
	}
	return c, c.advance()
}

// advance goes to the next call that is to be carried.
func (c *carried) advance() (err error) {
	for {
		if c.next, err = c.calls.Next(); err != nil {
			return fmt.Errorf("reading %s of the lake: %w", c.name, err)
		}
		if c.next == nil || !c.taken[c.next.ID()] {
			return nil
		}
		if _, err := c.calls.Versions(); err != nil {
			return fmt.Errorf("reading %s of the lake: %w", c.name, err)
		}
	}
}

// before writes the calls that come before one of the run.
func (c *carried) before(ctx context.Context, start int64, id string, to *transform.Batches) error {
	for c.next != nil {
		at, _ := c.next.Start()
		if cmp.Or(cmp.Compare(at, start), cmp.Compare(c.next.ID(), id)) > 0 {
			return nil
		}
		if err := c.write(ctx, to); err != nil {
			return err
		}
	}
	return nil
}

// rest writes the calls that are left.
func (c *carried) rest(ctx context.Context, to *transform.Batches) error {
	for c.next != nil {
		if err := c.write(ctx, to); err != nil {
			return err
		}
	}
	return nil
}

func (c *carried) write(ctx context.Context, to *transform.Batches) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.ids.add(c.next.ID())
	versions, err := c.calls.Versions()
	if err != nil {
		return fmt.Errorf("reading %s of the lake: %w", c.name, err)
	}
	if len(versions) == 0 {
		err = to.Append(c.next)
		to.Settle()
	} else if err = to.Versions(versions); err == nil {
		err = to.AppendMerged(c.next)
	}
	if err != nil {
		return err
	}
	return c.advance()
}

func (c *carried) close() error {
	if c == nil || c.calls == nil {
		return nil
	}
	return c.calls.close()
}
