package reports

const (
	trendCharts = 5
	trendTable  = 28
	trendHalf   = 9 // columns under the left chart
)

// trend shows the days of the period and, added up over them, the hours of the day.
func (b *book) trend() {
	const name = sheetTrend
	days, hours := b.r.Table("Daily"), b.r.Table("TimeOfDay")
	b.heading(name, "Trend", "")
	for i, c := range days.Columns {
		b.width(name, i+1, c.width())
	}
	b.section(name, trendTable-1, queuesPrinted, "By day")
	p := b.table(name, trendTable, days)
	b.judge(p)
	next := p.last + 3
	b.section(name, next-1, queuesPrinted, "By time of day, over all days of the period")
	q := b.table(name, next, hours)
	b.judge(q)

	left, right := b.dayPicture(), b.timePicture()
	wide := pixels(days.Columns[:queuesPrinted])
	half := pixels(days.Columns[:trendHalf])
	left.width, left.height, right.width, right.height = half-20, 420, wide-half, 420
	if b.r.From.Equal(b.r.To) {
		right.width = wide
		b.chart(name, cell(1, trendCharts), q, right)
	} else {
		b.chart(name, cell(1, trendCharts), p, left)
		b.chart(name, cell(trendHalf+1, trendCharts), q, right)
	}
	b.freeze(name, 1, 4)
	b.printed(name, queuesPrinted, q.last, 0, 0)
}

func (b *book) dayPicture() picture {
	c := picture{
		title: "By day", category: "date", columns: volume, lines: b.rateLines(), countsAndRate: true,
		alt: "Columns: offered entries per day by what became of them. Line: service level per day; dashed: target.",
	}
	if b.r.Name == "abandonment" {
		c.alt = "Columns: offered entries per day by what became of them. Line: abandon rate per day."
	}
	return c
}

func (b *book) timePicture() picture {
	c := b.dayPicture()
	c.title, c.category = "By time of day", "time_of_day"
	c.alt = "Columns: offered entries per interval of the day by what became of them. Line: service level; dashed: target."
	if b.r.Name == "abandonment" {
		c.alt = "Columns: offered entries per interval of the day by what became of them. Line: abandon rate."
	}
	return c
}
