package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"callmart/pipeline"
)

func (a *app) status() *cobra.Command {
	opt := pipeline.StatusOptions{Runs: 5}
	cmd := &cobra.Command{
		Use:   "status [--source NAME]... [--runs N]",
		Short: "Show the last runs, and how far every source is",
		Long: `Status shows what the last runs did and what they missed; of every source how fresh it is, its calls, partitions and
size, the files that were read, what became of its records, and what is still to be fetched; whether a run is going on; and
whether the next run would refuse the configuration. It takes no lock and writes nothing: it may be asked at any time.
What is damaged is named and hides nothing else. Times are those of the business zone.

  newest record   the newest time of receipt; "quiet" when that is older than quiet_after
  pending         bytes of half-written records at the ends of files; of an API, ids that the next run asks for
  open            refused records that nobody decided on; of an API, calls that are not over
  stale           calls that are not over and older than give_up_after: nobody asks for them any more`,
		Example: `  callmart status
  callmart status --source nectar-eu --runs 20
  callmart status --json | jq '.sources[] | select(.quiet) | .source'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if opt.Runs < 0 {
				return &pipeline.UsageError{Message: fmt.Sprintf("--runs %d is no number of runs", opt.Runs), Try: "--runs 5"}
			}
			cfg, err := a.load()
			if err != nil {
				return err
			}
			s, err := pipeline.ReadStatus(cmd.Context(), cfg, opt)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(s)
			}
			if err := printStatus(a.out, s, cfg.Timezone); err != nil {
				return fmt.Errorf("writing status: %w", err)
			}
			return nil
		},
	}
	cmd.Flags().StringArrayVar(&opt.Sources, "source", nil, "only this source; may be repeated")
	cmd.Flags().IntVar(&opt.Runs, "runs", opt.Runs, "how many of the newest runs to show")
	return cmd
}
