package pipeline_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/pipeline"
)

// TestCallsAreFoundFarFromTheirDate brings records of one call, whose dates lie weeks apart, in any order and split over runs.
func TestCallsAreFoundFarFromTheirDate(t *testing.T) {
	seen := func(day, event, more string) string {
		return fmt.Sprintf(`{"received_at":"2026-%sT09:00:00Z","event":"%s","body":{"id":5,"type":"inbound","sub_type":"(Sales)Handled"%s}}`+"\n", day, event, more)
	}
	said := func(created, updated string) string {
		return fmt.Sprintf(`{"id":5,"status":"finished","call_type":"Voice Inbound","created_at":"2026-%sT10:00:00Z","updated_at":"2026-%sT10:05:00Z"}`+"\n", created, updated)
	}
	for _, tt := range []struct {
		name, vendor string
		files        []string
	}{
		{"seen only, then said", "nectardesk", []string{seen("05-28", "call_disposition_saved", ""), seen("05-04", "call_ended", `,"startedDate":"2026-05-04T09:00:00+02:00","endedDate":"2026-05-04T09:01:00+02:00"`)}},
		{"moved twice", "ccai", []string{said("05-08", "05-09"), said("05-14", "05-15"), said("05-02", "05-03")}},
		{"far apart", "ccai", []string{said("05-28", "05-29"), said("05-02", "05-03")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			once := newSite(t)
			for i, body := range tt.files {
				once.archive(tt.vendor, fmt.Sprint(i), []byte(body))
			}
			_, err := once.run(pipeline.RunOptions{NoReport: true})
			require.NoError(t, err)
			want := once.column(`SELECT call_id || ' ' || CAST("date" AS VARCHAR) || ' ' || CAST(observation_count AS VARCHAR) FROM calls`)
			for _, back := range []bool{false, true} {
				s := newSite(t)
				for i := range tt.files {
					if back {
						i = len(tt.files) - 1 - i
					}
					s.archive(tt.vendor, fmt.Sprint(i), []byte(tt.files[i]))
					_, err := s.run(pipeline.RunOptions{NoReport: true})
					require.NoError(t, err)
				}
				require.Equal(t, want, s.column(`SELECT call_id || ' ' || CAST("date" AS VARCHAR) || ' ' || CAST(observation_count AS VARCHAR) FROM calls`), "back %v", back)
			}
		})
	}
}

// TestADatedRunCountsWhatItWrites reads a file in a run that writes one of its dates, and then in one that writes all.
func TestADatedRunCountsWhatItWrites(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.ndjson", []byte(ccaiCall(1, "2026-05-05", "")+ccaiCall(2, "2026-05-06", "")+ccaiCall(2, "2026-05-06", "")))
	m, err := s.run(pipeline.RunOptions{NoReport: true, From: "2026-05-05", To: "2026-05-05"})
	require.NoError(t, err)
	require.Equal(t, pipeline.Accounting{Read: 3, New: 1, Duplicate: 1, Ignored: 1}, m.Sources[1].Accounting, "what is not written is not new yet")
	m, err = s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	require.Equal(t, pipeline.Accounting{Read: 3, New: 1, Duplicate: 2}, m.Sources[1].Accounting)
	require.EqualValues(t, 2, m.Sources[1].Totals.New, "as many as the lake has observations")
}
