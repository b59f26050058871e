package transform

import (
	"math"
	"strconv"
	"strings"
	"unsafe"
)

// parseFloat reads a finite number.
func parseFloat(s string) (float64, bool) {
	if s == "" || len(s) > 64 || (s[0] != '-' && s[0] != '.' && (s[0] < '0' || s[0] > '9')) {
		return 0, false
	}
	if strings.ContainsAny(s, "xXpP_") {
		return 0, false // Go's numbers, nobody else's
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
}

// fraction reads seconds with a fraction as milliseconds, rounded.
func fraction(s string) (ms int64, ok bool) {
	f, ok := parseFloat(s)
	if !ok || f < 0 || f > longest {
		return 0, false
	}
	return int64(math.Round(f * 1000)), true
}

// bytesOf is the bytes of a text, which nobody may change.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// view is the text of bytes that nobody changes while it is in use.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
