package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"callmart/pipeline"
)

func (a *app) quarantineList() *cobra.Command {
	var filter pipeline.QuarantineFilter
	var limit int
	cmd := &cobra.Command{
		Use:   "list [--source NAME] [--reason CODE] [--all]",
		Short: "List refused records, and count them by reason",
		Long: `List prints the records that the last runs refused and nobody decided on: id, source, reason, file:offset (of the
decompressed file) and the beginning of what they say; below, how many there are of each reason. It takes no lock.

` + reasonTable(),
		Example: `  callmart quarantine list
  callmart quarantine list --source bank --reason no_date --limit 10
  callmart quarantine list --all --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 0 {
				return &pipeline.UsageError{Message: fmt.Sprintf("--limit %d is no number of records", limit), Try: "--limit 0 for all"}
			}
			if a.json && !cmd.Flags().Changed("limit") {
				limit = 0
			}
			cfg, err := a.load()
			if err != nil {
				return err
			}
			l := newListing(a, limit, filter.Decided)
			all := filter
			all.Decided = true // the totals count them
			if err := pipeline.EachRefusal(cmd.Context(), cfg, all, l.add); err != nil {
				return err
			}
			if err := l.close(); err != nil {
				return fmt.Errorf("writing list: %w", err)
			}
			return nil
		},
	}
	picking(cmd, &filter)
	cmd.Flags().BoolVar(&filter.Decided, "all", false, "dropped and replayed records too")
	cmd.Flags().IntVar(&limit, "limit", 50, "records to print, 0 for all (with --json all by default); the counts are of all")
	return cmd
}

// listedRefusal is a row of the list, as JSON.
type listedRefusal struct {
	ID        string             `json:"id"`
	Source    string             `json:"source"`
	Reason    string             `json:"reason"`
	State     string             `json:"state"`
	File      string             `json:"file"`
	Offset    int64              `json:"offset"`
	Length    int64              `json:"length"`
	Position  int32              `json:"position,omitempty"`
	Detail    string             `json:"detail,omitempty"`
	Beginning string             `json:"beginning"`
	Decision  *pipeline.Decision `json:"decision,omitempty"`
}

type reasonKey struct{ source, reason string }

// reasonCount is a line of the totals.
type reasonCount struct {
	Source string `json:"source"`
	Reason string `json:"reason"`
	pipeline.QuarantineManifest
}

// listing prints refusals as they come: a table, or one JSON object.
type listing struct {
	json    bool
	limit   int // 0: none
	decided bool
	out     *bufio.Writer
	table   *tabwriter.Writer
	shown   int
	matched int
	totals  map[reasonKey]*reasonCount
}

func newListing(a *app, limit int, decided bool) *listing {
	l := &listing{json: a.json, limit: limit, decided: decided, out: bufio.NewWriter(a.out), totals: map[reasonKey]*reasonCount{}}
	l.table = newTable(l.out)
	return l
}

func newTable(w io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(w, 0, 0, 2, ' ', 0) }

const (
	tableRows  = 500 // that share the widths of columns, and memory
	beginChars = 60
)

func (l *listing) add(r *pipeline.Refusal) error {
	key := reasonKey{r.Source, r.Reason}
	total := l.totals[key]
	if total == nil {
		total = &reasonCount{Source: r.Source, Reason: r.Reason}
		l.totals[key] = total
	}
	total.Count(r.Decision)
	if r.Decision != nil && !l.decided {
		return nil
	}
	l.matched++
	if l.limit > 0 && l.shown == l.limit {
		return nil
	}
	l.shown++
	if l.json {
		return l.element(r)
	}
	return l.row(r)
}

func (l *listing) row(r *pipeline.Refusal) error {
	if l.shown == 1 {
		fmt.Fprintln(l.table, "id\tsource\treason\tplace\trecord")
	}
	reason := r.Reason
	if r.Decision != nil {
		reason += " (" + r.State() + ")"
	}
	fmt.Fprintf(l.table, "%s\t%s\t%s\t%s:%d\t%s\n", r.ID, r.Source, reason, printable(r.File, ""), r.Offset, beginning(r, beginChars))
	if l.shown%tableRows == 0 {
		return l.table.Flush()
	}
	return nil
}

func (l *listing) element(r *pipeline.Refusal) error {
	separator := ","
	if l.shown == 1 {
		separator = `{"refusals":[`
	}
	fmt.Fprint(l.out, separator)
	return encode(l.out, listedRefusal{
		ID: r.ID, Source: r.Source, Reason: r.Reason, State: r.State(), File: r.File, Offset: r.Offset, Length: r.Length,
		Position: r.Position, Detail: r.Detail, Beginning: beginning(r, beginChars), Decision: r.Decision,
	})
}

// encode writes one JSON value, without a line break.
func encode(w io.Writer, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

func (l *listing) counts() (rows []*reasonCount, sum pipeline.QuarantineManifest) {
	rows = slices.SortedFunc(maps.Values(l.totals), func(a, b *reasonCount) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Reason, b.Reason))
	})
	for _, r := range rows {
		sum.Open += r.Open
		sum.Dropped += r.Dropped
		sum.Replayed += r.Replayed
	}
	return rows, sum
}

func (l *listing) close() error {
	rows, sum := l.counts()
	if l.json {
		if l.shown == 0 {
			fmt.Fprint(l.out, `{"refusals":[`)
		}
		fmt.Fprint(l.out, `],"totals":`)
		if rows == nil {
			rows = []*reasonCount{}
		}
		if err := encode(l.out, rows); err != nil {
			return err
		}
		fmt.Fprintf(l.out, `,"open":%d,"dropped":%d,"replayed":%d,"matching":%d}`+"\n", sum.Open, sum.Dropped, sum.Replayed, l.matched)
		return l.out.Flush()
	}
	if err := l.table.Flush(); err != nil {
		return err
	}
	if l.matched > l.shown {
		fmt.Fprintf(l.out, "… and %s more: --limit 0 prints all\n", thousands(int64(l.matched-l.shown)))
	}
	if sum.Total() == 0 {
		fmt.Fprintln(l.out, "No record lies in quarantine.")
		return l.out.Flush()
	}
	if l.shown > 0 {
		fmt.Fprintln(l.out)
	}
	table := newTable(l.out)
	fmt.Fprintln(table, "source\treason\topen\tdropped\treplayed\tmeaning")
	for _, r := range rows {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", r.Source, r.Reason, thousands(r.Open), thousands(r.Dropped), thousands(r.Replayed), pipeline.ReasonFor(r.Reason).Meaning)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return l.out.Flush()
}
