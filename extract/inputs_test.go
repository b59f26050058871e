package extract

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
)

// tree makes files, links (`name -> target`) and folders (`name/`) below a new folder.
func tree(t testing.TB, names ...string) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range names {
		name, target, link := strings.Cut(name, " -> ")
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		switch {
		case link:
			require.NoError(t, os.Symlink(target, path))
		case strings.HasSuffix(name, "/"):
			require.NoError(t, os.MkdirAll(path, 0o755))
		default:
			write(t, path, name)
		}
	}
	return root
}

func listed(t testing.TB, root string, inputs []Input) []string {
	t.Helper()
	var names []string
	for i, in := range inputs {
		require.Equal(t, int32(i), in.Number)
		name, err := filepath.Rel(root, in.Path)
		require.NoError(t, err)
		if in.Event != "" {
			name += " " + in.Event
		}
		names = append(names, name)
	}
	return names
}

func TestInputs(t *testing.T) {
	tests := []struct {
		name  string
		tree  []string
		globs []Glob
		want  []string
	}{
		{"no globs", []string{"a.json"}, nil, nil},
		{"one file", []string{"a.json", "b.json"}, []Glob{{Pattern: "a.json"}}, []string{"a.json"}},
		{"no file", []string{"a.json"}, []Glob{{Pattern: "b.json"}, {Pattern: "x/y/*.json"}, {Pattern: "a.json/*"}}, nil},
		{"one folder", []string{"x/a.json", "x/b.txt", "x/y/c.json", "d.json"}, []Glob{{Pattern: "x/*.json"}}, []string{"x/a.json"}},
		{"all folders", []string{"a.json", "x/b.json", "x/y/c.json"}, []Glob{{Pattern: "**/*.json"}}, []string{"a.json", "x/b.json", "x/y/c.json"}},
		{"folders between", []string{"x/1/a/f", "x/2/b/f", "x/2/a/f", "x/2/a/g/f", "y/1/a/f"}, []Glob{{Pattern: "x/*/a/*"}}, []string{"x/1/a/f", "x/2/a/f"}},
		{"alternatives", []string{"x/a.json", "y/b.json", "z/c.json"}, []Glob{{Pattern: "{x,y}/*.json"}}, []string{"x/a.json", "y/b.json"}},
		{"alternatives of several folders", []string{"x/1/a.json", "y/b.json"}, []Glob{{Pattern: "{x/1,y}/*.json"}}, []string{"x/1/a.json", "y/b.json"}},
		{"by path, not by folder", []string{"a/b", "a-b", "a.b"}, []Glob{{Pattern: "**/*"}}, []string{"a-b", "a.b", "a/b"}},
		{
			"each once, of the first glob",
			[]string{"a.json", "x/b.json"},
			[]Glob{{Pattern: "x/*", Event: "first"}, {Pattern: "**/*.json", Event: "second"}, {Pattern: "*", Event: "third"}},
			[]string{"a.json second", "x/b.json first"},
		},
		{
			"each once, of the first glob with another base",
			[]string{"x/b.json"},
			[]Glob{{Pattern: "**/*.json", Event: "first"}, {Pattern: "x/*", Event: "second"}},
			[]string{"x/b.json first"},
		},
		{"a folder is no file", []string{"a.json/b.txt", "c.json"}, []Glob{{Pattern: "*.json"}}, []string{"c.json"}},
		{"links to files", []string{"x/a.json", "y/b.json -> ../x/a.json"}, []Glob{{Pattern: "y/*.json"}}, []string{"y/b.json"}},
		{"links to folders", []string{"x/a.json", "y/z -> ../x"}, []Glob{{Pattern: "y/**/*.json"}}, []string{"y/z/a.json"}},
		{
			"links in a circle",
			[]string{"x/a.json", "x/y -> .", "x/z -> ../x", "x/w/v -> ../.."},
			[]Glob{{Pattern: "x/**/*.json"}},
			[]string{"x/a.json"},
		},
		{"a dangling link of another name", []string{"x/a.json", "x/b.txt -> nowhere"}, []Glob{{Pattern: "x/*.json"}}, []string{"x/a.json"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := tree(t, tt.tree...)
			archive := &Archive{}
			for _, glob := range tt.globs {
				glob.Pattern = root + "/" + glob.Pattern
				archive.Globs = append(archive.Globs, glob)
			}
			inputs, problems, err := archive.Inputs(t.Context())
			require.NoError(t, err)
			require.Empty(t, problems)
			require.Equal(t, tt.want, listed(t, root, inputs))
		})
	}
}

