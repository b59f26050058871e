package transform

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/fixtures"
	"callmart/transform/schema"
)

// TestExplanationsAreTheMerge merges random sets of a vendor's payloads as one call. What the explanation says won must
// make the merged call again, cell by cell.
func TestExplanationsAreTheMerge(t *testing.T) {
	reasons := map[Why]int{}
	for _, vendor := range fixtures.Vendors() {
		t.Run(vendor, func(t *testing.T) {
			all := append(observations(t, vendor), generated(t, vendor)...)
			rng := rand.New(rand.NewPCG(3, 4))
			r := testReader(t, vendor)
			for range 400 {
				picked := make([]observed, 1+rng.IntN(5))
				for i := range picked {
					picked[i] = all[rng.IntN(len(all))]
					picked[i].reader = testReader(t, vendor)
				}
				read := func() (set []*Observation) {
					for _, o := range picked {
						set = append(set, o.read(t))
					}
					set, _ = Versions(set)
					for _, v := range set {
						v.Call.Text(schema.CallID, "one")
						sortChildren(v)
					}
					return set
				}
				given := read()
				merged := Merge(read())
				unfinished, err := merged.Clone()
				require.NoError(t, err)
				r.Finish(merged)
				e, err := r.Explain(given)
				require.NoError(t, err)
				require.Equal(t, dump(merged), dump(e.Call))
				require.Empty(t, e.Differences(merged))
				requireWinners(t, e, given, unfinished, merged)
				for _, f := range e.Fields {
					reasons[f.Why]++
				}
				for _, c := range e.Tables {
					reasons[c.Why]++
				}
			}
		})
	}
	for _, why := range []Why{Only, Newest, GivenBeats, Strongest, NewestStrong, MostDetailed, Union, AfterMerge, Removed} {
		require.Positive(t, reasons[why], why)
	}
}

// requireWinners puts a call together from what the explanation says.
func requireWinners(t *testing.T, e *Explanation, given []*Observation, unfinished, merged *Observation) {
	t.Helper()
	require.Len(t, e.Observations, len(given))
	table := schema.Get(schema.Calls)
	explained := map[string]bool{}
	for _, f := range e.Fields {
		col := table.Index(f.Column)
		explained[f.Column] = true
		require.True(t, f.Value.same(merged.value(col)), f.Column)
		switch {
		case f.Why == Union || f.Column == "extra" || f.Column == "origins":
		case f.How == HowComputed || f.Why == Removed:
			require.Empty(t, f.Observations, f.Column)
			require.NotEmpty(t, f.Because, "%s: what is it computed from?", f.Column)
			if f.How == HowComputed && f.Column != "derived_fields" {
				require.NotEqual(t, unfinished.Call[col], merged.Call[col], f.Column)
			}
		default:
			require.Len(t, f.Observations, 1, f.Column)
			winner := given[f.Observations[0]]
			require.True(t, f.Value.same(winner.value(col)), f.Column)
			if col != schema.CallTags {
				require.Equal(t, how(winner.Call[col].State), f.How, f.Column)
			}
		}
		for _, o := range f.Others {
			require.NotContains(t, f.Observations, o.Observation, f.Column)
			require.True(t, o.Value.same(given[o.Observation].value(col)), f.Column)
			require.False(t, o.Value.same(f.Value), f.Column)
		}
	}
	for col, f := range table.Fields {
		require.Equal(t, explained[f.Name], explained[f.Name] || merged.value(col).Known(), "%s is not explained", f.Name)
	}
	for id := schema.Calls + 1; id < schema.NumRead; id++ {
		var c Children
		for _, x := range e.Tables {
			if x.Table == schema.Get(id).Name {
				c = x
			}
		}
		require.Len(t, c.Rows, merged.Children[id].Len())
		if id != schema.Events && len(c.Observations) > 0 {
			require.Len(t, c.Observations, 1)
			require.True(t, sameRows(&given[c.Observations[0]].Children[id], &unfinished.Children[id]), c.Table)
		}
		if id == schema.QueueEntries {
			require.Equal(t, len(c.Rows) == 0, e.NoEntries != nil)
			require.Len(t, c.Exits, len(c.Rows))
			for _, x := range c.Exits {
				require.NotEmpty(t, x.Meaning, x.Rule)
			}
		}
	}
}

