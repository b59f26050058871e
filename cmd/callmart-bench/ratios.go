package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"
)

// Ratios tell of callmart's hot path beside what it could at best be: they hold on any machine, however fast it is and
// whatever else it does, since both halves of a pair run right after each other.
const (
	ratioPairs = 5
	// leastShare is how much of a committed ratio must be reached: a machine with other caches differs by less.
	leastShare = 0.7
	leastTime  = 400 * time.Millisecond // of each half of a pair
)

// pair is a part of the hot path and its limit. Each function works through the same rows once.
type pair struct {
	name  string
	ours  func() error
	limit func() error
	close func() error
}

// ratioResult is the time of the limit as a share of ours: 1 is as fast as it can be.
type ratioResult struct {
	name   string
	ratio  float64 // median of the pairs
	lowest float64
}

func ratiosCommand(out io.Writer) *cobra.Command {
	var committed string
	var write bool
	c := &cobra.Command{
		Use:   "ratios --committed FILE",
		Short: "Compare parsing and writing with fastjson alone and COPY alone, and fail where they fell behind",
		Long: `Ratios measures, in pairs in one process, how much processor time the transformers take beside fastjson alone (which only parses), and
how long a partition takes beside DuckDB's COPY alone (from a table in memory). The median of five pairs must be at least
0.7 of the ratio in FILE.`,
		Example: `  callmart-bench ratios --committed .ci/ratios.json
  callmart-bench ratios --committed .ci/ratios.json --write`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runRatios(cmd.Context(), out, committed, write) },
	}
	c.Flags().StringVar(&committed, "committed", "", "file of the ratios to compare with")
	c.Flags().BoolVar(&write, "write", false, "write the measured ratios to it instead")
	_ = c.MarkFlagRequired("committed")
	return c
}

func runRatios(ctx context.Context, out io.Writer, committed string, write bool) error {
	measuredRatios, err := measureRatios(ctx)
	if err != nil {
		return err
	}
	if write {
		return saveRatios(committed, measuredRatios)
	}
	expected, err := readRatios(committed)
	if err != nil {
		return err
	}
	return compareRatios(out, measuredRatios, expected)
}

// compareRatios prints a table and names what fell behind.
func compareRatios(out io.Writer, results []ratioResult, expected map[string]float64) error {
	var behind []string
	fmt.Fprintln(out, "| beside its limit | ratio | lowest of the pairs | committed | share |")
	fmt.Fprintln(out, "|---|--:|--:|--:|--:|")
	for _, r := range results {
		want, known := expected[r.name]
		if !known {
			return fmt.Errorf("no ratio of %q is committed: run with --write", r.name)
		}
		fmt.Fprintf(out, "| %s | %.3f | %.3f | %.3f | %.2f |\n", r.name, r.ratio, r.lowest, want, r.ratio/want)
		if r.ratio < leastShare*want {
			behind = append(behind, fmt.Sprintf("%s: %.3f, committed is %.3f", r.name, r.ratio, want))
		}
	}
	if len(behind) > 0 {
		return fmt.Errorf("slower than %.1f of what is committed: %s", leastShare, strings.Join(behind, "; "))
	}
	return nil
}

func measureRatios(ctx context.Context) (results []ratioResult, err error) {
	makers := []func(context.Context) (*pair, error){writePair}
	for _, vendor := range []string{"nectardesk", "ccai", "callerdesk", "whippy"} {
		makers = append(makers, func(context.Context) (*pair, error) { return parsePair(vendor) })
	}
	for _, make := range makers {
		p, err := make(ctx)
		if err != nil {
			return nil, err
		}
		r, err := p.measure(ctx)
		if err = errors.Join(err, p.close()); err != nil {
			return nil, fmt.Errorf("measuring %s: %w", p.name, err)
		}
		results = append(results, r)
	}
	return results, nil
}

// measure runs the pairs, after one that warms up.
func (p *pair) measure(ctx context.Context) (ratioResult, error) {
	var ratios []float64
	for n := range ratioPairs + 1 {
		if err := ctx.Err(); err != nil {
			return ratioResult{}, err
		}
		limit, err := timed(p.limit)
		if err != nil {
			return ratioResult{}, err
		}
		ours, err := timed(p.ours)
		if err != nil {
			return ratioResult{}, err
		}
		if n > 0 {
			ratios = append(ratios, limit.Seconds()/ours.Seconds())
		}
	}
	slices.Sort(ratios)
	return ratioResult{p.name, ratios[len(ratios)/2], ratios[0]}, nil
}

// timed returns the processor time of a run, the mean of as many as make a measurement long enough: of what others do
// meanwhile it says less than the clock.
func timed(run func() error) (time.Duration, error) {
	before, err := processorTime()
	if err != nil {
		return 0, err
	}
	for n := time.Duration(1); ; n++ {
		if err := run(); err != nil {
			return 0, err
		}
		now, err := processorTime()
		if spent := now - before; err != nil || spent > leastTime {
			return spent / n, err
		}
	}
}

func processorTime() (time.Duration, error) {
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		return 0, fmt.Errorf("reading processor time: %w", err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), nil
}

func saveRatios(file string, results []ratioResult) error {
	byName := map[string]float64{}
	for _, r := range results {
		byName[r.name] = math.Round(r.ratio*1000) / 1000
	}
	text, err := json.MarshalIndent(byName, "", "  ")
	if err != nil {
		return fmt.Errorf("writing ratios: %w", err)
	}
	if err := os.WriteFile(file, append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("writing ratios: %w", err)
	}
	return nil
}

func readRatios(file string) (map[string]float64, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading ratios: %w", err)
	}
	var expected map[string]float64
	if err := json.Unmarshal(text, &expected); err != nil {
		return nil, fmt.Errorf("reading ratios %s: %w", file, err)
	}
	return expected, nil
}
