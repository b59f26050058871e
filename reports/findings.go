package reports

import (
	"fmt"
	"time"
)

// slaFindings tell where the target was missed: first what cost the most.
func (d *data) slaFindings() []Finding {
	total := d.figures.total(current)
	if total.count("entries") == 0 {
		return []Finding{{Neutral, "No call entered a queue in this period.", sheetQuality}}
	}
	var out []Finding
	if worst, ok := most(d.figures.rows(grainQueue, current), "to_target"); ok {
		out = append(out, Finding{Bad, fmt.Sprintf("%s cost the most: %s met, %s against %s. %s more would have reached the target.",
			d.queueName(worst), d.share(worst), percent(worst.get("service_level")), percent(worst.get("target")),
			whole(worst.count("to_target"))), sheetQueues})
	}
	if worst, ok := most(d.figures.rows(grainInterval, current), "to_target"); ok {
		out = append(out, Finding{Bad, fmt.Sprintf("Worst interval: %s, %s: %s met.",
			d.queueName(worst), d.intervalText(worst), d.share(worst)), sheetIntervals})
	}
	queuesMet, queues := d.verdicts(grainQueue, current, "met"), d.verdicts(grainQueue, current, "met", "missed")
	met, all := d.verdicts(grainInterval, current, "met"), d.verdicts(grainInterval, current, "met", "missed")
	tone := Neutral
	if queuesMet == queues && queues > 0 {
		tone = Good
	}
	out = append(out, Finding{tone, fmt.Sprintf("%s of %s and %s of %s reached the target.",
		whole(queuesMet), plural(queues, "queue", "queues"), whole(met), plural(all, "interval", "intervals")), sheetTrend})
	return append(out, d.longest("answered", sheetQueues)...)
}

// abandonmentFindings tell where callers were lost: first where most were.
func (d *data) abandonmentFindings() []Finding {
	total := d.figures.total(current)
	if total.count("entries") == 0 {
		return []Finding{{Neutral, "No call entered a queue in this period.", sheetQuality}}
	}
	if total.count("abandoned") == 0 {
		return []Finding{{Good, "Nobody abandoned in this period.", sheetQueues}}
	}
	var out []Finding
	if worst, ok := most(d.figures.rows(grainQueue, current), "abandoned"); ok {
		out = append(out, Finding{Bad, fmt.Sprintf("%s lost the most: %s of %s abandoned, a rate of %s.",
			d.queueName(worst), whole(worst.count("abandoned")), whole(worst.count("offered")),
			percent(worst.get("abandon_rate_gross"))), sheetQueues})
	}
	if worst, ok := most(d.figures.rows(grainTime, current), "abandoned"); ok && worst.get("minute_of_day") != nil {
		from := worst.count("minute_of_day")
		out = append(out, Finding{Bad, fmt.Sprintf("Most were lost from %s to %s: %s of %s abandoned.",
			clock(from), clock(from+int64(d.s.Interval/time.Minute)), whole(worst.count("abandoned")),
			whole(worst.count("offered"))), sheetTrend})
	}
	if calls, ok := d.callCount("calls", current).(int64); ok && calls > 0 {
		lost, _ := d.callCount("calls_abandoned", current).(int64)
		out = append(out, Finding{Neutral, fmt.Sprintf("Of %[2]s at any hour, %[1]s reached nobody and hung up.",
			whole(lost), plural(calls, "call", "calls")), sheetAbandoned})
	}
	return append(out, d.longest("abandoned", sheetAbandoned)...)
}

func (d *data) longest(exit, sheet string) []Finding {
	v, ok := d.figures.total(current).get("longest_wait_" + exit).(float64)
	if !ok {
		return nil
	}
	return []Finding{{Neutral, fmt.Sprintf("The longest wait of %s entry was %s.", map[string]string{
		"answered": "an answered", "abandoned": "an abandoned",
	}[exit], wait(v)), sheet}}
}

// most returns the row with the greatest positive count, the first of equal ones.
func most(rows []figure, name string) (worst figure, ok bool) {
	for _, row := range rows {
		if row.count(name) > 0 && (!ok || row.count(name) > worst.count(name)) {
			worst, ok = row, true
		}
	}
	return worst, ok
}

// share tells a row's service level in entries: "312 of 530".
func (d *data) share(f figure) string {
	return whole(f.count("met")) + " of " + whole(f.count("judged_by_formula"))
}

func (d *data) intervalText(f figure) string {
	from, ok := f.get("interval_start_local").(time.Time)
	if !ok {
		return "time unknown"
	}
	text := from.Format("15:04") + " to " + from.Add(d.s.Interval).Format("15:04")
	if !d.s.isOneDay() {
		text = from.Format("Mon 2 Jan ") + text
	}
	return text
}
