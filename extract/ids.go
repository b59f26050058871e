package extract

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxIDBytes is far above any vendor's id, and keeps an escaped one within maxEnvelopeBytes.
const maxIDBytes = 256

// LineError is a line of an id file that is no id. The others are read all the same.
type LineError struct {
	Line   int // from 1
	Reason string
}

func (e LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// ReadIDs reads a work list: one id per line, each taken once, in order. Blank lines and comments, which
// begin with a #, are skipped; CRLF and a byte order mark are no part of an id. The error is the reader's.
func ReadIDs(r io.Reader) ([]string, []LineError, error) {
	var ids []string
	var wrong []LineError
	lines := bufio.NewReader(r)
	for number := 1; ; number++ {
		line, err := lines.ReadString('\n')
		if number == 1 {
			line = strings.TrimPrefix(line, string(byteOrderMark))
		}
		if id := strings.TrimSpace(withoutComment(line)); id != "" {
			if reason := wrongID(id); reason != "" {
				wrong = append(wrong, LineError{Line: number, Reason: reason})
			} else {
				ids = append(ids, id)
			}
		}
		if errors.Is(err, io.EOF) {
			return distinct(ids), wrong, nil
		}
		if err != nil {
			return distinct(ids), wrong, fmt.Errorf("reading ids: %w", err)
		}
	}
}

// withoutComment cuts off what follows a # that begins the line or stands behind white space.
func withoutComment(line string) string {
	for i, r := range line {
		if r == '#' && (i == 0 || isSpace(line[i-1])) {
			return line[:i]
		}
	}
	return line
}

// wrongID says why a text cannot be a call's id, or is empty.
func wrongID(id string) string {
	switch {
	case id == "":
		return "the id is empty"
	case len(id) > maxIDBytes:
		return fmt.Sprintf("the id is longer than %d bytes", maxIDBytes)
	case id == "." || id == "..":
		return "the id is a step in a path"
	case !utf8.ValidString(id):
		return "the id is not UTF-8"
	case strings.ContainsFunc(id, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
		return "the id holds white space or control characters"
	}
	return ""
}
