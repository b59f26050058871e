package extract

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
)

func gzipOf(t testing.TB, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func zstdOf(t testing.TB, text string) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	return w.EncodeAll([]byte(text), nil)
}

// compressedArchive is an archive of one file with a name that tells nothing.
func compressedArchive(t testing.TB, content []byte) *Archive {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, "input.json")
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return &Archive{Globs: []Glob{{Pattern: path}}, Spool: filepath.Join(folder, "staging", "spool")}
}

func TestCompressedInputs(t *testing.T) {
	text := "{\"a\":1}\n" + strings.Repeat("{\"b\":\"some text\"}\n", 100_000) + "{\"c\":3"
	skippable := []byte("\x50\x2a\x4d\x18\x04\x00\x00\x00xxxx")
	tests := []struct {
		name    string
		content []byte
	}{
		{"gzip", gzipOf(t, text)},
		{"gzip of several members", append(gzipOf(t, text[:1000]), gzipOf(t, text[1000:])...)},
		{"zstd", zstdOf(t, text)},
		{"zstd of several frames", append(zstdOf(t, text[:1000]), zstdOf(t, text[1000:])...)},
		{"zstd behind a skippable frame", append(skippable, zstdOf(t, text)...)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			archive := compressedArchive(t, tt.content)
			for range 2 { // the second time with a decompressor from the pool
				file := open(t, archive)
				require.Equal(t, int64(len(text)), file.Size())
				var places []raw.Place
				tail, err := file.Scan(t.Context(), func(r *raw.Record) error {
					places = append(places, r.Place)
					return nil
				}, noBad(t))
				require.NoError(t, err)
				require.Len(t, places, 100_001)
				require.Equal(t, Tail{Offset: int64(len(text)) - 6, Length: 6}, tail)
				again, _, err := file.Read(places[100_000], nil)
				require.NoError(t, err)
				require.Equal(t, `{"b":"some text"}`, string(again.Body))
			}
			left, err := os.ReadDir(archive.Spool)
			require.NoError(t, err)
			require.Empty(t, left, "copies have no names, so that none is left behind")
		})
	}
}

func TestSmallCompressedInputs(t *testing.T) {
	for text, want := range map[string][]string{"": nil, "{\"a\":1}\n": {`{"a":1}`}} {
		for name, content := range map[string][]byte{"gzip": gzipOf(t, text), "zstd": zstdOf(t, text)} {
			t.Run(fmt.Sprint(name, " of ", len(text), " bytes"), func(t *testing.T) {
				archive := compressedArchive(t, content)
				require.Equal(t, want, bodies(t, open(t, archive)))
				_, err := os.Stat(archive.Spool)
				require.ErrorIs(t, err, fs.ErrNotExist, "so little is not worth a file")
			})
		}
	}
}

func TestTruncatedCompressedInputs(t *testing.T) {
	var text strings.Builder
	for i := range 200_000 {
		text.WriteString(`{"a":`)
		text.WriteString(strings.Repeat("7", 1+i*i%13))
		text.WriteString("}\n")
	}
	for name, content := range map[string][]byte{"gzip": gzipOf(t, text.String()), "zstd": zstdOf(t, text.String())} {
		t.Run(name, func(t *testing.T) {
			file := open(t, compressedArchive(t, content[:len(content)*9/10]))
			records, bads := 0, []Bad(nil)
			tail, err := file.Scan(t.Context(),
				func(*raw.Record) error { records++; return nil },
				func(b Bad) error { bads = append(bads, b); return nil })
			require.NoError(t, err)
			require.Greater(t, records, 10_000, "what can be read is read")
			require.Equal(t, []Bad{{Place: raw.Place{Offset: file.Size()}, Reason: ReasonTruncated}}, bads)
			if tail != (Tail{}) {
				require.Equal(t, file.Size(), tail.Offset+tail.Length)
			}
		})
		t.Run(name+", in its header", func(t *testing.T) {
			file := open(t, compressedArchive(t, content[:5]))
			require.Zero(t, file.Size())
			require.True(t, file.cut)
		})
	}
}

