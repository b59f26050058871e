package extract

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
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

// scanned is what a scan of a file gave.
type scanned struct {
	bodies []string
	bads   []Bad
	tail   Tail
}

func scanAll(t testing.TB, file *File) scanned {
	t.Helper()
	var got scanned
	var err error
	got.tail, err = file.Scan(t.Context(), func(r *raw.Record) error {
		got.bodies = append(got.bodies, string(r.Body))
		return nil
	}, func(b Bad) error {
		b.Payload = bytes.Clone(b.Payload)
		got.bads = append(got.bads, b)
		return nil
	})
	require.NoError(t, err)
	return got
}

func asLines(bodies []string) string {
	var text strings.Builder
	for _, body := range bodies {
		text.WriteString(body + "\n")
	}
	return text.String()
}

// noise is text that compresses badly, so that a cut or a flipped byte in its middle leaves much on both sides.
func noise(lines int) string {
	var text strings.Builder
	seed := uint32(1)
	for range lines {
		seed = seed*1664525 + 1013904223
		fmt.Fprintf(&text, "{\"a\":%d}\n", seed)
	}
	return text.String()
}

func TestTruncatedCompressedInputs(t *testing.T) {
	for _, lines := range []int{3000, 200_000} { // in memory, and in a file
		text := noise(lines)
		for name, content := range map[string][]byte{"gzip": gzipOf(t, text), "zstd": zstdOf(t, text)} {
			t.Run(fmt.Sprint(name, " of ", lines), func(t *testing.T) {
				for _, left := range []int{len(content) * 9 / 10, len(content) - 1} {
					file := open(t, compressedArchive(t, content[:left]))
					got := scanAll(t, file)
					if name == "gzip" || lines > 3000 {
						require.Greater(t, len(got.bodies), 2000, "what can be read is read")
					}
					require.Empty(t, got.bads)
					require.True(t, got.tail.Cut)
					require.Equal(t, file.Size(), got.tail.Offset+got.tail.Length)
					require.Equal(t, text[:got.tail.Offset], asLines(got.bodies), "a line that the cut goes through is no record")
				}
			})
			t.Run(name+", in its header", func(t *testing.T) {
				for left := 2; left < 8; left++ {
					got := scanAll(t, open(t, compressedArchive(t, content[:left])))
					require.Equal(t, scanned{tail: Tail{Cut: true}}, got)
				}
			})
		}
	}
}

func TestCutLinesAreNoRecords(t *testing.T) {
	lines := "CallSid=1.2&Status=ANSWER\nCallSid=1.34&Sta"
	whole := gzipOf(t, lines)
	got := scanAll(t, open(t, compressedArchive(t, whole[:len(whole)-8])))
	require.Equal(t, scanned{bodies: []string{"CallSid=1.2&Status=ANSWER"}, tail: Tail{Offset: 26, Length: 16, Cut: true}}, got)
}

func TestDamagedCompressedInputs(t *testing.T) {
	text := noise(100_000)
	flip := func(content []byte, at int) []byte { content[at] ^= 0xff; return content }
	zipped, frame := gzipOf(t, text), zstdOf(t, text)
	const head = "{\"a\":7}\n"
	tests := []struct {
		name    string
		content []byte
		want    string // the records
		offset  int    // of what is refused
		detail  string
	}{
		{"gzip, wrong checksum", flip(gzipOf(t, text), len(zipped)-6), text, len(text), "gzip: invalid checksum"},
		{"gzip, wrong checksum, another member", append(flip(gzipOf(t, text), len(zipped)-6), gzipOf(t, head)...), text + head, len(text + head), fmt.Sprintf("near byte %d of %d as compressed: gzip: invalid checksum", len(zipped), len(zipped)+len(gzipOf(t, head)))},
		{"gzip, junk behind", append(gzipOf(t, text), "junk, and more of it"...), text, len(text), "what follows is no gzip"},
		{"gzip, a line break behind", append(gzipOf(t, text), '\n'), text, len(text), "what follows is no gzip"},
		{"gzip, small, junk behind", append(gzipOf(t, head), "{}"...), head, len(head), "what follows is no gzip"},
		{"gzip, nothing behind its magic", append([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"), bytes.Repeat([]byte{0xff}, 100)...), "", 0, "flate: corrupt input"},
		{"gzip, unknown method", append([]byte("\x1f\x8b\x09"), bytes.Repeat([]byte{0xff}, 100)...), "", 0, "gzip: invalid header"},
		{"zstd, wrong checksum", flip(zstdOf(t, text), len(frame)-2), text, len(text), "CRC check failed"},
		{"zstd, wrong checksum, another frame", append(flip(zstdOf(t, text), len(frame)-2), zstdOf(t, head)...), text + head, len(text + head), "CRC check failed"},
		{"zstd, junk behind", append(zstdOf(t, text), "junk, and more of it"...), text, len(text), "magic number mismatch"},
		{"zstd, nothing behind its magic", append([]byte("\x28\xb5\x2f\xfd"), bytes.Repeat([]byte{0xff}, 100)...), "", 0, "reserved bit set"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			archive := compressedArchive(t, tt.content)
			for range 2 { // the second time with a decompressor from the pool
				got := scanAll(t, open(t, archive))
				require.Equal(t, tt.want, asLines(got.bodies))
				require.Zero(t, got.tail)
				require.Len(t, got.bads, 1)
				require.Contains(t, got.bads[0].Detail, tt.detail)
				got.bads[0].Detail = ""
				require.Equal(t, Bad{Place: raw.Place{Offset: int64(tt.offset)}, Reason: ReasonDamaged, Payload: []byte{}}, got.bads[0])
			}
		})
	}
	for name, content := range map[string][]byte{"gzip": zipped, "zstd": frame} {
		t.Run(name+", damaged in the middle", func(t *testing.T) {
			middle := len(content) / 2
			copy(content[middle:], bytes.Repeat([]byte{0xff}, 300))
			file := open(t, compressedArchive(t, content))
			got := scanAll(t, file)
			require.Greater(t, len(got.bodies), 20_000)
			require.Zero(t, got.tail)
			last := got.bads[len(got.bads)-1]
			require.Equal(t, ReasonDamaged, last.Reason)
			require.Equal(t, file.Size(), last.Place.Offset+last.Place.Length)
			require.Len(t, last.Payload, int(last.Place.Length), "what is left of the record that the damage goes through")
			require.True(t, strings.HasPrefix(text, asLines(got.bodies[:20_000])))
		})
	}
}

func TestPaddedGzipIsWhole(t *testing.T) {
	content := append(gzipOf(t, "{}\n"), make([]byte, 100_000)...)
	require.Equal(t, scanned{bodies: []string{"{}"}}, scanAll(t, open(t, compressedArchive(t, content))))
}

func TestUnreadableFrames(t *testing.T) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderDictRaw(7, []byte("{\"a\":1} is a raw dictionary")))
	require.NoError(t, err)
	content := encoder.EncodeAll([]byte(strings.Repeat("{\"a\":1}\n", 100)), nil)
	got := scanAll(t, open(t, compressedArchive(t, content)))
	require.Len(t, got.bads, 1)
	require.Equal(t, ReasonFormat, got.bads[0].Reason)
	require.Contains(t, got.bads[0].Detail, "unknown dictionary")
}

