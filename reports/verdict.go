package reports

import (
	"context"
	"fmt"
	"slices"
	"time"

	"callmart/sql"
)

// CallVerdict says how the reports count one call.
type CallVerdict struct {
	Formula   string         `json:"formula"`    // configured: the verdicts are by it
	Boundary  string         `json:"boundary"`   // le: a wait of exactly a limit is within it; lt: it is not
	CountedIn []string       `json:"counted_in"` // figures of calls in which this one counts
	Entries   []EntryVerdict `json:"queue_entries"`
}

// EntryVerdict says how the reports count one queue entry.
type EntryVerdict struct {
	Entry          int64            `json:"queue_entry_index"`
	Day            string           `json:"day"` // on which it counts
	EnteredLocal   string           `json:"entered_local,omitempty"`
	ReportedSource *string          `json:"reported_source"`
	ReportedQueue  *string          `json:"reported_queue"`
	QueueRule      string           `json:"queue_rule,omitempty"` // of the configuration
	State          string           `json:"state"`                // offered, open, unknown, after_hours or excluded
	Exit           string           `json:"exit"`
	Wait           *float64         `json:"wait_seconds"`
	WaitIsDerived  bool             `json:"wait_is_derived"`
	Threshold      float64          `json:"threshold_seconds"`
	ShortLimit     float64          `json:"short_abandon_seconds"`
	Target         float64          `json:"target"`
	Within         bool             `json:"within_threshold"`
	Short          bool             `json:"short_abandon"`
	Judged         bool             `json:"judged"`
	Verdict        *string          `json:"verdict"` // met or not_met by the configured formula, null: it does not judge the entry
	Because        string           `json:"because"`
	CountedIn      []string         `json:"counted_in"` // figures of entries in which this one counts
	Formulas       []FormulaVerdict `json:"formulas"`   // what each would say
}

// FormulaVerdict is what one formula says of an entry.
type FormulaVerdict struct {
	Formula string  `json:"formula"`
	Verdict *string `json:"verdict"`
}

// entryFigures are the counts of sql/counts.sql, each of which an entry is in or not.
var entryFigures = []string{
	"offered", "answered", "abandoned", "voicemail", "callback", "overflow", "missed", "failed", "open", "unknown", "after_hours",
	"excluded", "judged", "unknown_wait", "answered_within", "abandoned_within", "callback_within", "short_abandons", "met", "judged_by_formula",
}

// callFigures are the counts of sql/call_counts.sql.
var callFigures = []string{"calls", "calls_answered", "calls_abandoned", "calls_open", "calls_other", "ivr_abandoned"}

// Judged says how the reports count a call of the session, which Judge has judged by the same settings: the queries that
// make the workbooks' figures run over this call's entries alone.
func Judged(ctx context.Context, q Querier, s *Settings, source, callID string) (*CallVerdict, error) {
	this := relation{"this_call", []string{"source VARCHAR", "call_id VARCHAR"}, [][]any{{source, callID}}}
	if err := this.bind(ctx, q); err != nil {
		return nil, err
	}
	if err := q.Table(ctx, "this_judged", "SELECT j.* FROM judged j JOIN this_call t ON t.source = j.source AND t.call_id = j.call_id"); err != nil {
		return nil, fmt.Errorf("finding entries of the call: %w", err)
	}
	v := &CallVerdict{Formula: s.Formula, Boundary: s.Boundary, CountedIn: []string{}, Entries: []EntryVerdict{}}
	entries, err := selectFigures(ctx, q, "SELECT * FROM this_judged ORDER BY queue_entry_index")
	if err != nil {
		return nil, fmt.Errorf("reading judged entries: %w", err)
	}
	for _, f := range entries {
		e := entryVerdict(f)
		if err := e.count(ctx, q); err != nil {
			return nil, err
		}
		e.explain(s, source, f)
		v.Entries = append(v.Entries, e)
	}
	return v, v.countCall(ctx, q)
}

