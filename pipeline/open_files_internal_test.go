package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/extract"
	"callmart/extract/raw"
)

// What several goroutines of the first pass put aside, the second pass finds, also when the files themselves are gone.
func TestKeptFilesAreFound(t *testing.T) {
	folder := t.TempDir()
	const files = 500
	for i := range files {
		require.NoError(t, os.WriteFile(filepath.Join(folder, fmt.Sprintf("%04d.json", i)), []byte(keptBody(i)), 0o600))
	}
	a := &extract.Archive{Globs: []extract.Glob{{Pattern: folder + "/*.json"}}, Spool: t.TempDir()}
	inputs, problems, err := a.Inputs(t.Context())
	require.NoError(t, err)
	require.Empty(t, problems)
	require.Len(t, inputs, files)

	o := newOpenFiles(a)
	for _, pass := range [][]extract.Input{inputs[:files/2], inputs[files/2:]} { // the archive, and what an API answered
		keepers := o.keepers(3, pass[len(pass)-1].Number) // the last one keeps nothing
		for i, in := range pass {
			f, err := a.Open(t.Context(), in)
			require.NoError(t, err)
			require.NoError(t, keepers[i%2].keep(in.Number, f))
		}
	}
	require.NoError(t, o.ready(inputs))
	require.NoError(t, os.RemoveAll(folder))

	fetcher := newFetcher(o)
	for i := range inputs {
		i = i * 7 % files
		body := keptBody(i)
		rec, _, err := fetcher.fetch(t.Context(), raw.Place{File: inputs[i].Number, Length: int64(len(body))})
		require.NoError(t, err)
		require.Equal(t, body, string(rec.Body))
	}
	_, _, err = fetcher.fetch(t.Context(), raw.Place{File: inputs[0].Number, Length: int64(len(keptBody(0))) + 1})
	require.ErrorIs(t, err, extract.ErrChanged, "a record never reaches into the next file")
	require.NoError(t, o.close())
}

// keptBody is content of between 30 bytes and 30 kB.
func keptBody(i int) string { return fmt.Sprintf(`{"id":%d,"note":"%0*d"}`, i, 1+i*i*i%30_000, i) }
