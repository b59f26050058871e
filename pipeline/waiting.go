package pipeline

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"

	"callmart/extract/raw"
)

// Records that say nothing of when their call was wait for it: a copy of each lies in the lake, in a file that every run
// reads, until the call is there.

const waitingFolder = "waiting"

// waitingPath is where the records of an origin wait.
func waitingPath(source string, o raw.Origin) string {
	return path.Join("_raw", "source="+source, waitingFolder, o.String(), "waiting.ndjson.zst")
}

// awaits reports whether a file is one of waiting records: what it holds changes from run to run.
func awaits(path string) bool {
	return strings.HasSuffix(path, "/waiting.ndjson.zst") && strings.Contains(path, "/_raw/source=") && strings.Contains(path, "/"+waitingFolder+"/")
}

func comparePlaces(a, b raw.Place) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Position, b.Position))
}

// stageWaiting stages the records that wait for their call now, and empties the files that have none any more.
func (s *sourceRun) stageWaiting(ctx context.Context, files *openFiles) error {
	if s.options.Rebuild == FromObservations {
		return nil
	}
	var texts [len(origins)]bytes.Buffer
	seen := map[string]bool{}
	f := newFetcher(files)
	slices.SortFunc(s.index.waiting, comparePlaces)
	for _, place := range s.index.waiting {
		if place.File == inLake {
			continue
		}
		place.Position = 0
		rec, _, err := f.fetch(ctx, place)
		if err != nil {
			return err
		}
		if seen[string(rec.Body)] {
			continue
		}
		seen[string(rec.Body)] = true
		texts[rec.Origin].Write(rec.Body)
		texts[rec.Origin].WriteByte('\n')
	}
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return fmt.Errorf("storing waiting records: %w", err)
	}
	defer encoder.Close()
	for i := range texts {
		rel := waitingPath(s.config.Name, raw.Origin(i))
		if _, err := os.Stat(filepath.Join(s.runner.config.Lake, filepath.FromSlash(rel))); err != nil && texts[i].Len() == 0 {
			continue
		}
		if err := s.staging.AddBytes(rel, encoder.EncodeAll(texts[i].Bytes(), nil)); err != nil {
			return err
		}
	}
	return nil
}