func TestFailingDiskIsNoDamage(t *testing.T) {
	archive := &Archive{Spool: t.TempDir()}
	broken := errors.New("input/output error")
	for name, content := range map[string][]byte{"gzip": gzipOf(t, noise(50_000)), "zstd": zstdOf(t, noise(50_000))} {
		for _, fails := range []int{0, 5, len(content) / 2} {
			src := failing{bytes.NewReader(content), int64(fails), broken}
			_, err := archive.spool(t.Context(), compressionOf(content), src, Input{Size: int64(len(content))})
			require.ErrorIs(t, err, broken, "%s, from byte %d on", name, fails)
		}
	}
}

// failing cannot be read from an offset on.
type failing struct {
	*bytes.Reader
	from int64
	err  error
}

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) <= f.from {
		return f.Reader.ReadAt(p, off)
	}
	n, _ := f.Reader.ReadAt(p[:max(f.from-off, 0)], off)
	return n, f.err
}

// TestFilesCalledCompressed reads what lies in files that are called compressed and are not.
func TestFilesCalledCompressed(t *testing.T) {
	headless := zstdOf(t, noise(1000))
	copy(headless, "\x00\x00\x00\x00")
	tests := []struct {
		name, content string
		want          scanned
	}{
		{"a.json.gz", "{\"a\":1}\n", scanned{bodies: []string{`{"a":1}`}}},
		{"b.ZST", "\n\n{\"b\":\"" + strings.Repeat("ü", textBytes) + "\"}", scanned{bodies: []string{"{\"b\":\"" + strings.Repeat("ü", textBytes) + "\"}"}}},
		{"c.gz", "", scanned{}},
		{"d.gz", string(make([]byte, 100)), scanned{bads: []Bad{{Place: raw.Place{Length: 100}, Reason: ReasonFormat, Payload: make([]byte, 100)}}}},
		{"e.zst", string(headless), scanned{bads: []Bad{{Place: raw.Place{Length: int64(len(headless))}, Reason: ReasonFormat, Payload: headless}}}},
		{"f.json", "\x00\x00{\"a\":1}\n", scanned{bodies: []string{`{"a":1}`}, bads: []Bad{{Place: raw.Place{Length: 2}, Reason: ReasonNotJSON, Payload: []byte{0, 0}}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), tt.name)
			write(t, path, tt.content)
			require.Equal(t, tt.want, scanAll(t, open(t, &Archive{Globs: []Glob{{Pattern: path}}})))
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

// dense is text that S2 makes hardly smaller.
func dense(size int) string {
	text := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{}).Read(text)
	for i, b := range text {
		text[i] = ' ' + b&63
		if text[i] == '"' {
			text[i] = '_'
		}
	}
	return string(text)
}

func TestSpoolNeedsRoom(t *testing.T) {
	content := gzipOf(t, dense(4*roomEvery))
	archive := compressedArchive(t, content)
	archive.Limits.Ratio = 1_000_000
	inputs, _, err := archive.Inputs(t.Context())
	require.NoError(t, err)

	archive.free = func(string) (int64, error) { return 10, nil }
	_, err = archive.Open(t.Context(), inputs[0])
	var room *RoomError
	require.ErrorAs(t, err, &room)
	require.Equal(t, &RoomError{Folder: archive.Spool, Need: repacked * int64(len(content)), Free: 10}, room)

	left := []int64{repacked * int64(len(content)), roomEvery, roomEvery - 1}
	archive.free = func(string) (now int64, err error) { now, left = left[0], left[1:]; return now, nil }
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
