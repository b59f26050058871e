package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"callmart/extract"
)

// gatherGap is how many bytes between two records are rather read than skipped.
const gatherGap = 16 << 10

// gathered are records of some calls, read in the order in which they lie rather than in that of the calls.
type gathered struct {
	data  []byte
	spans []gatheredSpan // in the order of the files
	asked []gatheredSpan // in the order of the calls, which is that in which they are fetched
	next  int            // of asked
}

// gatheredSpan is a record in the data.
type gatheredSpan struct {
	file   int32 // or allSmall, or below
	length uint32
	offset int64
	at     int // in the data
	nth    int // of those asked for
}

// missing is where a span is that another one stands for.
const missing = -1

func compareSpans(a, b gatheredSpan) int {
	if a.file != b.file {
		return cmp.Compare(a.file, b.file)
	}
	return cmp.Compare(a.offset, b.offset)
}

// body returns a record that was gathered, nil if it was not. It is valid until others are gathered.
func (g *gathered) body(file int32, offset, length int64) []byte {
	if g.next < len(g.asked) {
		s := &g.asked[g.next]
		g.next++
		if s.file == file && s.offset == offset && int64(s.length) == length && s.at != missing {
			return g.data[s.at : s.at+int(length) : s.at+int(length)]
		}
	}
	i, found := slices.BinarySearchFunc(g.spans, gatheredSpan{file: file, offset: offset}, compareSpans)
	if !found || int64(g.spans[i].length) != length {
		return nil
	}
	at := g.spans[i].at
	return g.data[at : at+int(length) : at+int(length)]
}

// gather reads the records of some calls.
func (f *fetcher) gather(ctx context.Context, h *hourCalls, calls []plannedCall) error {
	g := &f.ahead
	g.data, g.spans, g.asked, g.next = g.data[:0], g.spans[:0], g.asked[:0], 0
	for i := range calls {
		for _, p := range h.places[calls[i].first : calls[i].first+calls[i].count] {
			if p.file == inLake {
				continue
			}
			number, offset, err := f.where(p.raw())
			if err != nil {
				return err
			}
			g.asked = append(g.asked, gatheredSpan{file: number, length: p.length, offset: offset, at: missing, nth: len(g.asked)})
		}
	}
	g.spans = append(g.spans, g.asked...)
	slices.SortFunc(g.spans, compareSpans)
	g.spans = slices.CompactFunc(g.spans, func(a, b gatheredSpan) bool { return compareSpans(a, b) == 0 }) // records of one page
	spare := int64(stretchBytes)                                                                           // that gaps may take in memory, all together
	for first := 0; first < len(g.spans); {
		end := first + 1
		reach := g.spans[first].end()
		for end < len(g.spans) && g.spans[end].file == g.spans[first].file {
			gap := max(g.spans[end].offset-reach, 0)
			if gap > min(gatherGap, spare) {
				break
			}
			spare -= gap
			reach = max(reach, g.spans[end].end())
			end++
		}
		if err := f.run(ctx, g.spans[first:end], reach); err != nil {
			return err
		}
		first = end
	}
	return nil
}

func (s *gatheredSpan) end() int64 { return s.offset + int64(s.length) }

// run reads neighbours in one go.
func (f *fetcher) run(ctx context.Context, spans []gatheredSpan, reach int64) error {
	g, from := &f.ahead, spans[0].offset
	at := len(g.data)
	g.data = slices.Grow(g.data, int(reach-from))[:at+int(reach-from)]
	size, read, done, err := f.source(ctx, spans[0].file)
	if err == nil {
		defer done()
		if size < reach {
			err = extract.ErrChanged
		} else {
			_, err = read(from, g.data[at:])
		}
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", f.name(spans[0].file), err)
	}
	for i := range spans {
		spans[i].at = at + int(spans[i].offset-from)
		g.asked[spans[i].nth].at = spans[i].at
	}
	return nil
}
