package pipeline

import (
	"encoding/json"
	"fmt"
	"slices"

	"callmart/load"
	"callmart/transform"
	"callmart/transform/schema"
)

// description is the value of the Parquet key callmart.schema: what a table's columns mean, and by which settings
// and rules its rows were made.
type description struct {
	Table    string         `json:"table"`
	Version  int            `json:"version"`
	Rules    int            `json:"rules"`
	Settings string         `json:"settings"` // hash of the source's settings that form the lake
	Grain    string         `json:"grain"`
	Fields   []schema.Field `json:"fields"`
}

// columnsOf are a table's columns without their origins, which would double what every small file carries; `callmart
// dictionary` has them.
func columnsOf(t *schema.Table) []schema.Field {
	columns := slices.Clone(t.Fields)
	for i := range columns {
		columns[i].Origins = schema.Origins{}
	}
	return columns
}

// describe returns the descriptions of a source's tables.
func describe(s transform.Source) (load.Meta, error) {
	hash, err := settingsHash(s)
	if err != nil {
		return nil, err
	}
	var texts [schema.NumStored]string
	for id := range texts {
		t := schema.Get(schema.ID(id))
		d := description{t.Name, schema.Version, schema.Rules, hash, t.Grain, columnsOf(t)}
		text, err := json.Marshal(d)
		if err != nil {
			return nil, fmt.Errorf("describing %s: %w", t.Name, err)
		}
		texts[id] = string(text)
	}
	return func(t *schema.Table) (string, error) { return texts[t.ID], nil }, nil
}
