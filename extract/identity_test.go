package extract

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnswersMustBeTheCallThatWasAskedFor(t *testing.T) {
	for body, want := range map[string]string{
		`{"id":7}`:                    "",
		`{"id":"7"}`:                  "",
		`[{"id":7}]`:                  "",
		`{"calls":{"id":7}}`:          "",
		`{"calls":[{"id":7}]}`:        "",
		`{"id":8}`:                    "the answer is call 8",
		`{"calls":{"id":8}}`:          "the answer is call 8",
		`{"error":"not found"}`:       "the answer is no call",
		`{"calls":[]}`:                "the answer is no call",
		`{"id":null}`:                 "the answer is no call",
		`[]`:                          "the answer is no call",
		`{"id":7,"calls":{"id":"9"}}`: "the answer is call \"9\"",
	} {
		require.Equal(t, want, notTheCall([]byte(body), "7"), body)
	}
	require.Empty(t, notTheCall([]byte(`{"verified_customer":true}`), ""))
}
