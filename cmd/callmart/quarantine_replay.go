package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"callmart/extract"
	"callmart/pipeline"
)

func (a *app) quarantineReplay() *cobra.Command {
	var filter pipeline.QuarantineFilter
	var with string
	cmd := &cobra.Command{
		Use:   "replay [ID]... [--source NAME] [--reason CODE] | replay ID --with FILE",
		Short: "Say which refused records would load by today's rules, or store a repaired one",
		Long: `Replay reads the files of refused records again, with this version's rules and today's configuration, and says of each
record whether it would load now. It changes nothing: callmart load --rebuild takes in what loads. A new version of the
mapping rules, or another setting that forms rows, asks for that rebuild anyway.

With --with it stores a repaired record in the place of a refused one, under _raw/source=<name>/replayed/ in the lake:
the next run loads it, and the refusal is open no more. FILE (- is stdin) holds one JSON value: what show --raw wrote,
mended, or just the body; a body gets the old envelope's received_at, event and path as far as they can be read. What
would be refused again is not stored. To undo a repair, take its file away: the refusal is open again then, but a call that the lake has by it stays.`,
		Example: `  callmart quarantine replay
  callmart quarantine replay --source bank --reason no_date --json
  callmart quarantine replay 3k9v --with fixed.json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			filter.IDs = args
			if with != "" && (len(args) != 1 || len(filter.Sources)+len(filter.Reasons) > 0) {
				return &pipeline.UsageError{Message: "--with goes with one id and nothing else", Try: "callmart quarantine replay ID --with FILE"}
			}
			cfg, err := a.load()
			if err != nil {
				return err
			}
			if with != "" {
				return a.repair(cmd.Context(), cfg, args[0], with, cmd.InOrStdin())
			}
			r := &replaying{json: a.json, out: bufio.NewWriter(a.out), counts: map[string]int64{}}
			if err := pipeline.ReplayRefusals(cmd.Context(), cfg, filter, r.add); err != nil {
				return errors.Join(err, r.out.Flush())
			}
			if err := r.close(); err != nil {
				return fmt.Errorf("writing results: %w", err)
			}
			return nil
		},
	}
	picking(cmd, &filter)
	cmd.Flags().StringVar(&with, "with", "", "file with the repaired record")
	return cmd
}

// replayResult is one record's fate, as JSON.
type replayResult struct {
	ID     string `json:"id"`
	Source string `json:"source"`
	Was    string `json:"was"` // the reason for which it was refused
	Fate   string `json:"fate"`
	Reason string `json:"reason,omitempty"`
	Detail string `json:"detail,omitempty"`
	CallID string `json:"call_id,omitempty"`
	Date   string `json:"date,omitempty"`
}

func asResult(r pipeline.Replay) replayResult {
	return replayResult{r.Refusal.ID, r.Refusal.Source, r.Refusal.Reason, r.Fate, r.Reason, r.Detail, r.Call, r.Date}
}

// replaying prints fates as they come.
type replaying struct {
	json   bool
	out    *bufio.Writer
	n      int
	counts map[string]int64
}

func (p *replaying) add(r pipeline.Replay) error {
	p.n++
	p.counts[r.Fate]++
	if p.json {
		separator := ","
		if p.n == 1 {
			separator = `{"replays":[`
		}
		fmt.Fprint(p.out, separator)
		return encode(p.out, asResult(r))
	}
	_, err := fmt.Fprintf(p.out, "%s  %s  %s -> %s\n", r.Refusal.ID, r.Refusal.Source, r.Refusal.Reason, describeFate(r))
	return err
}

func describeFate(r pipeline.Replay) string {
	switch {
	case r.Fate == pipeline.Loads && r.Date != "":
		return printable(fmt.Sprintf("loads as call %s of %s", r.Call, r.Date), "")
	case r.Fate == pipeline.Loads:
		return printable("loads, and waits for call "+r.Call, "")
	case r.Detail == "":
		return r.Fate + ": " + r.Reason
	case r.Reason == "":
		return printable(r.Fate+": "+r.Detail, "")
	}
	return printable(fmt.Sprintf("%s: %s: %s", r.Fate, r.Reason, r.Detail), "")
}

func (p *replaying) close() error {
	c := p.counts
	if p.json {
		if p.n == 0 {
			fmt.Fprint(p.out, `{"replays":[`)
		}
		fmt.Fprintf(p.out, `],"loads":%d,"refused":%d,"ignored":%d,"gone":%d}`+"\n",
			c[pipeline.Loads], c[pipeline.Refused], c[pipeline.Ignores], c[pipeline.Gone])
		return p.out.Flush()
	}
	fmt.Fprintf(p.out, "%s would load with callmart load --rebuild, %s would be refused again, %s ignored, %s are gone\n",
		thousands(c[pipeline.Loads]), thousands(c[pipeline.Refused]), thousands(c[pipeline.Ignores]), thousands(c[pipeline.Gone]))
	return p.out.Flush()
}

// maxRepair is more than any record may be, envelope included.
const maxRepair = 64 << 20

// repair stores a repaired record.
func (a *app) repair(ctx context.Context, cfg *pipeline.Config, id, path string, stdin io.Reader) error {
	content, err := readRepair(path, stdin)
	if err != nil {
		return err
	}
	done, err := pipeline.RepairRefusal(ctx, cfg, id, content, time.Now)
	if err != nil {
		return err
	}
	if a.json {
		end := struct {
			ID      string         `json:"id"`
			Raw     string         `json:"raw"`
			Records []replayResult `json:"records"`
		}{ID: done.Refusal.ID, Raw: done.Raw}
		for _, r := range done.Replays {
			r.Refusal = done.Refusal
			end.Records = append(end.Records, asResult(r))
		}
		return a.printJSON(end)
	}
	for _, r := range done.Replays {
		fmt.Fprintf(a.out, "%s: the next run %s\n", done.Refusal.ID, describeFate(r))
	}
	if _, err := fmt.Fprintf(a.out, "stored as %s\n", done.Raw); err != nil {
		return fmt.Errorf("writing result: %w", err)
	}
	return nil
}

func readRepair(path string, stdin io.Reader) ([]byte, error) {
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("opening repaired record: %w", err)
		}
		defer f.Close()
		stdin = f
	}
	content, err := io.ReadAll(io.LimitReader(stdin, maxRepair+1))
	if err != nil {
		return nil, fmt.Errorf("reading repaired record: %w", err)
	}
	if len(content) > maxRepair {
		return nil, &pipeline.RefusedAgainError{Reason: extract.ReasonTooLarge}
	}
	return content, nil
}
