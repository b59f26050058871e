package transform

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/transform/schema"
)

// wordSwitches are the functions in which a vendor's words are told apart, by vendor.
var wordSwitches = map[string]map[string][]string{
	"nectardesk": {"nectar.go": {"nectarWord", "outcome"}},
	"callerdesk": {"callerdesk_outcome.go": {"inboundWord", "outboundWord"}},
	"ccai":       {"ccai_outcome.go": {"outcome", "failure", "deflected"}},
	"whippy":     {"whippy.go": {"outcome"}},
}

// TestOutcomeRulesSayWhatTheCodeDoes reads every word of the dictionary and of the code's switches, in every direction
// and under every condition, and wants the outcome and evidence that the dictionary's rules tell.
func TestOutcomeRulesSayWhatTheCodeDoes(t *testing.T) {
	for _, vendor := range schema.Vendors() {
		t.Run(vendor, func(t *testing.T) {
			rules := rulesOf(vendor)
			words := wordsOf(t, vendor, rules)
			keys, conditions := map[string]bool{}, map[string]bool{"": true}
			for _, r := range rules {
				keys[r.Key], conditions[r.When] = true, true
			}
			r, tried := testReader(t, vendor), 0
			for _, key := range sortedKeys(keys) {
				for _, word := range words {
					for _, direction := range schema.Directions() {
						for _, when := range sortedKeys(conditions) {
							for _, p := range payloadsFor(t, vendor, key, word, direction, when) {
								tried++
								o := NewObservation()
								r.Open(&p.record)
								require.Equal(t, Loaded, r.Item(0, o).Fate, "%s", p.record.Body)
								outcome, evidence := p.decide(rules)
								got := o.Call[schema.CallOutcome].Text + ", " + o.Evidence.String()
								require.Equal(t, outcome+", "+evidence, got, "%s %s", p.record.Event, p.record.Body)
							}
						}
					}
				}
			}
			require.Greater(t, tried, 100)
		})
	}
}

// TestEveryWordOfTheCodeHasARule finds the words in the source text, and the numbers that stand for some of them.
func TestEveryWordOfTheCodeHasARule(t *testing.T) {
	for vendor, files := range wordSwitches {
		rules := rulesOf(vendor)
		for file, functions := range files {
			for _, word := range literals(t, file, functions) {
				require.True(t, hasRule(rules, func(w schema.Word) bool { return matches(w, word) }), "%s: %s", file, word)
			}
		}
	}
	numbers := 0
	for n := range int64(70000) {
		for _, word := range []string{ccaiStatuses(n), ccaiReasons(n)} {
			if word != "" {
				numbers++
				require.True(t, hasRule(rulesOf("ccai"), func(w schema.Word) bool {
					return matches(w, word) && w.Number == strconv.FormatInt(n, 10)
				}), "%s = %d", word, n)
			}
		}
	}
	require.Greater(t, numbers, 40)
}

func rulesOf(vendor string) (rules []schema.OutcomeRule) {
	for _, r := range schema.OutcomeRules() {
		if r.Vendor == vendor {
			rules = append(rules, r)
		}
	}
	return rules
}

func hasRule(rules []schema.OutcomeRule, holds func(schema.Word) bool) bool {
	return slices.ContainsFunc(rules, func(r schema.OutcomeRule) bool { return slices.ContainsFunc(r.Words, holds) })
}

// wordsOf are the words of a vendor's rules and switches, their numbers, and two that nobody knows.
func wordsOf(t *testing.T, vendor string, rules []schema.OutcomeRule) []string {
	set := map[string]bool{"Something new": true, "77": true}
	for _, r := range rules {
		for _, w := range r.Words {
			set[strings.ReplaceAll(w.Text, "*", "x")] = true
			if w.Number != "" {
				set[w.Number] = true
			}
		}
	}
	for file, functions := range wordSwitches[vendor] {
		for _, word := range literals(t, file, functions) {
			set[word] = true
		}
	}
	return sortedKeys(set)
}

