package pipeline

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"callmart/extract"
	"callmart/load"
)

// readInput is what the ledger says of a file that was read: how it was then, and up to where its records were taken.
type readInput struct {
	path   string
	size   int64 // bytes on disk
	mtime  int64 // nanoseconds
	inode  uint64
	offset int64        // in the decompressed content: what lies behind it is not taken yet
	tail   int64        // length of an incomplete last record, behind offset; 1 if a compressed file is cut behind a record
	gaveUp bool         // the tail lies in quarantine: nobody waits for the rest of it
	mark   extract.Mark // of the content before offset
	goesOn bool         // once the file has grown, it can be read on from offset
	origin string
	event  string // that the configuration named

	// Of the run that read it:
	number int32 // of the input
	from   int64 // the offset at which reading began
}

// unchanged reports whether the file is as it was when it was read.
func (k *readInput) unchanged(in *extract.Input) bool {
	return k.size == in.Size && k.mtime == in.ModTime.UnixNano() && k.inode == in.Inode
}

// bytes is how much of the file the run had to read: a compressed one, always whole.
func (k *readInput) bytes() int64 {
	if plain := k.offset+k.tail == k.size; plain {
		return k.size - k.from
	}
	return max(0, k.size) // -1: it could not be read
}

func inputsPath(source string) string { return "_ledger/" + source + ".inputs.zst" }

const inputsHead = "path\torigin\tevent\tsize\tmtime_ns\tinode\toffset\ttail\tgave_up\tmark\tgoes_on\n"

// readInputs reads the files that a source's ledger names, sorted by path; none if there is no ledger.
func readInputs(lake, source string) ([]readInput, error) {
	path := filepath.Join(lake, filepath.FromSlash(inputsPath(source)))
	packed, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading ledger: %w", err)
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("reading ledger: %w", err)
	}
	defer decoder.Close()
	broken := func(err error) error { return &LedgerError{path, readAgain(source), err} }
	text, err := decoder.DecodeAll(packed, nil)
	if err != nil {
		return nil, broken(err)
	}
	lines, headed := strings.CutPrefix(string(text), inputsHead)
	if !headed {
		return nil, broken(errors.New("it does not begin with its columns' names"))
	}
	all := make([]readInput, 0, strings.Count(lines, "\n"))
	for line := range strings.Lines(lines) {
		k, err := parseInput(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return nil, broken(fmt.Errorf("line %d: %w", len(all)+2, err))
		}
		all = append(all, k)
	}
	return all, nil
}

func parseInput(line string) (k readInput, err error) {
	var columns [11]string
	for i := range columns {
		columns[i], line, _ = strings.Cut(line, "\t")
	}
	var errs [10]error
	k.path, errs[0] = strconv.Unquote(columns[0])
	k.origin = columns[1]
	k.event, errs[7] = strconv.Unquote(columns[2])
	for i, n := range [...]*int64{&k.size, &k.mtime} {
		*n, errs[1+i] = strconv.ParseInt(columns[3+i], 10, 64)
	}
	k.inode, errs[3] = strconv.ParseUint(columns[5], 10, 64)
	for i, n := range [...]*int64{&k.offset, &k.tail} {
		*n, errs[4+i] = strconv.ParseInt(columns[6+i], 10, 64)
	}
	k.goesOn, errs[9] = strconv.ParseBool(columns[10])
	k.gaveUp, errs[8] = strconv.ParseBool(columns[8])
	mark, err := hex.DecodeString(columns[9])
	if err != nil || len(mark) != len(k.mark) {
		errs[6] = errors.New("its mark is no hash")
	}
	copy(k.mark[:], mark)
	return k, errors.Join(errs[:]...)
}

