package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"callmart/pipeline"
)

func (a *app) quarantineDrop() *cobra.Command {
	var opt pipeline.DropOptions
	var yes bool
	cmd := &cobra.Command{
		Use:   "drop ID... | drop [--source NAME] [--reason CODE] --yes",
		Short: "Note that refused records need no more attention",
		Long: `Drop notes in the lake's ledger that refused records need no more attention: no warning counts them any more. No raw
data is deleted, and records that are refused later are open again. --undo takes the decision back.
Without ids it wants --yes, and without that says how many records are meant. Workbooks follow with the next run.`,
		Example: `  callmart quarantine drop 3k9v 7m2c --note "test calls of 3 March"
  callmart quarantine drop --source bank --reason not_a_call --yes
  callmart quarantine drop --undo 3k9v`,
		RunE: func(cmd *cobra.Command, args []string) error {
			opt.Filter.IDs = args
			opt.Dry = len(args) == 0 && !yes
			cfg, err := a.load()
			if err != nil {
				return err
			}
			counts, err := pipeline.DropRefusals(cmd.Context(), cfg, opt)
			if err != nil {
				return err
			}
			return a.printDrop(counts, opt)
		},
	}
	picking(cmd, &opt.Filter)
	cmd.Flags().StringVar(&opt.Note, "note", "", "why, for those who read the ledger")
	cmd.Flags().BoolVar(&opt.Undo, "undo", false, "make dropped records open again")
	cmd.Flags().BoolVar(&yes, "yes", false, "drop all that --source and --reason pick")
	return cmd
}

func (a *app) printDrop(counts map[string]int64, opt pipeline.DropOptions) error {
	var n int64
	for _, c := range counts {
		n += c
	}
	verb, state := "dropped", "open"
	if opt.Undo {
		verb, state = "opened again", "dropped"
	}
	switch {
	case n > 0 && opt.Dry:
		return &pipeline.UsageError{
			Message: fmt.Sprintf("%s would be %s%s; nothing is changed yet", plural(n, "record"), verb, reasons(counts)),
			Try:     "the same with --yes",
		}
	case a.json:
		return a.printJSON(struct {
			Records int64            `json:"records"`
			Reasons map[string]int64 `json:"reasons"`
		}{n, counts})
	}
	text := fmt.Sprintf("%s %s%s\n", plural(n, "record"), verb, reasons(counts))
	if n == 0 {
		text = "no such record is " + state + ": nothing to do\n"
	}
	if _, err := fmt.Fprint(a.out, text); err != nil {
		return fmt.Errorf("writing result: %w", err)
	}
	return nil
}
