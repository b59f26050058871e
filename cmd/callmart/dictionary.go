package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"callmart/transform/schema"
)

func (a *app) dictionary() *cobra.Command {
	return &cobra.Command{
		Use:   "dictionary",
		Short: "Print what every table and column means",
		Long: `Dictionary prints every table and column of the lake with its type, unit, meaning and allowed words: as Markdown,
or as one JSON object with --json. It is what the Parquet files carry in their metadata. It needs no configuration.`,
		Example: `  callmart dictionary > dictionary.md
  callmart dictionary --json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if a.json {
				return a.printJSON(dictionaryJSON())
			}
			if err := writeDictionary(a.out); err != nil {
				return fmt.Errorf("writing dictionary: %w", err)
			}
			return nil
		},
	}
}

type (
	dictionaryFile struct {
		Version int               `json:"version"` // of the tables' layout
		Rules   int               `json:"rules"`   // of the mapping from payloads to rows
		Tables  []dictionaryTable `json:"tables"`
	}
	dictionaryTable struct {
		Name   string            `json:"name"`
		Grain  string            `json:"grain"`
		Fields []dictionaryField `json:"fields"`
	}
	dictionaryField struct {
		Name   string   `json:"name"`
		Type   string   `json:"type"`
		Unit   string   `json:"unit,omitempty"`
		Doc    string   `json:"doc"`
		Values []string `json:"values,omitempty"`
	}
)

func dictionaryJSON() dictionaryFile {
	file := dictionaryFile{Version: schema.Version, Rules: schema.Rules}
	for _, t := range schema.Tables() {
		table := dictionaryTable{Name: t.Name, Grain: t.Grain}
		for _, f := range t.Fields {
			table.Fields = append(table.Fields, dictionaryField{f.Name, f.Type.String(), f.Unit, f.Doc, f.Values})
		}
		file.Tables = append(file.Tables, table)
	}
	return file
}

// writeDictionary writes Markdown: one table per table, one row per column.
func writeDictionary(out io.Writer) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "# Data dictionary\n\nVersion %d of the tables, version %d of the mapping rules. ", schema.Version, schema.Rules)
	fmt.Fprint(w, "The columns `source` and `date` of every table are in the path of its files, ",
		"`<table>/source=<name>/date=<YYYY-MM-DD>/`. An empty value (NULL) means unknown.\n")
	cell := strings.NewReplacer("|", `\|`, "\n", " ").Replace
	for _, t := range schema.Tables() {
		fmt.Fprintf(w, "\n## %s\n\nOne row is %s.\n\n| column | type | unit | meaning |\n|---|---|---|---|\n", t.Name, t.Grain)
		for _, f := range t.Fields {
			doc := f.Doc
			if len(f.Values) > 0 {
				doc += " One of: " + strings.Join(f.Values, ", ") + "."
			}
			fmt.Fprintf(w, "| %s | %s | %s | %s |\n", f.Name, f.Type, cell(f.Unit), cell(doc))
		}
	}
	return w.Flush()
}
