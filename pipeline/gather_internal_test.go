package pipeline

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/extract"
	"callmart/extract/raw"
)

// TestGather reads records that lie far apart, in another order than the calls', and some twice: each is itself, and what
// lies between them takes no more memory than they may.
func TestGather(t *testing.T) {
	const records, apart = 2000, 12 << 10
	dir := t.TempDir()
	var text bytes.Buffer
	for n := range records {
		fmt.Fprintf(&text, "%-*s", apart, fmt.Sprintf("record %d", n))
	}
	path := filepath.Join(dir, "calls.ndjson")
	require.NoError(t, os.WriteFile(path, text.Bytes(), 0o644))
	archive := &extract.Archive{Spool: dir, Globs: []extract.Glob{{Pattern: path, Origin: raw.File}}}
	inputs, problems, err := archive.Inputs(t.Context())
	require.NoError(t, err)
	require.Empty(t, problems)
	files := newOpenFiles(archive)
	defer func() { require.NoError(t, files.close()) }()
	require.NoError(t, files.ready(inputs))

	var h hourCalls
	for i := range records {
		n := i * 7 % records // each once, out of order
		same := entry{offset: int64(n * apart), length: uint32(len(fmt.Sprintf("record %d", n)))}
		h.add(plannedCall{}, fmt.Sprint(n), []entry{same, same}) // two of one page
	}
	f, seen, stretched := newFetcher(files), 0, 0
	cut := &stretches{yield: func(s *stretch) error {
		stretched++
		for _, p := range s.pieces {
			require.NoError(t, f.gather(t.Context(), p.hour, p.calls))
			for i := range p.calls {
				c := &p.calls[i]
				for _, place := range h.records(c) {
					rec, stays, err := f.fetch(t.Context(), place)
					require.True(t, stays)
					require.NoError(t, err)
					require.Equal(t, "record "+h.ids.at(c.id), string(rec.Body))
					require.NotNil(t, f.ahead.body(0, place.Offset, place.Length), "it was gathered")
				}
				seen++
			}
			require.LessOrEqual(t, len(f.ahead.data), 2*stretchBytes)
		}
		return nil
	}}
	require.NoError(t, cut.hour(&h))
	require.NoError(t, cut.end(true))
	require.Equal(t, records, seen)
	require.Equal(t, 1, stretched)

	require.NoError(t, os.Truncate(path, apart))
	require.ErrorIs(t, f.gather(t.Context(), &h, h.calls), extract.ErrChanged)
}
