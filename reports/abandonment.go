package reports

import (
	"context"
	"fmt"
	"slices"
)

// abandonmentFirst are the figures an abandonment report begins with.
var abandonmentFirst = []string{
	"abandon_rate", "abandon_rate_gross", "offered", "abandoned", "short_abandons", "abandoned_within",
	"ata", "longest_wait_abandoned", "calls", "calls_abandoned", "ivr_abandoned",
}

// Abandonment counts the callers that gave up: how many, where, when and after how long, and lists every one.
func (b *Bound) Abandonment(ctx context.Context) (*Report, error) {
	d, err := b.load(ctx)
	if err != nil {
		return nil, fmt.Errorf("counting report abandonment: %w", err)
	}
	lists, err := results(ctx, b.q, b.s.maxRows(), [2]string{"abandoned_calls", "AbandonedCalls"})
	if err != nil {
		return nil, fmt.Errorf("listing for report abandonment: %w", err)
	}
	abandoned := lists[0]
	rest := slices.DeleteFunc(slices.Clone(kpiNames), func(name string) bool { return slices.Contains(abandonmentFirst, name) })
	r := d.report("abandonment")
	r.Findings = d.abandonmentFindings()
	r.Tables = []*Table{
		d.kpiTable(slices.Concat(abandonmentFirst, rest)),
		d.queueTable("abandon_rate", abandonmentQueueColumns),
		d.dailyTable(abandonmentDayColumns),
		d.timeTable(),
		abandoned,
		d.variantTable(),
		figureTable(),
		d.fieldTable(),
		d.sourceTable(),
		d.words,
		d.open,
	}
	return r, nil
}
