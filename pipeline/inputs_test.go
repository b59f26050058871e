package pipeline

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/extract"
)

var someInputs = []readInput{
	{path: "/archive/a.ndjson", size: 10, mtime: 1767600000123456789, inode: 7, offset: 10, mark: extract.Mark{1, 2, 3}, goesOn: true, origin: "webhook", event: "call_ended"},
	{path: "/archive/tab\tand\nline", size: 1 << 40, mtime: -1, inode: 1<<64 - 1, offset: 5, tail: 5, gaveUp: true, origin: "api"},
	{path: "/archive/\xff", size: -1, origin: "file"},
}

func TestInputsAreReadAsTheyWereWritten(t *testing.T) {
	for _, k := range someInputs {
		line := string(k.appendLine(nil))
		require.Equal(t, 1, strings.Count(line, "\n"), "one file, one line")
		back, err := parseInput(strings.TrimSuffix(line, "\n"))
		require.NoError(t, err)
		require.Equal(t, k, back)
	}
	for _, broken := range []string{"", "a\tb", `"/a"` + "\twebhook\t\"\"\tx\t0\t0\t0\t0\tfalse\t00"} {
		_, err := parseInput(broken)
		require.Error(t, err, "%q", broken)
	}
}

// FuzzInputs reads anything as a line of the ledger of files.
func FuzzInputs(f *testing.F) {
	for _, k := range someInputs {
		f.Add(strings.TrimSuffix(string(k.appendLine(nil)), "\n"))
	}
	f.Fuzz(func(t *testing.T, line string) {
		k, err := parseInput(line)
		if err != nil {
			return
		}
		back, err := parseInput(strings.TrimSuffix(string(k.appendLine(nil)), "\n"))
		require.NoError(t, err)
		require.Equal(t, k, back)
	})
}
