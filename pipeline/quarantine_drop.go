package pipeline

import (
	"context"
	"maps"
	"slices"
	"time"

	"callmart/load"
)

// DropOptions say what is dropped, and why.
type DropOptions struct {
	Filter QuarantineFilter // Decided is not looked at
	Note   string
	Undo   bool             // take the decision back: dropped refusals become open again
	Dry    bool             // only count
	Now    func() time.Time // nil: the system's clock
}

// DropRefusals notes that the picked open refusals need no more attention, or takes that back, and returns how many
// records of each reason it is about. No raw data is touched. Errors: *UsageError, *load.LockedError.
func DropRefusals(ctx context.Context, cfg *Config, opt DropOptions) (map[string]int64, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if len(opt.Filter.IDs)+len(opt.Filter.Reasons)+len(opt.Filter.Sources) == 0 {
		return nil, &UsageError{"nothing says which records are meant", "ids, --reason or --source"}
	}
	q := quarantineReader{config: cfg}
	if err := q.resolve(ctx, &opt.Filter); err != nil {
		return nil, err
	}
	opt.Filter.Decided = opt.Undo
	if opt.Dry {
		counts, _, err := q.choose(ctx, opt)
		return counts, err
	}
	var counts map[string]int64
	err := changeLake(ctx, cfg, opt.Now, func(staging *load.Staging) (bool, error) {
		var ids map[string][]string
		var err error
		if counts, ids, err = q.choose(ctx, opt); err != nil {
			return false, err
		}
		what := Decision{State: Dropped, At: opt.Now().UTC().Truncate(time.Second), Note: opt.Note}
		if opt.Undo {
			what = Decision{}
		}
		for _, source := range slices.Sorted(maps.Keys(ids)) {
			book, err := readDecisions(cfg.Lake, source)
			if err != nil {
				return false, err
			}
			book.decide(what, ids[source])
			if err := book.stage(staging); err != nil {
				return false, err
			}
		}
		return len(ids) > 0, nil
	})
	return counts, err
}

// choose returns the ids by source that a drop is about, and how many records they are by reason.
func (q *quarantineReader) choose(ctx context.Context, opt DropOptions) (counts map[string]int64, ids map[string][]string, err error) {
	counts, ids = map[string]int64{}, map[string][]string{}
	err = q.each(ctx, opt.Filter, func(r *Refusal) error {
		if opt.Undo && r.State() != Dropped {
			return nil
		}
		counts[r.Reason]++
		ids[r.Source] = append(ids[r.Source], r.ID)
		return nil
	})
	return counts, ids, err
}
