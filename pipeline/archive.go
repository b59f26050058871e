package pipeline

import (
	"path"
	"path/filepath"

	"callmart/extract"
	"callmart/extract/raw"
)

// origins are those that a file of the archive may have.
var origins = [...]raw.Origin{raw.List, raw.Webhook, raw.API, raw.File}

// archiveOf is everything that a run reads of a source: the repaired records and API answers of the lake, and the
// configured archive. Compressed files are spooled into the folder spool.
func archiveOf(cfg *Config, c Source, spool string) *extract.Archive {
	a := &extract.Archive{Spool: spool}
	folder := escapeGlob(rawFolder(cfg.Lake, c.Name))
	for _, o := range origins {
		a.Globs = append(a.Globs, extract.Glob{Pattern: filepath.Join(folder, repairs, o.String(), "*.ndjson.zst"), Origin: o},
			extract.Glob{Pattern: filepath.Join(folder, waitingFolder, o.String(), "*.ndjson.zst"), Origin: o})
	}
	a.Globs = append(a.Globs, extract.Glob{Pattern: filepath.Join(folder, "**", "*.ndjson.zst"), Origin: raw.API})
	for _, from := range c.Archive {
		for _, p := range from.Paths {
			a.Globs = append(a.Globs, extract.Glob{Pattern: p, Event: from.Event, Origin: raw.Webhook})
		}
	}
	return a
}

// rawFolder is where the lake keeps a source's records that are in no archive: API answers, a folder per day, and
// repaired records, a folder per origin.
func rawFolder(lake, source string) string { return filepath.Join(lake, "_raw", "source="+source) }

const repairs = "replayed"

// repairPath is where the repair of a refused record lies in the lake.
func repairPath(r *Refusal) string {
	return path.Join("_raw", "source="+r.Source, repairs, r.Origin, r.ID+".ndjson.zst")
}
