package reports

import (
	"fmt"
	"slices"
)

const (
	qualityColumns = 13
	openShown      = 10_000 // open calls on a sheet that is not streamed
)

// quality says how far the figures can be trusted: what the last run did, which words were unknown, what is still open.
func (b *book) quality() {
	const name = sheetQuality
	b.heading(name, "Data quality", "What the last run that changed the tables did with every record: read = new + duplicate + quarantined + ignored.")
	b.widths(name, 28, 24, 21, 21, 21, 14, 14, 14, 14, 14, 14, 14, 30, 12.5, 12.5, 12.5, 12.5, 12.5, 12.5, 12.5, 21)
	row := 6
	if len(b.r.Warnings) == 0 {
		text, as := b.r.calm()
		b.qualityLine(row, text, as)
		row++
	}
	for _, warning := range b.r.Warnings {
		b.qualityLine(row, "⚠ "+warning, roleWarning)
		row++
	}
	last := row - 1
	for _, s := range []struct{ table, title, none string }{
		{"Sources", "Sources", "no source is configured and none is in the lake"},
		{"VendorSla", "The vendor's own verdict beside ours", "no vendor gave one in this period"},
		{"UnknownWords", "Words that no outcome is known for", "none in this period"},
		{"OpenCalls", "Calls that had not ended when last seen", "none in this period"},
	} {
		t := b.r.Table(s.table)
		if t == nil {
			continue
		}
		title := s.title
		if len(t.Rows) == 0 {
			title += ": " + s.none
		}
		if s.table == "OpenCalls" {
			t = t.first(openShown).ordered([]string{
				"source", "call_id", "queue", "started_local", "last_observed_at", "direction", "outcome", "raw_status",
				"utc_offset_minutes", "open_entries",
			})
		}
		if t.Note != "" {
			title += " (" + t.Note + ")"
		}
		b.section(name, last+2, qualityColumns, title)
		last = b.table(name, last+3, t).last
	}
	b.incomplete(b.places["Sources"])
	b.freeze(name, 1, 4)
	b.printed(name, qualityColumns, last, 0, 0)
}

func (b *book) qualityLine(row int, text string, r role) {
	for col := 1; col <= qualityColumns; col++ {
		b.put(sheetQuality, col, row, nil, look{role: r})
	}
	b.put(sheetQuality, 1, row, text, look{role: r})
	b.height(sheetQuality, row, 20)
}

// first keeps the first rows and says that it did.
func (t *Table) first(n int) *Table {
	if len(t.Rows) <= n {
		return t
	}
	out := *t
	out.Rows = t.Rows[:n]
	out.Note = fmt.Sprintf("%d of %d rows are shown; all are in the lake's Parquet files.", n, t.Total)
	return &out
}

// troubled are the columns of Sources in which any number but 0 is bad news.
var troubled = []string{"quarantined", "unaccounted", "problems", "unknown_outcome", "unknown_wait"}

// incomplete marks what is wrong with a source.
func (b *book) incomplete(p place) {
	for i, row := range p.table.Rows {
		for j, c := range p.table.Columns {
			n, _ := row[j].(int64)
			if c.Name == "complete" && row[j] == false || n != 0 && slices.Contains(troubled, c.Name) {
				b.put(p.sheet, j+1, p.first+i, row[j], look{as: c.As, role: roleAlarm})
			}
		}
	}
}
