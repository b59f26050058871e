package load

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"slices"

	"callmart/transform/schema"
)

// Session answers queries over some partitions. Every table is a view of its name, with the columns of the
// schema, source and date. Instants are plain TIMESTAMPs in UTC. What is made in a session is seen by it alone
// and ends with it. It is used by one goroutine at a time.
type Session struct {
	conn  *sql.Conn
	files []string       // absolute paths
	ends  []func() error // what else to close, in reverse
}

// Session opens the published partitions of a selection in a DuckDB of its own. Until it is closed no commit can
// publish, so a run closes its sessions before it commits. What a killed run left half published is published first.
func (l *Lake) Session(ctx context.Context, sel Selection) (*Session, error) {
	s := &Session{}
	if err := s.openLake(ctx, l, sel); err != nil {
		return nil, errors.Join(fmt.Errorf("opening session: %w", err), s.Close())
	}
	return s, nil
}

func (s *Session) openLake(ctx context.Context, l *Lake, sel Selection) error {
	if err := l.endKilled(ctx); err != nil {
		return err
	}
	release, err := l.publishing(ctx, false)
	if err != nil {
		return err
	}
	s.ends = append(s.ends, release)
	return s.openPublished(ctx, l, sel)
}

// openPublished opens partitions that nobody publishes anew meanwhile.
func (s *Session) openPublished(ctx context.Context, l *Lake, sel Selection) error {
	temp, err := os.MkdirTemp(l.opt.Temp, "callmart-")
	if err != nil {
		return err
	}
	s.ends = append(s.ends, func() error { return os.RemoveAll(temp) })
	e, err := OpenEngine(ctx, EngineOptions{Memory: l.opt.Memory, Threads: l.opt.Threads, Temp: temp})
	if err != nil {
		return err
	}
	s.ends = append(s.ends, e.Close)
	paths := map[string][]string{}
	for id := range schema.NumTables {
		t := schema.Get(id)
		files, err := l.published(ctx, t, sel)
		if err != nil {
			return err
		}
		for _, f := range files {
			paths[t.Name] = append(paths[t.Name], l.path(f.Path))
		}
	}
	return s.open(ctx, e, paths)
}

// Session opens staged files, as Partition.Close returned them, in a connection of e.
func (s *Staging) Session(ctx context.Context, e *Engine, files []File) (*Session, error) {
	paths := map[string][]string{}
	for _, f := range files {
		path, err := s.Path(f.Path)
		if err != nil {
			return nil, err
		}
		paths[f.Table] = append(paths[f.Table], path)
	}
	session := &Session{}
	if err := session.open(ctx, e, paths); err != nil {
		return nil, errors.Join(fmt.Errorf("opening session: %w", err), session.Close())
	}
	return session, nil
}

// open connects to e and makes the views of all tables over their files' absolute paths.
func (s *Session) open(ctx context.Context, e *Engine, paths map[string][]string) error {
	conn, err := e.db.Conn(ctx)
	if err != nil {
		return err
	}
	s.conn = conn
	for id := range schema.NumTables {
		t := schema.Get(id)
		s.files = append(s.files, paths[t.Name]...)
		if err := s.View(ctx, t.Name, viewOf(t, paths[t.Name])); err != nil {
			return err
		}
	}
	return nil
}

// Query runs a SELECT.
func (s *Session) Query(ctx context.Context, selectSQL string, args ...any) (*sql.Rows, error) {
	rows, err := s.conn.QueryContext(ctx, selectSQL, args...)
	if err != nil {
		return nil, fmt.Errorf("querying: %w", s.blame(ctx, err))
	}
	return rows, nil
}

// Copy writes the rows of a SELECT to the Parquet file path, meta being the value
// of MetaKey, and returns their number. After an error no file is there.
func (s *Session) Copy(ctx context.Context, selectSQL, path, meta string) (rows int64, err error) {
	result, err := s.conn.ExecContext(ctx, copyStatement(selectSQL, path, meta))
	if err != nil {
		_ = os.Remove(path) // a COPY that fails leaves a part
		return 0, fmt.Errorf("writing Parquet: %w", s.blame(ctx, err))
	}
	return result.RowsAffected()
}

// Close ends the session.
func (s *Session) Close() error {
	var all []error
	if s.conn != nil {
		// A bad connection is not reused, and with it go its views and tables.
		if err := s.conn.Raw(func(any) error { return driver.ErrBadConn }); !errors.Is(err, driver.ErrBadConn) {
			all = append(all, err)
		}
		s.conn = nil
	}
	for _, end := range slices.Backward(s.ends) {
		all = append(all, end())
	}
	s.ends = nil
	if err := errors.Join(all...); err != nil {
		return fmt.Errorf("closing session: %w", err)
	}
	return nil
}
