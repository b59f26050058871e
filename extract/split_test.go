package extract

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
)

// span is what a scan hands over, as text that a table can show.
type span struct {
	kind   string // "record", a Bad's reason, or "tail"
	offset int64
	text   string
}

func rec(text string) span         { return span{kind: "record", text: text} }
func bad(reason, text string) span { return span{kind: reason, text: text} }
func tail(text string) span        { return span{kind: "tail", text: text} }

// scanText scans a text through a window that begins with so many bytes, and checks that every span is where
// it says it is.
func scanText(t testing.TB, text string, limits Limits, windowSize int) []span {
	t.Helper()
	s := &scanner{window: window{buf: make([]byte, windowSize)}}
	s.use(strings.NewReader(text), "input", int64(len(text)), limits.recordBytes(), t.Context().Err)
	var spans []span
	s.rec = func(r *raw.Record) error {
		require.Equal(t, text[r.Place.Offset:r.Place.Offset+r.Place.Length], string(r.Body))
		spans = append(spans, span{"record", r.Place.Offset, string(r.Body)})
		return nil
	}
	s.bad = func(b Bad) error {
		whole := text[b.Place.Offset : b.Place.Offset+b.Place.Length]
		require.True(t, strings.HasPrefix(whole, string(b.Payload)), "payload is the beginning")
		require.Len(t, b.Payload, min(len(whole), payloadBytes))
		spans = append(spans, span{b.Reason, b.Place.Offset, whole})
		return nil
	}
	rest, err := s.scan()
	require.NoError(t, err)
	if rest != (Tail{}) {
		require.Equal(t, int64(len(text)), rest.Offset+rest.Length, "a tail reaches to the end")
		spans = append(spans, span{"tail", rest.Offset, text[rest.Offset:]})
	}
	return spans
}

// open opens the first input of an archive.
func open(t testing.TB, archive *Archive) *File {
	t.Helper()
	inputs, problems, err := archive.Inputs(context.Background())
	require.NoError(t, err)
	require.Empty(t, problems)
	require.NotEmpty(t, inputs)
	file, err := archive.Open(context.Background(), inputs[0])
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, file.Close()) })
	return file
}

