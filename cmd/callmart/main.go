// Command callmart turns a contact centre's calls into Parquet for analysts and Excel workbooks for managers.
package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"callmart/load"
	"callmart/pipeline"
)

func main() {
	ctx, stop := interruptible(context.Background())
	code := execute(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// exitStatus stands below every help text; exitCode decides.
const exitStatus = `
Exit status:
  0        done; ids that were not found and quarantined records are counted, not failures
  1        failed; the published tables are unchanged
  2        wrong usage or configuration
  3        published, but incomplete: failed, postponed or refused requests, unreadable files
  4        another run holds the lake
  5        published, but a report or message failed
  130/143  interrupted (SIGINT/SIGTERM) before anything was published
`

// exitCode is the only place that turns an error into an exit status. What was published comes before what
// stopped the rest.
func exitCode(ctx context.Context, err error) int {
	var (
		config *pipeline.ConfigError
		usage  *pipeline.UsageError
		locked *load.LockedError
		signal interrupted
	)
	switch {
	case err == nil:
		return 0
	case errors.As(err, &config), errors.As(err, &usage):
		return 2
	case errors.As(err, &locked):
		return 4
	case errors.Is(err, pipeline.ErrIncomplete):
		return 3
	case errors.Is(err, pipeline.ErrReport):
		return 5
	case errors.As(context.Cause(ctx), &signal):
		return 128 + int(signal)
	default:
		return 1
	}
}

// interrupted is the cause of a context that a signal ended.
type interrupted syscall.Signal

func (s interrupted) Error() string {
	if syscall.Signal(s) == syscall.SIGTERM {
		return "interrupted by SIGTERM"
	}
	return "interrupted by SIGINT"
}

// interruptible returns a context that ends with the first SIGINT or SIGTERM. A second one ends the process at
// once, which is safe too: nothing is published by halves.
func interruptible(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case s := <-signals:
			signal.Stop(signals)
			if number, ok := s.(syscall.Signal); ok {
				cancel(interrupted(number))
			}
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel(nil)
	}
}
