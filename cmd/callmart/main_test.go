package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/load"
	"callmart/pipeline"
)

func TestExitCode(t *testing.T) {
	terminated, cancel := context.WithCancelCause(t.Context())
	cancel(interrupted(syscall.SIGTERM))
	pressed, cancel := context.WithCancelCause(t.Context())
	cancel(interrupted(syscall.SIGINT))
	cancelled, stop := context.WithCancel(t.Context())
	stop()
	for _, test := range []struct {
		name string
		ctx  context.Context
		err  error
		want int
	}{
		{"done", t.Context(), nil, 0},
		{"done in spite of a signal", terminated, nil, 0},
		{"failed", t.Context(), errors.New("disk full"), 1},
		{"configuration", t.Context(), fmt.Errorf("starting: %w", &pipeline.ConfigError{}), 2},
		{"usage", t.Context(), fmt.Errorf("starting: %w", &pipeline.UsageError{}), 2},
		{"incomplete", t.Context(), fmt.Errorf("run: %w", pipeline.ErrIncomplete), 3},
		{"incomplete, and a report failed", t.Context(), errors.Join(pipeline.ErrReport, pipeline.ErrIncomplete), 3},
		{"locked", t.Context(), fmt.Errorf("run: %w", &load.LockedError{}), 4},
		{"report", t.Context(), fmt.Errorf("run: %w", pipeline.ErrReport), 5},
		{"published before the signal", terminated, pipeline.ErrReport, 5},
		{"SIGTERM", terminated, context.Canceled, 143},
		{"SIGINT", pressed, errors.New("DuckDB: interrupted"), 130},
		{"cancelled by no signal", cancelled, context.Canceled, 1},
	} {
		require.Equal(t, test.want, exitCode(test.ctx, test.err), test.name)
	}
}

func TestInterruptible(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		ctx, stop := interruptible(t.Context())
		require.NoError(t, ctx.Err())
		require.NoError(t, syscall.Kill(syscall.Getpid(), s))
		<-ctx.Done()
		require.Equal(t, interrupted(s), context.Cause(ctx))
		stop()
	}
}

func TestComplainNamesTheSignal(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(interrupted(syscall.SIGTERM))
	var errOut strings.Builder
	(&app{err: &errOut}).complain(ctx, fmt.Errorf("source desk: %w", context.Canceled))
	require.Equal(t, "callmart: interrupted by SIGTERM: source desk: context canceled\n", errOut.String())
}
