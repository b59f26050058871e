package reports

import (
	"fmt"
	"slices"
)

// calm is what stands where no warning does. Nothing is claimed of sources whose last run is not known.
func (r *Report) calm() (string, role) {
	for _, source := range r.settings.Sources {
		if source.Accounting != nil {
			return "✓ Every source of the last run was read completely, and no record in quarantine waits for a decision.", roleCalm
		}
	}
	return "No run is known, so nothing can be said of how complete the sources are.", roleNote
}

// warnings say what makes the figures less than certain, the gravest first.
func (d *data) warnings() []string {
	var out []string
	if d.empty() {
		out = append(out, "The lake holds no call of this period.")
	}
	for _, source := range d.s.Sources {
		a := source.Accounting
		switch {
		case a == nil:
			continue
		case !a.Complete && a.Problems > 0:
			out = append(out, fmt.Sprintf("%s is incomplete: the last run met %s; its manifest and log name them.",
				source.Name, plural(a.Problems, "problem", "problems")))
		case !a.Complete:
			out = append(out, fmt.Sprintf("%s is incomplete: the last run did not fetch everything.", source.Name))
		}
		if a.Open > 0 {
			out = append(out, fmt.Sprintf("%s: %s could not be read and %s in quarantine.", source.Name,
				plural(a.Open, "record", "records"), verb(a.Open, "lies", "lie")))
		}
		if lost := a.Read - a.New - a.Duplicate - a.Quarantined - a.Ignored; lost != 0 {
			out = append(out, fmt.Sprintf("%s: %s of the last run %s not accounted for.", source.Name,
				plural(lost, "record", "records"), verb(lost, "is", "are")))
		}
	}
	out = append(out, d.strangers()...)
	for _, name := range d.s.Quiet {
		out = append(out, fmt.Sprintf("%s has been silent: nothing newer has come from it.", name))
	}
	total := d.figures.total(current)
	if n := d.unknownWords(); n > 0 {
		out = append(out, fmt.Sprintf("%s an outcome whose words are not known; see UnknownWords.",
			plural(n, "call has", "calls have")))
	}
	if n := total.count("unknown_wait"); n > 0 {
		out = append(out, fmt.Sprintf("%s an unknown wait and %s judged by no formula.",
			plural(n, "entry has", "entries have"), verb(n, "is", "are")))
	}
	return out
}

// empty says that no source has a call or a queue entry in the period.
func (d *data) empty() bool {
	for _, row := range d.sources.Rows {
		if f := (figure{d.sources, row}); f.count("calls") > 0 || f.count("entries") > 0 {
			return false
		}
	}
	return true
}

// strangers names sources that the lake holds and the configuration does not: their calls are counted.
func (d *data) strangers() (out []string) {
	for _, row := range d.sources.Rows {
		f := figure{d.sources, row}
		name, calls := f.text("source"), f.count("calls")
		if calls > 0 && !slices.ContainsFunc(d.s.Sources, func(s Source) bool { return s.Name == name }) {
			out = append(out, fmt.Sprintf("%s of source %s are counted, which is in the lake but not in the configuration.", plural(calls, "call", "calls"), name))
		}
	}
	return out
}

// unknownWords counts the calls whose words are in no table.
func (d *data) unknownWords() (n int64) {
	for _, row := range d.words.Rows {
		n += figure{d.words, row}.count("count")
	}
	return n
}

func plural(n int64, one, many string) string { return whole(n) + " " + verb(n, one, many) }

func verb(n int64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
