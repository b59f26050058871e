package extract

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
)

func TestScanFillsRecords(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "a.json"), "{}")
	write(t, filepath.Join(folder, "b.json"), " {\"a\":1}\r\n{\"b\":22}\n{\"c\"")
	archive := &Archive{Globs: []Glob{{Pattern: folder + "/*.json", Event: "call_ended", Origin: raw.Webhook}}}
	inputs, _, err := archive.Inputs(t.Context())
	require.NoError(t, err)
	file, err := archive.Open(t.Context(), inputs[1])
	require.NoError(t, err)
	defer file.Close()

	var records []raw.Record
	tail, err := file.Scan(t.Context(), func(r *raw.Record) error {
		kept := *r
		kept.Body = bytes.Clone(r.Body)
		records = append(records, kept)
		return nil
	}, noBad(t))
	require.NoError(t, err)
	require.Equal(t, Tail{Offset: 19, Length: 4}, tail)
	want := []raw.Record{
		{Body: []byte(`{"a":1}`), Event: "call_ended", Origin: raw.Webhook, Path: file.input.Path, Place: raw.Place{File: 1, Offset: 1, Length: 7}},
		{Body: []byte(`{"b":22}`), Event: "call_ended", Origin: raw.Webhook, Path: file.input.Path, Place: raw.Place{File: 1, Offset: 10, Length: 8}},
	}
	require.Equal(t, want, records)

	var buf []byte
	for i := len(want) - 1; i >= 0; i-- {
		var again raw.Record
		again, buf, err = file.Read(want[i].Place, buf)
		require.NoError(t, err)
		require.Equal(t, want[i], again, "read again in any order")
	}
}

// Whole is what a small file held when it was opened; the memory serves the next file once it is closed.
func TestWhole(t *testing.T) {
	dir := t.TempDir()
	sizes := []int{0, 1, 3, 4, 100, wholeBytes - 1, wholeBytes, wholeBytes + 1}
	for round := range 2 {
		for _, size := range sizes {
			path := filepath.Join(dir, fmt.Sprint(round, "-", size))
			content := strings.Repeat(string('a'+rune(round)), size)
			write(t, path, content)
			file := open(t, &Archive{Globs: []Glob{{Pattern: path}}})
			require.EqualValues(t, size, file.Size())
			if size > wholeBytes {
				require.Nil(t, file.Whole())
			} else {
				require.Equal(t, content, string(file.Whole()))
			}
			got := make([]byte, size)
			_, err := file.ReadSpan(0, got)
			require.NoError(t, err)
			require.Equal(t, content, string(got))
		}
	}
}

func TestReadSpan(t *testing.T) {
	path := filepath.Join(t.TempDir(), "input")
	write(t, path, "0123456789")
	file := open(t, &Archive{Globs: []Glob{{Pattern: path}}})
	buf := make([]byte, 4)

	n, err := file.ReadSpan(2, buf)
	require.NoError(t, err)
	require.Equal(t, "2345", string(buf[:n]))

	n, err = file.ReadSpan(8, buf)
	require.ErrorIs(t, err, io.EOF)
	require.Equal(t, "89", string(buf[:n]))

	_, _, err = file.Read(raw.Place{Offset: 8, Length: 4}, nil)
	require.ErrorIs(t, err, io.EOF)

	// A small file is read when it is opened, and so stays what it was; a larger one may be cut while it is read.
	require.NoError(t, os.Truncate(path, 3))
	n, err = file.ReadSpan(2, buf)
	require.NoError(t, err)
	require.Equal(t, "2345", string(buf[:n]))

	write(t, path, strings.Repeat("x", wholeBytes+1))
	file = open(t, &Archive{Globs: []Glob{{Pattern: path}}})
	require.NoError(t, os.Truncate(path, 3))
	_, err = file.ReadSpan(2, buf)
	require.ErrorIs(t, err, ErrChanged)
}

