package sql_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/sql"
)

var (
	comment = regexp.MustCompile(`(?m)--.*$`)
	literal = regexp.MustCompile(`'[^']*'`)
)

// forbidden are the words that only one engine understands, or that a report has no business to say.
var forbidden = []string{
	`GROUP BY ALL`, `\bQUALIFY\b`, `\bEXCLUDE\b`, `\btime_bucket\b`, `\bstrftime\b`, `\bAT TIME ZONE\b`, `\bUNNEST\b`,
	`\bquantile`, `\barg_max\b`, `\bmedian\b`, `\bapprox_`, `\bCOPY\b`, `\bINSERT\b`, `\bCREATE\b`, `->`, `::`, `//`, `;`,
}

func TestEveryQueryIsOneDocumentedSelectInTheNeutralSubset(t *testing.T) {
	names, err := sql.Names()
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			text, err := sql.Read(name)
			require.NoError(t, err)
			for _, head := range []string{"-- Answers: ", "-- Grain: ", "-- Reads: ", "-- Columns: ", "-- Definition: "} {
				require.Contains(t, text, head, "the header comment says what the query is")
			}
			body := strings.TrimSpace(comment.ReplaceAllString(text, ""))
			require.Regexp(t, `^(SELECT|WITH)\b`, body)
			body = literal.ReplaceAllString(body, "''")
			for _, word := range forbidden {
				require.NotRegexp(t, `(?i)`+word, body)
			}
		})
	}
}

func TestReadNamesTheQueryThatIsMissing(t *testing.T) {
	_, err := sql.Read("nothing")
	require.ErrorContains(t, err, `"nothing"`)
}