// TestTheRuleIsFoundAgain reads every payload, and then asks what the lake keeps of it for the rule that decided.
func TestTheRuleIsFoundAgain(t *testing.T) {
	for _, vendor := range fixtures.Vendors() {
		t.Run(vendor, func(t *testing.T) {
			for _, o := range append(observations(t, vendor), generated(t, vendor)...) {
				requireRule(t, testReader(t, vendor), o.read(t), o.body)
			}
			rules := rulesOf(vendor)
			keys, conditions := map[string]bool{}, map[string]bool{"": true}
			for _, r := range rules {
				keys[r.Key], conditions[r.When] = true, true
			}
			r, met := testReader(t, vendor), map[Rule]bool{}
			for _, key := range sortedKeys(keys) {
				for _, word := range wordsOf(t, vendor, rules) {
					for _, direction := range schema.Directions() {
						for _, when := range sortedKeys(conditions) {
							for _, p := range payloadsFor(t, vendor, key, word, direction, when) {
								o := NewObservation()
								r.Open(&p.record)
								require.Equal(t, Loaded, r.Item(0, o).Fate)
								met[requireRule(t, testReader(t, vendor), o, p.record.Body)] = true
							}
						}
					}
				}
			}
			require.GreaterOrEqual(t, len(met), 4)
		})
	}
}

func requireRule(t *testing.T, r *Reader, o *Observation, body []byte) Rule {
	t.Helper()
	rules, err := r.rules(o)
	require.NoError(t, err)
	if o.rule == "" {
		require.Empty(t, rules)
		return ""
	}
	require.Contains(t, rules, o.rule, "%s", body)
	meaning, _ := o.rule.about()
	require.NotEmpty(t, meaning, o.rule)
	if len(rules) > 1 { // what decided is not kept: abandoned and is_answered
		require.Equal(t, "nectardesk", r.source.Vendor, "%v %s", rules, body)
		require.LessOrEqual(t, len(rules), 2, "%v %s", rules, body)
	}
	return o.rule
}

func TestConfiguredWordsAreExplained(t *testing.T) {
	body := []byte(`{"id":"1","status":"finished","fail_reason":"odd","call_type":"Voice Inbound","created_at":"2026-05-05T10:00:00Z"}`)
	rec := raw.Record{Body: body, Origin: raw.Webhook}
	configured := func(s *Source) {
		s.Outcomes = map[string]map[string]string{"raw_reason": {"odd": "callback"}}
	}
	r := testReader(t, "ccai", configured)
	r.Open(&rec)
	o := NewObservation()
	require.Equal(t, Loaded, r.Item(0, o).Fate)
	e, err := r.Explain([]*Observation{o})
	require.NoError(t, err)
	require.Equal(t, "callback", e.Outcome.Outcome)
	require.Equal(t, []Told{{ruleReasonConfigured, "configured in outcomes.raw_reason", []Word{{"raw_reason", "odd"}}}}, e.Outcome.DecidedBy)

	// Another configuration than the lake's decides otherwise: then nothing is claimed.
	e, err = testReader(t, "ccai").Explain([]*Observation{o})
	require.NoError(t, err)
	require.Equal(t, "callback", e.Outcome.Outcome)
	require.Empty(t, e.Outcome.DecidedBy)
}

func TestExplanationAsJSON(t *testing.T) {
	o := observations(t, "ccai")[0]
	e, err := testReader(t, "ccai").Explain([]*Observation{o.read(t)})
	require.NoError(t, err)
	text, err := json.Marshal(e)
	require.NoError(t, err)
	var back struct {
		Observations []struct {
			ObservedAt string `json:"observed_at"`
			SHA256     string `json:"payload_sha256"`
		}
		Fields []struct {
			Column string
			Value  any
		}
	}
	require.NoError(t, json.Unmarshal(text, &back))
	require.Len(t, back.Observations, 1)
	require.Len(t, back.Observations[0].SHA256, 64)
	require.NotEmpty(t, back.Fields)
}