// literals are the words in the cases and conditions of functions.
func literals(t *testing.T, file string, functions []string) (words []string) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	require.NoError(t, err)
	collect := func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil && strings.ContainsFunc(s, unicode.IsLetter) {
					words = append(words, s)
				}
			}
			return true
		})
	}
	found := 0
	for _, d := range tree.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || !slices.Contains(functions, f.Name.Name) {
			continue
		}
		found++
		ast.Inspect(f.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CaseClause:
				for _, e := range n.List {
					collect(e)
				}
			case *ast.IfStmt:
				collect(n.Cond)
			}
			return true
		})
	}
	require.Equal(t, len(functions), found, "functions %v of %s", functions, file)
	require.NotEmpty(t, words, "%v of %s", functions, file)
	// Directions and outcomes stand in conditions too, and what Whippy says before it says how a call ended.
	kept := words[:0]
	for _, w := range words {
		if w != "inbound" && w != "outbound" && w != "answered" && w != "call_in_progress" {
			kept = append(kept, w)
		}
	}
	return kept
}

// matches reports whether a word of the code or of a payload is one of the dictionary's.
func matches(w schema.Word, word string) bool {
	if word == w.Number && word != "" {
		return true
	}
	pattern, text := fold(w.Text), fold(word)
	before, after := strings.HasPrefix(w.Text, "*"), strings.HasSuffix(w.Text, "*")
	switch {
	case before && after:
		return strings.Contains(text, pattern)
	case after:
		return strings.HasPrefix(text, pattern)
	}
	return text == pattern
}

// payload is one record, and what the rules are to know of it.
type payload struct {
	record    raw.Record
	words     map[string]string // by the rules' key
	direction string
	holds     map[string]bool
}

// decide applies the rules of the dictionary.
func (p *payload) decide(rules []schema.OutcomeRule) (outcome, evidence string) {
	for _, r := range rules {
		word, given := p.words[r.Key]
		direction, not := strings.CutPrefix(r.Direction, "not ")
		switch {
		case r.Key != "" && !given:
			continue
		case r.When != "" && !p.holds[r.When]:
			continue
		case r.Direction != "" && (direction == p.direction) == not:
			continue
		}
		if len(r.Words) == 0 || slices.ContainsFunc(r.Words, func(w schema.Word) bool { return matches(w, word) }) {
			return r.Outcome, r.Evidence
		}
	}
	return "no rule", ""
}

