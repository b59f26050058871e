package pipeline

import (
	"context"
	"errors"
	"time"

	"callmart/load"
)

// changeLake runs change under the lake's lock, with a commit of its own, which it publishes if change wants that.
// *load.LockedError: another run has the lock.
func changeLake(ctx context.Context, cfg *Config, now func() time.Time, change func(*load.Staging) (commit bool, err error)) error {
	return holdLake(ctx, cfg, now, func(staging *load.Staging) error {
		commit, err := change(staging)
		if err != nil || !commit {
			return err
		}
		_, err = staging.Commit(ctx)
		return err
	})
}

// holdLake runs do under the lake's lock, with a commit of its own, which is discarded unless do publishes it.
func holdLake(ctx context.Context, cfg *Config, now func() time.Time, do func(*load.Staging) error) (err error) {
	lake, err := load.Open(ctx, cfg.Lake, load.Options{Now: now})
	if err != nil {
		return err
	}
	unlock, err := lake.Lock()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	id, err := runID(now().UTC())
	if err != nil {
		return err
	}
	staging, err := lake.Begin(ctx, id)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, staging.Discard()) }()
	return do(staging)
}
