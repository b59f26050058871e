package extract

// text takes a line that begins with no bracket, as it is. In a file of several, nothing but its line break says that it
// is whole. One that looks like the rest of an object whose
// beginning is missing takes the lines that go on with it along, so that no part of it passes for a record.
func (s *scanner) text() error {
	switch s.buf[s.pos] {
	case '"', '}', ']', ':':
		return s.rest()
	}
	ended, err := s.toLineBreak()
	if err != nil {
		return err
	}
	if !ended && (s.cut || s.from > int64(len(byteOrderMark)) && !s.huge) {
		s.pend()
		s.tail.Line = !s.cut
		return nil
	}
	return s.emit()
}

// rest takes lines up to one that seems to begin a value.
func (s *scanner) rest() error {
	s.indent = 0
	for {
		ended, err := s.toLineBreak()
		if err != nil {
			return err
		}
		if !ended && s.cut {
			s.pend()
			return nil
		}
		if !ended {
			return s.emitBad(ReasonNotJSON)
		}
		s.pos++
		if next, err := s.valueBegins(s.layout == byLine); err != nil {
			return err
		} else if next {
			s.fresh = true
			return s.emitBad(ReasonNotJSON)
		}
	}
}

// garbage takes what follows a value on its line, up to the next bracket or the line's end.
func (s *scanner) garbage() error {
	s.pos++
	if err := s.until(func(c byte) bool { return c == '{' || c == '[' || c == '\n' }); err != nil {
		return err
	}
	return s.emitBad(ReasonNotJSON)
}

// zeros takes the zero bytes that a crash of the machine can leave in a log.
func (s *scanner) zeros() error {
	if err := s.until(func(c byte) bool { return c != 0 }); err != nil {
		return err
	}
	return s.emitBad(ReasonNotJSON)
}

// scalar takes an element of an array that is no object. At the content's end it may be incomplete.
func (s *scanner) scalar() error {
	s.fresh, s.indent, s.alone = false, 0, false
	if s.buf[s.pos] == '"' {
		if err := s.quoted(); err != nil {
			return err
		}
	}
	s.pos++
	err := s.until(func(c byte) bool {
		return c == ',' || c == ']' || c == '[' || c == '{' || c == '\n'
	})
	if err != nil {
		return err
	}
	if s.at() == s.size {
		s.pend()
		return nil
	}
	return s.emit()
}

// quoted moves pos to the closing quote of a string, or to the line break or end of content before it.
func (s *scanner) quoted() error {
	escaped := false
	s.pos++
	err := s.until(func(c byte) bool {
		stop := !escaped && c == '"' || c == '\n'
		escaped = !escaped && c == '\\'
		return stop
	})
	if s.pos < s.n && s.buf[s.pos] == '"' {
		return err
	}
	s.pos-- // the caller steps over one byte
	return err
}

// until moves pos to the first byte that stop names, or to the end of the content.
func (s *scanner) until(stop func(byte) bool) error {
	for {
		for s.pos < s.n {
			if stop(s.buf[s.pos]) {
				return nil
			}
			s.pos++
		}
		if ok, err := s.more(); !ok {
			return err
		}
	}
}
