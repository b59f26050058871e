package reports

const (
	tableRow      = 5  // of the first table on a sheet, its names for readers
	queuesPrinted = 18 // columns that fit a printed page
)

// queues is the league table: the busiest queue first, each against its target.
func (b *book) queues() {
	const name = sheetQueues
	t := b.r.Table("Queues")
	note := "Busiest first. Rows with fewer than 10 offered entries are grey: a rate of so few says little."
	if len(t.Rows) == 0 {
		note = "No call entered a queue in this period."
	}
	b.heading(name, "Queues", note)
	for i, c := range t.Columns {
		b.width(name, i+1, c.width())
	}
	p := b.table(name, tableRow, t)
	b.judge(p)
	b.bars(p, "to_target", "F2B8A6")
	if b.r.Name == "abandonment" {
		b.bars(p, "abandoned", "F2B8A6")
	}
	b.freeze(name, 3, p.first)
	b.printed(name, queuesPrinted, p.last, tableRow, p.head)
}
