package extract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// randomObject is an object that has everything in it that could mislead a search for its end.
func randomObject(r *rand.Rand, depth int) map[string]any {
	texts := []string{"", "}", "{", "]}", `"`, `\`, `\"`, "}{", "\n", "a\r\n{\"b\":1}\n", "[", ",", "é\u2028😀"}
	object := map[string]any{"id": r.IntN(1000)}
	for range r.IntN(5) {
		key := fmt.Sprint(texts[r.IntN(len(texts))], r.IntN(9))
		switch r.IntN(6) {
		case 0:
			object[key] = nil
		case 1:
			object[key] = r.Float64()
		case 2, 3:
			object[key] = texts[r.IntN(len(texts))] + texts[r.IntN(len(texts))]
		case 4:
			if depth > 0 {
				object[key] = randomObject(r, depth-1)
			}
		case 5:
			list := []any{}
			for range r.IntN(3) * min(depth, 1) {
				list = append(list, randomObject(r, depth-1))
			}
			object[key] = list
		}
	}
	return object
}

// fileLayout is a way to write objects into one file.
type fileLayout struct {
	name                   string
	before, between, after string
	indented               bool
}

var fileLayouts = []fileLayout{
	{"lines", "", "\n", "\n", false},
	{"lines of Windows", "\ufeff", "\r\n", "", false},
	{"concatenated", "", "", "", false},
	{"array", "[", ",", "]", false},
	{"array, one element per line", "[\n", ",\n", "\n]\n", false},
	{"indented", "", "\n", "\n", true},
	{"indented, concatenated", "", "", "", true},
	{"indented array", "[", ", ", "]", true},
}

func (l fileLayout) objects(t testing.TB, r *rand.Rand, count int) []string {
	t.Helper()
	var out []string
	for range count {
		text, err := json.Marshal(randomObject(r, 3))
		require.NoError(t, err)
		if l.indented {
			var indented bytes.Buffer
			require.NoError(t, json.Indent(&indented, text, "", "  "))
			text = indented.Bytes()
		}
		out = append(out, string(text))
	}
	return out
}

func recordsOf(spans []span) []string {
	var out []string
	for _, s := range spans {
		if s.kind == "record" {
			out = append(out, s.text)
		}
	}
	return out
}

func TestEveryObjectIsFound(t *testing.T) {
	for _, layout := range fileLayouts {
		t.Run(layout.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			for range 100 {
				objects := layout.objects(t, r, 1+r.IntN(20))
				text := layout.before + strings.Join(objects, layout.between) + layout.after
				require.Equal(t, objects, recordsOf(scanText(t, text, Limits{}, 1+r.IntN(200))), text)
			}
		})
	}
}

// A file that is still being written is cut anywhere. What is complete in it is a record, what is not is the
// tail, and reading it again when it has grown gives the same records at the same places.
func TestEveryObjectBeforeTheCutIsFound(t *testing.T) {
	for _, layout := range fileLayouts {
		t.Run(layout.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(3, 4))
			for range 100 {
				objects := layout.objects(t, r, 1+r.IntN(9))
				text := layout.before + strings.Join(objects, layout.between) + layout.after
				whole := scanText(t, text, Limits{}, windowBytes)
				cut := len(layout.before) + r.IntN(len(text)-len(layout.before))
				var want []span
				for _, s := range whole {
					if s.offset+int64(len(s.text)) <= int64(cut) {
						want = append(want, s)
					}
				}
				got := scanText(t, text[:cut], Limits{}, 1+r.IntN(200))
				if n := len(got); n > 0 && got[n-1].kind == "tail" {
					got = got[:n-1]
				}
				require.Equal(t, want, slices.Concat(got), "cut at %d:\n%s", cut, text)
			}
		})
	}
}

// A writer that dies leaves part of an object on a line, and the next one goes on behind a line break. That
// costs the part, and nothing of the objects around it.
func TestDamageStaysWhereItIs(t *testing.T) {
	for _, layout := range []fileLayout{fileLayouts[0], fileLayouts[5]} {
		t.Run(layout.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(5, 6))
			lost := 0
			for range 300 {
				objects := layout.objects(t, r, 6)
				broken := objects[3][:1+r.IntN(len(objects[3])-1)]
				damaged := slices.Concat(objects[:3], []string{broken}, objects[4:])
				text := strings.Join(damaged, layout.between) + layout.after
				got := recordsOf(scanText(t, text, Limits{}, 1+r.IntN(200)))
				for i, object := range slices.Concat(objects[:3], objects[4:]) {
					if slices.Contains(got, object) {
						continue
					}
					// Behind a colon or in a list, JSON itself cannot tell the next object from a part of this one.
					require.Equal(t, 3, i, "only the next object may go with the broken one:\n%s", text)
					require.Contains(t, ":,[", lastByte(broken), text)
					require.True(t, layout.indented, "a line harms no other:\n%s", text)
					lost++
				}
			}
			require.Less(t, lost, 60)
		})
	}
}

func lastByte(text string) string {
	text = strings.TrimRight(text, " \n")
	return text[len(text)-1:]
}
