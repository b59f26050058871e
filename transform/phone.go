package transform

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// phones writes telephone numbers as E.164. Parsing costs microseconds, so answers are kept in a cache that is
// emptied when it is full. It is not safe for concurrent use.
type phones struct {
	region string // for numbers without country code, ISO 3166, empty if none
	plain  *plainNumbers
	cache  map[string]string
	abroad map[string]string // the same for numbers that are written with their country code

	// The last number that came with its country code beside it, and its E.164: the same number stands in several places
	// of a payload, and new ones in every payload.
	text, known string

	near [nearPhones]nearPhone // of abroad: a centre's own numbers are few, and in every payload
}

type nearPhone struct{ text, e string }

const (
	phoneCache = 1 << 16
	nearPhones = 64
)

func newPhones(region string) *phones {
	return &phones{region: region, plain: newPlainNumbers(region), cache: map[string]string{}, abroad: map[string]string{}}
}

// e164 returns the number as E.164 and true, or the text as it came and false.
// A trailing alias in parentheses, as in "+12025550100 (Support)", is no part of the number.
func (p *phones) e164(text string) (string, bool) {
	if isE164(text) {
		return text, true
	}
	if text == "" {
		return "", false
	}
	if e, sure := p.plain.e164(text); sure {
		if e == "" {
			return text, false
		}
		return e, true
	}
	if e, ok := p.cache[text]; ok {
		if e == "" {
			return text, false
		}
		return e, true
	}
	bare := text
	if i := strings.IndexByte(bare, '('); i > 0 && strings.HasSuffix(bare, ")") && strings.ContainsFunc(bare[i:], isLetter) {
		bare = strings.TrimSpace(bare[:i])
	}
	e := ""
	if isE164(bare) {
		e = bare
	} else if !strings.ContainsFunc(bare, isLetter) { // the library would dial 0120xxxx as 01209999
		if n, err := phonenumbers.Parse(bare, p.region); err == nil && phonenumbers.IsPossibleNumber(n) {
			e = phonenumbers.Format(n, phonenumbers.E164)
		}
	}
	keep(p.cache, text, e)
	if e == "" {
		return text, false
	}
	return e, true
}

// international returns a number that is written with its country code but without +, as E.164; where it is none, the
// number is read as any other.
func (p *phones) international(text string) (string, bool) {
	if len(text) < 8 || len(text) > 15 || text[0] == '0' || !isDigits(text) {
		return p.e164(text)
	}
	if text == p.text {
		return p.known, true
	}
	near := &p.near[(text[len(text)-1]*10+text[len(text)-2])%nearPhones]
	if near.text == text {
		return near.e, true
	}
	e, ok := p.abroad[text]
	if !ok {
		if n, err := phonenumbers.Parse("+"+text, ""); err == nil && phonenumbers.IsPossibleNumber(n) {
			e = "+" + text
		}
		keep(p.abroad, text, e)
	}
	if e == "" {
		return p.e164(text)
	}
	*near = nearPhone{strings.Clone(text), e}
	return e, true
}

func keep(cache map[string]string, key, e string) {
	if len(cache) >= phoneCache {
		clear(cache)
	}
	cache[strings.Clone(key)] = strings.Clone(e)
}

// isE164 reports whether the text is + and 8 to 15 digits, which is taken as it is.
func isE164(s string) bool {
	return len(s) >= 9 && len(s) <= 16 && s[0] == '+' && isDigits(s[1:])
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 0x7f }
