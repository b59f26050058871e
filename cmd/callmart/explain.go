package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"callmart/pipeline"
)

func (a *app) explain() *cobra.Command {
	opt := pipeline.ExplainOptions{}
	cmd := &cobra.Command{
		Use:   "explain SOURCE CALL_ID [--date DATE]",
		Short: "Say why the lake has a call as it has it",
		Long: `Explain answers "why does the lake say this of that call?": every observation of it, oldest first, with file and
offset; of every field which observation it is from, why, and what others said; the rule behind the outcome and behind
the exit of each queue entry; and how the reports count it, by today's settings. It reads the lake alone, never raw
files.

#0 is the oldest observation. A value is given (the vendor said so), derived (from other values of the same payload) or
computed (from the whole call, after the merge).`,
		Example: `  callmart explain bank 4711
  callmart explain bank 4711 --date 2026-01-13
  callmart explain bank 4711 --json`,
		Args: twoNames,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.load()
			if err != nil {
				return err
			}
			opt.Source, opt.CallID = args[0], args[1]
			e, err := pipeline.Explain(cmd.Context(), cfg, opt)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(e)
			}
			if err := printExplained(a.out, e); err != nil {
				return fmt.Errorf("writing explanation: %w", err)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&opt.Date, "date", "", "date (YYYY-MM-DD) of the call's partition; without it all are searched")
	return cmd
}

// twoNames wants the source and the call.
func twoNames(_ *cobra.Command, args []string) error {
	if len(args) != 2 || args[0] == "" || args[1] == "" {
		return &pipeline.UsageError{Message: "explain needs the name of a source and the id of a call", Try: "callmart explain --help"}
	}
	return nil
}
