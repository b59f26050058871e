package reports

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"Support", "Support", true},
		{"Support", "Support DE", false},
		{"support", "Support", false},
		{"Support*", "Support", true},
		{"Support*", "Support / DE [1]", true},
		{"*", "", true},
		{"", "", true},
		{"", "x", false},
		{"?", "é", true},
		{"?", "", false},
		{"a*b*c", "a-b-b-c", true},
		{"a*b*c", "a-c-b", false},
		{"*DE", "Support DE", true},
		{"*DE", "Support DE 2", false},
		{"[ab]", "a", false},
		{"[ab]", "[ab]", true},
	} {
		require.Equal(t, c.want, match(c.pattern, c.name), "%q on %q", c.pattern, c.name)
	}
}

func TestWords(t *testing.T) {
	require.Equal(t, []string{"0", "999", "1,000", "1,234,567", "-12,345"},
		[]string{whole(0), whole(999), whole(1000), whole(1234567), whole(-12345)})
	require.Equal(t, []string{"0 s", "59 s", "1 min", "1 min 31 s", "1 h 2 min"},
		[]string{wait(0), wait(59.4), wait(59.6), wait(91), wait(3720)})
	require.Equal(t, []string{"00:00", "08:30", "00:00"}, []string{clock(0), clock(510), clock(1440)})
}
