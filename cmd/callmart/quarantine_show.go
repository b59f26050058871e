package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"callmart/pipeline"
)

func (a *app) quarantineShow() *cobra.Command {
	var raw bool
	cmd := &cobra.Command{
		Use:   "show ID [--raw]",
		Short: "Print everything about one refused record, or its very bytes",
		Long: `Show prints why a record was refused, what to do, where it lies and what it says, with JSON indented. With --raw it
writes the record's bytes as they lie in the file, and nothing else; they are read from the archive if they are more
than the 64 KiB that the quarantine keeps. The beginning of an id will do. It takes no lock.`,
		Example: `  callmart quarantine show 3k9v
  callmart quarantine show 3k9v --raw > fixed.json
  callmart quarantine show 3k9v0a1b2c3d --json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if raw && a.json {
				return &pipeline.UsageError{Message: "--raw and --json do not go together"}
			}
			cfg, err := a.load()
			if err != nil {
				return err
			}
			copies, err := pipeline.FindRefusal(cmd.Context(), cfg, args[0])
			if err != nil {
				return err
			}
			switch {
			case raw:
				return pipeline.WritePayload(cmd.Context(), cfg, copies[0], a.out)
			case a.json:
				return a.printJSON(shownRefusal{copies[0], copies[0].State(), copies[0].Cut(), pipeline.ReasonFor(copies[0].Reason), copiedTo(copies)})
			default:
				return a.printRefusal(copies)
			}
		},
	}
	cmd.Flags().BoolVar(&raw, "raw", false, "write the record's bytes and nothing else")
	return cmd
}

// shownRefusal is one refusal, as JSON.
type shownRefusal struct {
	*pipeline.Refusal
	State  string          `json:"state"`
	Cut    bool            `json:"cut,omitempty"` // the payload is longer than what is here
	About  pipeline.Reason `json:"about"`
	Copies []string        `json:"copies,omitempty"` // further files that have the record
}

func copiedTo(copies []*pipeline.Refusal) (files []string) {
	for _, r := range copies[1:] {
		files = append(files, r.File)
	}
	return files
}

func (a *app) printRefusal(copies []*pipeline.Refusal) error {
	r := copies[0]
	about := pipeline.ReasonFor(r.Reason)
	out := bufio.NewWriter(a.out)
	table := newTable(out)
	row := func(name, format string, args ...any) {
		fmt.Fprintf(table, "%s\t%s\n", name, printable(fmt.Sprintf(format, args...), ""))
	}
	row("id", "%s", r.ID)
	row("source", "%s", r.Source)
	row("reason", "%s: %s", r.Reason, about.Meaning)
	if r.Detail != "" {
		row("detail", "%s", r.Detail)
	}
	if about.Remedy != "" {
		row("remedy", "%s", about.Remedy)
	}
	row("state", "%s", describeState(r))
	row("file", "%s", r.File)
	place := fmt.Sprintf("%s bytes from byte %d on", thousands(r.Length), r.Offset)
	if r.Of > 1 {
		place += fmt.Sprintf(", record %d of %d in it", r.Position+1, r.Of)
	}
	row("place", "%s", place)
	for _, file := range copiedTo(copies) {
		row("also in", "%s", file)
	}
	origin := r.Origin
	if r.Event != "" {
		origin += ", configured as " + r.Event
	}
	row("origin", "%s", origin)
	row("record", "%s bytes%s", thousands(r.Bytes), describeKept(r))
	if err := table.Flush(); err != nil {
		return fmt.Errorf("writing refusal: %w", err)
	}
	if !r.Pruned {
		fmt.Fprintln(out, pretty(r.Kept()))
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing refusal: %w", err)
	}
	return nil
}

func describeKept(r *pipeline.Refusal) string {
	switch {
	case r.Pruned:
		return ", pruned since it was decided on"
	case r.Cut():
		return ", of which this is the beginning (--raw writes all):"
	}
	return ":"
}

func describeState(r *pipeline.Refusal) string {
	d := r.Decision
	if d == nil {
		return r.State()
	}
	text := d.State + " at " + d.At.Format(time.RFC3339)
	if d.Raw != "" {
		text += " as " + d.Raw
	}
	if d.Note != "" {
		text += ": " + d.Note
	}
	return text
}

// pretty indents JSON and makes anything safe for a terminal.
func pretty(payload []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, payload, "", "  ") != nil {
		b.Reset()
		b.Write(payload)
	}
	return printable(b.String(), "\n\t")
}
