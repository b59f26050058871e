package extract

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

func TestReadIDs(t *testing.T) {
	long := strings.Repeat("x", maxIDBytes+1)
	tests := []struct {
		name  string
		text  string
		want  []string
		wrong []LineError
	}{
		{"nothing", "", nil, nil},
		{"one per line, in order", "3\n1\n2\n", []string{"3", "1", "2"}, nil},
		{"no line break at the end", "1\n2", []string{"1", "2"}, nil},
		{"CRLF and a byte order mark", "\ufeff1\r\n2\r\n", []string{"1", "2"}, nil},
		{"blanks and comments", "# calls\n\n  1  \n\t\n2 # again\n#3\n4#4\n", []string{"1", "2", "4#4"}, nil},
		{"repeated", "1\n2\n1\n 2\n", []string{"1", "2"}, nil},
		{"other vendors' ids", "a-b_c/d?e\n8f14e45f-ceea-467f-a8a7-1f0e4b6c2d3e\n", []string{"a-b_c/d?e", "8f14e45f-ceea-467f-a8a7-1f0e4b6c2d3e"}, nil},
		{
			"wrong lines stop nothing",
			"1\n2 3\n..\n" + long + "\n\xff\n" + long[1:] + "\n4\x005\n6\n",
			[]string{"1", long[1:], "6"},
			[]LineError{
				{2, "the id holds white space or control characters"},
				{3, "the id is a step in a path"},
				{4, "the id is longer than 256 bytes"},
				{5, "the id is not UTF-8"},
				{7, "the id holds white space or control characters"},
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ids, wrong, err := ReadIDs(iotest.OneByteReader(strings.NewReader(tt.text)))
			require.NoError(t, err)
			require.Equal(t, tt.want, append([]string(nil), ids...))
			require.Equal(t, tt.wrong, wrong)
		})
	}
	require.EqualError(t, LineError{Line: 7, Reason: "the id is not UTF-8"}, "line 7: the id is not UTF-8")
}

func TestReadIDsReportsTheReader(t *testing.T) {
	broken := errors.New("broken")
	ids, _, err := ReadIDs(io.MultiReader(strings.NewReader("1\n2\n"), iotest.ErrReader(broken)))
	require.ErrorIs(t, err, broken)
	require.Equal(t, []string{"1", "2"}, ids)
}
