package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/pipeline"
)

// small writes an archive of a few calls.
func small(t *testing.T, change func(*archiveOptions)) *archive {
	t.Helper()
	o := defaultArchive()
	o.calls, o.repeats, o.dir = 500, 0.2, t.TempDir()
	change(&o)
	a, err := generate(context.Background(), o)
	require.NoError(t, err)
	return a
}

// contents are an archive's bytes by path.
func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		all[rel] = body
		return err
	}))
	return all
}

func joined(files map[string][]byte, name string) []byte {
	var all []byte
	for path, body := range files {
		if strings.Contains(path, name) {
			all = append(all, body...)
		}
	}
	return all
}

func TestSameFlagsSameBytes(t *testing.T) {
	for _, s := range shapes() {
		t.Run(s.vendor, func(t *testing.T) {
			vendor := func(o *archiveOptions) { o.vendor = s.vendor; o.compress = "mixed" }
			a, b := contents(t, small(t, vendor).options.dir), contents(t, small(t, vendor).options.dir)
			require.Equal(t, a, b)
			other := contents(t, small(t, func(o *archiveOptions) { vendor(o); o.seed = 2 }).options.dir)
			require.NotEqual(t, a, other)
		})
	}
}

// However many files the calls are split over, they are the same records in the same order.
func TestShardsSplitTheSameRecords(t *testing.T) {
	one := contents(t, small(t, func(o *archiveOptions) { o.shards = 1 }).options.dir)
	seven := contents(t, small(t, func(o *archiveOptions) { o.shards = 7 }).options.dir)
	require.Len(t, seven, 8)
	var all []byte
	for _, n := range []string{"0000", "0001", "0002", "0003", "0004", "0005", "0006"} {
		all = append(all, joined(seven, n)...)
	}
	require.True(t, bytes.Equal(joined(one, "calls-"), all))
}

// Sizes are those of the vendors' payloads, and every record is JSON in the strict sense.
func TestRecordsAreJSONOfRealisticSize(t *testing.T) {
	for vendor, size := range map[string][2]int{"nectardesk": {1100, 1500}, "ccai": {3000, 5000}, "callerdesk": {600, 900}, "whippy": {900, 1500}} {
		a := small(t, func(o *archiveOptions) { o.vendor = vendor })
		mean := int(a.bytes / a.records)
		require.True(t, mean >= size[0] && mean <= size[1], "%s: %d bytes a record", vendor, mean)
		lines := bytes.Split(bytes.TrimSpace(joined(contents(t, a.options.dir), "calls-")), []byte("\n"))
		require.Len(t, lines, int(a.records))
		for _, line := range lines {
			require.True(t, json.Valid(line), "%s", line)
		}
	}
}

func TestEveryShapeLoadsWhole(t *testing.T) {
	for _, s := range shapes() {
		for name, change := range map[string]func(*archiveOptions){
			"shards": func(o *archiveOptions) { o.compress = "mixed" },
			"events": func(o *archiveOptions) { o.events = true },
		} {
			t.Run(s.vendor+"/"+name, func(t *testing.T) {
				a := small(t, func(o *archiveOptions) { o.vendor = s.vendor; change(o) })
				cfg, err := pipeline.LoadConfig(filepath.Join(a.options.dir, "callmart.yaml"), func(string) (string, bool) { return "", false })
				require.NoError(t, err)
				m, err := pipeline.Run(context.Background(), cfg, pipeline.RunOptions{Offline: true, NoReport: true})
				require.NoError(t, err)
				counted := m.Sources[0].Accounting
				require.Equal(t, a.records, counted.Read)
				require.Equal(t, a.records, counted.New+counted.Duplicate, "nothing is refused or ignored: %+v", counted)
				require.NotZero(t, counted.Duplicate)
			})
		}
	}
}

func TestWrongFlags(t *testing.T) {
	for args, message := range map[string]string{
		"generate --vendor nobody --dir x":   "no vendor nobody",
		"generate":                           "--dir is missing",
		"generate --dir x --compress lz4":    "--compress lz4",
		"generate --dir x --repeats 2":       "--repeats is a share",
		"generate --dir x --calls 0":         "at least 1",
		"generate --dir x --calls many":      "invalid argument",
		"generate --dir x --vendor ccai now": "unknown command",
	} {
		var out, errOut bytes.Buffer
		require.Equal(t, 2, execute(context.Background(), strings.Fields(args), &out, &errOut), args)
		require.Contains(t, errOut.String(), message)
	}
}
