package load

import (
	"context"
	"fmt"
	"strings"
)

// rowGroup is the most rows per row group of what SQL makes, as in the files of parquetfile.
const rowGroup = 20480

// MetaKey is the file-level Parquet key that says what a file holds and how it was made.
const MetaKey = "callmart.schema"

// copyStatement writes the rows of a SELECT to a Parquet file as zstd.
func copyStatement(selectSQL, path, meta string) string {
	selectSQL = strings.TrimRight(selectSQL, "; \t\r\n")
	return fmt.Sprintf("COPY (\n%s\n) TO %s (FORMAT PARQUET, COMPRESSION ZSTD, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE %d, USE_TMP_FILE false, KV_METADATA {%s: %s})",
		selectSQL, literal(path), rowGroup, literal(MetaKey), literal(meta))
}

// checkRows compares the rows of files with the counts in the footers of the Parquet files at paths.
func (e *Engine) checkRows(ctx context.Context, files []File, paths []string) error {
	rows, err := e.db.QueryContext(ctx, "SELECT file_name, num_rows FROM parquet_file_metadata("+pathList(paths)+")")
	if err != nil {
		return fmt.Errorf("reading Parquet footers: %w", err)
	}
	defer rows.Close()
	counts := make(map[string]int64, len(paths))
	for rows.Next() {
		var path string
		var count int64
		if err := rows.Scan(&path, &count); err != nil {
			return fmt.Errorf("reading Parquet footers: %w", err)
		}
		counts[path] = count
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading Parquet footers: %w", err)
	}
	for i, f := range files {
		if got, ok := counts[paths[i]]; !ok || got != f.Rows {
			return fmt.Errorf("checking %s: its footer says %d rows, written were %d", f.Path, got, f.Rows)
		}
	}
	return nil
}

// pathList writes paths as a list for read_parquet, which would take some of their characters for patterns.
func pathList(paths []string) string {
	escape := strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]")
	list := make([]string, len(paths))
	for i, p := range paths {
		list[i] = literal(escape.Replace(p))
	}
	return "[" + strings.Join(list, ", ") + "]"
}
