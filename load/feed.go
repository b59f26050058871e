package load

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"

	arrow15 "github.com/apache/arrow/go/v15/arrow"
	"github.com/marcboeker/go-duckdb"

	"callmart/transform/schema"
)

// feed is a connection of an engine with a view over one table's batches. DuckDB 1.1.3 never gives back what it
// learns about a view, so feeds are kept for the next partition.
type feed struct {
	id      schema.ID
	conn    *sql.Conn
	view    string
	stream  *stream
	release func()
}

// borrowFeed returns an idle feed of the table, or a new one.
func (e *Engine) borrowFeed(ctx context.Context, id schema.ID) (*feed, error) {
	e.mu.Lock()
	if idle := e.idle[id]; len(idle) > 0 {
		f := idle[len(idle)-1]
		e.idle[id] = idle[:len(idle)-1]
		e.mu.Unlock()
		return f, nil
	}
	e.views++
	view := fmt.Sprintf("feed_%d", e.views) // views are shared by all connections of a DuckDB
	e.mu.Unlock()

	conn, err := e.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connecting to DuckDB: %w", err)
	}
	f := &feed{id: id, conn: conn, view: view, stream: newStream(schema.Get(id))}
	err = conn.Raw(func(c any) error {
		a, err := duckdb.NewArrowFromConn(c.(driver.Conn))
		if err != nil {
			return err
		}
		f.release, err = a.RegisterView(f.stream, view)
		return err
	})
	if err != nil {
		_ = conn.Close() // the first error says more
		return nil, fmt.Errorf("registering batches of %s: %w", schema.Get(id).Name, err)
	}
	return f, nil
}

// returnFeed keeps a feed whose COPY ended well.
func (e *Engine) returnFeed(f *feed) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.idle[f.id] = append(e.idle[f.id], f)
}

// copy writes the batches of in to a Parquet file, until in is closed, and returns the rows it read.
// After an error the file may be there, in part.
func (f *feed) copy(ctx context.Context, in <-chan arrow15.Record, path, meta string) (int64, error) {
	f.stream.begin(ctx, in)
	_, err := f.conn.ExecContext(ctx, copyStatement("SELECT * FROM "+f.view, path, meta))
	rows, streamErr := f.stream.end()
	if streamErr != nil { // DuckDB only repeats it
		err = streamErr
	}
	return rows, err
}

// discard ends the feed. The view goes first: it must not outlive what it points to.
func (f *feed) discard() {
	if _, err := f.conn.ExecContext(context.Background(), "DROP VIEW "+f.view); err == nil {
		f.release()
	}
	_ = f.conn.Close() // nothing of it is needed any more
}