// selectFigures reads rows by their columns' names.
func selectFigures(ctx context.Context, q Querier, text string) (rows []map[string]Value, err error) {
	t, err := selectRows(ctx, q, text, 0)
	if err != nil {
		return nil, err
	}
	for _, values := range t.Rows {
		row := make(map[string]Value, len(values))
		for i, c := range t.Columns {
			row[c.Name] = values[i]
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// entryVerdict reads a row of sql/judged.sql.
func entryVerdict(f map[string]Value) EntryVerdict {
	text := func(name string) *string {
		if s, ok := f[name].(string); ok {
			return &s
		}
		return nil
	}
	seconds := func(name string) float64 {
		ms, _ := f[name].(int64)
		return float64(ms) / 1000
	}
	is := func(name string) bool {
		b, _ := f[name].(bool)
		return b
	}
	e := EntryVerdict{
		ReportedSource: text("reported_source"), ReportedQueue: text("reported_queue"), WaitIsDerived: is("wait_is_derived"),
		Threshold: seconds("threshold_ms"), ShortLimit: seconds("short_ms"),
		Within: is("within"), Short: is("short"), Judged: is("judged"), Verdict: text("verdict"), CountedIn: []string{},
	}
	e.Entry, _ = f["queue_entry_index"].(int64)
	e.Target, _ = f["target"].(float64)
	e.State, _ = f["state"].(string)
	e.Exit, _ = f["exit_word"].(string)
	if day, ok := f["day"].(time.Time); ok {
		e.Day = isoDate(day)
	}
	if at, ok := f["entered_local"].(time.Time); ok {
		e.EnteredLocal = at.Format("2006-01-02 15:04:05")
	}
	if f["wait_ms"] != nil {
		wait := seconds("wait_ms")
		e.Wait = &wait
	}
	return e
}

// subquery is a query that those after it read by its name.
type subquery struct{ name, text string }

// stored is a query of package sql as a subquery.
func stored(as, name string) (subquery, error) {
	text, err := sql.Read(name)
	return subquery{as, text}, err
}

// last joins queries into one query, and selects from the last.
func last(parts ...subquery) string {
	text := "WITH "
	for i, p := range parts {
		if i > 0 {
			text += ",\n"
		}
		text += p.name + " AS (\n" + p.text + "\n)"
	}
	return text + "\nSELECT * FROM " + parts[len(parts)-1].name
}

// count runs the queries of the figures over this entry alone.
func (e *EntryVerdict) count(ctx context.Context, q Querier) error {
	counts, err := stored("counts", "counts")
	if err != nil {
		return err
	}
	figures, err := stored("figures", "figures")
	if err != nil {
		return err
	}
	rows, err := selectFigures(ctx, q, last(
		subquery{"judged", fmt.Sprintf("SELECT * FROM this_judged WHERE queue_entry_index = %d", e.Entry)},
		subquery{"days", "SELECT 'current' AS period, day FROM judged"},
		counts, figures,
	)+" WHERE grain = 'all'")
	if err != nil {
		return fmt.Errorf("counting entry %d: %w", e.Entry, err)
	}
	for _, f := range rows {
		e.CountedIn = append(e.CountedIn, countedIn(f, entryFigures)...)
		for _, formula := range formulas {
			v := FormulaVerdict{Formula: formula.name}
			if counted(f[formula.name+"_of"]) {
				word := "not_met"
				if counted(f[formula.name+"_met"]) {
					word = "met"
				}
				v.Verdict = &word
			}
			e.Formulas = append(e.Formulas, v)
		}
	}
	return nil
}

// countCall runs the query of the figures of calls over this call alone.
func (v *CallVerdict) countCall(ctx context.Context, q Querier) error {
	entered, err := stored("entered_calls", "entered_calls")
	if err != nil {
		return err
	}
	seen, err := stored("all_seen", "seen_calls")
	if err != nil {
		return err
	}
	counts, err := stored("counted", "call_counts")
	if err != nil {
		return err
	}
	rows, err := selectFigures(ctx, q, last(
		subquery{"judged", "SELECT * FROM this_judged"},
		entered, seen,
		subquery{"seen_calls", "SELECT s.* FROM all_seen s JOIN this_call t ON t.source = s.source AND t.call_id = s.call_id"},
		subquery{"days", "SELECT 'current' AS period, day FROM entered_calls UNION SELECT 'current' AS period, day FROM seen_calls"},
		counts,
	))
	if err != nil {
		return fmt.Errorf("counting the call: %w", err)
	}
	for _, f := range rows {
		v.CountedIn = append(v.CountedIn, countedIn(f, callFigures)...)
	}
	return nil
}

func counted(v Value) bool {
	n, _ := v.(int64)
	return n > 0
}

// countedIn are the names whose count is not 0.
func countedIn(f map[string]Value, names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !counted(f[name]) })
}
