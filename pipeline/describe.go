package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
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
	var texts [schema.NumTables]string
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

// settingsHash names the settings of a source that form its rows. The key of caller_key takes part as a hash of a
// hash, so that nothing of it can be read from a file.
func settingsHash(s transform.Source) (string, error) {
	key := sha256.Sum256(s.Key)
	key = sha256.Sum256(key[:])
	text, err := json.Marshal(struct {
		Vendor, Zone, PayloadZone, Region string
		Outcomes                          map[string]map[string]string
		Directions                        map[string]string
		Key                               string
	}{s.Vendor, s.Zone.String(), s.PayloadZone.String(), s.Region, s.Outcomes, s.Directions, hex.EncodeToString(key[:4])})
	if err != nil {
		return "", fmt.Errorf("hashing settings of %s: %w", s.Name, err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8]), nil
}
