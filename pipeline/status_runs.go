package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// RunStatus is what a run did.
type RunStatus struct {
	Run         string    `json:"run"`
	StartedAt   time.Time `json:"started_at"`
	Seconds     float64   `json:"seconds"`
	Changed     bool      `json:"changed"`
	Complete    bool      `json:"complete"`
	Missing     []string  `json:"missing"` // why it is not complete
	Rebuild     string    `json:"rebuild"` // raw, observations or intervals; "": it took what was new
	Sources     int       `json:"sources"`
	Files       int64     `json:"files"`
	InputBytes  int64     `json:"input_bytes"` // 0 of old manifests
	Records     int64     `json:"records"`
	New         int64     `json:"new"`
	Partitions  int       `json:"partitions"` // that were written
	ChangedPart int       `json:"partitions_changed"`
	ChangedRows int64     `json:"rows_changed"` // rows of all tables of those
	PeakMemory  int64     `json:"peak_memory_bytes"`
}

// latestRun is the last run that read a source.
type latestRun struct {
	run     string
	started time.Time
	source  SourceManifest
}

// searched is how many manifests are looked through, at most, for the last run that read a source.
const searched = 1000

// runs reads the newest manifests: those that are told of, and further ones until every source's last run is known.
func (r *statusReader) runs(ctx context.Context) error {
	names, err := manifestNames(r.config.Lake)
	if err != nil {
		r.problem(err)
		return nil
	}
	r.status.Known = len(names)
	for i, name := range slices.Backward(names) {
		newest := len(names) - 1 - i
		if newest >= r.options.Runs && (r.allKnown() || newest >= searched) {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		m, err := readManifest(r.config.Lake, name)
		if err != nil {
			r.problem(err)
			continue
		}
		if newest < r.options.Runs {
			r.status.Runs = append(r.status.Runs, runStatus(m))
		}
		for _, s := range m.Sources {
			if r.latest[s.Source] == nil {
				r.latest[s.Source] = &latestRun{m.Run, m.StartedAt, s}
			}
		}
	}
	return nil
}

func (r *statusReader) allKnown() bool {
	return !slices.ContainsFunc(r.names, func(name string) bool { return r.latest[name] == nil })
}

func runStatus(m *Manifest) RunStatus {
	s := RunStatus{
		Run: m.Run, StartedAt: m.StartedAt, Seconds: m.FinishedAt.Sub(m.StartedAt).Seconds(), Rebuild: m.Rebuild, Changed: m.Changed, Complete: m.Complete,
		Missing: []string{}, Sources: len(m.Sources), Partitions: len(m.Partitions), PeakMemory: m.PeakMemory,
	}
	for i := range m.Sources {
		source := &m.Sources[i]
		s.Files += int64(source.Files)
		s.InputBytes += source.InputBytes
		s.Records += source.Accounting.Read
		s.New += source.Accounting.New
		for _, p := range source.Problems {
			s.Missing = append(s.Missing, source.Source+": "+p)
		}
		if f := source.Fetch; f != nil && !f.complete() {
			s.Missing = append(s.Missing, f.problem(source.Source).Error())
		}
	}
	for _, p := range m.Partitions {
		if !p.Changed {
			continue
		}
		s.ChangedPart++
		for _, rows := range p.Rows {
			s.ChangedRows += rows
		}
	}
	return s
}

// manifestNames lists the lake's manifests, oldest first.
func manifestNames(lake string) (names []string, err error) {
	files, err := os.ReadDir(filepath.Join(lake, "_runs"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading manifests: %w", err)
	}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".json") && f.Type().IsRegular() {
			names = append(names, f.Name())
		}
	}
	return names, nil
}

func readManifest(lake, name string) (*Manifest, error) {
	text, err := os.ReadFile(filepath.Join(lake, "_runs", name))
	if err != nil {
		return nil, fmt.Errorf("reading manifests: %w", err)
	}
	m := &Manifest{}
	if err := json.Unmarshal(text, m); err != nil {
		return nil, brokenManifest(filepath.Join(lake, "_runs", name), err)
	}
	if m.Run == "" {
		return nil, brokenManifest(filepath.Join(lake, "_runs", name), errors.New("it names no run"))
	}
	return m, nil
}
