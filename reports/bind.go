package reports

import (
	"context"
	stdsql "database/sql"
	"fmt"
	"slices"
	"time"

	"callmart/sql"
)

// Querier is what the reports need of a lake. A session shows every table of the schema as a view with its columns,
// source and date; instants are plain TIMESTAMP in UTC. Relation and View replace what stands under the name.
type Querier interface {
	// Relation makes a small table; a column is a name and a type ("source VARCHAR"), a value one of nil, string,
	// int64, float64, bool and time.Time (DATE and TIMESTAMP, to be read as UTC).
	Relation(ctx context.Context, name string, columns []string, rows [][]any) error
	// Table keeps the rows of a SELECT.
	Table(ctx context.Context, name, selectSQL string) error
	// View names a SELECT.
	View(ctx context.Context, name, selectSQL string) error
	// Query runs a SELECT.
	Query(ctx context.Context, selectSQL string, args ...any) (*stdsql.Rows, error)
}

// The queries that others build on, in the order in which they need each other. Those that do not depend on the
// period, and that many queries read, are kept as tables.
var (
	boundTables = []string{"entered_calls", "seen_calls"} // and judged
	boundViews  = []string{"counts", "figures"}
)

// Bound is a session that counts by some settings. It makes the reports of any number of periods, one after the other,
// and judges every entry once.
type Bound struct {
	q    Querier
	s    *Settings
	data *data // of the period at hand
}

// Bind makes the relations that hold the settings, judges the entries, and makes the views that count them.
func Bind(ctx context.Context, q Querier, s *Settings) (*Bound, error) {
	if err := Judge(ctx, q, s); err != nil {
		return nil, err
	}
	if err := bindQueries(ctx, boundTables, q.Table); err != nil {
		return nil, err
	}
	if err := bindQueries(ctx, boundViews, q.View); err != nil {
		return nil, err
	}
	return &Bound{q: q, s: s}, nil
}

// Judge makes the relations that hold the settings and the table of judged entries.
func Judge(ctx context.Context, q Querier, s *Settings) error { return judge(ctx, q, s, q.Table) }

// JudgeOnce is Judge for one query, which then computes no more of the entries than it reads: what
// sql/queue_intervals.sql needs of a session over the partitions that it counts.
func JudgeOnce(ctx context.Context, q Querier, s *Settings) error { return judge(ctx, q, s, q.View) }

func judge(ctx context.Context, q Querier, s *Settings, bind func(ctx context.Context, name, selectSQL string) error) error {
	if err := s.Check(); err != nil {
		return fmt.Errorf("checking settings of the report: %w", err)
	}
	seen, err := contentsOf(ctx, q)
	if err != nil {
		return err
	}
	for _, r := range s.relations(seen) {
		if err := r.bind(ctx, q); err != nil {
			return err
		}
	}
	return bindQueries(ctx, []string{"judged"}, bind)
}

func bindQueries(ctx context.Context, names []string, bind func(ctx context.Context, name, selectSQL string) error) error {
	for _, name := range names {
		text, err := sql.Read(name)
		if err != nil {
			return err
		}
		if err := bind(ctx, name, text); err != nil {
			return fmt.Errorf("binding %s: %w", name, err)
		}
	}
	return nil
}

// Over goes to another period, which the session must hold with all that Settings.Needs.
func (b *Bound) Over(ctx context.Context, from, to time.Time, kind Kind, complete bool) error {
	s := *b.s
	s.From, s.To, s.Kind, s.Complete = from, to, kind, complete
	if err := s.Check(); err != nil {
		return fmt.Errorf("checking settings of the report: %w", err)
	}
	b.s, b.data = &s, nil
	return s.dayRelation().bind(ctx, b.q)
}

// relation is a small table of settings.
type relation struct {
	name    string
	columns []string
	rows    [][]any
}

func (r relation) bind(ctx context.Context, q Querier) error {
	if err := q.Relation(ctx, r.name, r.columns, r.rows); err != nil {
		return fmt.Errorf("binding relation %s: %w", r.name, err)
	}
	return nil
}

// dayRelation lists the days of the period and of those it is compared with.
func (s *Settings) dayRelation() relation {
	return relation{"days", []string{"period VARCHAR", "day DATE"}, s.days()}
}

func (s *Settings) relations(seen *contents) []relation {
	params := relation{
		"params",
		[]string{
			"threshold_ms BIGINT", "short_ms BIGINT", "target DOUBLE", "formula VARCHAR", "boundary VARCHAR",
			"interval_minutes BIGINT",
		},
		[][]any{{
			s.Threshold.Milliseconds(), s.ShortAbandon.Milliseconds(), s.Target, s.Formula, s.Boundary,
			int64(s.Interval / time.Minute),
		}},
	}
	notMet := relation{name: "not_met", columns: []string{"exit_word VARCHAR"}}
	for _, exit := range slices.Compact(slices.Sorted(slices.Values(s.NotMet))) {
		notMet.rows = append(notMet.rows, []any{exit})
	}
	sources := relation{name: "sources", columns: []string{"source VARCHAR", "vendor VARCHAR", "zone VARCHAR"}}
	opening := relation{name: "opening", columns: []string{"source VARCHAR", "day DATE", "opens TIMESTAMP", "closes TIMESTAMP"}}
	outages := relation{name: "exclusions", columns: []string{"source VARCHAR", "from_local TIMESTAMP", "to_local TIMESTAMP"}}
	for _, source := range s.known(seen) {
		sources.rows = append(sources.rows, []any{source.Name, source.Vendor, source.Zone})
		for _, w := range s.outages(source.Name) {
			outages.rows = append(outages.rows, []any{source.Name, w.from, w.to})
		}
		if s.alwaysOpen(source.Name) || seen.first.IsZero() {
			continue
		}
		for _, w := range s.openings(source.Name, seen.first, seen.last) {
			opening.rows = append(opening.rows, []any{source.Name, w.from.Truncate(midnightToNext), w.from, w.to})
		}
	}
	targets := relation{
		name: "targets",
		columns: []string{
			"source VARCHAR", "queue VARCHAR", "reported_source VARCHAR", "reported_queue VARCHAR",
			"threshold_ms BIGINT", "short_ms BIGINT", "target DOUBLE", "always_open BOOLEAN",
		},
	}
	for _, k := range seen.queues {
		l := s.lane(k.source, k.queue)
		targets.rows = append(targets.rows, []any{
			l.source, l.queue, l.toSource, l.toQueue, l.threshold.Milliseconds(), l.short.Milliseconds(), l.target,
			s.alwaysOpen(k.source),
		})
	}
	return []relation{params, s.dayRelation(), notMet, sources, opening, outages, targets}
}

// known are the configured sources, then those that only the lake knows, which must not vanish from a report.
func (s *Settings) known(seen *contents) []Source {
	known := slices.Clone(s.Sources)
	for _, name := range seen.sources {
		if !slices.ContainsFunc(known, func(k Source) bool { return k.Name == name }) {
			known = append(known, Source{Name: name})
		}
	}
	return known
}
