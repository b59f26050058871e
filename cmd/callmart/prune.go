package main

import (
	"bufio"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"callmart/pipeline"
)

func (a *app) prune() *cobra.Command {
	var age string
	var opt pipeline.PruneOptions
	cmd := &cobra.Command{
		Use:   "prune --older-than AGE [--source NAME]... [--dry-run]",
		Short: "Delete old API answers, texts of settled refusals and manifests",
		Long: `Prune deletes what is older than an age (90d, 12w, 36h; at least a day) and not needed:

  raw         API answers of days that long ago, once a run has taken them in and unless they hold refused records that
              are open. No call is fetched again for it: the lake knows them. But a later load --rebuild from raw
              records refuses their dates, and names them
  repairs     repaired records that no decision rests on
  quarantine  what refused records said, if they were dropped or replayed that long ago; that they were, where and why
              stays, and so does every count. Open ones keep all
  runs        manifests, but for the newest 100 and those that reports and status read; not with --source

It never deletes tables, observations, records that wait for their call, ledgers, or anything outside the lake. It takes the
lake's lock, and can be killed at any time: run it again to end its work. With --dry-run it takes no lock, changes nothing
and tells what would be deleted.`,
		Example: `  callmart prune --older-than 90d --dry-run
  callmart prune --older-than 90d
  callmart prune --older-than 12w --source nectar-eu --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if opt.OlderThan, err = pipeline.ParseAge(age); err != nil {
				return err
			}
			cfg, err := a.load()
			if err != nil {
				return err
			}
			p, err := pipeline.Prune(cmd.Context(), cfg, opt)
			if p == nil || err != nil && len(p.Deleted) == 0 {
				return err
			}
			a.concluded = a.json // what is deleted is told, though the rest failed
			if printErr := a.printPruned(p); err == nil {
				return printErr
			}
			return err
		},
	}
	cmd.Flags().StringVar(&age, "older-than", "", "age of what is deleted: 90d, 12w, 36h; at least 1d")
	cmd.Flags().StringArrayVar(&opt.Sources, "source", nil, "only this source; may be repeated")
	cmd.Flags().BoolVar(&opt.Dry, "dry-run", false, "change nothing, tell what would be deleted")
	return cmd
}

func (a *app) printPruned(p *pipeline.Pruned) error {
	if a.json {
		return a.printJSON(p)
	}
	out := bufio.NewWriter(a.out)
	if err := writePruned(out, p); err != nil {
		return fmt.Errorf("writing result: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing result: %w", err)
	}
	return nil
}

func writePruned(w io.Writer, p *pipeline.Pruned) error {
	verb := "deleted"
	if p.Dry {
		verb = "would be deleted"
	}
	if err := writeParts(w, verb, p.Deleted); err != nil {
		return err
	}
	if err := writeParts(w, "kept", p.Kept); err != nil {
		return err
	}
	for _, problem := range p.Problems {
		fmt.Fprintln(w, "left alone, since it could not be read:", printable(problem, ""))
	}
	before := p.Before.Format("2006-01-02 15:04:05Z07:00")
	if len(p.Deleted) == 0 {
		fmt.Fprintf(w, "Nothing older than %s is to be deleted.\n", before)
		return nil
	}
	fmt.Fprintf(w, "%s and %s older than %s %s.\n", plural(p.Files, "file"), bytesOf(p.Bytes), before, verb)
	return nil
}

// writeParts writes a table of what was deleted or kept, and an empty line; nothing if there is none.
func writeParts(w io.Writer, head string, parts []pipeline.PrunedPart) error {
	if len(parts) == 0 {
		return nil
	}
	table := newTable(w)
	fmt.Fprintf(table, "%s\tof\tfiles\trecords\tsize\tdays\twhy\n", head)
	for _, p := range parts {
		days := "-"
		if p.First != "" {
			days = p.First + " to " + p.Last
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", p.Kind, dash(p.Source), thousands(p.Files), thousands(p.Records), bytesOf(p.Bytes), days, dash(p.Why))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	return nil
}
