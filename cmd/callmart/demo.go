package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"callmart/pipeline/demo"
)

func (a *app) demo() *cobra.Command {
	opt := demo.Options{}
	cmd := &cobra.Command{
		Use:   "demo [--dir DIR]",
		Short: "Make a month of invented calls and run everything over it",
		Long: `Demo makes a folder with everything that callmart reads and writes: the webhook archives of four invented contact
centres, one per vendor, with the vendors' documented payloads and a few broken records among them; fake APIs on
loopback, from which it fetches with GET /calls/<id>; the lake; and the workbooks of every day, week and month.
The folder keeps a callmart.yaml that runs again. Nothing leaves this machine. It takes less than a minute.`,
		Example: `  callmart demo
  callmart demo --dir /tmp/calls --days 7`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p := newProgress(a.err, a.format == "text" && isTerminal(a.err))
			opt.Log, opt.Progress = a.logger(p), p
			stop := p.start(opt.Log)
			result, err := demo.Run(cmd.Context(), opt)
			stop()
			if result != nil && result.Manifest != nil && a.json {
				a.manifest = result.Manifest
			}
			if err != nil || a.json {
				return err
			}
			if err := printDemo(a.out, result); err != nil {
				return fmt.Errorf("writing results: %w", err)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&opt.Dir, "dir", "callmart-demo", "folder of the demo; made if it is not there")
	cmd.Flags().IntVar(&opt.Days, "days", 31, "days from 1 October 2026 on")
	cmd.Flags().IntVar(&opt.Calls, "calls", 1_000, "calls on a normal weekday")
	return cmd
}

// printDemo says where everything is, what the month was like, and what to try next.
func printDemo(w io.Writer, r *demo.Result) error {
	var b strings.Builder
	var calls, read, quarantined, fetched int64
	for _, p := range r.Manifest.Partitions {
		calls += p.Rows["calls"]
	}
	for _, s := range r.Manifest.Sources {
		read += s.Accounting.Read
		quarantined += s.Accounting.Quarantined
		if s.Fetch != nil {
			fetched += int64(s.Fetch.Fetched)
		}
	}
	fmt.Fprintf(&b, "\nDone in %.0f s: %s records read, %s calls fetched from fake APIs, %d records in quarantine (on purpose),\n%s calls in the lake.\n\n",
		r.Took.Seconds(), thousands(read), thousands(fetched), quarantined, thousands(calls))
	fmt.Fprintf(&b, "  archives   %s\n  lake       %s\n  workbooks  %s\n  settings   %s\n\n",
		filepath.Join(r.Dir, "archive"), filepath.Join(r.Dir, "lake"), filepath.Join(r.Dir, "reports"), r.Config)
	for i, report := range r.Reports {
		if i > 0 {
			report.Report = nil // the figures are the same
		}
		if err := printHeadlines(&b, report); err != nil {
			return err
		}
	}
	fmt.Fprintf(&b, `
Three things to try next:
  1. open %s
  2. go run ./cmd/callmart report sla --config %s --period week --date %s
  3. SELECT queue, count(*), avg(wait_seconds) FROM '%s/queue_entries/**/*.parquet' WHERE exit = 'answered' GROUP BY 1
`, filepath.Join(r.Dir, "reports", "sla_month_latest.xlsx"), r.Config, r.LastDay, filepath.Join(r.Dir, "lake"))
	_, err := io.WriteString(w, b.String())
	return err
}
