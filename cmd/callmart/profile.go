package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"runtime/trace"

	"github.com/spf13/pflag"
)

// profiles are files that say where a command's time and memory went, for `go tool pprof` and `go tool trace`.
type profiles struct {
	cpu, memory, trace string
	stops              []func() error
}

func (p *profiles) flags(f *pflag.FlagSet) {
	f.StringVar(&p.cpu, "cpuprofile", "", "write a CPU profile to this file, for go tool pprof (DuckDB's time is in cgocall)")
	f.StringVar(&p.memory, "memprofile", "", "write a profile of what was allocated to this file")
	f.StringVar(&p.trace, "trace", "", "write an execution trace to this file, for go tool trace")
}

func (p *profiles) start() error {
	if err := p.begin(p.cpu, func(f *os.File) error { return pprof.StartCPUProfile(f) }, func(*os.File) error {
		pprof.StopCPUProfile()
		return nil
	}); err != nil {
		return err
	}
	if err := p.begin(p.trace, func(f *os.File) error { return trace.Start(f) }, func(*os.File) error {
		trace.Stop()
		return nil
	}); err != nil {
		return err
	}
	return p.begin(p.memory, func(*os.File) error { return nil }, func(f *os.File) error {
		runtime.GC() // what is live at the end is counted up to here
		return pprof.Lookup("allocs").WriteTo(f, 0)
	})
}

// begin opens a file, if one is named, and notes how its profile ends.
func (p *profiles) begin(path string, start, end func(*os.File) error) error {
	if path == "" {
		return nil
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("writing a profile: %w", err)
	}
	if err := start(f); err != nil {
		return fmt.Errorf("writing a profile to %s: %w", path, errors.Join(err, f.Close()))
	}
	p.stops = append(p.stops, func() error {
		if err := errors.Join(end(f), f.Close()); err != nil {
			return fmt.Errorf("writing a profile to %s: %w", path, err)
		}
		return nil
	})
	return nil
}

// stop ends the profiles that were started.
func (p *profiles) stop() error {
	var all []error
	for _, stop := range p.stops {
		all = append(all, stop())
	}
	p.stops = nil
	return errors.Join(all...)
}
