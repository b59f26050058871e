// Package reports counts service level and abandonment over a lake and writes what it counted as JSON and as Excel
// workbooks. The counting is in package sql; this package binds the settings, gathers the tables and lays them out.
package reports

import (
	"fmt"
	"time"
)

// Report is one report of one period: its tables hold every figure that its JSON and its workbook show.
type Report struct {
	Name     string // sla, abandonment
	From, To time.Time
	Kind     Kind
	Complete bool
	Zone     string
	Run      Run
	// Watermark is up to where the sources have been seen, UTC; zero if unknown.
	Watermark time.Time
	Warnings  []string // what makes the figures less than certain; shown in red
	Findings  []Finding
	Tables    []*Table

	settings *Settings
}

// Finding is one sentence on what to look at, with the sheet that shows more.
type Finding struct {
	Tone  Tone
	Text  string
	Sheet string
}

// Tone says whether a finding is good news.
type Tone string

// The tones.
const (
	Good    Tone = "good"
	Bad     Tone = "bad"
	Neutral Tone = "neutral"
)

// Table is one table of a report. Name and the columns' names are a contract: they only grow.
type Table struct {
	Name    string
	Columns []Column
	Rows    [][]Value
	Total   int64   // rows there would be without the cap
	Totals  []Value // the row over everything, where there is one
	Note    string  // what the reader must know, for instance that rows were left out
}

// Value is nil, string, int64, float64, bool or time.Time. Dates and local times are time.Time in UTC
// whose clock is to be read as it stands; the column's kind tells them apart.
type Value = any

// Table returns the named table, nil if the report has none.
func (r *Report) Table(name string) *Table {
	for _, t := range r.Tables {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// Index returns the position of the named column, -1 if there is none.
func (t *Table) Index(column string) int {
	for i := range t.Columns {
		if t.Columns[i].Name == column {
			return i
		}
	}
	return -1
}

// plain narrows what a database driver returns to the few types of a Value.
func plain(v any) (Value, error) {
	switch v := v.(type) {
	case nil, string, int64, float64, bool:
		return v, nil
	case time.Time:
		return v.UTC(), nil
	case int32:
		return int64(v), nil
	case int16:
		return int64(v), nil
	case int8:
		return int64(v), nil
	case int:
		return int64(v), nil
	case float32:
		return float64(v), nil
	case []byte:
		return string(v), nil
	}
	return nil, fmt.Errorf("reading a value of type %T, which no report knows", v)
}
