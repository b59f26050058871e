package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/load"
	"callmart/pipeline"
)

func TestRemedies(t *testing.T) {
	full := &os.PathError{Op: "write", Path: "lake/_staging/x", Err: syscall.ENOSPC}
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"a full disk", full, "make room on that disk"},
		{"a full disk in a run that goes on elsewhere", fmt.Errorf("%w: %w", pipeline.ErrIncomplete, full), "make room"},
		{"a disk that is full for DuckDB", errors.New(`IO Error: Could not write file "x": No space left on device`), "make room"},
		{"a file that must not grow", &os.PathError{Op: "write", Path: "lake/_lock", Err: syscall.EFBIG}, "ulimit -f"},
		{"a file that must not grow for DuckDB", errors.New(`IO Error: Could not write file "x": File too large`), "ulimit -f"},
		{"a disk that is only to read", &os.PathError{Op: "mkdir", Path: "lake", Err: syscall.EROFS}, "the right to do that"},
		{"somebody else's folder", &os.PathError{Op: "open", Path: "lake", Err: syscall.EACCES}, "another place in x.toml"},
		{"a file that is gone", &os.PathError{Op: "open", Path: "archive/x.json", Err: syscall.ENOENT}, "put that file back as it was"},
		{"a broken table", &load.BrokenError{Path: "lake/x.parquet", Err: errors.New("cut")}, "callmart load --rebuild"},
		{"a broken ledger", &pipeline.LedgerError{Path: "lake/_ledger/x.json", Try: "delete it", Err: errors.New("cut")}, "delete it"},
		{"another run", &load.LockedError{}, "wait until that run has ended"},
		{"what nobody foresaw", errors.New("a surprise"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := (&app{config: "x.toml"}).remedy(fmt.Errorf("doing something: %w", tt.err))
			if tt.want == "" {
				require.Empty(t, got)
				return
			}
			require.Contains(t, got, tt.want)
		})
	}
}
