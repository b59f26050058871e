package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"callmart/load"
)

// StatusOptions narrow a status.
type StatusOptions struct {
	Sources []string         // empty: all that are configured, and all that the lake has
	Runs    int              // how many of the newest runs are told of
	Now     func() time.Time // nil: the system's clock
}

// Status is how a lake is: what the last runs did, and how far its sources are.
type Status struct {
	Lake     string         `json:"lake"`
	Exists   bool           `json:"exists"` // false: nothing was ever loaded
	At       time.Time      `json:"at"`
	Held     *Held          `json:"held,omitempty"` // nil: no run is under way
	Unended  []UnendedRun   `json:"unended_runs"`   // began and did not end, nor are under way: the next run cleans up
	Runs     []RunStatus    `json:"runs"`           // newest first
	Known    int            `json:"known_runs"`     // manifests that the lake has
	Sources  []SourceStatus `json:"sources"`        // those of the configuration in its order, then the others
	Calls    int64          `json:"calls"`          // of these sources
	Size     SizeStatus     `json:"size"`           // of the whole lake
	Problems []string       `json:"problems"`       // what could not be read, and is missing above
}

// Held says which process took the lake's lock and did not give it back.
type Held struct {
	Run    string    `json:"run,omitempty"`
	PID    int       `json:"pid"`
	Host   string    `json:"host"`
	Since  time.Time `json:"since"`
	Killed bool      `json:"killed"` // the process is not there any more; of another host's nobody can tell
}

// UnendedRun is a run that was killed.
type UnendedRun struct {
	Run       string `json:"run"`
	Committed bool   `json:"committed"` // it has happened: the next run publishes it
}

// SizeStatus is the room that files take, in bytes by what they are for.
type SizeStatus struct {
	Tables       int64 `json:"tables_bytes"`
	Observations int64 `json:"observations_bytes"`
	Ledger       int64 `json:"ledger_bytes"`
	Raw          int64 `json:"raw_bytes"`
	Quarantine   int64 `json:"quarantine_bytes"`
	Runs         int64 `json:"runs_bytes"`
	Staging      int64 `json:"staging_bytes"`
	Total        int64 `json:"total_bytes"`
	Files        int64 `json:"files"`
}

func (s *SizeStatus) add(kind string, t load.Taken) {
	to := map[string]*int64{
		load.TableFiles: &s.Tables, load.ObservationFiles: &s.Observations, load.LedgerFiles: &s.Ledger, load.RawFiles: &s.Raw,
		load.QuarantineFiles: &s.Quarantine, load.RunFiles: &s.Runs, load.StagingFiles: &s.Staging,
	}[kind]
	if to != nil {
		*to += t.Bytes
	}
	s.Total += t.Bytes
	s.Files += t.Files
}

// ReadStatus tells how the configured lake is. It takes no lock and writes nothing, so that it may be asked at any time and of a
// lake that cannot be written. What is damaged is named among the problems and hides nothing else. Errors: *UsageError,
// and the lake cannot be looked into at all.
func ReadStatus(ctx context.Context, cfg *Config, opt StatusOptions) (*Status, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	r := &statusReader{config: cfg, options: opt, sizes: map[string]*SizeStatus{}, latest: map[string]*latestRun{}}
	r.status = Status{
		Lake: cfg.Lake, At: opt.Now().UTC().Truncate(time.Second),
		Unended: []UnendedRun{}, Runs: []RunStatus{}, Sources: []SourceStatus{}, Problems: []string{},
	}
	var err error
	if r.lake, err = load.Look(cfg.Lake); errors.Is(err, fs.ErrNotExist) {
		r.lake = nil
	} else if err != nil {
		return nil, err
	}
	if err := r.choose(); err != nil {
		return nil, err
	}
	if r.lake != nil {
		r.status.Exists = true
		if err := r.read(ctx); err != nil {
			return nil, err
		}
	}
	for _, name := range r.names {
		s, err := r.source(ctx, name)
		if err != nil {
			return nil, err
		}
		r.status.Sources = append(r.status.Sources, *s)
		r.status.Calls += s.Calls
	}
	return &r.status, nil
}

// statusReader collects a status.
type statusReader struct {
	config  *Config
	options StatusOptions
	lake    *load.Lake // nil: there is none yet
	names   []string   // of the sources
	sizes   map[string]*SizeStatus
	latest  map[string]*latestRun
	status  Status
}

func (r *statusReader) problem(err error) {
	text := err.Error()
	var ledger *LedgerError
	switch {
	case errors.As(err, &ledger):
		text += "; " + ledger.Try
	case errors.As(err, new(*load.BrokenError)):
		text += "; callmart load --rebuild makes it anew"
	}
	r.status.Problems = append(r.status.Problems, text)
}

// choose finds the sources to tell of.
func (r *statusReader) choose() error {
	var err error
	r.names, err = chooseSources(r.config, r.lake, r.options.Sources)
	return err
}

// chooseSources are those that are configured or that the lake has, or of them those that were asked for. The lake
// may be nil.
func chooseSources(cfg *Config, lake *load.Lake, asked []string) ([]string, error) {
	var names []string
	for _, s := range cfg.Sources {
		names = append(names, s.Name)
	}
	if lake != nil {
		stored, err := lake.Sources()
		if err != nil {
			return nil, err
		}
		for _, name := range stored {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(asked) == 0 {
		return names, nil
	}
	for _, name := range asked {
		if !slices.Contains(names, name) {
			return nil, &UsageError{fmt.Sprintf("there is no source %q in %s, nor in the lake", name, cfg.File), "the names under sources:"}
		}
	}
	return slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(asked, name) }), nil
}

// read looks at what concerns the lake as a whole.
func (r *statusReader) read(ctx context.Context) error {
	if h := r.lake.Holder(); h.PID != 0 {
		r.status.Held = &Held{Run: h.Run, PID: h.PID, Host: h.Host, Since: h.Since, Killed: h.Gone()}
	}
	unended, err := r.lake.Unended()
	if err != nil {
		r.problem(err)
	}
	for _, u := range unended {
		if h := r.status.Held; h == nil || h.Killed || h.Run != u.Run {
			r.status.Unended = append(r.status.Unended, UnendedRun(u))
		}
	}
	taken, problems, err := r.lake.Usage(ctx)
	if err != nil {
		return err
	}
	for _, p := range problems {
		r.problem(p)
	}
	for use, t := range taken {
		r.status.Size.add(use.Kind, t)
		if r.sizes[use.Source] == nil {
			r.sizes[use.Source] = &SizeStatus{}
		}
		r.sizes[use.Source].add(use.Kind, t)
	}
	return r.runs(ctx)
}
