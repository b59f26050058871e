package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"callmart/pipeline"
)

var reportNames = []string{"sla", "abandonment", "all"}

func (a *app) report() *cobra.Command {
	var opt pipeline.ReportOptions
	cmd := &cobra.Command{
		Use:   "report sla|abandonment|all [--from DATE --to DATE | --period day|week|month --date DATE]",
		Short: "Write the workbooks of a period from the lake",
		Long: `Report writes the service level workbook (sla), the abandonment workbook (abandonment) or both (all) of a period,
from the lake alone. With --json it also prints every figure: one JSON object per report, each on its own line.`,
		Example: `  callmart report sla --period day --date 2026-01-13
  callmart report all --period month --date 2026-01-01 --out /srv/reports
  callmart report abandonment --from 2026-01-01 --to 2026-01-15 --json`,
		ValidArgs: reportNames,
		Args:      oneReport,
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := pipeline.ParsePeriod(opt.From, opt.To, opt.Kind, opt.Date, 0); err != nil {
				return err
			}
			cfg, err := a.load()
			if err != nil {
				return err
			}
			opt.Name, opt.Log = args[0], a.logger(a.err)
			results, err := pipeline.Report(cmd.Context(), cfg, opt)
			for _, r := range results {
				if printErr := a.printReport(r); printErr != nil && err == nil {
					err = printErr
				}
			}
			return err
		},
	}
	cmd.Flags().StringVar(&opt.From, "from", "", "first date (YYYY-MM-DD) of any span of days")
	cmd.Flags().StringVar(&opt.To, "to", "", "last date (YYYY-MM-DD)")
	cmd.Flags().StringVar(&opt.Kind, "period", "", "day, week or month that holds --date")
	cmd.Flags().StringVar(&opt.Date, "date", "", "a date (YYYY-MM-DD) in the period")
	cmd.Flags().StringVar(&opt.Out, "out", "", "folder for the workbooks (default: reports.dir of the configuration)")
	return cmd
}

func (a *app) printReport(r pipeline.ReportResult) error {
	if a.json {
		return a.printJSON(r.Report)
	}
	if err := printHeadlines(a.out, r); err != nil {
		return fmt.Errorf("writing results: %w", err)
	}
	return nil
}

// oneReport wants the name of a report as the only argument.
func oneReport(_ *cobra.Command, args []string) error {
	if len(args) == 1 && slices.Contains(reportNames, args[0]) {
		return nil
	}
	e := &pipeline.UsageError{Message: "report needs one name: sla, abandonment or all", Try: "callmart report all --help"}
	if len(args) == 1 {
		e.Message = fmt.Sprintf("%q is no report: name sla, abandonment or all", args[0])
	}
	return e
}
