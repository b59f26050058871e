package reports

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

var sourceColumns = []string{
	"source", "vendor", "zone", "complete", "read", "new", "duplicate", "quarantined", "ignored", "unaccounted",
	"files", "problems", "reasons",
}

// sourceTable sets what the last run did with each source's records beside what the lake holds of it in the period.
func (d *data) sourceTable() *Table {
	held := []string{"calls", "unknown_outcome", "in_progress", "no_caller", "entries", "unknown_wait", "derived_wait", "newest"}
	t := &Table{Name: "Sources", Columns: describe(slices.Concat(sourceColumns, held)...), Total: int64(len(d.sources.Rows))}
	for _, row := range d.sources.Rows {
		f := figure{d.sources, row}
		values := d.accounting(f.text("source"))
		for _, name := range held {
			values = append(values, f.get(name))
		}
		t.Rows = append(t.Rows, values)
	}
	return t
}

// accounting are the values of sourceColumns; blank where the source had no part in the last run.
func (d *data) accounting(name string) []Value {
	values := make([]Value, len(sourceColumns))
	values[0] = name
	for _, source := range d.s.Sources {
		if source.Name != name {
			continue
		}
		values[1], values[2] = source.Vendor, source.Zone
		if a := source.Accounting; a != nil {
			copy(values[3:], []Value{
				a.Complete, a.Read, a.New, a.Duplicate, a.Quarantined, a.Ignored,
				a.Read - a.New - a.Duplicate - a.Quarantined - a.Ignored, a.Files, a.Problems, a.reasons(),
			})
		}
	}
	return values
}

func (a *Accounting) reasons() Value {
	var words []string
	for _, reason := range slices.Sorted(maps.Keys(a.Reasons)) {
		words = append(words, fmt.Sprintf("%s: %d", reason, a.Reasons[reason]))
	}
	if len(words) == 0 {
		return nil
	}
	return strings.Join(words, "; ")
}
