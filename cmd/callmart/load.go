package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"callmart/pipeline"
)

func (a *app) loadArchives() *cobra.Command {
	var table string
	opt := pipeline.RunOptions{Offline: true, NoReport: true}
	cmd := &cobra.Command{
		Use:   "load [--rebuild[=raw|observations]] [--table queue_intervals] [--from DATE --to DATE] [--source NAME]...",
		Short: "Publish what is new in the archives, or make the tables anew",
		Long: `Load reads what is new in the archives and publishes the tables; it asks no API and makes no workbooks.

With --rebuild it makes the rows of all calls anew. From the raw records, archives and API answers, it adopts settings
and mapping rules that have changed since (a run refuses to mix rows of two settings). Calls whose files are gone stay as they are,
with all calls of their dates: those dates are named, and the exit status is 3. From observations it makes them of what the
lake itself remembers of every payload, which needs no file but can adopt no more than another timezone (payload_timezone,
which is timezone where it is not set, must stay) or a newer layout of the tables.
Either way, what has not changed keeps its bytes. With --table queue_intervals only that table is computed again, with
today's thresholds and intervals.`,
		Example: `  callmart load
  callmart load --rebuild --source nectar-eu
  callmart load --rebuild=observations --from 2026-01-12 --to 2026-01-18
  callmart load --rebuild --table queue_intervals`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch opt.Rebuild {
			case "", pipeline.FromRaw, pipeline.FromObservations:
			default:
				return &pipeline.UsageError{Message: fmt.Sprintf("--rebuild %q is neither raw nor observations", opt.Rebuild), Try: "callmart load --rebuild=observations"}
			}
			switch {
			case table == "":
			case table != "queue_intervals":
				return &pipeline.UsageError{Message: fmt.Sprintf("the table %q cannot be made alone", table), Try: "callmart load --rebuild --table queue_intervals"}
			case opt.Rebuild == "":
				return &pipeline.UsageError{Message: "--table goes with --rebuild", Try: "callmart load --rebuild --table queue_intervals"}
			default:
				opt.Rebuild = pipeline.Intervals
			}
			return a.pipeline(cmd.Context(), opt)
		},
	}
	narrowing(cmd, &opt)
	cmd.Flags().StringVar(&opt.Rebuild, "rebuild", "", "make all rows anew, from raw records or observations")
	cmd.Flags().Lookup("rebuild").NoOptDefVal = pipeline.FromRaw
	cmd.Flags().StringVar(&table, "table", "", "with --rebuild: only this table (queue_intervals)")
	return cmd
}
