package transform

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBeginnings asks patterns for numbers with each three digits in front: what one matches is never said to be impossible.
func TestBeginnings(t *testing.T) {
	for pattern, possible := range map[string]int{
		`^(?:0\d{2})$`:                        100,
		`^(?:[2-9]\d{9})$`:                    800,
		`^(?:(?:000800|[2-9]\d\d)\d{7})$`:     801,
		`^(?:1(?:2[3-5]|)\d*)$`:               100,
		`^(?:1|22|333)$`:                      1,
		`^(?:\d{2}(?:4\d|5)?)$`:               200,
		`^(?:80[0-8]|9(?:0[1-9]|1)\d|.11\d)$`: 9 + 9 + 10 + 10 - 1,
	} {
		b, err := newBeginnings(pattern)
		require.NoError(t, err)
		re, n := regexp.MustCompile(pattern), 0
		for begin := range 1000 {
			digits := fmt.Sprintf("%03d", begin)
			can := b.can(digits)
			if can {
				n++
			}
			for _, rest := range []string{"", "0", "1", "12", "4567", "1234567", "00000000", "800123456"} {
				require.False(t, !can && re.MatchString(digits+rest), "%s%s of %s", digits, rest, pattern)
			}
		}
		require.Equal(t, possible, n, pattern)
	}
	_, err := newBeginnings("(")
	require.Error(t, err)
}
