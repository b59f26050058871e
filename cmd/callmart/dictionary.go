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
				return a.printJSON(dictionaryFile{schema.Version, schema.Rules, schema.Tables()})
			}
			if err := writeDictionary(a.out); err != nil {
				return fmt.Errorf("writing dictionary: %w", err)
			}
			return nil
		},
	}
}

type dictionaryFile struct {
	Version int                             `json:"version"` // of the tables' layout
	Rules   int                             `json:"rules"`   // of the mapping from payloads to rows
	Tables  *[schema.NumTables]schema.Table `json:"tables"`
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
