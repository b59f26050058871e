package main

import "strings"

// layout is one way to write calls and queue_entries.
type layout struct {
	Name    string            `json:"name"`
	Does    string            `json:"does"`
	Unit    string            `json:"unit"`              // what a file holds: date, month or all
	Order   map[string]string `json:"order,omitempty"`   // of a table's rows within the unit; none: as they lie in the lake
	Options string            `json:"options,omitempty"` // of COPY, beside FORMAT PARQUET
	Threads int               `json:"threads,omitempty"` // 0: as many as DuckDB takes
	By      string            `json:"by,omitempty"`      // PARTITION_BY
	Notes   bool              `json:"notes,omitempty"`   // with callmart.schema, the documentation, in the footer
}

// asPublished is the layout that the others of the lake's kind are variants of: files and order are those of load, though COPY writes
// them here.
const asPublished = "20480, level 1"

// notesKey is the key of what a lake's files say of themselves.
const notesKey = "callmart.schema"

// layouts are all that are measured. Those of one unit and order stand together: they are written in turn from the same rows.
func layouts() []layout {
	day := func(name, does, options string) layout {
		return layout{Name: name, Does: does, Unit: "date", Threads: 1, Options: options, Notes: true}
	}
	zstd := func(level, group string) string {
		return "COMPRESSION ZSTD, COMPRESSION_LEVEL " + level + ", ROW_GROUP_SIZE " + group
	}
	random := map[string]string{"calls": "hash(call_id)", "queue_entries": "hash(call_id)"}
	timely := map[string]string{"calls": "started_at, call_id", "queue_entries": "entered_at, call_id, queue_entry_index"}
	callers := map[string]string{"calls": "caller_key, started_at, call_id"}
	queues := map[string]string{"calls": "queue, started_at, call_id", "queue_entries": "queue, entered_at, call_id, queue_entry_index"}
	ours := zstd("1", "20480")
	return []layout{
		{Name: "naive file", Does: "one COPY with DuckDB's defaults (snappy, row groups of 122,880), rows as a deduplication leaves them", Unit: "all", Order: random},
		{Name: "naive by date", Does: "the same with PARTITION_BY (date)", Unit: "all", Order: random, By: "date"},
		{Name: "naive file, sorted", Does: "naive file, ORDER BY started_at", Unit: "all", Order: timely},
		day(asPublished, "a file per source and date, by started_at and call_id, as callmart load writes them; by COPY, zstd level 1, row groups of 20,480", ours),
		day("10240", "row groups of 10,240", zstd("1", "10240")),
		day("61440", "row groups of 61,440", zstd("1", "61440")),
		day("122880", "row groups of 122,880", zstd("1", "122880")),
		day("level 3", "zstd level 3", zstd("3", "20480")),
		day("snappy", "snappy", "COMPRESSION SNAPPY, ROW_GROUP_SIZE 20480"),
		day("no dictionaries", "dictionary_compression_ratio_threshold -1", ours+", DICTIONARY_COMPRESSION_RATIO_THRESHOLD -1"),
		day("dictionaries from 2", "dictionary_compression_ratio_threshold 2", ours+", DICTIONARY_COMPRESSION_RATIO_THRESHOLD 2"),
		{Name: "no notes", Does: "without callmart.schema in the footer", Unit: "date", Options: ours, Threads: 1},
		{Name: "by caller", Does: "a day's calls by caller_key", Unit: "date", Order: callers, Options: ours, Threads: 1, Notes: true},
		{Name: "by queue", Does: "a day's calls and entries by queue", Unit: "date", Order: queues, Options: ours, Threads: 1, Notes: true},
		{Name: "by month", Does: "a file per source and month", Unit: "month", Options: ours, Threads: 1, Notes: true},
	}
}

// group tells which layouts can be written from the same rows.
func (l *layout) group() string {
	return l.Unit + "|" + l.Order["calls"] + "|" + l.Order["queue_entries"]
}

// copyStatement writes a table's rows to a file, or below a folder.
func (l *layout) copyStatement(rows, target, notes string) string {
	options := []string{"FORMAT PARQUET"}
	if l.Options != "" {
		options = append(options, l.Options)
	}
	if l.By != "" {
		options = append(options, "PARTITION_BY ("+l.By+")")
	}
	if l.Notes && notes != "" {
		options = append(options, "KV_METADATA {"+literal(notesKey)+": "+literal(notes)+"}")
	}
	return "COPY " + rows + " TO " + literal(target) + " (" + strings.Join(options, ", ") + ")"
}

// layoutTables are written in every layout. A lake's other tables are read as they lie there.
func layoutTables() []string { return []string{"calls", "queue_entries"} }
