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
func Abandonment(ctx context.Context, q Querier, s *Settings) (*Report, error) {
	d, err := load(ctx, q, s)
	if err != nil {
		return nil, fmt.Errorf("counting report abandonment: %w", err)
	}
	lists, err := results(ctx, q, s.maxRows(),
		[2]string{"abandoned_calls", "AbandonedCalls"},
		[2]string{"unknown_words", "UnknownWords"}, [2]string{"open_calls", "OpenCalls"})
	if err != nil {
		return nil, fmt.Errorf("listing for report abandonment: %w", err)
	}
	abandoned, words, open := lists[0], lists[1], lists[2]
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
		fieldTable(),
		d.sourceTable(),
		words,
		open,
	}
	return r, nil
}
