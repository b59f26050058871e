package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"callmart/fixtures/crash"
)

// Holder says which process has a lake's lock.
type Holder struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Run   string    `json:"run,omitempty"`
	Since time.Time `json:"since"`
}

// String describes the holder to a user.
func (h Holder) String() string {
	if h.PID == 0 {
		return "another process"
	}
	run := ""
	if h.Run != "" {
		run = ", run " + h.Run
	}
	return fmt.Sprintf("process %d on %s%s, since %s", h.PID, h.Host, run, h.Since.Format(time.RFC3339))
}

// LockedError says that another run holds the lake.
type LockedError struct{ Holder Holder }

// Error names the holder.
func (e *LockedError) Error() string { return "lake is locked by " + e.Holder.String() }

// errNotLocked is what comes of writing to a lake without its lock.
var errNotLocked = errors.New("lake is not locked by this process")

// held is the lock while this process has it.
type held struct {
	holder  Holder
	staging *Staging // the run that is being staged
}

// Lock takes the lake's lock without waiting, and writes into it who we are. It returns a *LockedError when
// another run has it. The lock ends with release or with the process.
func (l *Lake) Lock() (release func() error, err error) {
	lock := flock.New(filepath.Join(l.root, lockName))
	got, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("locking lake: %w", err)
	}
	if !got {
		return nil, &LockedError{Holder: l.Holder()}
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	l.lock = &held{holder: Holder{PID: os.Getpid(), Host: host, Since: l.opt.Now().UTC()}}
	if err := l.writeHolder(); err != nil {
		l.lock = nil
		return nil, errors.Join(err, lock.Unlock())
	}
	crash.Point("locked")
	return func() error {
		l.lock = nil
		crash.Point("before unlocking")
		// Emptied, not removed: a file that another run has open must stay the one that all lock.
		if err := errors.Join(os.Truncate(lock.Path(), 0), lock.Unlock()); err != nil {
			return fmt.Errorf("unlocking lake: %w", err)
		}
		return nil
	}, nil
}

func (l *Lake) writeHolder() error {
	data, err := json.Marshal(l.lock.holder)
	if err != nil {
		return fmt.Errorf("writing lock: %w", err)
	}
	if err := os.WriteFile(filepath.Join(l.root, lockName), data, 0o644); err != nil {
		return fmt.Errorf("writing lock: %w", err)
	}
	return nil
}

// Holder reads who took the lock last and did not release it: the run under way, or one that was killed since.
// It is the zero Holder if there is none, or one that has not written its name yet.
func (l *Lake) Holder() (h Holder) {
	data, err := os.ReadFile(filepath.Join(l.root, lockName))
	if err != nil || json.Unmarshal(data, &h) != nil {
		return Holder{}
	}
	return h
}

// retryPublish is how often a waiting reader or commit looks again.
const retryPublish = 20 * time.Millisecond

// publishing takes the lock that a commit holds alone and readers share, and waits for it. Who comes while a commit
// waits, waits behind it: readers that follow each other closely would keep it out for ever.
func (l *Lake) publishing(ctx context.Context, alone bool) (release func() error, err error) {
	next, lock := flock.New(filepath.Join(l.root, nextName)), flock.New(filepath.Join(l.root, publishName))
	tryNext, try := next.TryRLockContext, lock.TryRLockContext
	if alone {
		tryNext, try = next.TryLockContext, lock.TryLockContext
	}
	if _, err := tryNext(ctx, retryPublish); err != nil {
		return nil, fmt.Errorf("waiting for %s: %w", nextName, err)
	}
	if _, err := try(ctx, retryPublish); err != nil {
		return nil, fmt.Errorf("waiting for %s: %w", publishName, errors.Join(err, next.Unlock()))
	}
	if err := next.Unlock(); err != nil {
		return nil, fmt.Errorf("passing %s: %w", nextName, errors.Join(err, lock.Unlock()))
	}
	return lock.Unlock, nil
}
