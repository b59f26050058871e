package extract

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzScan checks on any content that nothing is lost, and that the size of the window, which decides where
// reading stops and goes on, changes nothing.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		"", "\ufeff", "{}", "[]", "\x00", "\xff\xfe", ",", "]", "}",
		"{\"a\":1}\n{\"b\":\"x\n{\"c\":3}\n",
		"{\"a\":1}\n{\n  \"b\": {\n    \"c\": [\n      {}\n    ]\n  }\n}\n{\"d\":4}\n",
		"{\"a\":1},\r\n{\"b\":2}{\"c\":3}x\n{\"d\":\n {\"e\":5}\n",
		"[{\"a\":\"]}\\\"]\"},null,{\"b\":[[1],{}]}, x][\n{\"c\":3}\n",
		"{\n \"a\": \"x{\n \"b\": 2\n}\n{\n \"c\": [}\n}\n  {}\n",
		"  \"a\": {\n    \"b\": 1\n  }\n}\n{\n \"c\": 3\n}\n",
		"CallSid=1.2&Status=ANSWER\n{\"a\":1}\nCallSid=1.3\n\x00\x00{\"b\":\"\\",
		"{\"a\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}\n{}\n[\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		limits := Limits{RecordBytes: 40}
		want := scanText(t, text, limits, windowBytes)
		checkCover(t, text, want)
		for _, size := range []int{1, 5, 64} {
			require.Equal(t, want, scanText(t, text, limits, size), "window of %d bytes", size)
		}
	})
}
