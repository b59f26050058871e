package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// bench runs contenders over archives.
type bench struct {
	options    runOptions
	contenders []contender
	versions   []string
	cannot     []string // why a contender cannot run here
	callmart   string
	self       string
	scripts    string
	log        io.Writer
}

func newBench(ctx context.Context, o runOptions, log io.Writer) (*bench, error) {
	list, err := chosen(o.contenders)
	if err != nil {
		return nil, err
	}
	for _, v := range o.vendors {
		if _, err := newPlan(v, nil, "", "", false); err != nil {
			return nil, err
		}
	}
	dir, err := filepath.Abs(o.archive.dir)
	if err != nil {
		return nil, fmt.Errorf("finding --dir: %w", err)
	}
	o.archive.dir = dir
	b := &bench{options: o, contenders: list, callmart: o.callmart, scripts: filepath.Join(dir, "scripts"), log: log}
	if b.self, err = os.Executable(); err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	if err := writeScripts(b.scripts); err != nil {
		return nil, err
	}
	if b.callmart == "" {
		if b.callmart, err = buildCallmart(ctx, dir); err != nil {
			return nil, err
		}
	}
	for _, c := range list {
		version, err := c.version(ctx, b.self, o.python)
		why := ""
		if err != nil {
			why = err.Error()
		}
		b.versions, b.cannot = append(b.versions, version), append(b.cannot, why)
	}
	return b, nil
}

// buildCallmart makes the program from this module.
func buildCallmart(ctx context.Context, dir string) (string, error) {
	program := filepath.Join(dir, "callmart")
	if said, err := exec.CommandContext(ctx, "go", "build", "-o", program, "callmart/cmd/callmart").CombinedOutput(); err != nil {
		return "", fmt.Errorf("building callmart (or name one with --callmart): %w: %s", err, lastLine(string(said)))
	}
	return program, nil
}

func (b *bench) run(ctx context.Context) (*report, error) {
	a := b.options.archive
	r := &report{
		Date: time.Now().UTC().Format(time.DateOnly), Machine: thisMachine(), Days: a.days, Repeats: a.repeats, Files: a.shards,
		Packed: a.compress, Seed: a.seed, Runs: b.options.runs,
	}
	for _, vendor := range b.options.vendors {
		v, err := b.vendor(ctx, vendor)
		if err != nil {
			return nil, err
		}
		r.Vendors = append(r.Vendors, *v)
	}
	return r, b.others(ctx, r)
}

// vendor measures all contenders on one vendor's archive.
func (b *bench) vendor(ctx context.Context, vendor string) (_ *vendorResult, err error) {
	o := b.options.archive
	o.vendor, o.dir = vendor, filepath.Join(o.dir, vendor)
	fmt.Fprintf(b.log, "%s: making %d calls\n", vendor, o.calls)
	a, err := generate(ctx, o)
	if err != nil {
		return nil, err
	}
	if !b.options.keep {
		defer func() { err = errors.Join(err, os.RemoveAll(o.dir)) }()
	}
	files, err := archiveFiles(o.dir)
	if err != nil {
		return nil, err
	}
	v := &vendorResult{Vendor: vendor, Calls: o.calls, Records: a.records, InputBytes: a.bytes}
	for i, c := range b.contenders {
		v.Results = append(v.Results, result{Name: c.name, Version: b.versions[i], NotRun: b.cannot[i]})
	}
	for n := range b.options.runs {
		for i := range b.contenders {
			r := &v.Results[i]
			if r.NotRun != "" || r.Failed != "" {
				continue
			}
			if err := b.once(ctx, &b.contenders[i], o, files, n, r); err != nil {
				return nil, err
			}
			if r.Failed != "" && i == 0 {
				return nil, errors.New(r.Failed)
			}
		}
	}
	v.summarise()
	return v, nil
}

// once runs one contender once. What goes wrong with it is written down in r; the error is of the benchmark itself.
func (b *bench) once(ctx context.Context, c *contender, o archiveOptions, files []string, n int, r *result) error {
	ours := filepath.Join(o.dir, "lake")
	t := &task{
		vendor: o.vendor, dir: o.dir, out: filepath.Join(o.dir, "out"), temp: filepath.Join(o.dir, "temp"), plan: filepath.Join(o.dir, "plan.json"),
		callmart: b.callmart, self: b.self, python: b.options.python, scriptsFolder: b.scripts,
	}
	if c.name == "callmart" {
		t.out = ours
	}
	for _, dir := range []string{t.out, t.temp} {
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("emptying a folder: %w", err)
		}
	}
	if err := os.MkdirAll(t.temp, 0o755); err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	if c.sql {
		p, err := newPlan(o.vendor, files, t.out, t.temp, c.narrow)
		if err != nil {
			return err
		}
		if err := p.save(t.plan); err != nil {
			return err
		}
	}
	if err := warm(files); err != nil {
		return err
	}
	m, err := measure(ctx, b.options.limit, nil, c.process(t)...)
	switch {
	case errors.Is(err, errTooLong):
		r.NotRun, r.Runs = err.Error(), nil
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		r.Failed, r.Runs = err.Error(), nil
		return nil
	}
	if m.Written, err = tableBytes(t.out); err != nil {
		return err
	}
	fmt.Fprintf(b.log, "%s: %s, run %d: %.2f s, %.1f CPU s, %d MB\n", o.vendor, c.name, n+1, m.Seconds, m.CPU, m.Peak/1e6)
	r.Runs = append(r.Runs, m)
	if c.name == "callmart" {
		r.LakeBytes, err = size(ours)
		return err
	}
	if n == 0 {
		if r.Comparison, err = b.compare(ctx, ours, t.out); err != nil {
			return err
		}
	}
	return nil
}

// tableBytes is the size of the tables that all contenders make.
func tableBytes(dir string) (int64, error) {
	total := int64(0)
	for _, t := range tables() {
		n, err := size(filepath.Join(dir, t.name))
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

func (b *bench) compare(ctx context.Context, lake, out string) (*comparison, error) {
	var c comparison
	if err := askSelf(ctx, b.self, &c, "compare", lake, out); err != nil {
		return nil, fmt.Errorf("comparing tables: %w", err)
	}
	return &c, nil
}

// askSelf runs this program as another process, and reads the JSON that it writes.
func askSelf(ctx context.Context, self string, answer any, args ...string) error {
	said, err := exec.CommandContext(ctx, self, args...).Output()
	if err != nil {
		var exit *exec.ExitError
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.As(err, &exit):
			return fmt.Errorf("%w: %s", err, lastLine(string(exit.Stderr)))
		}
		return fmt.Errorf("starting a process: %w", err)
	}
	if err := json.Unmarshal(said, answer); err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	return nil
}
