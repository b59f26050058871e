package reports

// formula is one way to count a service level. Its arithmetic is in sql/figures.sql, its verdict per entry in sql/judged.sql.
type formula struct {
	name       string
	label      string
	definition string
}

var formulas = []formula{
	{
		"abandons_count_against", "Abandons count against",
		"answered within T / judged",
	},
	{
		"exclude_short_abandons", "Short abandons left out",
		"answered within T / (judged - short abandons)",
	},
	{
		"exclude_abandons_within_t", "Abandons within T left out",
		"answered within T / (judged - abandoned within T)",
	},
	{
		"abandons_within_t_met", "Abandons within T count as met",
		"(answered within T + abandoned within T) / judged",
	},
	{
		"short_abandons_met", "Short abandons count as met",
		"(answered within T + short abandons) / judged",
	},
	{
		"answered_only", "Answered only",
		"answered within T / answered",
	},
	{
		"removed_within_t", "Left the queue within T",
		"(answered + abandoned + call-back, each within T) / (judged + call-back)",
	},
}

// Formulas returns the names of the formulas of service level that a report knows; every report shows them all.
func Formulas() []string {
	names := make([]string, len(formulas))
	for i, f := range formulas {
		names[i] = f.name
	}
	return names
}
