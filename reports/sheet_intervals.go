package reports

// intervals lists the base counts of every queue and interval, so that an analyst can count in any other way.
func (b *book) intervals() {
	t := b.r.Table("Intervals")
	note := t.Note
	if note == "" {
		note = "By arrival, on the wall clock of the source. Both hours of a change to winter time have their own rows; the UTC offset tells them apart."
	}
	if len(t.Rows) == 0 {
		note = "No call entered a queue in this period."
	}
	b.stream(sheetIntervals, "Intervals", note, t, 4, 15)
}
