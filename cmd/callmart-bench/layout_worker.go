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
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// layoutJob is what a process of its own does: write layouts, or answer a query.
type layoutJob struct {
	Lake    string            `json:"lake,omitempty"`
	Out     string            `json:"out,omitempty"`
	Temp    string            `json:"temp,omitempty"`
	Memory  string            `json:"memory,omitempty"`
	Layouts []layout          `json:"layouts,omitempty"` // of one group
	Views   map[string]string `json:"views,omitempty"`   // name -> SELECT
	Query   string            `json:"query,omitempty"`
}

// spent is what something took of the process that did it.
type spent struct {
	Seconds float64 `json:"seconds"`
	CPU     float64 `json:"cpu_seconds"`
	Read    int64   `json:"read_bytes"` // asked of the system, whether it had them in memory or not; -1: it does not tell
}

// layoutAnswer is what a process says of its job.
type layoutAnswer struct {
	Written map[string]spent  `json:"written,omitempty"` // by layout
	Failed  map[string]string `json:"failed,omitempty"`  // why a layout is not written
	Spent   spent             `json:"spent"`
	Rows    [][]string        `json:"rows,omitempty"`
}

func layoutCommand(out io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:    "layout JOB",
		Short:  "Write layouts, or answer a query of one",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := os.ReadFile(args[0])
			if err != nil {
				return fmt.Errorf("reading the job: %w", err)
			}
			var job layoutJob
			if err := json.Unmarshal(text, &job); err != nil {
				return fmt.Errorf("reading the job: %w", err)
			}
			answer, err := job.do(cmd.Context())
			if err != nil {
				return err
			}
			if err := json.NewEncoder(out).Encode(answer); err != nil {
				return fmt.Errorf("writing the answer: %w", err)
			}
			return nil
		},
	}
}

func (j *layoutJob) do(ctx context.Context) (a *layoutAnswer, err error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return nil, fmt.Errorf("starting DuckDB: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1) // temporary tables are a connection's
	if j.Query != "" {
		return j.ask(ctx, db)
	}
	w := layoutWriter{job: j, db: db, written: map[string]spent{}, failed: map[string]string{}}
	if err := w.write(ctx); err != nil {
		return nil, err
	}
	return &layoutAnswer{Written: w.written, Failed: w.failed}, nil
}

// ask answers the query. Binding the views is part of it: that is where DuckDB looks for the files.
func (j *layoutJob) ask(ctx context.Context, db *sql.DB) (*layoutAnswer, error) {
	if err := db.PingContext(ctx); err != nil {
		return nil, fmt.Errorf("starting DuckDB: %w", err)
	}
	a := &layoutAnswer{}
	var err error
	a.Spent, err = spend(func() error {
		for name, text := range j.Views {
			if _, err := db.ExecContext(ctx, "CREATE TEMP VIEW "+name+" AS "+text); err != nil {
				return fmt.Errorf("choosing %s: %w", name, err)
			}
		}
		a.Rows, err = rowsOf(ctx, db, j.Query)
		return err
	})
	return a, err
}

// rowsOf are the rows of a query, as texts.
func rowsOf(ctx context.Context, db *sql.DB, query string) ([][]string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("asking: %w", err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, fmt.Errorf("asking: %w", err)
	}
	var all [][]string
	values, into := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("asking: %w", err)
		}
		row := make([]string, len(values))
		for i, v := range values {
			if at, ok := v.(time.Time); ok {
				v = at.UTC().Format(time.RFC3339Nano)
			}
			row[i] = fmt.Sprint(v)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("asking: %w", err)
	}
	return all, nil
}

// spend measures what this process spends on something.
func spend(on func() error) (spent, error) {
	cpu, read, began := cpuSeconds(), bytesRead(), time.Now()
	err := on()
	s := spent{Seconds: time.Since(began).Seconds(), Read: -1}
	s.CPU = cpuSeconds() - cpu
	if read >= 0 {
		s.Read = bytesRead() - read
	}
	return s, err
}

func cpuSeconds() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// bytesRead is what this process has read so far, from wherever; -1 where the system does not tell.
func bytesRead() int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(procField("/proc/self/io", "rchar")), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// layoutWriter writes the layouts of a group in turn, from rows that were read before. Only COPY is measured.
type layoutWriter struct {
	job     *layoutJob
	db      *sql.DB
	written map[string]spent
	failed  map[string]string
	turn    int
}

