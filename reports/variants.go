package reports

// variantTable has one row per formula: the same entries, read in every way that is in use.
func (d *data) variantTable() *Table {
	t := &Table{Name: "Variants", Columns: describe(
		"variant", "label", "numerator", "denominator", "service_level", "configured", "definition")}
	total := d.figures.total(current)
	for _, f := range formulas {
		t.Rows = append(t.Rows, []Value{
			f.name, f.label, total.get(f.name + "_met"), total.get(f.name + "_of"), total.get(f.name),
			f.name == d.s.Formula, f.definition,
		})
	}
	t.Total = int64(len(t.Rows))
	return t
}

// figureTable explains every figure of Kpis.
func figureTable() *Table {
	t := &Table{Name: "Figures", Columns: describe("kpi", "label", "unit", "definition")}
	for _, name := range kpiNames {
		c := column(name)
		t.Rows = append(t.Rows, []Value{c.Name, c.Label, c.unit(), c.Doc})
	}
	t.Total = int64(len(t.Rows))
	return t
}
