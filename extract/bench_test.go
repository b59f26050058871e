package extract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
)

// benchCall is about as long and as nested as a call of the vendors: 1.4 kB.
func benchCall(i int) string {
	leg := `{"agent_id":%d,"agent_name":"Agent \"Nine\" Smith","started_at":"2026-01-13T09:30:%02dZ","talk_duration":%d,"hold_duration":0,"answered":true},`
	legs := strings.Repeat(fmt.Sprintf(leg, i%97, i%60, i%600), 6)
	return fmt.Sprintf(`{"id":%d,"type":"inbound","status":"finished","queue":{"id":%d,"name":"Support"},"caller":{"number":"+4930%07d","contact":null},`+
		`"started_at":"2026-01-13T09:30:00Z","duration":%d,"wait":%d.5,"tags":["a","b"],"note":"%s","legs":[%s]}`,
		1_000_000+i, i%9, i%10_000_000, i%900, i%40, strings.Repeat("Customer asks for the invoice. ", 6), strings.TrimSuffix(legs, ","))
}

// benchFile writes calls of about 64 MB to a file, which then lies in the page cache.
func benchFile(b *testing.B, before, between, after string, shape func(string) string) *File {
	b.Helper()
	var text bytes.Buffer
	text.WriteString(before)
	for i := range 45_000 {
		if i > 0 {
			text.WriteString(between)
		}
		text.WriteString(shape(benchCall(i)))
	}
	text.WriteString(after)
	path := filepath.Join(b.TempDir(), "input.json")
	require.NoError(b, os.WriteFile(path, text.Bytes(), 0o600))
	return open(b, &Archive{Globs: []Glob{{Pattern: path}}})
}

func BenchmarkScan(b *testing.B) {
	asIs := func(s string) string { return s }
	indented := func(s string) string {
		var out bytes.Buffer
		require.NoError(b, json.Indent(&out, []byte(s), "", "  "))
		return out.String()
	}
	benchmarks := []struct {
		name                   string
		before, between, after string
		shape                  func(string) string
	}{
		{"lines", "", "\n", "\n", asIs},
		{"array", "[", ",", "]", asIs},
		{"concatenated", "", "", "", asIs},
		{"indented", "", "\n", "\n", indented},
	}
	for _, bb := range benchmarks {
		b.Run(bb.name, func(b *testing.B) {
			file := benchFile(b, bb.before, bb.between, bb.after, bb.shape)
			b.SetBytes(file.Size())
			b.ReportAllocs()
			for b.Loop() {
				records := 0
				_, err := file.Scan(b.Context(), func(*raw.Record) error { records++; return nil }, noBad(b))
				require.NoError(b, err)
				require.Equal(b, 45_000, records)
			}
		})
	}
}

// BenchmarkSmallFiles is the cost of one file of one call, listing apart.
func BenchmarkSmallFiles(b *testing.B) {
	folder := b.TempDir()
	for i := range 1000 {
		write(b, filepath.Join(folder, fmt.Sprintf("%04d.json", i)), benchCall(i))
	}
	archive := &Archive{Globs: []Glob{{Pattern: folder + "/*.json"}}}
	inputs, _, err := archive.Inputs(b.Context())
	require.NoError(b, err)
	ignore := func(*raw.Record) error { return nil }
	bad := noBad(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		file, err := archive.Open(b.Context(), inputs[i%len(inputs)])
		if err != nil {
			b.Fatal(err)
		}
		if _, err := file.Scan(b.Context(), ignore, bad); err != nil {
			b.Fatal(err)
		}
		if err := file.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSmallCompressedFiles is the same with a spooled copy.
func BenchmarkSmallCompressedFiles(b *testing.B) {
	archive := compressedArchive(b, gzipOf(b, benchCall(1)))
	inputs, _, err := archive.Inputs(b.Context())
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		file, err := archive.Open(b.Context(), inputs[0])
		if err != nil {
			b.Fatal(err)
		}
		if err := file.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkInputs is the cost of listing one file of many.
func BenchmarkInputs(b *testing.B) {
	folder := b.TempDir()
	for i := range 10_000 {
		path := filepath.Join(folder, fmt.Sprint(i%10))
		require.NoError(b, os.MkdirAll(path, 0o755))
		write(b, filepath.Join(path, fmt.Sprintf("%06d.json", i)), "{}")
	}
	archive := &Archive{Globs: []Glob{{Pattern: folder + "/**/*.json"}}}
	for b.Loop() {
		inputs, _, err := archive.Inputs(b.Context())
		require.NoError(b, err)
		require.Len(b, inputs, 10_000)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10_000, "ns/file")
}
