// Package sql holds the project's queries: one SELECT per file over named views, without paths, COPY or INSERT,
// in the subset of SQL that DuckDB and Spark share. Each file's header says what it answers, its grain and units.
package sql

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed *.sql
var files embed.FS

// Read returns the text of the named query ("judged" reads judged.sql).
// The error names the query where no such file is embedded.
func Read(name string) (string, error) {
	text, err := files.ReadFile(name + ".sql")
	if err != nil {
		return "", fmt.Errorf("reading query %q: %w", name, err)
	}
	return string(text), nil
}

// Names returns the names of all queries in the order of the alphabet.
func Names() ([]string, error) {
	paths, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("listing queries: %w", err)
	}
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = strings.TrimSuffix(path, ".sql")
	}
	return names, nil
}
