package tape

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// arenaBlock is how many bytes for decoded strings are asked for at once.
const arenaBlock = 4 << 10

// Text returns a string's value, "" for other kinds. It costs nothing where the text has no escapes.
func (v Value) Text() string {
	if v.Kind() != String {
		return ""
	}
	n := v.n
	b := v.d.src[n.start:n.end]
	if n.flags == 0 || n.flags == high && utf8.Valid(b) {
		return view(b)
	}
	d := v.d
	if len(b) > arenaBlock/4 {
		return view(unescape(make([]byte, 0, len(b)), b))
	}
	if cap(d.arena)-len(d.arena) < 3*len(b) { // what was decoded before stays where it is; bytes that are no UTF-8 grow to three
		d.arena = make([]byte, 0, arenaBlock)
	}
	start := len(d.arena)
	d.arena = unescape(d.arena, b)
	return view(d.arena[start:])
}

// Plain is Scalar for the most usual values: ok is false for a string with escapes, or with characters beyond ASCII, as well.
func (v Value) Plain() (s string, ok bool) {
	n := v.n
	if n == nil || n.flags != 0 || n.kind-False > String-False {
		return "", false
	}
	return v.d.view(n), true
}

// Scalar returns a string's value or a number's or boolean's text; ok is false for null, objects and arrays.
func (v Value) Scalar() (s string, ok bool) {
	if s, ok = v.Plain(); ok {
		return s, true
	}
	switch v.Kind() {
	case String:
		return v.Text(), true
	case Number, True, False:
		return view(v.Raw()), true
	}
	return "", false
}

// Int returns an integer's value; ok is false for others, for fractions and beyond 64 bits.
func (v Value) Int() (n int64, ok bool) {
	if v.Kind() != Number {
		return 0, false
	}
	return ParseInt(view(v.Raw()))
}

// Float returns a number's value.
func (v Value) Float() (f float64, ok bool) {
	if v.Kind() != Number {
		return 0, false
	}
	f, err := strconv.ParseFloat(view(v.Raw()), 64)
	return f, err == nil
}

// ParseInt reads a decimal integer without allocating an error.
func ParseInt(s string) (int64, bool) {
	if len(s) == 0 || len(s) > 19 {
		if len(s) < 20 || len(s) > 20 {
			return 0, false
		}
		n, err := strconv.ParseInt(s, 10, 64)
		return n, err == nil
	}
	neg := s[0] == '-'
	i := 0
	if neg {
		i = 1
	}
	if i == len(s) {
		return 0, false
	}
	var n uint64
	for ; i < len(s); i++ {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + uint64(c)
	}
	if neg {
		return -int64(n), n <= 1<<63
	}
	return int64(n), n < 1<<63
}

// AppendCompact appends the value as JSON without white space, in valid UTF-8.
func (v Value) AppendCompact(dst []byte) []byte {
	n := v.n
	if n == nil {
		return append(dst, "null"...)
	}
	switch {
	case n.kind == Missing:
		return append(dst, "null"...)
	case !v.d.rewrite:
		return append(dst, v.Raw()...)
	}
	switch n.kind {
	case Object:
		dst = append(dst, '{')
		sep := false
		for m := v.Members(); m.Next(); {
			if sep {
				dst = append(dst, ',')
			}
			sep = true
			dst = Value{m.d, m.key}.AppendCompact(dst)
			dst = append(dst, ':')
			dst = m.Value().AppendCompact(dst)
		}
		return append(dst, '}')
	case Array:
		dst = append(dst, '[')
		sep := false
		for e := v.Elements(); e.Next(); {
			if sep {
				dst = append(dst, ',')
			}
			sep = true
			dst = e.Value().AppendCompact(dst)
		}
		return append(dst, ']')
	}
	raw := v.Raw()
	if n.flags&high != 0 && !utf8.Valid(raw) {
		return AppendQuoted(dst, v.Text())
	}
	return append(dst, raw...)
}

// AppendQuoted appends s as a JSON string.
func AppendQuoted(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	plain := 0
	for src := unsafe.Slice(unsafe.StringData(s), len(s)); plain+8 <= len(s) && special(load(src, plain)) == 0; {
		plain += 8
	}
	for plain < len(s) && s[plain] >= 0x20 && s[plain] < utf8.RuneSelf && s[plain] != '"' && s[plain] != '\\' {
		plain++
	}
	dst = append(dst, s[:plain]...)
	for i := plain; i < len(s); {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case c < utf8.RuneSelf:
			dst = append(dst, c)
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			dst = utf8.AppendRune(dst, r)
			i += size
			continue
		}
		i++
	}
	return append(dst, '"')
}

// unescape appends the value of a string's text, which is known to be well formed.
func unescape(dst, b []byte) []byte {
	for i := 0; i < len(b); {
		c := b[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRune(b[i:])
			dst = utf8.AppendRune(dst, r)
			i += size
			continue
		}
		if c != '\\' {
			dst = append(dst, c)
			i++
			continue
		}
		switch b[i+1] {
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r := hex4(b[i+2 : i+6])
			i += 6
			if utf16.IsSurrogate(r) {
				pair := rune(utf8.RuneError)
				if i+6 <= len(b) && b[i] == '\\' && b[i+1] == 'u' {
					pair = utf16.DecodeRune(r, hex4(b[i+2:i+6]))
				}
				if pair != utf8.RuneError {
					i += 6
				}
				r = pair
			}
			dst = utf8.AppendRune(dst, r)
			continue
		default:
			dst = append(dst, b[i+1])
		}
		i += 2
	}
	return dst
}

// hex4 reads four hexadecimal digits, -1 if they are none.
func hex4(b []byte) rune {
	var r rune
	for _, c := range b[:4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}