// payloadsFor are payloads that say a word under a key, in a direction and under a condition; none where a payload
// cannot say so.
func payloadsFor(t *testing.T, vendor, key, word, direction, when string) (all []payload) {
	t.Helper()
	add := func(event, keys string, words map[string]string, holds ...string) {
		p := payload{words: words, direction: direction, holds: map[string]bool{}}
		p.record = raw.Record{Body: []byte("{" + keys + "}"), Origin: raw.Webhook, Event: event, ReceivedAt: second}
		for _, h := range holds {
			p.holds[h] = true
		}
		all = append(all, p)
	}
	quoted, err := json.Marshal(word)
	require.NoError(t, err)
	q := string(quoted)
	switch vendor {
	case "nectardesk":
		rest := `"id":1,"started_at":1747839084,"is_inbound":` + strconv.FormatBool(direction == "inbound")
		webhook := `"id":1,"type":"` + direction + `","startedDate":"2026-01-13T10:00:00+01:00"`
		if when == "the call has ended" {
			rest += `,"is_ended":true`
			webhook += `,"endedDate":"2026-01-13T10:01:00+01:00"`
		}
		said := map[string]string{key: word}
		switch key {
		case "event":
			add(word, webhook, said, when)
		case "abandoned":
			add("", webhook+`,"abandoned":`+q, said, when)
		case "sub_type, after the ring group":
			add("", webhook+`,"sub_type":`+q, said, when)
			in, err := json.Marshal("(Support)" + word)
			require.NoError(t, err)
			add("", webhook+`,"sub_type":`+string(in), said, when)
		}
		if direction != "internal" { // is_inbound knows two
			switch key {
			case "is_answered":
				add("", rest+`,"is_answered":`+q, said, when)
			case "type (REST)":
				add("", rest+`,"type":`+q, said, when)
			}
		}
	case "callerdesk":
		keys := `"CallSid":"1767686400.1","Direction":"` + direction + `","StartTime":"2026-01-06 13:30:00"`
		if when != "the payload is a live call" {
			keys += `,"EndTime":"2026-01-06 13:31:00"`
		}
		if key == "callstatus, else Status or callresult" {
			said := map[string]string{key: word}
			add("", keys+`,"callstatus":`+q, said, when)
			add("", keys+`,"Status":`+q, said, when)
			add("", keys+`,"callstatus":"never heard of","Status":`+q, said, when)
			add("", keys+`,"callstatus":`+q+`,"Status":"never heard of"`, said, when)
		}
	case "ccai":
		keys := `"id":1,"created_at":"2026-01-13T10:00:00Z","session_type_v2":"Voice ` + direction + `"`
		switch when {
		case "the call has queued_at or queue_durations":
			keys += `,"queued_at":"2026-01-13T10:00:05Z"`
			queue := strings.Replace(keys, `"queued_at":"2026-01-13T10:00:05Z"`, `"queue_durations":[{"queue_duration":3,"started_at":"2026-01-13T10:00:05Z"}]`, 1)
			if key == "fail_reason, of status failed and recovered" {
				add("", queue+`,"status":"failed","fail_reason":`+q, map[string]string{"status": "failed", key: word}, when)
			}
		case "a virtual agent took part; no queue, no human agent":
			keys += `,"virtual_agent_handle_durations":[{"virtual_agent":{"id":1,"name":"Bot"}}]`
		}
		switch {
		case when == "the payload is a session event":
			if key == "status" {
				add("", keys+`,"event_id":"e","status":`+q, map[string]string{key: word}, when)
			}
		case key == "status":
			add("", keys+`,"status":`+q, map[string]string{key: word}, when)
		case key == "fail_reason, of status failed and recovered":
			for _, status := range []string{"failed", "recovered", "9"} {
				add("", keys+`,"status":"`+status+`","fail_reason":`+q, map[string]string{"status": status, key: word}, when)
			}
			add("", keys+`,"status":"finished","fail_reason":`+q, map[string]string{"status": "finished"}, when)
		case key == "deflection, of status deflected":
			add("", keys+`,"status":"deflected","deflection":`+q, map[string]string{"status": "deflected", key: word}, when)
			add("", keys+`,"status":"finished","deflection":`+q, map[string]string{"status": "finished"}, when)
		}
	case "whippy":
		body := func(event, status string) string {
			return `"event":` + event + `,"data":{"id":"a","created_at":"2026-01-13T10:00:00Z","direction":"` + strings.ToUpper(direction) + `","delivery_status":` + status + `}`
		}
		event, named := `"call.ended"`, "call.ended"
		if when == "the payload names no event" {
			event, named = `""`, ""
		}
		switch key {
		case "event":
			if word = "call." + word; when == "" {
				event, err := json.Marshal(word)
				require.NoError(t, err)
				add("", body(string(event), `"call_completed"`), map[string]string{key: word, "delivery_status, before the dot": "call_completed"}, when)
			}
		case "delivery_status, before the dot":
			add("", body(event, q), map[string]string{"event": named, key: word}, when)
		case "delivery_status, after the dot":
			for _, before := range []string{"call_completed", "new"} {
				status, err := json.Marshal(before + "." + word)
				require.NoError(t, err)
				add("", body(event, string(status)), map[string]string{"event": named, key: word, "delivery_status, before the dot": before}, when)
			}
		}
	}
	return all
}