// stageInputs adds the list of files to the commit.
func stageInputs(staging *load.Staging, source string, inputs []*readInput) error {
	slices.SortFunc(inputs, func(a, b *readInput) int { return cmp.Compare(a.path, b.path) })
	var packed bytes.Buffer
	encoder, err := zstd.NewWriter(&packed, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return fmt.Errorf("writing ledger: %w", err)
	}
	out := bufio.NewWriterSize(encoder, 64<<10)
	line := []byte(inputsHead)
	for i := range inputs {
		if _, err := out.Write(line); err != nil {
			return fmt.Errorf("writing ledger: %w", err)
		}
		line = inputs[i].appendLine(line[:0])
	}
	_, err = out.Write(line)
	if err := errors.Join(err, out.Flush(), encoder.Close()); err != nil {
		return fmt.Errorf("writing ledger: %w", err)
	}
	return staging.AddBytes(inputsPath(source), packed.Bytes())
}

func (k *readInput) appendLine(line []byte) []byte {
	line = strconv.AppendQuote(line, k.path)
	line = append(append(line, '\t'), k.origin...)
	line = strconv.AppendQuote(append(line, '\t'), k.event)
	for _, n := range [...]int64{k.size, k.mtime} {
		line = strconv.AppendInt(append(line, '\t'), n, 10)
	}
	line = strconv.AppendUint(append(line, '\t'), k.inode, 10)
	for _, n := range [...]int64{k.offset, k.tail} {
		line = strconv.AppendInt(append(line, '\t'), n, 10)
	}
	line = strconv.AppendBool(append(line, '\t'), k.gaveUp)
	line = hex.AppendEncode(append(line, '\t'), k.mark[:])
	line = strconv.AppendBool(append(line, '\t'), k.goesOn)
	return append(line, '\n')
}

// readOf is what the ledger will say of a file.
func readOf(in *extract.Input, f *extract.File, tail extract.Tail, gaveUp bool) (readInput, error) {
	k := readInput{
		path: in.Path, size: in.Size, mtime: in.ModTime.UnixNano(), inode: in.Inode, offset: f.Size(), number: in.Number,
		origin: in.Origin.String(), event: in.Event,
	}
	if tail != (extract.Tail{}) {
		k.offset, k.tail, k.gaveUp = tail.Offset, max(tail.Length, 1), gaveUp
	}
	var err error
	k.mark, k.goesOn, err = f.MarkAt(k.offset)
	return k, err
}

// unread is a file, or the end of one, that no run has taken.
type unread struct {
	*extract.Input
	known *readInput // of a file that has grown, or whose tail did not; nil: all of it is to be read
}

// sift compares the archive's files with those that the ledger knows. It returns those that are to be read, those
// that stay as they are, and the bytes of incomplete records that wait in the latter. Files of which the configuration says
// something else than when they were read are an error: their records would be others.
func sift(inputs []extract.Input, known []readInput, verify bool, now time.Time) (todo []unread, kept []readInput, pending int64, err error) {
	for i := range inputs {
		in := &inputs[i]
		at, found := slices.BinarySearchFunc(known, in.Path, func(k readInput, path string) int { return cmp.Compare(k.path, path) })
		if !found || awaits(in.Path) {
			todo = append(todo, unread{Input: in})
			continue
		}
		k := &known[at]
		switch {
		case k.origin != in.Origin.String() || k.event != in.Event:
			return nil, nil, 0, &settingsError{File: in.Path, Was: describeOrigin(k.origin, k.event), Is: describeOrigin(in.Origin.String(), in.Event)}
		case verify:
			todo = append(todo, unread{Input: in})
		case k.unchanged(in) && (k.tail == 0 || k.gaveUp || now.Sub(in.ModTime) < stillGrowing):
			kept = append(kept, *k)
			if !k.gaveUp {
				pending += k.tail
			}
		case k.goesOn && in.Size >= k.offset+k.tail && in.Size >= k.size:
			todo = append(todo, unread{in, k})
		default:
			todo = append(todo, unread{Input: in})
		}
	}
	return todo, kept, pending, nil
}

func describeOrigin(origin, event string) string {
	if event == "" {
		return origin
	}
	return origin + " with event " + event
}
