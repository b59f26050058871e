package pipeline_test

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/pipeline"
)

// TestDamagedFileLoadsWhatItHolds spoils compressed files: what can be decompressed is loaded, the rest is one refusal,
// and the run is complete, tonight and every night.
func TestDamagedFileLoadsWhatItHolds(t *testing.T) {
	s := newSite(t)
	two := gzipped(t, []byte(deskCall(1)+"\n"+deskCall(2)+"\n"))
	checksum := bytes.Clone(two)
	checksum[len(checksum)-6] ^= 1
	s.archive("ccai", "checksum.ndjson.gz", checksum)
	s.archive("ccai", "headless.ndjson.gz", append([]byte("\x00\x00"), two[2:]...))
	s.archive("ccai", "junk.ndjson.gz", append(gzipped(t, []byte(deskCall(3)+"\n"+deskCall(4))), deskCall(5)...))
	s.archive("ccai", "named.ndjson.gz", []byte(deskCall(6)+"\n"))
	source := s.source()
	require.True(t, source.Complete)
	require.Equal(t, pipeline.Accounting{Read: 8, New: 5, Quarantined: 3}, source.Accounting)
	require.Equal(t, map[string]int64{"compressed_data_damaged": 2, "file_format_not_supported": 1}, source.QuarantineReason)
	source = s.source()
	require.True(t, source.Complete)
	require.Equal(t, pipeline.QuarantineManifest{Open: 3}, *source.Quarantine)
	all := s.refusals(pipeline.QuarantineFilter{})
	require.Len(t, all, 3)
	require.Contains(t, all[0].Detail, "gzip: invalid checksum")
	require.EqualValues(t, 2*len(deskCall(1))+2, all[0].Offset)
	require.Contains(t, all[2].Detail, "what follows is no gzip")
	for _, r := range all {
		text, err := s.raw(r)
		require.NoError(t, err)
		require.Len(t, text, int(r.Length))
	}
	require.Equal(t, []string{"refused compressed_data_damaged", "refused file_format_not_supported", "refused compressed_data_damaged"}, s.replay(pipeline.QuarantineFilter{}))

	s.drop(pipeline.DropOptions{Filter: pipeline.QuarantineFilter{IDs: []string{all[0].ID}}, Note: "compared by hand"})
	s.archive("ccai", "headless.ndjson.gz", two)
	s.archive("ccai", "junk.ndjson.gz", gzipped(t, []byte(deskCall(3)+"\n"+deskCall(4))))
	source = s.source()
	require.Equal(t, pipeline.Accounting{Read: 4, Duplicate: 4}, source.Accounting)
	require.Equal(t, pipeline.QuarantineManifest{Dropped: 1}, *source.Quarantine)
}

// TestTruncatedFile lets a compressed file end too early: the rest may come for a day, then it is missed.
func TestTruncatedFile(t *testing.T) {
	s := newSite(t)
	whole := gzipped(t, []byte(deskCall(1)+"\n"+deskCall(2)+"\n"))
	s.archive("ccai", "a.ndjson.gz", whole[:len(whole)-9])
	s.archive("ccai", "b.ndjson.gz", whole[:5])
	source := s.source()
	require.True(t, source.Complete)
	require.Zero(t, source.Accounting.Quarantined)
	require.Positive(t, source.PendingBytes)
	records := source.Accounting.Read
	require.Positive(t, records)

	old := time.Now().Add(-25 * time.Hour)
	for _, name := range []string{"a.ndjson.gz", "b.ndjson.gz"} {
		require.NoError(t, os.Chtimes(s.path("archive", "ccai", name), old, old))
	}
	source = s.source()
	require.True(t, source.Complete)
	require.Equal(t, pipeline.Accounting{Read: records + 2, Duplicate: records, Quarantined: 2}, source.Accounting)
	require.Equal(t, map[string]int64{"compressed_data_truncated": 2}, source.QuarantineReason)
	require.Zero(t, source.PendingBytes)
	require.Equal(t, []string{"refused compressed_data_truncated", "refused compressed_data_truncated"}, s.replay(pipeline.QuarantineFilter{}))

	s.archive("ccai", "a.ndjson.gz", whole)
	s.archive("ccai", "b.ndjson.gz", whole)
	require.Equal(t, []string{"gone", "loads 1 2026-05-05"}, s.replay(pipeline.QuarantineFilter{}))
	source = s.source()
	require.Equal(t, pipeline.Accounting{Read: 4, New: 2 - records, Duplicate: 2 + records}, source.Accounting)
	require.Zero(t, source.Quarantine.Total())
}
