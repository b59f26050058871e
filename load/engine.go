package load

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"sync"

	"github.com/marcboeker/go-duckdb"

	"callmart/load/parquetfile"
	"callmart/transform/schema"
)

// EngineOptions limit one DuckDB.
type EngineOptions struct {
	Memory  int64  // bytes; 0 leaves DuckDB's own limit, 80 % of the machine
	Temp    string // folder to spill to; empty: never spill
	Threads int    // 0 means 1, with which the bytes of what it writes depend on the rows alone
}

// Engine is one DuckDB in memory, and the writers of partitions' files. Several partitions may be written through it at once.
type Engine struct {
	db *sql.DB

	mu   sync.Mutex
	idle [schema.NumStored][]*parquetfile.Writer // that wait for a partition
}

// OpenEngine starts a DuckDB that can neither download nor load extensions.
func OpenEngine(ctx context.Context, opt EngineOptions) (*Engine, error) {
	settings := url.Values{
		"threads":                      {strconv.Itoa(max(opt.Threads, 1))},
		"temp_directory":               {opt.Temp},
		"autoinstall_known_extensions": {"false"},
		"autoload_known_extensions":    {"false"},
		"preserve_insertion_order":     {"true"},
	}
	if opt.Memory > 0 {
		settings.Set("memory_limit", strconv.FormatInt(opt.Memory, 10)+"B")
	}
	connector, err := duckdb.NewConnector("?"+settings.Encode(), nil)
	if err != nil {
		return nil, fmt.Errorf("starting DuckDB: %w", err)
	}
	e := &Engine{db: sql.OpenDB(connector)}
	if err := e.db.PingContext(ctx); err != nil {
		return nil, fmt.Errorf("starting DuckDB: %w", errors.Join(err, e.db.Close()))
	}
	return e, nil
}

// Close stops the DuckDB. No partition or session of it may be open.
func (e *Engine) Close() error {
	if err := e.db.Close(); err != nil {
		return fmt.Errorf("stopping DuckDB: %w", err)
	}
	return nil
}
