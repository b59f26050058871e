package reports

import (
	"context"
	"fmt"
)

// SLA counts the service level of the period: was the target met, where was it missed, and how was it counted.
func SLA(ctx context.Context, q Querier, s *Settings) (*Report, error) {
	d, err := load(ctx, q, s)
	if err != nil {
		return nil, fmt.Errorf("counting report sla: %w", err)
	}
	lists, err := results(ctx, q, s.maxRows(),
		[2]string{"bridge", "Bridge"}, [2]string{"vendor_sla", "VendorSla"},
		[2]string{"unknown_words", "UnknownWords"}, [2]string{"open_calls", "OpenCalls"})
	if err != nil {
		return nil, fmt.Errorf("listing for report sla: %w", err)
	}
	bridge, vendor, words, open := lists[0], lists[1], lists[2], lists[3]
	r := d.report("sla")
	r.Findings = d.slaFindings()
	r.Tables = []*Table{
		d.kpiTable(kpiNames),
		d.queueTable("service_level", slaQueueColumns),
		d.dailyTable(slaDayColumns),
		d.timeTable(),
		d.intervalTable(),
		d.variantTable(),
		d.bridgeTable(bridge),
		vendor,
		figureTable(),
		fieldTable(),
		d.sourceTable(),
		words,
		open,
	}
	return r, nil
}
