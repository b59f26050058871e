package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/marcboeker/go-duckdb" // the driver
	"github.com/spf13/cobra"
)

// embeddedCommand runs a plan in the DuckDB that callmart has inside, as a process of its own so that it can be measured.
func embeddedCommand(out io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:    "embedded [PLAN]",
		Short:  "Run a plan, or without one print DuckDB's version",
		Hidden: true,
		Args:   cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return embeddedVersion(cmd.Context(), out)
			}
			return runEmbedded(cmd.Context(), args[0])
		},
	}
}

func embeddedVersion(ctx context.Context, out io.Writer) (err error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return fmt.Errorf("starting DuckDB: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	version, err := texts(ctx, db, "SELECT version()")
	if err != nil {
		return err
	}
	fmt.Fprintln(out, strings.Join(version, " "))
	return nil
}

func runEmbedded(ctx context.Context, file string) (err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading the plan: %w", err)
	}
	var p plan
	if err := json.Unmarshal(text, &p); err != nil {
		return fmt.Errorf("reading the plan: %w", err)
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return fmt.Errorf("starting DuckDB: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1) // temporary tables are a connection's
	for _, statement := range p.Setup {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("running %.60s: %w", statement, err)
		}
	}
	dates, err := texts(ctx, db, p.Dates)
	if err != nil {
		return err
	}
	for _, date := range dates {
		if _, err := db.ExecContext(ctx, strings.ReplaceAll(p.View, dateMark, date)); err != nil {
			return fmt.Errorf("choosing %s: %w", date, err)
		}
		for _, c := range p.Tables {
			statement, target := p.copyStatement(c, date)
			if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
				return fmt.Errorf("making a partition: %w", err)
			}
			if _, err := db.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("writing %s of %s: %w", c.Table, date, err)
			}
		}
	}
	return nil
}

// texts are the rows of a query of one column.
func texts(ctx context.Context, db *sql.DB, query string) ([]string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("running %.60s: %w", query, err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, fmt.Errorf("running %.60s: %w", query, err)
		}
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("running %.60s: %w", query, err)
	}
	return all, nil
}
