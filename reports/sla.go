package reports

import (
	"context"
	"fmt"
)

// SLA counts the service level of the period: was the target met, where was it missed, and how was it counted.
func (b *Bound) SLA(ctx context.Context) (*Report, error) {
	d, err := b.load(ctx)
	if err != nil {
		return nil, fmt.Errorf("counting report sla: %w", err)
	}
	lists, err := results(ctx, b.q, b.s.maxRows(), [2]string{"bridge", "Bridge"}, [2]string{"vendor_sla", "VendorSla"})
	if err != nil {
		return nil, fmt.Errorf("listing for report sla: %w", err)
	}
	bridge, vendor := lists[0], lists[1]
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
		d.fieldTable(),
		d.sourceTable(),
		d.words,
		d.open,
	}
	return r, nil
}
