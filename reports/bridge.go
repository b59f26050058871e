package reports

// bridgeSteps turn the one row of sql/bridge.sql and the call counts into lines that add up. A negative sign takes the count away.
var bridgeSteps = []struct {
	column     string
	sign       int64
	kind       string
	definition string
}{
	{"offered", 1, "part", "Entries within opening hours that were answered, abandoned or left the queue otherwise."},
	{"open", 1, "part", "Entries that had not ended when last seen."},
	{"unknown", 1, "part", "Entries whose end is not known."},
	{"after_hours", 1, "part", "Entries outside the configured hours."},
	{"excluded", 1, "part", "Entries within a configured outage."},
	{"entries", 1, "total", "All queue entries of the period."},
	{"transfer", -1, "part", "Further entries of a call, put there by a transfer."},
	{"overflow", -1, "part", "Further entries of a call, after one that overflowed."},
	{"other", -1, "part", "Further entries of a call for another reason."},
	{"not_inbound", -1, "part", "First entries of calls that are not inbound."},
	{"calls", 1, "total", "Inbound calls with a queue entry, dated by the first one."},
	{"calls_answered", 1, "of which", "Any entry was answered."},
	{"calls_abandoned", 1, "of which", "No entry was answered and the last one was abandoned."},
	{"calls_open", 1, "of which", "Not ended when last seen."},
	{"calls_other", 1, "of which", "Voicemail, call-back, overflow, missed, failed or unknown."},
	{"calls_entered_before", 1, "beside", "Calls with an entry in the period that first entered a queue before it; not among the calls above."},
}

func (d *data) bridgeTable(row *Table) *Table {
	t := &Table{Name: "Bridge", Columns: describe("line", "step", "count", "kind", "definition")}
	f := figure{row, row.Rows[0]}
	for i, step := range bridgeSteps {
		n := f.count(step.column)
		if row.Index(step.column) < 0 {
			n, _ = d.callCount(step.column, current).(int64)
		}
		t.Rows = append(t.Rows, []Value{int64(i + 1), step.column, step.sign * n, step.kind, step.definition})
	}
	t.Total = int64(len(t.Rows))
	return t
}
