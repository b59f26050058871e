package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"callmart/transform/schema"
)

func (a *app) dictionary() *cobra.Command {
	return &cobra.Command{
		Use:   "dictionary",
		Short: "Print what every table and column means",
		Long: `Dictionary prints every table and column of the lake with its type, unit, meaning, allowed words and where each vendor's
value comes from, and the rules by which vendors' words become outcomes: as Markdown, or as one JSON object with --json.
The Parquet files carry the same in their metadata, but for the vendors. It needs no configuration.`,
		Example: `  callmart dictionary > dictionary.md
  callmart dictionary --json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if a.json {
				return a.printJSON(dictionaryFile{schema.Version, schema.Rules, schema.Tables(), schema.OutcomeRules()})
			}
			if err := writeDictionary(a.out); err != nil {
				return fmt.Errorf("writing dictionary: %w", err)
			}
			return nil
		},
	}
}

type dictionaryFile struct {
	Version  int                             `json:"version"` // of the tables' layout
	Rules    int                             `json:"rules"`   // of the mapping from payloads to rows
	Tables   *[schema.NumTables]schema.Table `json:"tables"`
	Outcomes []schema.OutcomeRule            `json:"outcomes"` // per vendor in the order in which they are tried
}
