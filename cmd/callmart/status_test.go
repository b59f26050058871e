package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/pipeline"
)

func TestPrintStatus(t *testing.T) {
	began := time.Date(2026, 3, 11, 1, 30, 0, 0, time.UTC)
	age, incomplete := 3.5*86400, false
	s := &pipeline.Status{
		Lake: "/srv/lake", Exists: true, Calls: 12345, Known: 8, Size: pipeline.SizeStatus{Total: 3 << 20, Files: 1200},
		Held:    &pipeline.Held{Run: "r-3", PID: 17, Host: "etl", Since: began.Add(time.Hour)},
		Unended: []pipeline.UnendedRun{{Run: "r-1", Committed: true}, {Run: "r-0"}},
		Runs: []pipeline.RunStatus{
			{Run: "r-2", StartedAt: began, Seconds: 250, Changed: true, Files: 3, InputBytes: 1500, Records: 1000, New: 990, Partitions: 2, ChangedPart: 1, ChangedRows: 5000, PeakMemory: 90 << 20, Missing: []string{"desk: in/1.json: permission denied", "b", "c", "d", "e"}},
			{Run: "r-1", StartedAt: began.AddDate(0, 0, -1), Seconds: 0.4, Complete: true},
		},
		Sources: []pipeline.SourceStatus{
			{
				Source: "desk", Vendor: "ccai", Configured: true, NewestObserved: &began, Age: &age, Quiet: true, LastRun: "r-2", LastRunAt: &began, Complete: &incomplete,
				Calls: 12345, Partitions: 31, First: "2026-02-01", Last: "2026-03-03", KnownFiles: 70, KnownBytes: 7 << 30, PendingBytes: 12,
				Size:       pipeline.SizeStatus{Tables: 2 << 20, Ledger: 1 << 20, Total: 3 << 20, Files: 1190},
				Records:    pipeline.Accounting{Read: 20000, New: 19000, Duplicate: 990, Quarantined: 9, Ignored: 1},
				Quarantine: pipeline.QuarantineManifest{Open: 1, Dropped: 7, Replayed: 1},
				API:        &pipeline.APIStatus{Configured: true, Pending: 4, Failed: 1, Errors: map[string]string{"77": "status 500"}, Open: 3, Stale: 2, NotFound: 5},
				Settings:   &pipeline.SettingsStatus{Message: "region was DE and is FR", Adopt: "callmart load --rebuild --source desk"},
			},
			{Source: "new", Vendor: "whippy", Configured: true},
		},
		Problems: []string{"reading manifest x.json: broken"},
	}
	var out strings.Builder
	require.NoError(t, printStatus(&out, s, time.UTC))
	require.Equal(t, `/srv/lake: 12,345 calls of 2 sources, 3.0 MiB in 1,200 files; times of UTC
run r-3 of process 17 on etl holds the lake since 2026-03-11 02:30:00
run r-1 is committed but not published: the next run does it
run r-0 did not end and published nothing: the next run cleans up behind it

run  started              took        files  size     records  new  partitions changed  rows in them  memory  result
r-2  2026-03-11 01:30:00  4 min 10 s  3      1.5 KiB  1,000    990  1 of 2              5,000         90 MiB  changed, INCOMPLETE
r-1  2026-03-10 01:30:00  0.4 s       0      -        0        0    0 of 0              0             -       nothing new
… and 6 runs before: --runs N shows more

source  vendor  newest record        age         last read                        calls   partitions  dates of calls
desk    ccai    2026-03-11 01:30:00  3 d, quiet  2026-03-11 01:30:00, INCOMPLETE  12,345  31          2026-02-01 to 2026-03-03
new     whippy  -                    -           never                            0       0           -

source  files  size     pending  records  new     duplicate  quarantined  ignored  open  dropped  replayed
desk    70     7.0 GiB  12 B     20,000   19,000  990        9            1        1     7        1

API of  pending  failed  open calls  stale  not found
desk    4        1       3           2      5

on disk  tables   observations  ledger   raw  quarantine  in all   files
desk     2.0 MiB  0 B           1.0 MiB  0 B  0 B         3.0 MiB  1,190

the last run missed: desk: in/1.json: permission denied
the last run missed: b
the last run missed: c
the last run missed 2 more: --json names all
region was DE and is FR
  the next run would refuse that; try: callmart load --rebuild --source desk
desk: 1 record open in quarantine: callmart quarantine list --source desk
desk: call 77 failed: status 500
could not be read, and is missing above: reading manifest x.json: broken
`, out.String())
}

func TestUnits(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 10189: "10 KiB", 1<<20 - 1: "1.0 MiB", 36 << 20: "36 MiB", 1 << 62: "4.0 EiB"} {
		require.Equal(t, want, bytesOf(n))
	}
	for s, want := range map[float64]string{0: "0.0 s", 9.94: "9.9 s", 13.258: "13 s", 250: "4 min 10 s", 7500: "2 h 5 min"} {
		require.Equal(t, want, seconds(s))
	}
	for s, want := range map[float64]string{-3600: "ahead of the clock", 0: "0 min", 3599: "59 min", 3600 * 47: "47 h", 86400 * 3: "3 d"} {
		require.Equal(t, want, span(s))
	}
}
