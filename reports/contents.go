package reports

import (
	"context"
	"fmt"
	"time"
)

// contents is what Bind must know of the lake before it can count.
type contents struct {
	sources     []string
	queues      []queueKey
	first, last time.Time // least and greatest local day of an entry; zero where there is none
}

type queueKey struct {
	source string
	queue  any // nil where the vendor named none
}

const (
	selectSources = `SELECT DISTINCT source FROM calls ORDER BY source`
	selectQueues  = `SELECT source, queue, CAST(min(entered_local) AS DATE), CAST(max(entered_local) AS DATE)
FROM queue_entries GROUP BY source, queue ORDER BY source, queue NULLS LAST`
)

func contentsOf(ctx context.Context, q Querier) (*contents, error) {
	sources, err := selectRows(ctx, q, selectSources, 0)
	if err != nil {
		return nil, fmt.Errorf("listing sources: %w", err)
	}
	seen := &contents{}
	for _, row := range sources.Rows {
		name, _ := row[0].(string)
		seen.sources = append(seen.sources, name)
	}
	queues, err := selectRows(ctx, q, selectQueues, 0)
	if err != nil {
		return nil, fmt.Errorf("listing queues: %w", err)
	}
	for _, row := range queues.Rows {
		source, _ := row[0].(string)
		seen.queues = append(seen.queues, queueKey{source, row[1]})
		first, ok := row[2].(time.Time)
		if !ok {
			continue
		}
		last, _ := row[3].(time.Time)
		if seen.first.IsZero() || first.Before(seen.first) {
			seen.first = first
		}
		seen.last = later(seen.last, last)
	}
	return seen, nil
}
