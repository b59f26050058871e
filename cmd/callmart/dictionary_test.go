package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"callmart/transform/schema"
)

var update = flag.Bool("update", false, "write the golden files of this package anew")

// The golden file shows in a review what analysts will read.
func TestDictionaryAsMarkdown(t *testing.T) {
	var got bytes.Buffer
	require.Equal(t, 0, execute(t.Context(), []string{"dictionary"}, &got, &got))
	golden := filepath.Join("testdata", "dictionary.md")
	if *update {
		require.NoError(t, os.WriteFile(golden, got.Bytes(), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err, "go test ./cmd/callmart -run Dictionary -update writes it")
	require.Empty(t, cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")))
	columns := 0
	for line := range strings.Lines(got.String()) {
		switch cells := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") - 1; {
		case strings.HasPrefix(line, "## "):
			columns = 0
		case cells < 0:
		case columns == 0:
			columns = cells
		default:
			require.Equal(t, columns, cells, line)
		}
	}
}

func TestDictionaryAsJSON(t *testing.T) {
	var out bytes.Buffer
	require.Equal(t, 0, execute(t.Context(), []string{"dictionary", "--json"}, &out, &out))
	var got struct {
		Version, Rules int
		Tables         []struct {
			Name   string
			Fields []struct {
				Name, Type, Doc string
				Origins         schema.Origins
			}
		}
		Outcomes []schema.OutcomeRule
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &got))
	require.Equal(t, schema.Version, got.Version)
	require.Equal(t, schema.Rules, got.Rules)
	require.Empty(t, cmp.Diff(schema.OutcomeRules(), got.Outcomes))
	require.Len(t, got.Tables, int(schema.NumTables))
	for id, table := range schema.Tables() {
		require.Equal(t, table.Name, got.Tables[id].Name)
		require.Len(t, got.Tables[id].Fields, len(table.Fields))
		for i, f := range table.Fields {
			require.Equal(t, f.Name, got.Tables[id].Fields[i].Name)
			require.Equal(t, f.Origins, got.Tables[id].Fields[i].Origins, "%s.%s", table.Name, f.Name)
		}
	}
}
