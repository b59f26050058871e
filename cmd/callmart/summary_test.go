package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/pipeline"
)

func TestPrintSummary(t *testing.T) {
	m := &pipeline.Manifest{
		Sources: []pipeline.SourceManifest{
			{
				Source: "desk", Files: 1200,
				Accounting:       pipeline.Accounting{Read: 1234, New: 1200, Duplicate: 20, Quarantined: 4, Ignored: 10},
				QuarantineReason: map[string]int64{"no call id": 3, "bad JSON": 1},
				Quarantine:       &pipeline.QuarantineManifest{Open: 3, Dropped: 1},
				Problems:         []string{"in/1.json: permission denied"},
				UnknownWords:     []pipeline.UnknownWord{{RawStatus: "VM", RawReason: "17", Calls: 5}},
				ZoneSuspicions:   2,
			},
			{Source: "quiet"},
		},
		Partitions: []pipeline.PartManifest{{Changed: true}, {}},
		Workbooks:  []string{"out/sla_2026-01-13.xlsx"},
		Skipped:    []string{"callmart report all --period day --date 2020-01-01"},
	}
	var out strings.Builder
	require.NoError(t, printSummary(&out, m))
	require.Equal(t, `desk: files 1,200, records 1,234 = 1,200 new + 20 duplicate + 4 quarantined (bad JSON 1, no call id 3) + 10 ignored
  open in quarantine: 3 (callmart quarantine list --source desk)
  problem: in/1.json: permission denied
  unknown outcome of 5 calls: raw_status "VM", raw_reason "17"
  2 calls begin more than 1 h off the time in their id: is payload_timezone right?
quiet: nothing new to read
1 of 2 partitions changed
out/sla_2026-01-13.xlsx
too old to be made again by itself: callmart report all --period day --date 2020-01-01
`, out.String())
}
