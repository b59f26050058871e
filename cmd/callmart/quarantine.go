package main

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"callmart/pipeline"
)

func (a *app) quarantine() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "quarantine list|show|replay|drop",
		Short: "Look at records that could not be read, repair them, or drop them",
		Long: `Quarantine is where a run puts records that it cannot read, with file, offset and reason; everything else goes on. What
today's rules can read after all, load --rebuild takes out of quarantine. Each record that stays there is
open until you decide on it: repaired (replay --with) or dropped. Neither deletes raw data, so both stay counted as
quarantined, and read = new + duplicate + quarantined + ignored holds; warnings count the open ones only.`,
		Example: `  callmart quarantine list
  callmart quarantine show 3k9v                          the beginning of an id will do
  callmart quarantine show 3k9v --raw > fixed.json       edit it, then:
  callmart quarantine replay 3k9v --with fixed.json
  callmart quarantine drop --reason not_a_call --source bank --note "test events" --yes`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return &pipeline.UsageError{Message: "quarantine needs one of list, show, replay, drop", Try: "callmart quarantine list"}
		},
	}
	cmd.AddCommand(a.quarantineList(), a.quarantineShow(), a.quarantineReplay(), a.quarantineDrop())
	return cmd
}

// picking adds the flags of a filter.
func picking(cmd *cobra.Command, f *pipeline.QuarantineFilter) {
	cmd.Flags().StringArrayVar(&f.Sources, "source", nil, "only this source; may be repeated")
	cmd.Flags().StringArrayVar(&f.Reasons, "reason", nil, "only this reason; may be repeated")
}

// reasonTable explains the codes, for help texts.
func reasonTable() string {
	var b strings.Builder
	b.WriteString("Reasons of a refusal, and what to do:\n")
	for _, r := range pipeline.Reasons() {
		if !r.Ignored {
			fmt.Fprintf(&b, "  %-26s %s\n  %-26s   -> %s\n", r.Code, r.Meaning, "", r.Remedy)
		}
	}
	b.WriteString("\nReasons why a record is ignored, which a run counts beside them:\n")
	for _, r := range pipeline.Reasons() {
		if r.Ignored {
			fmt.Fprintf(&b, "  %-26s %s\n", r.Code, r.Meaning)
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// printable makes text safe for a terminal: what is no character, or controls one, becomes a dot.
func printable(text string, keep string) string {
	return strings.Map(func(c rune) rune {
		if c == utf8.RuneError || !unicode.IsPrint(c) && !strings.ContainsRune(keep, c) {
			return '·'
		}
		return c
	}, text)
}

// beginning is the start of a payload, on one line.
func beginning(r *pipeline.Refusal, characters int) string {
	if r.Pruned {
		return "(pruned)"
	}
	text := r.Kept()
	whole := !r.Cut() && len(text) <= characters
	text = text[:min(len(text), 4*characters)]
	line := printable(strings.Join(strings.Fields(string(text)), " "), "")
	if whole && utf8.RuneCountInString(line) <= characters {
		return line
	}
	if runes := []rune(line); len(runes) > characters {
		line = string(runes[:characters])
	}
	return line + "…"
}
