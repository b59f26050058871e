package extract

import "bytes"

var glue = []byte("}{")

// line takes a line that begins with an object, in a file of such lines, without looking at its brackets. A
// line that ends otherwise, or holds several objects for want of a line break, is left to object.
func (s *scanner) line() error {
	ended, err := s.toLineBreak()
	if err != nil {
		return err
	}
	if s.huge && !ended {
		s.pend()
		return nil
	}
	if s.huge {
		return s.emit()
	}
	if body := trimLine(s.buf[s.start:s.pos]); ended && body[len(body)-1] == '}' && !bytes.Contains(body, glue) {
		return s.emitTo(len(body))
	}
	s.pos = s.start
	return s.object()
}

// toLineBreak moves pos to the next line break; not ok: the content ends before.
func (s *scanner) toLineBreak() (ok bool, err error) {
	for {
		if i := bytes.IndexByte(s.buf[s.pos:s.n], '\n'); i >= 0 {
			s.pos += i
			return true, nil
		}
		s.pos = s.n
		if ok, err := s.more(); !ok {
			return false, err
		}
	}
}

// emitTo hands over the first bytes of the open span as a record; pos stays behind the span.
func (s *scanner) emitTo(length int) error {
	end := s.pos
	s.pos = s.start + length
	err := s.emit()
	s.pos = end
	return err
}

// trimLine cuts white space and a comma off the end of a line.
func trimLine(b []byte) []byte {
	b = trimRight(b)
	if b[len(b)-1] == ',' {
		b = trimRight(b[:len(b)-1])
	}
	return b
}