func TestOpenMeetsChangedFiles(t *testing.T) {
	tests := []struct {
		name   string
		change func(t *testing.T, path string)
		want   error
	}{
		{"vanished", func(t *testing.T, path string) { require.NoError(t, os.Remove(path)) }, fs.ErrNotExist},
		{"cut", func(t *testing.T, path string) { require.NoError(t, os.Truncate(path, 3)) }, ErrChanged},
		{"rewritten", func(t *testing.T, path string) {
			write(t, path, "{\"b\":2}\n")
			require.NoError(t, os.Chtimes(path, time.Time{}, time.Unix(1e9, 0)))
		}, ErrChanged},
		{"replaced", func(t *testing.T, path string) {
			write(t, path+".new", "{\"b\":2}\n{\"c\":3}\n")
			require.NoError(t, os.Rename(path+".new", path))
		}, ErrChanged},
		{"made a folder", func(t *testing.T, path string) {
			require.NoError(t, os.Remove(path))
			require.NoError(t, os.Mkdir(path, 0o755))
		}, ErrChanged},
		{"grown", func(t *testing.T, path string) { write(t, path, "{\"a\":1}\n{\"b\":2}\n") }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "input")
			write(t, path, "{\"a\":1}\n")
			archive := &Archive{Globs: []Glob{{Pattern: path}}}
			inputs, _, err := archive.Inputs(t.Context())
			require.NoError(t, err)
			tt.change(t, path)
			file, err := archive.Open(t.Context(), inputs[0])
			require.ErrorIs(t, err, tt.want)
			if err == nil {
				defer file.Close()
				require.Equal(t, []string{`{"a":1}`}, bodies(t, file), "what was added since waits for the next listing")
			}
		})
	}
}

func TestScanMeetsCutFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "input")
	write(t, path, strings.Repeat("{\"a\":1}\n", windowBytes/4))
	file := open(t, &Archive{Globs: []Glob{{Pattern: path}}})
	first := true
	_, err := file.Scan(t.Context(), func(*raw.Record) error {
		if !first {
			return nil
		}
		first = false
		return os.Truncate(path, 100)
	}, noBad(t))
	require.ErrorIs(t, err, ErrChanged)
	require.ErrorContains(t, err, path)
}

func TestFilesShareAnArchive(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"a", "b", "c", "d"} {
		write(t, filepath.Join(folder, name), strings.Repeat(`{"file":"`+name+`"}`+"\n", 1000))
	}
	archive := &Archive{Globs: []Glob{{Pattern: folder + "/*"}}}
	inputs, _, err := archive.Inputs(t.Context())
	require.NoError(t, err)
	var wait sync.WaitGroup
	counts := make([]int, len(inputs))
	errs := make([]error, len(inputs))
	for i, in := range inputs {
		wait.Go(func() {
			file, err := archive.Open(context.Background(), in)
			if err != nil {
				errs[i] = err
				return
			}
			defer file.Close()
			want := []byte(`{"file":"` + filepath.Base(in.Path) + `"}`)
			_, errs[i] = file.Scan(context.Background(), func(r *raw.Record) error {
				if bytes.Equal(r.Body, want) {
					counts[i]++
				}
				return nil
			}, func(Bad) error { return nil })
		})
	}
	wait.Wait()
	for i := range inputs {
		require.NoError(t, errs[i])
		require.Equal(t, 1000, counts[i])
	}
}

func write(t testing.TB, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

func noBad(t testing.TB) func(Bad) error {
	return func(b Bad) error {
		require.Fail(t, "unexpected bad span", "%s at %d: %s", b.Reason, b.Place.Offset, b.Payload)
		return nil
	}
}

func bodies(t testing.TB, file *File) []string {
	t.Helper()
	var out []string
	_, err := file.Scan(context.Background(), func(r *raw.Record) error {
		out = append(out, string(r.Body))
		return nil
	}, noBad(t))
	require.NoError(t, err)
	return out
}
