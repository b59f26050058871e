package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"callmart/load"
)

// PruneOptions say what is old, and whose.
type PruneOptions struct {
	OlderThan time.Duration    // at least a day
	Sources   []string         // empty: all of the configuration and of the lake, and manifests, which are no source's
	Dry       bool             // only tell
	Now       func() time.Time // nil: the system's clock
}

// What a prune deletes, or keeps.
const (
	PrunedRaw        = "raw"        // API answers as they came, a folder per day
	PrunedRepairs    = "repairs"    // repaired records that no decision rests on
	PrunedQuarantine = "quarantine" // texts of refused records that were decided on
	PrunedManifests  = "runs"
)

// Pruned is what a prune deleted, or would delete.
type Pruned struct {
	Before   time.Time    `json:"before"`  // what is older was to be deleted
	Dry      bool         `json:"dry_run"` // nothing was deleted
	Deleted  []PrunedPart `json:"deleted"`
	Kept     []PrunedPart `json:"kept"` // that is as old, but still needed
	Files    int64        `json:"files"`
	Bytes    int64        `json:"bytes"`
	Problems []string     `json:"problems"` // what could not be read, and was left alone
}

// PrunedPart is one kind of what was deleted or kept, of one source.
type PrunedPart struct {
	Source  string `json:"source"` // "": no source's
	Kind    string `json:"kind"`
	Why     string `json:"why,omitempty"` // it was kept
	Files   int64  `json:"files"`
	Records int64  `json:"records"` // of quarantine
	Bytes   int64  `json:"bytes"`   // on the disk
	First   string `json:"first,omitempty"`
	Last    string `json:"last,omitempty"` // date of the oldest and the newest file
}

// Prune deletes what is old and not needed: API answers that a run has taken in, repaired records that no decision
// rests on, texts of refused records that were decided on, and manifests. It never touches tables, observations, waiting
// records or ledgers, and makes no decision void. What is rewritten is one commit; what is deleted goes after it, so that a
// prune that was killed has lost nothing that is needed, and the next one ends its work. Errors: *UsageError,
// *load.LockedError. The result may be there beside an error.
func Prune(ctx context.Context, cfg *Config, opt PruneOptions) (*Pruned, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.OlderThan < leastAge {
		_, err := ParseAge(opt.OlderThan.String())
		return nil, err
	}
	p := &pruner{config: cfg, options: opt, result: Pruned{Dry: opt.Dry, Deleted: []PrunedPart{}, Kept: []PrunedPart{}, Problems: []string{}}}
	p.result.Before = opt.Now().UTC().Truncate(time.Second).Add(-opt.OlderThan)
	lake, err := load.Look(cfg.Lake)
	if errors.Is(err, fs.ErrNotExist) {
		lake = nil
	} else if err != nil {
		return nil, err
	}
	if p.sources, err = chooseSources(cfg, lake, opt.Sources); err != nil || lake == nil {
		return &p.result, err
	}
	if opt.Dry {
		err = p.plan(ctx, nil)
		p.result.Deleted = append(p.result.Deleted, p.rewrote...)
	} else {
		err = holdLake(ctx, cfg, opt.Now, func(staging *load.Staging) error { return p.prune(ctx, staging) })
	}
	if errors.As(err, new(*load.LockedError)) {
		return nil, err
	}
	p.sum()
	return &p.result, err
}

// pruner is one prune.
type pruner struct {
	config  *Config
	options PruneOptions
	sources []string
	files   []oldFile
	rewrote []PrunedPart // is staged
	result  Pruned
}

// oldFile is a file that is to be deleted.
type oldFile struct {
	path string
	part PrunedPart // that it counts for: itself alone
}

func (p *pruner) prune(ctx context.Context, staging *load.Staging) error {
	if err := p.plan(ctx, staging); err != nil {
		return err
	}
	if len(p.rewrote) > 0 {
		if _, err := staging.Commit(ctx); err != nil {
			return err
		}
		p.result.Deleted = append(p.result.Deleted, p.rewrote...)
	}
	return p.delete(ctx)
}

// plan finds what is to be deleted, and stages what is to be rewritten; without staging it only looks.
func (p *pruner) plan(ctx context.Context, staging *load.Staging) error {
	for _, source := range p.sources {
		if err := p.raw(source); err != nil {
			return fmt.Errorf("pruning %s: %w", source, err)
		}
		if err := p.quarantine(ctx, source, staging); err != nil {
			return fmt.Errorf("pruning %s: %w", source, err)
		}
	}
	if len(p.options.Sources) > 0 {
		return nil
	}
	return p.manifests(ctx)
}

// remove plans the deletion of a file.
func (p *pruner) remove(path string, part PrunedPart) {
	p.files = append(p.files, oldFile{path, part})
	if p.options.Dry {
		p.result.Deleted = append(p.result.Deleted, part)
	}
}

func (p *pruner) keep(part PrunedPart) { p.result.Kept = append(p.result.Kept, part) }

func (p *pruner) problem(err error) { p.result.Problems = append(p.result.Problems, err.Error()) }

// delete deletes what is planned, and the folders that are empty then. What is gone already is gone.
func (p *pruner) delete(ctx context.Context) error {
	folders := map[string]bool{}
	for _, f := range p.files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("pruning: %w", err)
		}
		p.result.Deleted = append(p.result.Deleted, f.part)
		if f.part.Kind == PrunedRaw {
			folders[filepath.Dir(f.path)] = true
		}
	}
	for folder := range folders {
		if left, err := os.ReadDir(folder); err == nil && len(left) == 0 {
			if err := os.Remove(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("pruning: %w", err)
			}
		}
	}
	return nil
}

// sum makes one part of those of the same source, kind and reason.
func (p *pruner) sum() {
	p.result.Deleted, p.result.Kept = sumParts(p.result.Deleted), sumParts(p.result.Kept)
	for _, d := range p.result.Deleted {
		p.result.Files += d.Files
		p.result.Bytes += d.Bytes
	}
}

func sumParts(parts []PrunedPart) []PrunedPart {
	slices.SortStableFunc(parts, func(a, b PrunedPart) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Why, b.Why))
	})
	sums := parts[:0]
	for _, b := range parts {
		if n := len(sums); n == 0 || sums[n-1].Source != b.Source || sums[n-1].Kind != b.Kind || sums[n-1].Why != b.Why {
			sums = append(sums, b)
			continue
		}
		a := &sums[len(sums)-1]
		a.Files += b.Files
		a.Records += b.Records
		a.Bytes += b.Bytes
		if b.First != "" && (a.First == "" || b.First < a.First) {
			a.First = b.First
		}
		a.Last = max(a.Last, b.Last)
	}
	return sums
}
