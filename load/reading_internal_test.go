package load

import (
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/stretchr/testify/require"
)

// TestASessionOfAReadingPassesAWaitingCommit opens a session under a hold while a commit waits for the hold to end.
func TestASessionOfAReadingPassesAWaitingCommit(t *testing.T) {
	lake, err := Open(t.Context(), t.TempDir(), Options{})
	require.NoError(t, err)
	reading, err := lake.Reading(t.Context())
	require.NoError(t, err)
	committed := make(chan error, 1)
	go func() {
		release, err := lake.publishing(t.Context(), true)
		if err == nil {
			err = release()
		}
		committed <- err
	}()
	next := flock.New(lake.path(nextName))
	require.Eventually(t, func() bool { // until the commit waits, and keeps who comes behind it
		free, err := next.TryRLock()
		return err == nil && (!free || next.Unlock() != nil)
	}, 10*time.Second, time.Millisecond)
	session, err := reading.Session(t.Context(), Selection{})
	require.NoError(t, err)
	require.NoError(t, session.Close())
	require.Empty(t, committed, "a commit published under a hold")
	require.NoError(t, reading.Close())
	require.NoError(t, <-committed)
}
