package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"callmart/pipeline"
)

func (a *app) run() *cobra.Command {
	var opt pipeline.RunOptions
	cmd := &cobra.Command{
		Use:   "run [--from DATE --to DATE] [--source NAME]...",
		Short: "Read what is new, publish the tables, write the workbooks",
		Long: `Run reads every record that is new since the last run, publishes the tables and writes the workbooks of all
periods that changed. It can be repeated at any time, and killed at any time: the next run goes on from there.
With --from and --to only the days between are written, and reported as one period; with --source only one source is
read.`,
		Example: `  callmart run
  callmart run --source nectar-eu
  callmart run --from 2026-01-12 --to 2026-01-18 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.pipeline(cmd.Context(), opt)
		},
	}
	narrowing(cmd, &opt)
	return cmd
}

// narrowing adds the flags that narrow a run.
func narrowing(cmd *cobra.Command, opt *pipeline.RunOptions) {
	cmd.Flags().StringVar(&opt.From, "from", "", "first date (YYYY-MM-DD), in the source's zone")
	cmd.Flags().StringVar(&opt.To, "to", "", "last date (YYYY-MM-DD)")
	cmd.Flags().StringArrayVar(&opt.Sources, "source", nil, "only this source; may be repeated")
	cmd.Flags().BoolVar(&opt.Verify, "verify", false, "read all files again, also those that look unchanged")
}

// pipeline runs the pipeline, shows how it goes on and says what it did.
func (a *app) pipeline(ctx context.Context, opt pipeline.RunOptions) error {
	if _, err := pipeline.ParsePeriod(opt.From, opt.To, "", "", 0); err != nil {
		return err
	}
	cfg, err := a.load()
	if err != nil {
		return err
	}
	p := newProgress(a.err, a.format == "text" && isTerminal(a.err))
	opt.Log, opt.Progress = a.logger(p), p
	stop := p.start(opt.Log)
	manifest, err := pipeline.Run(ctx, cfg, opt)
	stop()
	switch {
	case manifest == nil:
	case a.json:
		a.manifest = manifest // execute prints it, with the exit status
	default:
		err = errors.Join(err, printSummary(a.out, manifest))
	}
	return err
}
