package load

import (
	"context"
	"errors"
	"fmt"
)

// Reading is a hold on what is published: no commit publishes until it is closed, so that all that is read meanwhile fits
// together.
type Reading struct {
	lake    *Lake
	release func() error
}

// Reading takes hold of the lake. What a killed run left half published is published first.
func (l *Lake) Reading(ctx context.Context) (*Reading, error) {
	if err := l.endKilled(ctx); err != nil {
		return nil, err
	}
	release, err := l.publishing(ctx, false)
	if err != nil {
		return nil, err
	}
	return &Reading{l, release}, nil
}

// Session opens published partitions under this hold. It takes no hold of its own, which a waiting commit would keep from
// it for ever; it must be closed before the reading is.
func (r *Reading) Session(ctx context.Context, sel Selection) (*Session, error) {
	s := &Session{}
	if err := s.openPublished(ctx, r.lake, sel); err != nil {
		return nil, errors.Join(fmt.Errorf("opening session: %w", err), s.Close())
	}
	return s, nil
}

// Close ends the hold.
func (r *Reading) Close() error { return r.release() }