func TestScanRules(t *testing.T) {
	tests := []struct {
		name string
		text string
		want []span
	}{
		{"empty file", "", nil},
		{"white space only", " \n\t\r\n ", nil},
		{"byte order mark only", "\ufeff", nil},
		{"one object", `{"a":1}`, []span{rec(`{"a":1}`)}},
		{"one object over several lines", "{\n  \"a\": 1\n}\n", []span{rec("{\n  \"a\": 1\n}")}},
		{"byte order mark", "\ufeff{\"a\":1}\n{\"b\":1}", []span{rec(`{"a":1}`), rec(`{"b":1}`)}},
		{"byte order mark of a second file", "{\"a\":1}\n\ufeff{\"b\":1}\n", []span{rec(`{"a":1}`), rec(`{"b":1}`)}},
		{"leading white space", "\n\n  {\"a\":1}\n", []span{rec(`{"a":1}`)}},
		{"record separators", "\x1e{\"a\":1}\n\x1e{\"b\":1}\n", []span{rec(`{"a":1}`), rec(`{"b":1}`)}},

		{"lines", "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n", []span{rec(`{"a":1}`), rec(`{"b":2}`), rec(`{"c":3}`)}},
		{"lines, last without line break", "{\"a\":1}\n{\"b\":2}", []span{rec(`{"a":1}`), rec(`{"b":2}`)}},
		{"lines, blank ones between", "{\"a\":1}\n\n \n{\"b\":2}\n\n", []span{rec(`{"a":1}`), rec(`{"b":2}`)}},
		{"lines of Windows", "{\"a\":1}\r\n{\"b\":2}\r\n", []span{rec(`{"a":1}`), rec(`{"b":2}`)}},
		{"lines with commas", "{\"a\":1},\n{\"b\":2} ,\n{\"c\":3}\n", []span{rec(`{"a":1}`), rec(`{"b":2}`), rec(`{"c":3}`)}},
		{"lines, indented", " {\"a\":1}\n {\"b\":2}\n", []span{rec(`{"a":1}`), rec(`{"b":2}`)}},
		{"lines, a broken one", "{\"a\":1}\n{\"b\":\"x\n{\"c\":3}\n", []span{rec(`{"a":1}`), rec(`{"b":"x`), rec(`{"c":3}`)}},
		{"lines, a broken one at a boundary of JSON", "{\"a\":1}\n{\"b\":\n{\"c\":3}\n", []span{rec(`{"a":1}`), rec(`{"b":`), rec(`{"c":3}`)}},
		{"lines, indented, a broken one", " {\"a\":1}\n {\"b\":\n {\"c\":3}\n", []span{rec(`{"a":1}`), rec(`{"b":`), rec(`{"c":3}`)}},
		{"lines, a broken one before a form body", "{\"a\":1}\n{\"b\":1,\nCallSid=1&x=}\n", []span{rec(`{"a":1}`), rec(`{"b":1,`), rec(`CallSid=1&x=}`)}},
		{"lines, the first one broken", "{\"a\":\"x\n{\"b\":2}\n{\"c\":3}\n", []span{rec(`{"a":"x`), rec(`{"b":2}`), rec(`{"c":3}`)}},
		{"lines, invalid but closed", "{\"a\":1}\n{b}\n{\"c\":3}\n", []span{rec(`{"a":1}`), rec(`{b}`), rec(`{"c":3}`)}},
		{"lines, two objects on one", "{\"a\":1}\n{\"b\":2}{\"c\":3}\n{\"d\":4}\n", []span{rec(`{"a":1}`), rec(`{"b":2}`), rec(`{"c":3}`), rec(`{"d":4}`)}},
		{"lines, two objects on the first", "{\"a\":1}{\"b\":2}\n{\"c\":3}\n{\"d\":4", []span{rec(`{"a":1}`), rec(`{"b":2}`), rec(`{"c":3}`), tail(`{"d":4`)}},
		{"lines, brackets back to back in a string", "{\"a\":1}\n{\"b\":\"}{\"}\n", []span{rec(`{"a":1}`), rec(`{"b":"}{"}`)}},
		{"lines, garbage behind an object", "{\"a\":1}\n{\"b\":2} // x\n{\"c\":3}\n", []span{rec(`{"a":1}`), rec(`{"b":2}`), bad(ReasonNotJSON, "// x"), rec(`{"c":3}`)}},
		{"lines, one object over several", "{\"a\":1}\n{\n  \"b\": {\n    \"c\": [\n      {}\n    ]\n  }\n}\n{\"d\":4}\n", []span{rec(`{"a":1}`), rec("{\n  \"b\": {\n    \"c\": [\n      {}\n    ]\n  }\n}"), rec(`{"d":4}`)}},
		{"lines, one object over several, cut", "{\"a\":1}\n{\n  \"b\": {\n{\"d\":4}\n", []span{rec(`{"a":1}`), rec("{\n  \"b\": {"), rec(`{"d":4}`)}},
		{"lines, cut in the last", "{\"a\":1}\n{\"b\":", []span{rec(`{"a":1}`), tail(`{"b":`)}},
		{"lines, cut in the last, which ends in a bracket", "{\"a\":1}\n{\"b\":{}", []span{rec(`{"a":1}`), tail(`{"b":{}`)}},
		{"lines, cut in a string", "{\"a\":1}\n{\"b\":\"x}", []span{rec(`{"a":1}`), tail(`{"b":"x}`)}},
		{"lines, cut behind a backslash", "{\"a\":1}\n{\"b\":\"x\\", []span{rec(`{"a":1}`), tail(`{"b":"x\`)}},
		{"lines, cut behind a line of several", "{\"a\":1}\n{\n", []span{rec(`{"a":1}`), tail("{\n")}},
		{"lines, one is an array", "{\"a\":1}\n[{\"b\":2},{\"c\":3}]\n{\"d\":4}\n", []span{rec(`{"a":1}`), rec(`{"b":2}`), rec(`{"c":3}`), rec(`{"d":4}`)}},
		{"lines, zero bytes between", "{\"a\":1}\n\x00\x00\x00{\"b\":2}\n{\"c\":3}\n", []span{rec(`{"a":1}`), bad(ReasonNotJSON, "\x00\x00\x00"), rec(`{"b":2}`), rec(`{"c":3}`)}},

		{"array", `[{"a":1},{"b":[{}]}]`, []span{rec(`{"a":1}`), rec(`{"b":[{}]}`)}},
		{"array, empty", "[]\n", nil},
		{"array, one element per line", "[\n{\"a\":1},\n{\"b\":2}\n]\n", []span{rec(`{"a":1}`), rec(`{"b":2}`)}},
		{"array, elements over several lines", "[\n  {\n    \"a\": 1\n  },\n  {\n    \"b\": 2\n  }\n]", []span{rec("{\n    \"a\": 1\n  }"), rec("{\n    \"b\": 2\n  }")}},
		{"array, brackets in strings", `[{"a":"]}\"]"},{"b":"\\"},{"c":"\\\""}]`, []span{rec(`{"a":"]}\"]"}`), rec(`{"b":"\\"}`), rec(`{"c":"\\\""}`)}},
		{"array, scalars", `[null, 1.5 ,"a,\"]",{"a":1},true]`, []span{rec(`null`), rec(`1.5`), rec(`"a,\"]"`), rec(`{"a":1}`), rec(`true`)}},
		{"array of arrays", `[[{"a":1}],[{"b":2}]]`, []span{rec(`{"a":1}`), rec(`{"b":2}`)}},
		{"array, garbage between", `[{"a":1}, x ,{"b":2}]`, []span{rec(`{"a":1}`), rec(`x`), rec(`{"b":2}`)}},
		{"array, a broken element", "[\n  {\n    \"a\": \"x\n  },\n  {\n    \"b\": 2\n  }\n]\n", []span{rec("{\n    \"a\": \"x\n  },"), rec("{\n    \"b\": 2\n  }")}},
		{"arrays, one after the other", `[{"a":1}][{"b":2}]` + "\n" + `[{"c":3}]`, []span{rec(`{"a":1}`), rec(`{"b":2}`), rec(`{"c":3}`)}},
		{"array, then lines", "[{\"a\":1}]\n{\"b\":2}\n{\"c\":3\n{\"d\":4}\n", []span{rec(`{"a":1}`), rec(`{"b":2}`), rec(`{"c":3`), rec(`{"d":4}`)}},
		{"arrays in lines, one broken", "[{\"a\":1}]\n[{\"b\":2},{\"c\n[{\"d\":4}]\n", []span{rec(`{"a":1}`), rec(`{"b":2}`), rec(`{"c`), rec(`{"d":4}`)}},
		{"array, cut in an element", `[{"a":1},{"b":`, []span{rec(`{"a":1}`), tail(`{"b":`)}},
		{"array, cut behind a comma", "[{\"a\":1},\n", []span{rec(`{"a":1}`), tail(",\n")}},
		{"array, cut in a scalar", `[1, 2`, []span{rec(`1`), tail(`2`)}},
		{"array, cut behind its bracket", "[", []span{tail("[")}},
		{"array, closed twice", "[{\"a\":1}]]\n{\"b\":2}\n", []span{rec(`{"a":1}`), bad(ReasonNotJSON, "]"), rec(`{"b":2}`)}},

		{"objects, nothing between", `{"a":1}{"b":{"c":"}"}}{"d":4}`, []span{rec(`{"a":1}`), rec(`{"b":{"c":"}"}}`), rec(`{"d":4}`)}},
		{"objects, commas between", `{"a":1}, {"b":2}`, []span{rec(`{"a":1}`), rec(`{"b":2}`)}},
		{"objects, garbage between", `{"a":1};{"b":2}`, []span{rec(`{"a":1}`), bad(ReasonNotJSON, ";"), rec(`{"b":2}`)}},
		{"objects over several lines", "{\n \"a\": 1\n}\n{\n \"b\": 2\n}{\n \"c\": 3\n}", []span{rec("{\n \"a\": 1\n}"), rec("{\n \"b\": 2\n}"), rec("{\n \"c\": 3\n}")}},
		{"objects over several lines, one cut in a string", "{\n \"a\": \"x\n{\n \"b\": 2\n}\n", []span{rec("{\n \"a\": \"x"), rec("{\n \"b\": 2\n}")}},
		{"objects over several lines, one cut behind a comma", "{\n \"a\": 1,\n{\n \"b\": 2\n}\n", []span{rec("{\n \"a\": 1,"), rec("{\n \"b\": 2\n}")}},
		{"objects over several lines, one cut, glued to the next", "{\n \"a\": \"x{\n \"b\": 2\n}\n{\n \"c\": 3\n}\n", []span{rec("{\n \"a\": \"x{\n \"b\": 2\n}"), rec("{\n \"c\": 3\n}")}},
		{"objects over several lines, brackets that do not match", "{\n \"a\": [}\n}\n{\n \"b\": 2\n}\n", []span{rec("{\n \"a\": [}\n}"), rec("{\n \"b\": 2\n}")}},
		{"objects over several lines, not indented", "{\n\"a\":\n{\n\"b\":\n[\n1\n]\n}\n}\n", []span{rec("{\n\"a\":\n{\n\"b\":\n[\n1\n]\n}\n}")}},
		{"objects over several lines, then lines", "{\n\"a\":1\n}\n{\"b\":2}\n{\"c\":3}\n", []span{rec("{\n\"a\":1\n}"), rec(`{"b":2}`), rec(`{"c":3}`)}},
		{"objects over several lines, cut", "{\n \"a\": 1\n}\n{\n \"b\": 2\n", []span{rec("{\n \"a\": 1\n}"), tail("{\n \"b\": 2\n")}},
		{"objects, the first one's head missing", "  \"a\": {\n    \"b\": 1\n  }\n}\n{\n \"c\": 3\n}\n", []span{bad(ReasonNotJSON, "\"a\": {\n    \"b\": 1\n  }\n}"), rec("{\n \"c\": 3\n}")}},

		{"query strings", "CallSid=1.2&Status=ANSWER\nCallSid=1.3&Status={x}\r\n", []span{rec(`CallSid=1.2&Status=ANSWER`), rec(`CallSid=1.3&Status={x}`)}},
		{"query strings, the last without line break", "CallSid=1.2&Status=ANSWER\nCallSid=1.3&Sta", []span{rec(`CallSid=1.2&Status=ANSWER`), tail(`CallSid=1.3&Sta`)}},
		{"one form body behind a byte order mark", "\ufeffCallSid=1.2", []span{rec(`CallSid=1.2`)}},
		{"one form body", "CallSid=1.2&a=[1,2]", []span{rec(`CallSid=1.2&a=[1,2]`)}},
		{"query strings among lines", "{\"a\":1}\nCallSid=1.2\n{\"b\":2}\n", []span{rec(`{"a":1}`), rec(`CallSid=1.2`), rec(`{"b":2}`)}},
		{"a form body among objects over several lines", "{\n\"a\":1\n}\nCallSid=1.2\n{\n\"b\":2\n}\n", []span{rec("{\n\"a\":1\n}"), rec(`CallSid=1.2`), rec("{\n\"b\":2\n}")}},
		{"garbage", "hello, world\n\n\x01\x02\n", []span{rec("hello, world"), rec("\x01\x02")}},
		{"deep nesting", strings.Repeat(`{"a":[`, 200) + strings.Repeat(`]}`, 200) + "{}", []span{rec(strings.Repeat(`{"a":[`, 200) + strings.Repeat(`]}`, 200)), rec("{}")}},

		{"UTF-16, little endian", "\xff\xfe{\x00}\x00", []span{bad(ReasonUTF16, "\xff\xfe{\x00}\x00")}},
		{"UTF-16, big endian", "\xfe\xff\x00{\x00}", []span{bad(ReasonUTF16, "\xfe\xff\x00{\x00}")}},
		{"zip", "PK\x03\x04....\n{\"a\":1}\n", []span{bad(ReasonFormat, "PK\x03\x04....\n{\"a\":1}\n")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// A window of a few bytes makes every byte a boundary once.
			for _, size := range []int{1, 2, 3, 7, 16, windowBytes} {
				spans := scanText(t, tt.text, Limits{}, size)
				checkCover(t, tt.text, spans)
				require.Equal(t, tt.want, withoutOffsets(spans), "window of %d bytes", size)
			}
		})
	}
}

func TestScanLimit(t *testing.T) {
	long := `{"a":"` + strings.Repeat("x", 3*payloadBytes) + `"}`
	pretty := "{\n \"a\":\"" + strings.Repeat("x", 3*payloadBytes) + "\"\n}"
	tests := []struct {
		name string
		text string
		want []span
	}{
		{"in lines", "{\"b\":1}\n" + long + "\n{\"c\":2}\n", []span{rec(`{"b":1}`), bad(ReasonTooLarge, long), rec(`{"c":2}`)}},
		{"first line", long + "\n{\"c\":2}\n", []span{bad(ReasonTooLarge, long), rec(`{"c":2}`)}},
		{"in an array", `[{"b":1},` + long + `,{"c":2}]`, []span{rec(`{"b":1}`), bad(ReasonTooLarge, long), rec(`{"c":2}`)}},
		{"over several lines", "{\n\"b\":1\n}\n" + pretty + `{"c":2}`, []span{rec("{\n\"b\":1\n}"), bad(ReasonTooLarge, pretty), rec(`{"c":2}`)}},
		{"a query string", "a=1\n" + strings.Repeat("b", 3*payloadBytes) + "\nc=1\n", []span{rec("a=1"), bad(ReasonTooLarge, strings.Repeat("b", 3*payloadBytes)), rec("c=1")}},
		{"without an end", "{\"b\":1}\n" + long[:len(long)-1], []span{rec(`{"b":1}`), tail(long[:len(long)-1])}},
		{"white space is no record", "{\"b\":1}\n" + strings.Repeat(" ", 3*payloadBytes) + "{\"c\":2}\n", []span{rec(`{"b":1}`), rec(`{"c":2}`)}},
		{"exactly", `{"a":"` + strings.Repeat("x", 1000-8) + `"}`, []span{rec(`{"a":"` + strings.Repeat("x", 1000-8) + `"}`)}},
		{"one more", `{"a":"` + strings.Repeat("x", 1001-8) + `"}`, []span{bad(ReasonTooLarge, `{"a":"`+strings.Repeat("x", 1001-8)+`"}`)}},
		{"one more, broken", `{"a":"` + strings.Repeat("x", 1001-6) + "\n{}\n", []span{bad(ReasonTooLarge, `{"a":"`+strings.Repeat("x", 1001-6)), rec("{}")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, size := range []int{1, 100, windowBytes} {
				spans := scanText(t, tt.text, Limits{RecordBytes: 1000}, size)
				got := withoutOffsets(spans)
				for i := range got {
					got[i].text = strings.TrimRight(got[i].text, "\n") // of a huge span the white space is not known
				}
				require.Equal(t, short(tt.want), short(got), "window of %d bytes", size)
			}
		})
	}
}

func TestScanMemoryIsBoundedByTheLimit(t *testing.T) {
	text := `{"a":1}` + "\n" + `{"b":"` + strings.Repeat("x", 20<<20) + "\"}\n" + `{"c":3}` + "\n"
	s := &scanner{window: window{buf: make([]byte, windowBytes)}}
	s.use(strings.NewReader(text), "input", int64(len(text)), 2<<20, t.Context().Err)
	var bodies []string
	s.rec = func(r *raw.Record) error { bodies = append(bodies, string(r.Body)); return nil }
	s.bad = func(b Bad) error { bodies = append(bodies, fmt.Sprint(b.Reason, " ", len(b.Payload))); return nil }
	_, err := s.scan()
	require.NoError(t, err)
	require.Equal(t, []string{`{"a":1}`, fmt.Sprint(ReasonTooLarge, " ", payloadBytes), `{"c":3}`}, bodies)
	require.LessOrEqual(t, len(s.buf), 2<<20+windowBytes)
}

func TestScanStopsAtAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "input")
	require.NoError(t, os.WriteFile(path, []byte("{\"a\":1}\n{\"b\":2};\n{\"c\":3}\n"), 0o600))
	file := open(t, &Archive{Globs: []Glob{{Pattern: path}}})
	stop := errors.New("stop")
	keep := func(*raw.Record) error { return nil }
	ignore := func(Bad) error { return nil }

	calls := 0
	_, err := file.Scan(t.Context(), func(*raw.Record) error { calls++; return stop }, ignore)
	require.Same(t, stop, err, "an error of the caller stays its own")
	require.Equal(t, 1, calls)

	_, err = file.Scan(t.Context(), keep, func(Bad) error { return stop })
	require.Same(t, stop, err)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = file.Scan(ended, keep, ignore)
	require.ErrorIs(t, err, context.Canceled)
}

// short replaces long texts by what can be printed.
func short(spans []span) []span {
	out := slices.Clone(spans)
	for i, s := range out {
		if len(s.text) > 100 {
			out[i].text = fmt.Sprintf("%s.. %d bytes, %x", s.text[:20], len(s.text), sha256.Sum256([]byte(s.text)))
		}
	}
	return out
}

func withoutOffsets(spans []span) []span {
	var out []span
	for _, s := range spans {
		out = append(out, span{kind: s.kind, text: s.text})
	}
	return out
}

// checkCover proves that nothing of the text is lost or handed over twice: what lies between the spans is
// white space, separators, or byte order marks.
func checkCover(t testing.TB, text string, spans []span) {
	t.Helper()
	at := int64(0)
	for _, s := range append(spans, span{kind: "end", offset: int64(len(text))}) {
		require.GreaterOrEqual(t, s.offset, at, "%s overlaps the span before it", s.kind)
		between := strings.ReplaceAll(text[at:s.offset], "\ufeff", "")
		require.Empty(t, strings.Trim(between, " \t\r\n\x1e,[]"), "lost before offset %d", s.offset)
		at = s.offset + int64(len(s.text))
	}
}
