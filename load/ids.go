package load

import (
	"context"
	"errors"
	"fmt"
	"os"

	"callmart/transform/schema"
)

// CallIDs yields the ids of the calls in a published partition, in its order; none if there is no such partition.
// It stops at the first error of yield and returns it.
func (l *Lake) CallIDs(ctx context.Context, source, date string, yield func(id string) error) (err error) {
	path := l.path(partitionPath(schema.Get(schema.Calls).Name, source, date))
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("reading call ids of %s %s: %w", source, date, err)
		}
	}()
	e, err := OpenEngine(ctx, EngineOptions{Memory: l.opt.Memory})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	rows, err := e.db.QueryContext(ctx, "SELECT call_id FROM read_parquet("+pathList([]string{path})+")")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		if err := yield(id); err != nil {
			return err
		}
	}
	return rows.Err()
}
