package transform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/fixtures"
	"callmart/transform/schema"
)

// TestOriginsNameTheKeys sends another value through every key of every documented payload and looks where it arrives:
// the origins of that column must name the key, or a column whose origins do.
func TestOriginsNameTheKeys(t *testing.T) {
	for _, vendor := range fixtures.Vendors() {
		t.Run(vendor, func(t *testing.T) {
			payloads, err := fixtures.Payloads(vendor)
			require.NoError(t, err)
			arrived := 0
			for _, p := range payloads {
				if strings.HasSuffix(p.Name, "s") || strings.HasPrefix(p.Name, "error") {
					continue // requests and errors
				}
				var tree any
				dec := json.NewDecoder(bytes.NewReader(p.Body))
				dec.UseNumber()
				require.NoError(t, dec.Decode(&tree))
				r := testReader(t, vendor)
				before := cellsOf(t, r, tree)
				walk(tree, "", func(path string, value any, set func(any)) {
					other := tracer(value)
					if other == nil {
						return
					}
					set(other)
					for at, cell := range cellsOf(t, r, tree) {
						if !moved(before[at], cell, other) {
							continue
						}
						arrived++
						f := fieldAt(at)
						if !naming(f, vendor, path, map[*schema.Field]bool{}) {
							t.Errorf("%s: %s arrives in %s, whose origins are %q", p.Name, path, at, f.Origins.For([]string{vendor}))
						}
					}
					set(value)
				})
			}
			require.Greater(t, arrived, 20)
		})
	}
}

// TestGivenCellsHaveAnOrigin reads every documented payload: what a vendor gives has a phrase for this vendor.
func TestGivenCellsHaveAnOrigin(t *testing.T) {
	for _, vendor := range fixtures.Vendors() {
		payloads, err := fixtures.Payloads(vendor)
		require.NoError(t, err)
		for _, p := range payloads {
			var tree any
			if json.Unmarshal(p.Body, &tree) != nil {
				continue // NDJSON of requests and errors
			}
			for at, cell := range cellsOf(t, testReader(t, vendor), tree) {
				o := fieldAt(at).Origins
				require.NotEmpty(t, o.For([]string{vendor}), "%s %s: %s", vendor, p.Name, at)
				if cell.State == Given && o.Of(vendor) == "" {
					require.NotEmpty(t, o.Computed, "%s %s: %s is no computed column", vendor, p.Name, at)
				}
			}
		}
	}
}

const (
	traceWord   = "trace me"
	traceNumber = "+14155550177"
	traceStep   = 7717 // added to numbers, and to times as seconds
)

var phoneLike = regexp.MustCompile(`^\+?[0-9]{9,}`)

// tracer is a value that is found again; nil for those that cannot be followed: booleans, and words for nothing.
func tracer(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return json.Number(strconv.FormatInt(n+traceStep, 10))
		}
	case string:
		if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return at.Add(traceStep * time.Second).Format(time.RFC3339Nano)
		}
		if n, err := strconv.ParseInt(v, 10, 32); err == nil {
			return strconv.FormatInt(n+traceStep, 10)
		}
		switch {
		case phoneLike.MatchString(v):
			return traceNumber
		case strings.HasPrefix(v, "http"), strings.HasPrefix(v, "20"):
			return nil
		}
		return traceWord
	}
	return nil
}

// moved reports whether a cell has changed as the value did.
func moved(before, after Cell, other any) bool {
	text := fmt.Sprint(other)
	switch {
	case after.State == Absent:
		return false
	case after.Text != before.Text:
		return strings.Contains(after.Text, text)
	}
	step := after.Num - before.Num
	return before.State != Absent && (step == traceStep*1000 || step == traceStep*second)
}

// naming reports whether a column's origins name the key at the end of a path, themselves or by a column they name.
func naming(f *schema.Field, vendor, path string, seen map[*schema.Field]bool) bool {
	seen[f] = true
	from := f.Origins.For([]string{vendor})
	if names(from, place.ReplaceAllString(path[strings.LastIndexByte(path, '.')+1:], "")) {
		return true
	}
	for _, table := range schema.Tables() {
		for i := range table.Fields {
			if other := &table.Fields[i]; !seen[other] && names(from, other.Name) && naming(other, vendor, path, seen) {
				return true
			}
		}
	}
	return false
}

var place = regexp.MustCompile(`\[\d+\]`)

// names reports whether a phrase has a word in it.
func names(phrase, word string) bool {
	for p := range strings.FieldsFuncSeq(phrase, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if p == word {
			return true
		}
	}
	return false
}

func fieldAt(at string) *schema.Field {
	table, column, _ := strings.Cut(at[strings.LastIndexByte(at, ' ')+1:], ".")
	for _, t := range schema.Tables() {
		if t.Name == table {
			return &t.Fields[t.Index(column)]
		}
	}
	return nil
}

// cellsOf are all known cells of a payload's calls, by place: "call/row table.column".
func cellsOf(t *testing.T, r *Reader, tree any) map[string]Cell {
	t.Helper()
	body, err := json.Marshal(tree)
	require.NoError(t, err)
	rec := raw.Record{Body: body, Origin: raw.Webhook, CallID: "from-envelope", ReceivedAt: 1}
	cells := map[string]Cell{}
	for i := range r.Open(&rec) {
		o := NewObservation()
		if r.Item(i, o).Fate != Loaded {
			continue
		}
		if !o.Dateless {
			r.Finish(o)
		}
		for id := range schema.NumRead {
			rows := []Row{o.Call}
			if id != schema.Calls {
				rows = rows[:0]
				for n := range o.Children[id].Len() {
					rows = append(rows, o.Children[id].At(n))
				}
			}
			for n, row := range rows {
				for col, c := range row {
					if c.State != Absent {
						c.Text = strings.Clone(c.Text)
						cells[fmt.Sprintf("%d/%d %s.%s", i, n, schema.Get(id).Name, schema.Get(id).Fields[col].Name)] = c
					}
				}
			}
		}
	}
	return cells
}
