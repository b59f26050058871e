package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"strings"
)

//go:embed typical
var typical embed.FS

// question is one that analysts ask.
type question struct {
	name, sql string
	twin      string // the question that has the same answer
	only      bool   // for the lake alone
}

// questions are bound to the busiest queue, the caller who called most, and the middle of the lake's days.
func (b *layoutsBench) questions(ctx context.Context, r *layoutsReport) ([]question, error) {
	known := []string{}
	for _, query := range []string{
		"SELECT queue FROM queue_entries WHERE queue IS NOT NULL GROUP BY queue ORDER BY count(*) DESC, queue LIMIT 1",
		"SELECT caller_key FROM calls WHERE caller_key IS NOT NULL GROUP BY caller_key ORDER BY count(*) DESC, caller_key LIMIT 1",
		"SELECT CAST(quantile_disc(date, 0.5) AS VARCHAR) FROM (SELECT DISTINCT date FROM calls)",
		"SELECT count(*) FROM calls",
		"SELECT count(*) FROM queue_entries",
		"SELECT count(DISTINCT date) FROM calls",
	} {
		a, err := b.process(ctx, &layoutJob{Views: b.views(theLake, query), Query: query})
		if err != nil {
			return nil, fmt.Errorf("looking at the lake: %w", err)
		}
		if len(a.Rows) == 0 || a.Rows[0][0] == "<nil>" {
			return nil, errors.New("the lake has no calls, no queues or no callers")
		}
		known = append(known, a.Rows[0][0])
	}
	for i, into := range []*int64{&r.Calls, &r.Entries, &r.Days} {
		if _, err := fmt.Sscan(known[3+i], into); err != nil {
			return nil, fmt.Errorf("looking at the lake: %w", err)
		}
	}
	day := known[2]
	values := strings.NewReplacer("{{queue}}", literal(known[0]), "{{caller}}", literal(known[1]), "{{day}}", literal(day), "{{month}}", literal(day[:len("2026-03")]+"-01"))
	all := []question{
		{name: "queue_month"},
		{name: "caller_history"},
		{name: "service_level"},
		{name: "service_level_intervals", twin: "service_level", only: true},
		{name: "one_hour"},
	}
	for i := range all {
		text, err := typical.ReadFile("typical/" + all[i].name + ".sql")
		if err != nil {
			return nil, fmt.Errorf("reading a question: %w", err)
		}
		all[i].sql = values.Replace(string(text))
	}
	return all, nil
}
