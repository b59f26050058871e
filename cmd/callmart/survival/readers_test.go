package survival_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"callmart/load"
)

const (
	rewrites = 20
	pause    = 25 * time.Millisecond // of the readers: they look often at every rewrite, and leave the runs a core
)

// TestReadersDuringRewrites reads the lake again and again while 20 runs rewrite all partitions of a source. Each adds
// one call to each date, so that a date's number of calls tells which rewrite it is of.
func TestReadersDuringRewrites(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	v := vendors[0]
	archive := filepath.Join(t.TempDir(), "archive")
	require.NoError(t, os.CopyFS(filepath.Join(archive, v[0]), os.DirFS(filepath.Join(w.archive, v[0]))))
	s := newSite(t, archive)
	s.sources = fmt.Sprintf("  - {name: %s, vendor: %s, timezone: %s, archive: [{paths: [%q]}]}\n", v[0], v[1], v[2], archive+"/"+v[0]+"/**")
	s.succeeds()
	start, err := readTables(s.lake())
	require.NoError(t, err)

	versions := newVersions()
	versions.add(start)
	seen := newVersions()
	readers, ctx := errgroup.WithContext(t.Context())
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	sessions := sessionReader{lake: s.lake(), rewrites: map[int]bool{}}
	readers.Go(func() error { return sessions.loop(ctx) })
	readers.Go(func() error { return seen.loop(ctx, s.lake(), start) })
	for n := range rewrites {
		s.addCalls(n)
		s.succeeds()
		now, err := readTables(s.lake())
		require.NoError(t, err)
		versions.add(now)
		require.NoError(t, context.Cause(ctx))
	}
	stop()
	require.NoError(t, readers.Wait())

	files, all := 0, 0
	for path, contents := range seen {
		for content := range contents {
			require.True(t, versions[path][content], "%s was seen as no run left it", path)
		}
		files += len(contents)
		all += len(versions[path])
	}
	require.Greater(t, all, len(start)+rewrites, "the runs rewrote what is there")
	require.Greater(t, files, len(start)+rewrites/2, "the reader of files met several versions of a file")
	require.Greater(t, len(sessions.rewrites), rewrites/4, "the reader with sessions met several rewrites")
	t.Logf("%d sessions met %d of %d rewrites; a reader of files met %d of %d versions", sessions.sessions, len(sessions.rewrites), rewrites, files, all)
}

// addCalls archives a call of each date.
func (s *site) addCalls(n int) {
	s.t.Helper()
	var text string
	for day := range days {
		text += fmt.Sprintf(`{"id":%d,"type":"inbound","startedDate":"2026-03-%02dT11:%02d:00+01:00","endedDate":"2026-03-%02dT11:%02d:59+01:00",`+
			`"duration":59,"talkTime":40,"waitingTime":19,"abandoned":0,"sub_type":"(Sales)Handled","ringGroup":{"id":12,"name":"Sales"}}`+"\n",
			9_000_000+100*day+n, 2+day, n, 2+day, n)
	}
	require.NoError(s.t, os.WriteFile(filepath.Join(s.archive, vendors[0][0], fmt.Sprintf("more-%02d.ndjson", n)), []byte(text), 0o644))
}

// sessionReader reads through sessions, which no commit can publish beside.
type sessionReader struct {
	lake     string
	sessions int
	rewrites map[int]bool // that were met
	first    map[string]int
	last     int
}

func (r *sessionReader) loop(ctx context.Context) error {
	lake, err := load.Open(ctx, r.lake, load.Options{})
	if err != nil {
		return err
	}
	pace := time.NewTicker(pause)
	defer pace.Stop()
	for ctx.Err() == nil {
		<-pace.C
		if err := r.read(lake); err != nil {
			return err
		}
	}
	return nil
}

// read wants every table and date to be of the same rewrite, and of none before the last one that was met.
func (r *sessionReader) read(lake *load.Lake) error {
	ctx := context.Background() // a session that has begun is ended
	session, err := lake.Session(ctx, load.Selection{})
	if err != nil {
		return err
	}
	defer session.Close()
	r.sessions++
	rows, err := session.Query(ctx, `
		SELECT 'calls ' || "date", count(*), count(DISTINCT call_id) FROM calls GROUP BY "date"
		UNION ALL SELECT 'queue_entries ' || "date", count(*), count(DISTINCT call_id || '/' || queue_entry_index) FROM queue_entries GROUP BY "date"`)
	if err != nil {
		return err
	}
	defer rows.Close()
	got := map[string]int{}
	for rows.Next() {
		var part string
		var count, distinct int
		if err := rows.Scan(&part, &count, &distinct); err != nil {
			return err
		}
		if count != distinct {
			return fmt.Errorf("%s: %d rows, but %d keys", part, count, distinct)
		}
		got[part] = count
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if r.first == nil {
		r.first = got
	}
	rewrite := -1
	for part, count := range r.first {
		n := got[part] - count
		if rewrite < 0 {
			rewrite = n
		}
		if n < r.last || n != rewrite {
			return fmt.Errorf("%v after %v, first %v: of no one rewrite", got, r.last, r.first)
		}
	}
	r.last, r.rewrites[rewrite] = rewrite, true
	return nil
}

// versions are the contents that files had, by path.
type versions map[string]map[string]bool

func newVersions() versions { return versions{} }

func (v versions) add(files tables) {
	for path, content := range files {
		if v[path] == nil {
			v[path] = map[string]bool{}
		}
		v[path][content] = true
	}
}

// loop reads the files again and again as any program may that knows nothing of locks. None of them may be missing.
func (v versions) loop(ctx context.Context, lake string, files tables) error {
	pace := time.NewTicker(pause)
	defer pace.Stop()
	for ctx.Err() == nil {
		<-pace.C
		for path := range files {
			content, err := os.ReadFile(filepath.Join(lake, path))
			if err != nil {
				return err
			}
			v.add(tables{path: string(content)})
		}
	}
	return nil
}
