package transform

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/fixtures"
)

var update = flag.Bool("update", false, "write the golden files of this package anew")

// TestPayloads reads every documented payload and compares all rows, cell by cell, with testdata/golden.
func TestPayloads(t *testing.T) {
	for _, vendor := range fixtures.Vendors() {
		payloads, err := fixtures.Payloads(vendor)
		require.NoError(t, err)
		for _, p := range payloads {
			t.Run(vendor+"/"+p.Name, func(t *testing.T) {
				golden(t, filepath.Join("testdata", "golden", vendor+"-"+p.Name+".txt"), readAll(t, vendor, p))
			})
		}
	}
}

// readAll reads a fixture, NDJSON or one value, and dumps every call and the verdict on everything else.
func readAll(t *testing.T, vendor string, p fixtures.Payload) string {
	t.Helper()
	r := testReader(t, vendor)
	var b strings.Builder
	records := [][]byte{p.Body}
	if strings.Count(string(p.Body), "\n{") > 3 && p.Body[0] == '{' {
		records = bytes.Split(bytes.TrimSpace(p.Body), []byte("\n"))
	}
	verdicts := map[string]int{}
	for _, body := range records {
		rec := raw.Record{Body: body, Origin: raw.Webhook}
		if strings.HasPrefix(p.Name, "customer-flag") {
			rec.CallID = "515"
		}
		for i := range r.Open(&rec) {
			o := NewObservation()
			v := r.Item(i, o)
			if v.Fate != Loaded {
				verdicts[fmt.Sprintf("%s %s %s", [...]string{"loaded", "ignored", "quarantined"}[v.Fate], v.Reason, v.Detail)]++
				continue
			}
			if !o.Dateless {
				r.Finish(o)
			}
			b.WriteString(dump(o))
		}
	}
	for _, v := range sortedKeys(verdicts) {
		fmt.Fprintf(&b, "%d x %s\n", verdicts[v], v)
	}
	return b.String()
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "go test ./transform -update writes it")
	require.Empty(t, cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")))
}
