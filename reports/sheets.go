package reports

// The sheets' names.
const (
	sheetSummary     = "Summary"
	sheetQueues      = "Queues"
	sheetTrend       = "Trend"
	sheetIntervals   = "Intervals"
	sheetAbandoned   = "Abandoned calls"
	sheetDefinitions = "Definitions"
	sheetQuality     = "Data quality"
)