func TestInputsDescribeFiles(t *testing.T) {
	root := tree(t, "x/file", "link -> x/file")
	archive := &Archive{Globs: []Glob{{Pattern: root + "/link", Event: "call_ended", Origin: raw.File}}}
	inputs, _, err := archive.Inputs(t.Context())
	require.NoError(t, err)
	info, err := os.Stat(root + "/x/file")
	require.NoError(t, err)
	require.Equal(t, []Input{{
		Path: root + "/link", Size: info.Size(), ModTime: info.ModTime(),
		Inode: info.Sys().(*syscall.Stat_t).Ino, Event: "call_ended", Origin: raw.File,
	}}, inputs)
	require.Equal(t, []string{"x/file"}, bodies(t, open(t, archive)), "a link is opened as what it leads to")
}

// Root may read everything, so what cannot be looked at is a link that leads nowhere or to itself, and a
// folder whose reading fails.
func TestInputsProblems(t *testing.T) {
	root := tree(t, "a.json", "b.json -> nowhere", "c.json -> c.json", "d -> d", "e.json")
	archive := &Archive{Globs: []Glob{{Pattern: root + "/*.json"}, {Pattern: root + "/**/*.json"}, {Pattern: root + "/d/*"}}}
	inputs, problems, err := archive.Inputs(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"a.json", "e.json"}, listed(t, root, inputs))
	require.Len(t, problems, 3)
	require.Equal(t, root+"/b.json", problems[0].Path)
	require.ErrorIs(t, problems[0], fs.ErrNotExist)
	require.Equal(t, root+"/c.json", problems[1].Path)
	require.ErrorIs(t, problems[1], syscall.ELOOP)
	require.Equal(t, root+"/d", problems[2].Path)
	require.EqualError(t, problems[2], root+"/d: "+syscall.ELOOP.Error(), "the path stands there once")
}

func TestInputsUnreadableFolder(t *testing.T) {
	root := tree(t, "x/a.json", "y/b.json", "z/c.json")
	walks, err := planWalks([]Glob{{Pattern: root + "/**/*.json"}})
	require.NoError(t, err)
	require.Len(t, walks, 1)
	w := walks[0]
	refused := errors.New("refused")
	w.readDir = func(folder string) ([]fs.DirEntry, error) {
		if filepath.Base(folder) == "y" {
			return nil, refused
		}
		return readDir(folder)
	}
	require.NoError(t, w.run(t.Context()))
	require.Equal(t, []Problem{{Path: root + "/y", Err: refused}}, w.problems)
	require.Len(t, w.found, 2, "its neighbours are listed all the same")
}

func TestInputsEntersOnlyWhatCanMatch(t *testing.T) {
	root := tree(t, "x/1/a.json", "x/1/deep/b.json", "y/1/c.json")
	walks, err := planWalks([]Glob{{Pattern: root + "/[x]/*/*.json"}, {Pattern: root + "/x*/*/*.json"}})
	require.NoError(t, err)
	require.Len(t, walks, 1)
	tests := []struct {
		pattern string
		folder  string
		want    bool
	}{
		{"*/*.json", "x", true},
		{"*/*.json", "x/1", false},
		{"x*/*/a", "x1", true},
		{"x*/*/a", "y1", false},
		{"x*/**/a", "x1/y/z", true},
		{"x*/**/a", "y1/y/z", false},
		{"**/a", "y/z", true},
		{"*/{a/b,c}", "y/a", true},
		{"*/{a/b,c}", "y/a/z", true},
	}
	for _, tt := range tests {
		p := newPattern(0, tt.pattern)
		require.Equal(t, tt.want, p.mayHold(tt.folder), "%s in %s", tt.pattern, tt.folder)
	}
}

func TestInputsWrongPatterns(t *testing.T) {
	for pattern, want := range map[string]string{
		"relative/*.json": `pattern "relative/*.json" is not absolute`,
		"/x/[a":           `pattern "/x/[a": syntax error in pattern`,
	} {
		_, _, err := (&Archive{Globs: []Glob{{Pattern: pattern}}}).Inputs(t.Context())
		require.ErrorContains(t, err, want)
	}
}

func TestInputsEndsWithItsContext(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := (&Archive{Globs: []Glob{{Pattern: t.TempDir() + "/*"}}}).Inputs(ended)
	require.ErrorIs(t, err, context.Canceled)
}
