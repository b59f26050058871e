package pipeline

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/extract"
	"callmart/extract/raw"
	"callmart/transform"
)

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestRefusalsLieOnTheDisk refuses 200,000 records of 300 bytes: 60 MB, of which nearly nothing is in memory, be it
// while they are spooled, put in order, or read.
func TestRefusalsLieOnTheDisk(t *testing.T) {
	const records, allowed = 200_000, 6 << 20
	lake := t.TempDir()
	q, err := newQuarantine(lake, "bank", filepath.Join(lake, "spool"))
	require.NoError(t, err)
	before := heap()
	spools := []*spool{q.spool(), q.spool()}
	payload := strings.Repeat("x", 290)
	for i := range records {
		in := extract.Input{Path: []string{"/archive/b", "/archive/a"}[i%2]}
		body := fmt.Appendf(nil, "%09d%s", i, payload)
		r := newSpan("bank", in, raw.Place{Offset: int64(i) * 300, Length: int64(len(body))}, body, 1).
			refusal(0, transform.Verdict{Reason: transform.ReasonNotJSON, Detail: "it is none"}, nil)
		require.NoError(t, spools[i%2].add(r))
	}
	require.Less(t, heap()-before, int64(allowed), "spooled")
	path := filepath.Join(lake, filepath.FromSlash(quarantinePath("bank")))
	segments, err := q.segments()
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	counts, err := q.write(path, segments, true, nil)
	require.NoError(t, err)
	require.Equal(t, QuarantineManifest{Open: records}, counts)
	require.Less(t, heap()-before, int64(allowed), "written")
	require.NoError(t, q.close())
	n, peak := 0, int64(0)
	reader := quarantineReader{config: &Config{Lake: lake}}
	require.NoError(t, reader.each(context.Background(), QuarantineFilter{}, func(r *Refusal) error {
		if n%50_000 == 0 {
			peak = max(peak, heap()-before)
		}
		file := "/archive/a"
		if n >= records/2 {
			file = "/archive/b"
		}
		if r.File != file {
			return fmt.Errorf("refusal %d lies in %s", n, r.File)
		}
		n++
		return nil
	}))
	require.Equal(t, records, n)
	require.Less(t, peak, int64(allowed)+8<<20, "read, with the decompressor's window")
	entries, err := os.ReadDir(filepath.Join(lake, "spool"))
	require.NoError(t, err)
	require.Empty(t, entries, "spools have no names")
}

// TestSpoolErrorsAreNotLost writes to a spool whose file is gone.
func TestSpoolErrorsAreNotLost(t *testing.T) {
	dir := t.TempDir()
	q, err := newQuarantine(dir, "bank", dir)
	require.NoError(t, err)
	s := q.spool()
	r := newSpan("bank", extract.Input{Path: "/a"}, raw.Place{Length: 1}, []byte("x"), 1).refusal(0, transform.Verdict{Reason: "not_json"}, nil)
	require.NoError(t, s.add(r))
	require.NoError(t, s.file.Close())
	_, err = q.segments()
	require.ErrorIs(t, err, fs.ErrClosed)
}

// TestEveryReasonIsExplained reads the constants from the source: whoever adds a reason must explain it.
func TestEveryReasonIsExplained(t *testing.T) {
	found := 0
	for _, dir := range []string{"../transform", "../extract"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, name := range files {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			require.NoError(t, err)
			ast.Inspect(file, func(n ast.Node) bool {
				spec, ok := n.(*ast.ValueSpec)
				if !ok || !strings.HasPrefix(spec.Names[0].Name, "Reason") {
					return true
				}
				lit, ok := spec.Values[0].(*ast.BasicLit)
				require.True(t, ok, "%s in %s", spec.Names[0].Name, name)
				code, err := strconv.Unquote(lit.Value)
				require.NoError(t, err)
				r := ReasonFor(code)
				require.NotEmpty(t, r.Meaning, "explain %s of %s in quarantine_reasons.go", code, name)
				require.True(t, r.Ignored || r.Remedy != "", code)
				found++
				return true
			})
		}
	}
	require.GreaterOrEqual(t, found, 13)
	require.Empty(t, ReasonFor("because").Meaning)
}
