package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// comparison is how a contender's tables stand to callmart's.
type comparison struct {
	Rows        map[string]int64 `json:"rows"`        // by table
	Sums        map[string]int64 `json:"sums"`        // the figures people know, of the contender
	Columns     int              `json:"columns"`     // that were compared: known values, and their sum or hash
	Unsorted    []string         `json:"unsorted"`    // tables whose rows stand in another order than callmart's within a partition
	LeftOut     []string         `json:"left_out"`    // columns with values in callmart's tables that the contender does not make
	Differences []string         `json:"differences"` // empty if everything is equal
}

// compareCommand compares two sets of tables in a process of its own: the one that measures must stay small, since a
// process begins its peak memory with that of its parent.
func compareCommand(out io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:    "compare LAKE OUT",
		Hidden: true,
		Args:   cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := compare(cmd.Context(), args[0], args[1])
			if err != nil {
				return err
			}
			if err := json.NewEncoder(out).Encode(c); err != nil {
				return fmt.Errorf("writing the comparison: %w", err)
			}
			return nil
		},
	}
}

// compare counts and sums every column that both have. Texts are compared by the sum of their hashes.
func compare(ctx context.Context, lake, out string) (_ *comparison, err error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return nil, fmt.Errorf("starting DuckDB: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	c := &comparison{Rows: map[string]int64{}, Sums: map[string]int64{}, Unsorted: []string{}, LeftOut: []string{}, Differences: []string{}}
	for _, t := range tables() {
		ours, err := openSide(ctx, db, filepath.Join(lake, t.name, "source=*", "date=*", "*.parquet"))
		if err != nil {
			return nil, fmt.Errorf("reading callmart's %s: %w", t.name, err)
		}
		theirs, err := openSide(ctx, db, filepath.Join(out, t.name, "date=*", "*.parquet"))
		if err != nil {
			return nil, fmt.Errorf("reading the contender's %s: %w", t.name, err)
		}
		if err := c.table(ctx, db, t.name, ours, theirs); err != nil {
			return nil, err
		}
	}
	return c, c.known(ctx, db, out)
}

// side is one of the two tables.
type side struct {
	from    string            // for FROM; empty: there are no files
	columns map[string]string // name -> type
	names   []string
}

func openSide(ctx context.Context, db *sql.DB, glob string) (*side, error) {
	files, err := filepath.Glob(glob)
	if err != nil {
		return nil, fmt.Errorf("listing files: %w", err)
	}
	s := &side{columns: map[string]string{}}
	if len(files) == 0 {
		return s, nil
	}
	s.from = "read_parquet(" + literal(glob) + ", union_by_name = true, hive_partitioning = false)"
	rows, err := db.QueryContext(ctx, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM "+s.from+")")
	if err != nil {
		return nil, fmt.Errorf("reading columns: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return nil, fmt.Errorf("reading columns: %w", err)
		}
		s.columns[name] = kind
		s.names = append(s.names, name)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading columns: %w", err)
	}
	return s, nil
}

func (c *comparison) table(ctx context.Context, db *sql.DB, name string, ours, theirs *side) error {
	count := func(s *side) (n int64, err error) {
		if s.from == "" {
			return 0, nil
		}
		if err := db.QueryRowContext(ctx, "SELECT count(*) FROM "+s.from).Scan(&n); err != nil {
			return 0, fmt.Errorf("counting %s: %w", name, err)
		}
		return n, nil
	}
	want, err := count(ours)
	if err != nil {
		return err
	}
	got, err := count(theirs)
	if err != nil {
		return err
	}
	c.Rows[name] = got
	if want != got {
		c.Differences = append(c.Differences, fmt.Sprintf("%s: %d rows, callmart has %d", name, got, want))
	}
	if ours.from == "" || theirs.from == "" {
		return nil
	}
	var shared, missing []string
	for _, column := range ours.names {
		if theirs.columns[column] != "" {
			shared = append(shared, column)
		} else {
			missing = append(missing, column)
		}
	}
	a, err := ours.figures(ctx, db, shared, ours.columns)
	if err != nil {
		return fmt.Errorf("summing callmart's %s: %w", name, err)
	}
	b, err := theirs.figures(ctx, db, shared, ours.columns)
	if err != nil {
		return fmt.Errorf("summing the contender's %s: %w", name, err)
	}
	for i, column := range shared {
		if a[i] != b[i] {
			c.Differences = append(c.Differences, fmt.Sprintf("%s.%s: %d values, sum %s; callmart has %d, %s", name, column, b[i].known, b[i].sum, a[i].known, a[i].sum))
		}
	}
	c.Columns += len(shared)
	left, err := ours.figures(ctx, db, missing, ours.columns)
	if err != nil {
		return fmt.Errorf("summing callmart's %s: %w", name, err)
	}
	for i, column := range missing {
		if left[i].known > 0 {
			c.LeftOut = append(c.LeftOut, name+"."+column)
		}
	}
	same, err := sameOrder(ctx, db, ours, theirs)
	if err != nil {
		return fmt.Errorf("reading the order of %s: %w", name, err)
	}
	if !same {
		c.Unsorted = append(c.Unsorted, name)
	}
	return nil
}

// sameOrder compares where each call's rows stand in their files.
func sameOrder(ctx context.Context, db *sql.DB, ours, theirs *side) (bool, error) {
	var places [2]string
	for i, s := range []*side{ours, theirs} {
		from := strings.Replace(s.from, "union_by_name = true", "union_by_name = true, file_row_number = true", 1)
		query := "SELECT CAST(sum(CAST(hash(call_id) >> 24 AS HUGEINT) * file_row_number) AS VARCHAR) FROM " + from
		var place sql.NullString
		if err := db.QueryRowContext(ctx, query).Scan(&place); err != nil {
			return false, fmt.Errorf("reading places: %w", err)
		}
		places[i] = place.String
	}
	return places[0] == places[1], nil
}

// figure is what is compared of a column.
type figure struct {
	known int64
	sum   string
}

// figures reads columns by the types that callmart gives them.
func (s *side) figures(ctx context.Context, db *sql.DB, columns []string, types map[string]string) ([]figure, error) {
	if len(columns) == 0 {
		return nil, nil
	}
	var list []string
	for _, c := range columns {
		list = append(list, fmt.Sprintf("count(%q)", c), "CAST(coalesce(sum("+summed(c, types[c])+"), 0) AS VARCHAR)")
	}
	all := make([]figure, len(columns))
	into := make([]any, 0, 2*len(columns))
	for i := range all {
		into = append(into, &all[i].known, &all[i].sum)
	}
	if err := db.QueryRowContext(ctx, "SELECT "+strings.Join(list, ", ")+" FROM "+s.from).Scan(into...); err != nil {
		return nil, fmt.Errorf("reading %s: %w", strings.Join(columns, ", "), err)
	}
	return all, nil
}

// summed is a whole number for every value, so that the sum does not depend on the order.
func summed(column, kind string) string {
	switch {
	case kind == "DOUBLE":
		return fmt.Sprintf("CAST(round(CAST(%q AS DOUBLE) * 1000) AS BIGINT)", column)
	case kind == "BIGINT", kind == "BOOLEAN":
		return fmt.Sprintf("CAST(%q AS BIGINT)", column)
	case strings.HasPrefix(kind, "TIMESTAMP"):
		return fmt.Sprintf("epoch_us(%q)", column)
	}
	return fmt.Sprintf("CAST(hash(CAST(%q AS %s)) >> 16 AS BIGINT)", column, kind)
}

// known sums what people look at first.
func (c *comparison) known(ctx context.Context, db *sql.DB, out string) error {
	s, err := openSide(ctx, db, filepath.Join(out, "calls", "date=*", "*.parquet"))
	if err != nil || s.from == "" {
		return err
	}
	for _, column := range []string{"duration_seconds", "talk_seconds", "wait_seconds", "queue_wait_total_seconds"} {
		if !slices.Contains(s.names, column) {
			continue
		}
		var n sql.NullInt64
		if err := db.QueryRowContext(ctx, fmt.Sprintf("SELECT CAST(sum(%s) / 1000 AS BIGINT) FROM %s", summed(column, "DOUBLE"), s.from)).Scan(&n); err != nil {
			return fmt.Errorf("summing %s: %w", column, err)
		}
		c.Sums[column] = n.Int64
	}
	for _, outcome := range []string{"answered", "abandoned"} {
		var n int64
		if err := db.QueryRowContext(ctx, "SELECT count(*) FROM "+s.from+" WHERE outcome = "+literal(outcome)).Scan(&n); err != nil {
			return fmt.Errorf("counting %s: %w", outcome, err)
		}
		c.Sums[outcome] = n
	}
	return nil
}
