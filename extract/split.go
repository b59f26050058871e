package extract

import (
	"bytes"
	"unicode/utf8"

	"callmart/extract/raw"
)

// scanner applies the rules that cut a file into records:
//   - `[`, `]` and `,` between values are separators, like white space: arrays are taken apart;
//   - a file whose first object fills one line is read line by line (lines.go), which is fastest and lets a
//     broken line harm no other; else objects are found by their brackets (values.go);
//   - anything else is one record per line, be it a query string or garbage: transformers decide (plain.go).
//
// All it knows about a file is in a few flags, so that it can begin at any boundary of a window.
type scanner struct {
	window
	input  Input
	rec    func(*raw.Record) error
	bad    func(Bad) error
	cut    bool // the content ends too early: a last line without line break is no record
	called bool // by its name the content should be compressed: if it is no text, the name was right and its head is not

	layout layout
	alone  bool  // the value just read began on this line and nothing but white space came after it so far
	fresh  bool  // nothing but white space came on this line so far,
	indent int   // and this much of it
	depth  int   // open arrays
	loose  int64 // offset of the first `[` or `,` since the last value; -1: none
	done   bool  // the tail was found
	tail   Tail

	record raw.Record // reused for every call of rec
}

// layout is how the objects of a file lie.
type layout uint8

const (
	unknown layout = iota
	byLine
	byBrackets
)

// reset makes the scanner ready for the next file.
func (s *scanner) reset() {
	s.release()
	*s = scanner{window: s.window}
}

func (s *scanner) scan() (Tail, error) {
	s.fresh, s.loose = true, -1
	if s.base == 0 {
		if foreign, err := s.foreign(); foreign || err != nil {
			return Tail{}, err
		}
	}
	for !s.done {
		ok, err := s.skip()
		if err != nil {
			return Tail{}, err
		}
		if !ok {
			// An array that was left open behind a comma or its bracket waits for more.
			if s.depth > 0 && s.loose >= 0 {
				return Tail{Offset: s.loose, Length: s.size - s.loose}, nil
			}
			return Tail{}, nil
		}
		if err := s.next(); err != nil {
			return Tail{}, err
		}
	}
	return s.tail, nil
}

// next takes what begins at pos, where a span was opened: a bracket, a value, a line, garbage.
func (s *scanner) next() error {
	switch c := s.buf[s.pos]; {
	case c == '{' && s.layout == byLine && s.fresh && s.depth == 0:
		return s.line()
	case c == '{':
		return s.object()
	case c == '[':
		s.separator()
		s.depth++
		return nil
	case c == ']' && s.depth > 0:
		s.closeArray()
		return nil
	case c == 0:
		return s.zeros()
	case s.depth > 0:
		return s.scalar()
	case !s.fresh:
		return s.garbage()
	default:
		return s.text()
	}
}

// separator steps over a bracket or comma.
func (s *scanner) separator() {
	if s.loose < 0 {
		s.loose = s.at()
	}
	s.pos++
	if s.fresh {
		s.fresh, s.indent = false, 0
	}
}

// closeArray steps over the bracket that closes an array.
func (s *scanner) closeArray() {
	s.pos++
	s.depth--
	s.fresh, s.alone = false, false
	if s.depth == 0 {
		s.loose = -1
	}
}

const maxIndent = 1 << 10 // more is not told apart, so that looking ahead is bounded

var byteOrderMark = []byte("\xef\xbb\xbf")

// skip steps over white space and separators and opens a span at what follows; not ok: the content ends.
func (s *scanner) skip() (ok bool, err error) {
	for {
		for s.pos < s.n {
			switch s.buf[s.pos] {
			case '\n':
				if s.alone && s.layout == unknown {
					s.layout = byLine
				}
				s.fresh, s.indent, s.alone = true, 0, false
			case ' ', '\t', '\r', 0x1e: // 0x1e begins a record in JSON text sequences (RFC 7464)
				if s.fresh && s.indent < maxIndent {
					s.indent++
				}
			case ',':
				s.separator()
				continue
			case byteOrderMark[0]:
				s.open()
				if err := s.sees(len(byteOrderMark)); err != nil {
					return false, err
				}
				if !bytes.HasPrefix(s.buf[s.pos:s.n], byteOrderMark) {
					s.alone = false
					return true, nil
				}
				s.pos += len(byteOrderMark)
				continue
			default:
				s.alone = false
				s.open()
				return true, nil
			}
			s.pos++
		}
		s.open()
		if ok, err := s.more(); !ok {
			return false, err
		}
	}
}

// foreignHeads are the first bytes of files that are no text we read.
var foreignHeads = []struct{ head, reason string }{
	{"\xfe\xff", ReasonUTF16},
	{"\xff\xfe", ReasonUTF16},
	{"\x1f\x8b", ReasonFormat},         // gzip within a compressed file
	{"\x28\xb5\x2f\xfd", ReasonFormat}, // zstd likewise
	{"PK\x03\x04", ReasonFormat},
	{"BZh", ReasonFormat},
	{"\xfd7zXZ\x00", ReasonFormat},
	{"\x04\x22\x4d\x18", ReasonFormat}, // lz4
}

const textBytes = 512 // tell text from compressed data

func isText(head []byte) bool {
	for len(head) > 0 {
		r, size := utf8.DecodeRune(head)
		if r == 0 || r == utf8.RuneError && size == 1 && utf8.FullRune(head) {
			return false
		}
		head = head[size:]
	}
	return true
}

// foreign hands over a whole file that is no text we read as one Bad.
func (s *scanner) foreign() (bool, error) {
	if err := s.sees(payloadBytes); err != nil {
		return false, err
	}
	reason := ""
	if s.called && !isText(s.buf[:min(s.n, textBytes)]) {
		reason = ReasonFormat
	}
	for _, f := range foreignHeads {
		if bytes.HasPrefix(s.buf[:s.n], []byte(f.head)) {
			reason = f.reason
		}
	}
	if reason == "" {
		return false, nil
	}
	return true, s.bad(Bad{
		Place:   raw.Place{File: s.input.Number, Length: s.size},
		Reason:  reason,
		Payload: s.buf[:min(s.n, payloadBytes)],
	})
}

// emit hands over the open span as a record, without the white space at its end.
func (s *scanner) emit() error {
	s.loose = -1
	body := trimRight(s.buf[s.start:s.pos])
	if s.huge || int64(len(body)) > s.limit {
		return s.emitBad(ReasonTooLarge)
	}
	s.record = raw.Record{
		Body:   body,
		Origin: s.input.Origin,
		Event:  s.input.Event,
		Path:   s.input.Path,
		Place:  raw.Place{File: s.input.Number, Offset: s.from, Length: int64(len(body))},
	}
	return s.rec(&s.record)
}

func (s *scanner) emitBad(reason string) error {
	s.loose = -1
	place := raw.Place{File: s.input.Number, Offset: s.from, Length: s.at() - s.from}
	payload := s.head
	if !s.huge {
		payload = trimRight(s.buf[s.start:s.pos])
		place.Length = int64(len(payload))
		payload = payload[:min(len(payload), payloadBytes)]
	}
	return s.bad(Bad{Place: place, Reason: reason, Payload: payload})
}

// pend makes the open span, which reaches to the end, the tail.
func (s *scanner) pend() {
	s.done = true
	s.tail = Tail{Offset: s.from, Length: s.size - s.from}
}

func trimRight(b []byte) []byte {
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
