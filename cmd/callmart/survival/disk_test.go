package survival_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDiskFull runs on a disk that is full, then a little less full, and so on until the run fits: the disk is full at
// another write each time. No attempt changes a table or leaves anything, and the last one comes to the same bytes as
// a run that never saw it.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	if !mayMount(t) {
		t.Log("TestFilesMustNotGrow stands in for full disks")
		return
	}
	for _, test := range []struct {
		name    string
		options string // of the mount
		step    int    // how much more room each attempt has
	}{
		{"bytes", "size=%dk", 64},
		{"files", "size=1g,nr_inodes=%d", 14},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := secondRun(t, w)
			failed := 0
			for room := test.step; ; room += test.step {
				end := s.confined(true, smallDisk(fmt.Sprintf(test.options, room)), "run")
				if end.code == 90 {
					require.NoError(t, os.RemoveAll(filepath.Join(s.dir, "kept")))
					continue
				}
				s.takeBack()
				if end.code == 0 {
					break
				}
				failed++
				require.Equal(t, 1, end.code, end.stderr)
				require.Regexp(t, `(?i)no space left on device|bytes needed for a decompressed copy`, end.stderr)
				require.Contains(t, end.stderr, s.lake(), "the file is named")
				require.Contains(t, end.stderr, "try: make room on that disk")
				s.holds(w.before)
				s.isClean()
				require.Len(t, s.manifests(), 1)
			}
			require.Greater(t, failed, 6)
			s.survived(w)
			t.Logf("%d attempts failed before the run fitted", failed)
		})
	}
}

// TestFilesMustNotGrow limits the size of files, which any user may.
func TestFilesMustNotGrow(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	for _, blocks := range []string{"0", "1", "12", "50"} {
		t.Run(blocks, func(t *testing.T) {
			t.Parallel()
			s := secondRun(t, w)
			end := s.confined(false, shortFiles(blocks), "run")
			require.Equal(t, 1, end.code, end.stderr)
			require.Regexp(t, `(?i)file too large`, end.stderr)
			require.Contains(t, end.stderr, s.lake(), "the file is named")
			require.Contains(t, end.stderr, "try: ")
			s.holds(w.before)
			s.succeeds()
			s.survived(w)
		})
	}
}

// TestReadOnly makes folders read-only, for root too.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	if !mayMount(t) {
		t.Log("TestFilesMustNotGrow stands in for read-only disks")
		return
	}
	for _, test := range []struct {
		folder string
		code   int
		tables tables
	}{
		{"lake", 1, w.before},
		{"lake/_staging", 1, w.before},
		{"reports", 5, w.after},
	} {
		t.Run(test.folder, func(t *testing.T) {
			t.Parallel()
			s := secondRun(t, w)
			end := s.confined(true, readOnly(test.folder), "run")
			require.Equal(t, test.code, end.code, end.stderr)
			require.Contains(t, end.stderr, "read-only file system")
			require.Contains(t, end.stderr, filepath.Join(s.dir, test.folder), "the file is named")
			require.Contains(t, end.stderr, "try: give this user the right")
			s.holds(test.tables)
			s.succeeds()
			s.survived(w)
		})
	}
}
