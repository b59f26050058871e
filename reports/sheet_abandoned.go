package reports

import "fmt"

// abandonedCalls lists everyone who gave up, the longest wait first.
func (b *book) abandonedCalls() {
	t := b.r.Table("AbandonedCalls")
	note := t.Note
	switch {
	case t.Total == 0:
		note = "No call was abandoned in this period."
	case note == "":
		note = fmt.Sprintf("%s, the longest wait first.", upperFirst(plural(t.Total, "abandoned entry", "abandoned entries")))
	}
	b.stream(sheetAbandoned, "Abandoned calls", note, t, 3, len(t.Columns))
}
