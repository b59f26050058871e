package pipeline

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"callmart/extract"
	"callmart/extract/raw"
	"callmart/transform"
)

// Refusal is a record that could not become a row: why, where it lay, and what it said. It is one line of a source's
// quarantine, which is a pure function of the source's raw records; what the operator decided about it is joined to
// it when it is read.
type Refusal struct {
	ID     string `json:"id"`
	Source string `json:"source"`
	Reason string `json:"reason"` // one of Reasons
	Detail string `json:"detail,omitempty"`

	File     string `json:"file"`
	Offset   int64  `json:"offset"`             // of the span that holds the record, in the decompressed file
	Length   int64  `json:"length"`             // of that span
	Position int32  `json:"position,omitempty"` // of the record among those of the span
	Of       int32  `json:"of,omitempty"`       // how many those are, if more than one
	Origin   string `json:"origin"`
	Event    string `json:"event,omitempty"` // that the configuration names for the file

	Bytes   int64  `json:"bytes"`                    // of the record
	Payload string `json:"payload,omitempty"`        // its first 64 KiB,
	Binary  []byte `json:"payload_base64,omitempty"` // or those here where they are not UTF-8
	Pruned  bool   `json:"pruned,omitempty"`         // the payload was deleted, long after the record was decided on

	Decision *Decision `json:"decision,omitempty"` // nil: the refusal is open; never in the quarantine's file
}

// quarantinePayload is how much of a refused record is kept; the rest is where the record says it lay.
const quarantinePayload = 64 << 10

// quarantinePath is where a source's refusals lie in the lake.
func quarantinePath(source string) string {
	return path.Join("_quarantine", "source="+source, "quarantine.ndjson.zst")
}

// span is a span of a file in which records were refused.
type span struct {
	source string
	input  extract.Input
	place  raw.Place
	body   []byte // of a span that is no record, the first 64 KiB
	of     int    // records in it
	sum    [sha256.Size]byte
}

func newSpan(source string, in extract.Input, place raw.Place, body []byte, of int) *span {
	return &span{source: source, input: in, place: place, body: body, of: of, sum: sha256.Sum256(body)}
}

// refusal describes record i of the span. Of several, only the record itself is kept, else the span as it lay there.
func (s *span) refusal(i int, v transform.Verdict, item []byte) *Refusal {
	r := &Refusal{
		ID: s.id(i), Source: s.source, Reason: v.Reason, Detail: strings.ToValidUTF8(v.Detail, "\ufffd"),
		File: s.input.Path, Offset: s.place.Offset, Length: s.place.Length, Position: int32(i),
		Origin: s.input.Origin.String(), Event: s.input.Event,
	}
	if s.of > 1 {
		r.Of = int32(s.of)
		r.keep(item, int64(len(item)))
	} else {
		r.keep(s.body, s.place.Length)
	}
	return r
}

// id names a refusal by what it is and not by the file it lies in: copies of a file, or the file under another name
// or compressed, have the same refusals, and a decision about one holds for all. Only where there is no content does
// the file's name take its place.
func (s *span) id(i int) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%d\x00%d\x00", s.source, s.place.Offset, i)
	h.Write(s.sum[:])
	if len(s.body) == 0 {
		h.Write([]byte(s.input.Path))
	}
	return idCode.EncodeToString(h.Sum(nil))[:idLength]
}

// Sixty bits: of a million refusals, two share an id once in two million lakes.
const idLength = 12

var idCode = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

// keep stores the beginning of a record of so many bytes.
func (r *Refusal) keep(record []byte, size int64) {
	r.Bytes = size
	r.Payload, r.Binary = "", nil
	kept := head(record)
	if int64(len(kept)) < size { // a character that the end cuts must not make the text pass for binary
		for cut := range min(utf8.UTFMax, len(kept)) {
			if whole := kept[:len(kept)-cut]; utf8.Valid(whole) {
				kept = whole
				break
			}
		}
	}
	if utf8.Valid(kept) {
		r.Payload = string(kept)
	} else {
		r.Binary = bytes.Clone(kept)
	}
}

func head(b []byte) []byte { return b[:min(len(b), quarantinePayload)] }

// Kept is what the quarantine keeps of the record: all of it, unless it is Cut.
func (r *Refusal) Kept() []byte {
	if r.Binary != nil {
		return r.Binary
	}
	return []byte(r.Payload)
}

// Cut says that the record is longer than what is kept of it.
func (r *Refusal) Cut() bool { return int64(len(r.Kept())) < r.Bytes }

// State is open, dropped or replayed.
func (r *Refusal) State() string {
	if r.Decision == nil {
		return Open
	}
	return r.Decision.State
}