func (w *layoutWriter) write(ctx context.Context) error {
	for name, value := range map[string]string{"temp_directory": w.job.Temp, "memory_limit": w.job.Memory} {
		if value == "" {
			continue
		}
		if err := w.run(ctx, "SET "+name+" = "+literal(value)); err != nil {
			return err
		}
	}
	for _, table := range layoutTables() {
		units, err := w.units(table)
		if err != nil {
			return err
		}
		for _, u := range units {
			if err := w.unit(ctx, table, u); err != nil {
				return fmt.Errorf("writing %s of %s: %w", table, u.name, err)
			}
		}
	}
	return nil
}

// layoutUnit is what lies in one file.
type layoutUnit struct {
	name  string // its folders; empty: everything
	files []string
}

// units group a table's files in the lake by what shall lie in one file.
func (w *layoutWriter) units(table string) ([]layoutUnit, error) {
	root := filepath.Join(w.job.Lake, table)
	files, err := filepath.Glob(filepath.Join(root, "source=*", "date=*", "*.parquet")) // in the order of their names
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", root, err)
	}
	var all []layoutUnit
	for _, f := range files {
		name, err := filepath.Rel(root, filepath.Dir(f))
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", root, err)
		}
		switch w.job.Layouts[0].Unit {
		case "month":
			source, date, _ := strings.Cut(filepath.ToSlash(name), "/date=")
			name = filepath.Join(source, "month="+date[:min(7, len(date))])
		case "all":
			name = ""
		}
		if n := len(all); n == 0 || all[n-1].name != name {
			all = append(all, layoutUnit{name: name})
		}
		all[len(all)-1].files = append(all[len(all)-1].files, f)
	}
	return all, nil
}

func (w *layoutWriter) unit(ctx context.Context, table string, u layoutUnit) error {
	first := w.job.Layouts[0]
	quoted := make([]string, len(u.files))
	for i, f := range u.files {
		quoted[i] = literal(f)
	}
	columns, hive := "*", "true"
	switch first.Unit {
	case "date":
		hive = "false" // source and date are in the path
	case "month":
		columns = "* EXCLUDE (source)"
	}
	query := "SELECT " + columns + " FROM read_parquet([" + strings.Join(quoted, ", ") + "], hive_partitioning = " + hive + ")"
	if order := first.Order[table]; order != "" {
		query += " ORDER BY " + order
	}
	if err := w.run(ctx, "CREATE OR REPLACE TEMP TABLE part AS "+query); err != nil {
		return err
	}
	notes, err := texts(ctx, w.db, "SELECT decode(value) FROM parquet_kv_metadata("+literal(u.files[0])+") WHERE decode(key) = "+literal(notesKey))
	if err != nil {
		return err
	}
	w.turn++
	for i := range w.job.Layouts {
		l := &w.job.Layouts[(i+w.turn)%len(w.job.Layouts)]
		if w.failed[l.Name] != "" {
			continue
		}
		err := w.copy(ctx, l, filepath.Join(w.job.Out, folderOf(l.Name), table, u.name), strings.Join(notes, ""))
		if err != nil && ctx.Err() != nil {
			return fmt.Errorf("as %s: %w", l.Name, err)
		}
		if err != nil { // naive ones need more memory than there may be
			w.failed[l.Name] = lastLine(err.Error())
		}
	}
	return nil
}

func (w *layoutWriter) copy(ctx context.Context, l *layout, dir, notes string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	threads := "RESET threads"
	if l.Threads > 0 {
		threads = "SET threads = " + strconv.Itoa(l.Threads)
	}
	if err := w.run(ctx, threads); err != nil {
		return err
	}
	target := dir
	if l.By == "" {
		target = filepath.Join(dir, "part-0.parquet")
	}
	s, err := spend(func() error { return w.run(ctx, l.copyStatement("part", target, notes)) })
	if err != nil {
		return err
	}
	before := w.written[l.Name]
	w.written[l.Name] = spent{Seconds: before.Seconds + s.Seconds, CPU: before.CPU + s.CPU}
	return w.run(ctx, "RESET threads")
}

func (w *layoutWriter) run(ctx context.Context, statement string) error {
	if _, err := w.db.ExecContext(ctx, statement); err != nil {
		return fmt.Errorf("running %.60s: %w", statement, err)
	}
	return nil
}

// folderOf is a layout's name without what a folder's had better not have.
func folderOf(name string) string {
	return strings.NewReplacer(" ", "-", ",", "").Replace(name)
}
