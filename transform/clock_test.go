package transform

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseTime(t *testing.T) {
	for text, want := range map[string]string{
		"2026-01-13T10:15:30+02:00":    "2026-01-13T08:15:30Z",
		"2026-01-13T10:15:30.250Z":     "2026-01-13T10:15:30.25Z",
		"2026-01-13t10:15:30.123456Z":  "2026-01-13T10:15:30.123456Z",
		"2026-03-23T13:12:51.000-0700": "2026-03-23T20:12:51Z",
		"2024-02-29T00:00:00+00":       "2024-02-29T00:00:00Z",
		"1969-12-31T23:59:59Z":         "1969-12-31T23:59:59Z",
		"0001-01-01T00:00:00Z":         "0001-01-01T00:00:00Z",
	} {
		wall, offset, naive, ok := parseTime(text)
		require.True(t, ok, text)
		require.False(t, naive, text)
		require.Equal(t, want, time.UnixMicro(wall-offset).UTC().Format(time.RFC3339Nano), text)
	}
	for _, text := range []string{"2023-01-02 14:32:44", "2023-01-02  14:32:44", "2023-01-02T14:32:44", "2023-01-02n14:32:44"} {
		wall, _, naive, ok := parseTime(text)
		require.True(t, ok, text)
		require.True(t, naive, text)
		require.Equal(t, "2023-01-02T14:32:44Z", time.UnixMicro(wall).UTC().Format(time.RFC3339), text)
	}
	for _, text := range []string{"", "0000-00-00 00:00:00", "2023-02-30 00:00:00", "2023-13-01", "2023-01-01 25:00:00", "yyyy-mm-dd hh:mm:ss", "2023-01-01T10:00:00 +02:00", "2023-01-01T10"} {
		_, _, _, ok := parseTime(text)
		require.False(t, ok, text)
	}
}

// TestParseUTCAgrees changes every byte of a time to every other: what parseUTC takes is what the general reader makes of it.
func TestParseUTCAgrees(t *testing.T) {
	taken := 0
	for _, text := range []string{"2026-05-04T08:23:16.000Z", "2024-02-29T23:59:60.987Z", "0000-12-31T00:00:00.001Z", "9999-02-28T19:09:39.999Z"} {
		for i := range len(text) {
			for c := range 256 {
				changed := []byte(text)
				changed[i] = byte(c)
				got, ok := parseUTC(string(changed))
				want, offset, naive, valid := parseISO(string(changed))
				if ok {
					taken++
					require.True(t, valid && !naive && offset == 0 && got == want, "%q", changed)
				}
			}
		}
	}
	require.Greater(t, taken, 400)
}

func TestClockAtChanges(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	c := newClock(berlin)
	at := func(wall string, hint int64) (string, bool) {
		w, _, _, ok := parseTime(wall)
		require.True(t, ok)
		u, moved := c.instant(w, hint)
		return time.UnixMicro(u).UTC().Format(time.RFC3339), moved
	}
	utc := func(s string) int64 {
		u, err := time.Parse(time.RFC3339, s)
		require.NoError(t, err)
		return u.UnixMicro()
	}
	for _, tc := range []struct {
		wall string
		hint int64
		want string
		gap  bool
	}{
		{"2026-07-01 12:00:00", 0, "2026-07-01T10:00:00Z", false},
		{"2026-01-01 12:00:00", 0, "2026-01-01T11:00:00Z", false},
		{"2026-03-29 01:59:59", 0, "2026-03-29T00:59:59Z", false},
		{"2026-03-29 02:30:00", 0, "2026-03-29T01:30:00Z", true}, // 02:30 does not exist: 03:30 summer time
		{"2026-03-29 03:00:00", 0, "2026-03-29T01:00:00Z", false},
		{"2026-10-25 02:30:00", 0, "2026-10-25T00:30:00Z", false},
		{"2026-10-25 02:30:00", utc("2026-10-25T01:29:58Z"), "2026-10-25T01:30:00Z", false},
		{"2026-10-25 03:00:00", 0, "2026-10-25T02:00:00Z", false},
	} {
		got, moved := at(tc.wall, tc.hint)
		require.Equal(t, tc.want, got, tc.wall)
		require.Equal(t, tc.gap, moved, tc.wall)
	}
	require.Equal(t, "2026-10-25", DateOf(c.local(utc("2026-10-24T22:30:00Z"))).String())
	require.Equal(t, "1969-12-31", DateOf(-1).String())
}
