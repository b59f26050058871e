package pipeline

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// keptManifests is how many of the newest manifests stay, whatever their age.
const keptManifests = 100

// manifests plans the deletion of old manifests. Those stay that reports and status read: the last two runs that changed
// the tables, and of every source the last run that read it and the last of those that changed the tables. One that
// cannot be read stays too.
func (p *pruner) manifests(ctx context.Context) error {
	names, err := manifestNames(p.config.Lake)
	if err != nil {
		return err
	}
	changed := 0
	latest, counted := map[string]bool{}, map[string]bool{}
	for i, name := range slices.Backward(names) {
		if err := ctx.Err(); err != nil {
			return err
		}
		m, err := readManifest(p.config.Lake, name)
		if err != nil {
			p.problem(err)
			continue
		}
		needed := len(names)-1-i < keptManifests || m.StartedAt.After(p.result.Before)
		if m.Changed {
			changed++
			needed = needed || changed <= 2
		}
		for _, s := range m.Sources {
			needed = needed || !latest[s.Source]
			latest[s.Source] = true
			if m.Changed {
				needed = needed || !counted[s.Source]
				counted[s.Source] = true
			}
		}
		if needed {
			continue
		}
		path := filepath.Join(p.config.Lake, "_runs", name)
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		date := m.StartedAt.UTC().Format(time.DateOnly)
		p.remove(path, PrunedPart{Kind: PrunedManifests, Files: 1, Bytes: info.Size(), First: date, Last: date})
	}
	return nil
}
