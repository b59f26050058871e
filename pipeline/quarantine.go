package pipeline

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

// refusal is a record that could not become a row: why, where it lay, and what it said.
type refusal struct {
	Reason   string `json:"reason"`
	Detail   string `json:"detail,omitempty"`
	File     string `json:"file"`
	Offset   int64  `json:"offset"`
	Length   int64  `json:"length"`
	Position int32  `json:"position,omitempty"`
	Payload  string `json:"payload"`
}

// quarantine collects the refusals of one source, for one file under _quarantine.
type quarantine struct {
	mu       sync.Mutex
	refusals []refusal
}

// quarantinePayload is how much of a refused record is kept; the rest is where the record says it lay.
const quarantinePayload = 64 << 10

func (q *quarantine) add(r refusal) error {
	if len(r.Payload) > quarantinePayload {
		r.Payload = r.Payload[:quarantinePayload]
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.refusals = append(q.refusals, r)
	return nil
}

// bytes returns the refusals as NDJSON, in the order of their places; the same records give the same bytes.
func (q *quarantine) bytes() ([]byte, error) {
	slices.SortFunc(q.refusals, func(a, b refusal) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Position, b.Position))
	})
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, r := range q.refusals {
		if err := enc.Encode(r); err != nil {
			return nil, fmt.Errorf("writing quarantine: %w", err)
		}
	}
	return b.Bytes(), nil
}