func TestDamagedCompressedInputs(t *testing.T) {
	text := strings.Repeat("{\"a\":1}\n", 1000)
	flipped := gzipOf(t, text)
	flipped[len(flipped)-6] ^= 0xff // in the checksum
	garbage := append([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"), bytes.Repeat([]byte{0xff}, 100)...)
	tests := []struct {
		name    string
		content []byte
		want    error
	}{
		{"wrong checksum", flipped, gzip.ErrChecksum},
		{"no gzip behind its magic", garbage, nil},
		{"no zstd behind its magic", append([]byte("\x28\xb5\x2f\xfd"), bytes.Repeat([]byte{0xff}, 100)...), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			archive := compressedArchive(t, tt.content)
			inputs, _, err := archive.Inputs(t.Context())
			require.NoError(t, err)
			_, err = archive.Open(t.Context(), inputs[0])
			require.ErrorContains(t, err, "opening archive file "+inputs[0].Path)
			if tt.want != nil {
				require.ErrorIs(t, err, tt.want)
			}
		})
	}
}

func TestTwiceCompressedInput(t *testing.T) {
	file := open(t, compressedArchive(t, gzipOf(t, string(gzipOf(t, "{}")))))
	var bads []string
	_, err := file.Scan(t.Context(), nil, func(b Bad) error { bads = append(bads, b.Reason); return nil })
	require.NoError(t, err)
	require.Equal(t, []string{ReasonFormat}, bads)
}

func TestDecompressionLimit(t *testing.T) {
	zeros := strings.Repeat("\x00", ratioFloor+1)
	for name, content := range map[string][]byte{"gzip": gzipOf(t, zeros), "zstd": zstdOf(t, zeros)} {
		t.Run(name, func(t *testing.T) {
			archive := compressedArchive(t, content)
			inputs, _, err := archive.Inputs(t.Context())
			require.NoError(t, err)
			_, err = archive.Open(t.Context(), inputs[0])
			var limit *LimitError
			require.ErrorAs(t, err, &limit)
			require.Equal(t, &LimitError{Path: inputs[0].Path, Limit: ratioFloor}, limit)

			archive.Limits.Ratio = 1_000_000
			file, err := archive.Open(t.Context(), inputs[0])
			require.NoError(t, err)
			require.Equal(t, int64(len(zeros)), file.Size())
			require.NoError(t, file.Close())
		})
	}
	t.Run("small output may have any ratio", func(t *testing.T) {
		archive := compressedArchive(t, gzipOf(t, strings.Repeat(" ", 1<<20)))
		archive.Limits.Ratio = 1
		require.Empty(t, bodies(t, open(t, archive)))
	})
}

func TestSpoolNeedsRoom(t *testing.T) {
	content := gzipOf(t, strings.Repeat("{\"a\":1}\n", (roomEvery+roomEvery/2)/8))
	archive := compressedArchive(t, content)
	archive.Limits.Ratio = 1_000_000
	inputs, _, err := archive.Inputs(t.Context())
	require.NoError(t, err)

	archive.free = func(string) (int64, error) { return 10, nil }
	_, err = archive.Open(t.Context(), inputs[0])
	var room *RoomError
	require.ErrorAs(t, err, &room)
	require.Equal(t, &RoomError{Folder: archive.Spool, Need: expansion * int64(len(content)), Free: 10}, room)

	left := int64(roomEvery)
	archive.free = func(string) (int64, error) { left--; return left + 1, nil }
	_, err = archive.Open(t.Context(), inputs[0])
	require.ErrorAs(t, err, &room, "it is asked again while the copy grows")
	require.Equal(t, int64(roomEvery), room.Need)

	broken := errors.New("no such disk")
	archive.free = func(string) (int64, error) { return 0, broken }
	_, err = archive.Open(t.Context(), inputs[0])
	require.ErrorIs(t, err, broken)

	archive.free = nil
	open(t, archive)

	archive.Spool = ""
	_, err = archive.Open(t.Context(), inputs[0])
	require.ErrorContains(t, err, "no spool folder is set")
}
