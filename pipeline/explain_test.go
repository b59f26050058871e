package pipeline_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/fixtures"
	"callmart/load"
	"callmart/pipeline"
	"callmart/transform/schema"
)

// TestExplanationsMakeTheLake explains some calls of every vendor: what is explained is what is published, and the rule
// behind every outcome is found.
func TestExplanationsMakeTheLake(t *testing.T) {
	for _, vendor := range fixtures.Vendors() {
		t.Run(vendor, func(t *testing.T) {
			s := newSite(t)
			for name, content := range vendorFiles(vendor) {
				s.archive(vendor, name, content)
			}
			_, err := s.run(pipeline.RunOptions{NoReport: true})
			require.NoError(t, err)
			several := 0
			for i, id := range s.calls(vendor + "-1") {
				if i%30 != 0 {
					continue
				}
				e, err := pipeline.Explain(t.Context(), s.config(), pipeline.ExplainOptions{Source: vendor + "-1", CallID: id})
				require.NoError(t, err)
				require.Empty(t, e.Notes)
				require.Len(t, e.Calls, 1)
				call := e.Calls[0]
				require.Empty(t, call.Differences, "call %s", id)
				require.NotEmpty(t, call.Outcome.DecidedBy, "call %s", id)
				require.NotNil(t, call.Counted)
				for _, o := range call.Observations {
					require.Equal(t, "present", o.RawFile, o.File)
				}
				if len(call.Observations) > 1 {
					several++
				}
			}
			if vendor != "ccai" {
				require.Positive(t, several)
			}
		})
	}
}

// calls are the ids of a source's calls.
func (s *site) calls(source string) (ids []string) {
	lake, err := load.Open(s.t.Context(), s.config().Lake, load.Options{})
	require.NoError(s.t, err)
	partitions, err := lake.Partitions(s.t.Context(), load.Selection{Sources: []string{source}})
	require.NoError(s.t, err)
	for _, p := range partitions {
		rows, err := lake.OpenStored(schema.Calls, p.Source, p.Date, schema.CallID)
		require.NoError(s.t, err)
		for {
			ok, err := rows.Next()
			require.NoError(s.t, err)
			if !ok {
				break
			}
			_, id, _ := rows.Value(schema.CallID)
			ids = append(ids, string(id))
		}
		require.NoError(s.t, rows.Close())
	}
	return ids
}

// TestExplainKnowsWhatIsWanted names what the ledger says of ids that the lake does not have.
func TestExplainKnowsWhatIsWanted(t *testing.T) {
	s := newSite(t)
	s.archive("nectardesk", "a.json", []byte(`{"id":1,"type":"inbound","startedDate":"2026-03-10T09:00:00+01:00","endedDate":"2026-03-10T09:03:00+01:00"}`))
	_, err := s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	path := s.path("lake", "_ledger", "nectardesk-1.json")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var book map[string]any
	require.NoError(t, json.Unmarshal(text, &book))
	book["pending"] = map[string]string{"700": "2026-03-10T08:00:00Z", "1": "2026-03-10T08:00:00Z"}
	book["not_found"] = map[string]string{"701": "2026-03-10T09:00:00Z"}
	text, err = json.Marshal(book)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, text, 0o600))

	explain := func(id string) (*pipeline.Explained, error) {
		return pipeline.Explain(t.Context(), s.config(), pipeline.ExplainOptions{Source: "nectardesk-1", CallID: id})
	}
	_, err = explain("700")
	require.ErrorContains(t, err, "; it is still to be fetched from the API, a webhook named it at 2026-03-10T08:00:00Z")
	_, err = explain("701")
	require.ErrorContains(t, err, "; the API did not know it at 2026-03-10T09:00:00Z")
	var usage *pipeline.UsageError
	require.ErrorAs(t, err, &usage)
	e, err := explain("1")
	require.NoError(t, err)
	require.Equal(t, []string{"an API copy of it is still to be fetched, a webhook named it at 2026-03-10T08:00:00Z"}, e.Notes)
}
