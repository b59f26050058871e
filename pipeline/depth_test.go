package pipeline_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/pipeline"
	"callmart/transform"
)

// TestRecordsAtTheLimitOfDepth has equal records after each other, the second pass's readers have not seen what the first
// one's have: all are loaded, or all are refused.
func TestRecordsAtTheLimitOfDepth(t *testing.T) {
	record := func(id, levels int, inner string) string {
		return fmt.Sprintf(`{"id":%d,"status":"finished","call_type":"Voice Inbound","created_at":"2026-05-05T10:00:00Z","x":`, id) +
			strings.Repeat(`{"a":`, levels) + inner + strings.Repeat("}", levels+1) + "\n"
	}
	for _, inner := range []string{"{}", "[]", `{"b":1}`} {
		for levels, want := range map[int]pipeline.Accounting{62: {Read: 3, New: 3}, 63: {Read: 3, Quarantined: 3}} {
			s := newSite(t)
			s.archive("ccai", "deep.ndjson", []byte(record(1, levels, inner)+record(2, levels, inner)+record(3, levels, inner)))
			m, err := s.run(pipeline.RunOptions{})
			require.NoError(t, err)
			read := int64(0)
			for _, source := range m.Sources {
				read += source.Accounting.Read
				if source.Vendor != "ccai" {
					continue
				}
				require.Equal(t, want, source.Accounting, "%d levels of %s", levels+2, inner)
				require.Equal(t, want.Quarantined, source.QuarantineReason[transform.ReasonTooDeep])
			}
			require.EqualValues(t, 3, read)
		}
	}
}
