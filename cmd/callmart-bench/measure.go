package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// measured is one run of one process.
type measured struct {
	Seconds float64 `json:"seconds"`
	CPU     float64 `json:"cpu_seconds"` // user and system, of the process and those it waited for
	Peak    int64   `json:"peak_bytes"`  // resident
	Written int64   `json:"written_bytes"`
	Others  float64 `json:"others_cpu_seconds"` // of everything else on the machine meanwhile
}

// errTooLong is the cause of a run that was ended since it took too long.
var errTooLong = errors.New("took too long")

// measure runs a process to its end. First it waits until what earlier ones wrote is on the disk: this one must not pay for
// it. What the process says is part of the error if it fails.
func measure(ctx context.Context, limit time.Duration, env []string, args ...string) (measured, error) {
	syscall.Sync()
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("not done after %s: %w", limit, errTooLong))
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), env...)
	cmd.WaitDelay = 5 * time.Second
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.Discard, &said
	began, busy := time.Now(), busySeconds()
	err := cmd.Run()
	m := measured{Seconds: time.Since(began).Seconds()}
	busy = busySeconds() - busy
	if err != nil {
		if ctx.Err() != nil {
			return m, context.Cause(ctx)
		}
		return m, fmt.Errorf("running %s: %w: %s", filepath.Base(args[0]), err, lastLine(said.String()))
	}
	m.CPU = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	m.Others = max(0, busy-m.CPU)
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		m.Peak = int64(usage.Maxrss)
		if runtime.GOOS != "darwin" {
			m.Peak *= 1024 // Linux counts in kilobytes
		}
	}
	return m, nil
}

func lastLine(said string) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	line := lines[len(lines)-1]
	return line[:min(len(line), 300)]
}

// size adds up the files below a folder.
func size(dir string) (int64, error) {
	total := int64(0)
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		total += info.Size()
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("measuring %s: %w", dir, err)
	}
	return total, nil
}

// warm reads files once, so that every contender finds them in memory.
func warm(files []string) error {
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			return fmt.Errorf("warming the archive: %w", err)
		}
		_, err = io.Copy(io.Discard, f)
		if err = errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("warming the archive: %w", err)
		}
	}
	return nil
}
