package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"callmart/pipeline"
)

func (a *app) check() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Validate the configuration and touch every source once",
		Long: `Check reads the configuration, names everything that is wrong with it, and tries what a run needs: archives that
hold readable files, a lake and a reports folder that can be written. It changes nothing.`,
		Example: `  callmart check
  callmart check --config /etc/callmart.yaml --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.load()
			if err != nil {
				return err
			}
			results, err := pipeline.Check(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			failed := 0
			for _, r := range results {
				if !r.OK {
					failed++
				}
			}
			if err := a.printChecks(results, failed); err != nil {
				return err
			}
			if failed > 0 {
				a.concluded = true
				return fmt.Errorf("checking: %d of %d checks failed", failed, len(results))
			}
			return nil
		},
	}
}

func (a *app) printChecks(results []pipeline.CheckResult, failed int) error {
	if a.json {
		return a.printJSON(struct {
			Checks []pipeline.CheckResult `json:"checks"`
			Failed int                    `json:"failed"`
		}{results, failed})
	}
	for _, r := range results {
		mark, what := "ok    ", r.What
		if !r.OK {
			mark = "FAILED"
		}
		if r.Source != "" {
			what = r.Source + ": " + what
		}
		if _, err := fmt.Fprintf(a.out, "%s  %s: %s\n", mark, what, r.Detail); err != nil {
			return fmt.Errorf("writing results: %w", err)
		}
	}
	return nil
}
