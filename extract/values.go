package extract

import "bytes"

// object takes an object by its brackets. One that cannot be JSON is handed over all the same, up to the line
// where the next value seems to begin. One that the content's end cuts is the tail.
func (s *scanner) object() error {
	m := matcher{classes: &anyClasses}
	lines := s.layout == byLine && s.depth == 0
	if lines {
		m.classes = &lineClasses
	}
	for {
		var found matched
		s.pos, found = m.advance(s.buf[:s.n], s.pos)
		switch found {
		case complete:
			s.learn()
			return s.emit()
		case broken:
			return s.abandon()
		case lineEnd:
			// Between lines of records nothing but an indented line, or the rest of a value, belongs to this one.
			if next, err := s.valueBegins(lines); err != nil {
				return err
			} else if next {
				return s.emitLines()
			}
		case unfinished:
			if ok, err := s.more(); err != nil {
				return err
			} else if !ok {
				s.pend()
				return nil
			}
		}
	}
}

// learn tells from a complete object how the objects of the file lie.
func (s *scanner) learn() {
	if s.layout == unknown && s.depth == 0 && !s.huge {
		if bytes.IndexByte(s.buf[s.start:s.pos], '\n') >= 0 {
			s.layout = byBrackets
		}
		s.alone = s.fresh
	}
	s.fresh, s.indent = false, 0
}

// abandon ends a value that broke at pos, before the line that seems to begin the next one: the line of pos
// itself if the bracket there is the first on it, else a later one.
func (s *scanner) abandon() error {
	lines := s.layout == byLine && s.depth == 0
	if begin, ok := s.lineOf(s.pos); ok {
		at := s.at()
		s.pos = begin
		if next, err := s.valueBegins(lines); err != nil {
			return err
		} else if next {
			return s.emitLines()
		}
		s.pos = int(at - s.base)
	}
	for {
		if ended, err := s.toLineBreak(); err != nil {
			return err
		} else if !ended {
			s.pend()
			return nil
		}
		s.pos++
		if next, err := s.valueBegins(lines); err != nil {
			return err
		} else if next {
			return s.emitLines()
		}
	}
}

// emitLines hands over the open span, which ends with a line.
func (s *scanner) emitLines() error {
	s.fresh, s.indent, s.alone = true, 0, false
	return s.emit()
}

// lineOf gives the index of the beginning of the line that i is on, if nothing but white space is between them
// and the open span began on an earlier line.
func (s *scanner) lineOf(i int) (int, bool) {
	for i--; i >= 0 && (s.huge || i > s.start); i-- {
		if s.buf[i] == '\n' {
			return i + 1, true
		}
		if !isSpace(s.buf[i]) {
			return 0, false
		}
	}
	return 0, false
}

// valueBegins tells whether the line at pos seems to begin a value rather than to go on with the open one: it
// is indented no more than that one, and begins with a bracket; in a file of lines, with anything that cannot
// stand within an object.
func (s *scanner) valueBegins(lines bool) (bool, error) {
	if err := s.sees(s.indent + 1); err != nil {
		return false, err
	}
	for _, c := range s.buf[s.pos:min(s.pos+s.indent+1, s.n)] {
		switch c {
		case ' ', '\t':
		case '{', '[':
			return true, nil
		case '"', '}', ']', ',', ':', '\r', '\n':
			return false, nil
		default:
			return lines, nil
		}
	}
	return false, nil
}
