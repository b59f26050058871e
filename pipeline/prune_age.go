package pipeline

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// leastAge is the least age at which anything is pruned.
const leastAge = 24 * time.Hour

// ParseAge reads an age: 90d, 12w or a duration like 36h. A *UsageError says what is wrong with it.
func ParseAge(text string) (time.Duration, error) {
	const try = "--older-than 90d; or weeks, 12w, or hours, 36h; the least is 1d"
	age, err := parseAge(strings.TrimSpace(text))
	switch {
	case text == "":
		return 0, &UsageError{"nothing says how old what is deleted must be", try}
	case err != nil:
		return 0, &UsageError{fmt.Sprintf("%q is no age", text), try}
	case age < leastAge:
		return 0, &UsageError{fmt.Sprintf("%q is less than a day, the least age at which anything is deleted", text), try}
	}
	return age, nil
}

func parseAge(text string) (time.Duration, error) {
	for unit, one := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		number, isThis := strings.CutSuffix(text, unit)
		if !isThis {
			continue
		}
		n, err := strconv.ParseInt(number, 10, 64)
		if err == nil && n > math.MaxInt64/int64(one) {
			err = strconv.ErrRange
		}
		return time.Duration(max(n, 0)) * one, err
	}
	return time.ParseDuration(text)
}
