package pipeline

import (
	"context"
	"encoding/hex"
	"errors"

	"callmart/load"
	"callmart/transform"
	"callmart/transform/schema"
)

// lost counts, by date, the calls of which the lake has an observation whose record is gone, and which no readable file
// has a copy of: made of the raw records alone, they would forget it. Calls of which no record is left are not counted.
func (s *sourceRun) lost(ctx context.Context, m *merger) (map[transform.Date]int, error) {
	dates, err := s.publishedDates(ctx)
	if err != nil {
		return nil, err
	}
	counts := map[transform.Date]int{}
	for _, date := range dates {
		payloads, err := s.orphans(ctx, date)
		var broken *load.BrokenError
		if errors.As(err, &broken) {
			continue // published tells of it
		}
		if err != nil {
			return nil, err
		}
		for id, hashes := range payloads {
			entries := s.index.find(id)
			if len(entries) == 0 {
				continue
			}
			versions, _, _, err := m.versions(ctx, placesOf(entries))
			if err != nil {
				return nil, err
			}
			for _, v := range versions {
				delete(hashes, hex.EncodeToString(v.SHA256[:]))
			}
			if len(hashes) > 0 {
				counts[date]++
			}
		}
	}
	return counts, nil
}

// recordPlace are the columns that tell whose a record was and where it lay.
var recordPlace = []int{
	schema.RecordCallID, schema.RecordObservation, schema.RecordFile, schema.RecordOffset, schema.RecordLength, schema.RecordPosition,
}

// observed names one of a call's observations.
type observed struct {
	id string
	n  int64
}

// stillThere reports whether the call has a record where the lake's observation of it lay. That its file is there says
// nothing: it may have been overwritten since.
func (s *sourceRun) stillThere(rows *load.StoredTable) bool {
	_, id, _ := rows.Value(schema.RecordCallID)
	entries := s.index.find(string(id))
	if len(entries) == 0 {
		return false
	}
	_, file, _ := rows.Value(schema.RecordFile)
	offset, _, _ := rows.Value(schema.RecordOffset)
	length, _, _ := rows.Value(schema.RecordLength)
	position, _, _ := rows.Value(schema.RecordPosition)
	for i := range entries {
		p := entries[i].place()
		if p.Offset == offset && p.Length == length && int64(p.Position) == position && s.inputs[p.File].Path == string(file) {
			return true
		}
	}
	return false
}

// orphans are the hashes of a partition's observations whose record is not where it lay, by call.
func (s *sourceRun) orphans(ctx context.Context, date transform.Date) (map[string]map[string]bool, error) {
	gone := map[observed]bool{}
	err := eachStored(ctx, s.lake, schema.Records, s.config.Name, date, recordPlace, func(rows *load.StoredTable) {
		if s.stillThere(rows) {
			return
		}
		_, id, _ := rows.Value(schema.RecordCallID)
		n, _, _ := rows.Value(schema.RecordObservation)
		gone[observed{string(id), n}] = true
	})
	if err != nil || len(gone) == 0 {
		return nil, err
	}
	payloads := map[string]map[string]bool{}
	note := func(o observed, hash []byte) {
		if !gone[o] {
			return
		}
		delete(gone, o)
		if payloads[o.id] == nil {
			payloads[o.id] = map[string]bool{}
		}
		payloads[o.id][string(hash)] = true
	}
	// Calls with several observations have them beside the table, those with one in it.
	index := schema.ObservedIndex(schema.Calls)
	err = eachStored(ctx, s.lake, schema.ObservedOf(schema.Calls), s.config.Name, date, []int{schema.CallID, schema.CallPayloadSHA256, index}, func(rows *load.StoredTable) {
		_, id, _ := rows.Value(schema.CallID)
		n, _, _ := rows.Value(index)
		_, hash, _ := rows.Value(schema.CallPayloadSHA256)
		note(observed{string(id), n}, hash)
	})
	if err != nil {
		return nil, err
	}
	err = eachStored(ctx, s.lake, schema.Calls, s.config.Name, date, []int{schema.CallID, schema.CallPayloadSHA256}, func(rows *load.StoredTable) {
		_, id, _ := rows.Value(schema.CallID)
		_, hash, _ := rows.Value(schema.CallPayloadSHA256)
		note(observed{id: string(id)}, hash)
	})
	return payloads, err
}
