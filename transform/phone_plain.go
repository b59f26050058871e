package transform

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/nyaruka/phonenumbers"
)

// plainNumbers reads numbers of a region that are digits and nothing else, as the library does but without its general
// patterns, which cost microseconds: a call centre's callers are new ones most of the time, and a cache of no help.
// It knows the regions that have a country code of their own, or are its first, and whose prefixes are plain digits; for what it is not sure of the library is asked.
type plainNumbers struct {
	code          string         // country calling code
	international string         // prefix of numbers abroad, such as 00
	trunk         string         // prefix of national numbers, such as 0; empty: none
	national      *regexp.Regexp // what national numbers look like
	begins        *beginnings    // of national numbers
	lengths       []int32        // of national numbers
	local         []int32        // of numbers that only work nearby
	block         []byte         // of numbers that were written
}

// metadata is what the library knows of regions. It reads that when it is first asked, and must be asked by one at a time.
var metadata = sync.OnceValues(phonenumbers.MetadataCollection)

// newPlainNumbers returns nil where the region is unknown, or has prefixes that are more than digits.
func newPlainNumbers(region string) *plainNumbers {
	if region == "" {
		return nil
	}
	all, err := metadata()
	if err != nil {
		return nil
	}
	for _, m := range all.GetMetadata() {
		if m.GetId() != region {
			continue
		}
		if phonenumbers.GetRegionCodeForCountryCode(int(m.GetCountryCode())) != region {
			return nil // it shares its country code with one whose lengths count
		}
		general := m.GetGeneralDesc()
		p := &plainNumbers{
			code: strconv.Itoa(int(m.GetCountryCode())), international: m.GetInternationalPrefix(), trunk: m.GetNationalPrefixForParsing(),
			lengths: general.GetPossibleLength(), local: general.GetPossibleLengthLocalOnly(),
		}
		if !isDigits(p.international) || !isDigits(p.trunk) || p.international == "" || m.GetNationalPrefixTransformRule() != "" || len(p.lengths) == 0 {
			return nil
		}
		pattern := "^(?:" + general.GetNationalNumberPattern() + ")$"
		if p.national, err = regexp.Compile(pattern); err != nil {
			return nil
		}
		if p.begins, err = newBeginnings(pattern); err != nil {
			return nil
		}
		return p
	}
	return nil
}

// e164 returns the number as E.164, or "" where it is impossible; not sure: ask the library.
func (p *plainNumbers) e164(text string) (e string, sure bool) {
	if p == nil || len(text) < 5 || len(text) > 16 || !isDigits(text) ||
		strings.HasPrefix(text, p.international) || strings.HasPrefix(text, p.code) {
		return "", false
	}
	number := text
	if bare, has := strings.CutPrefix(text, p.trunk); has && p.trunk != "" && p.strips(text, bare) {
		number = bare
	}
	if number[0] == '0' || len(number) < 5 {
		return "", false
	}
	length := int32(len(number))
	if !slices.Contains(p.lengths, length) && !slices.Contains(p.local, length) {
		return "", true
	}
	return p.write(number), true
}

// writeBlock is how many bytes are asked for at once: a number of its own would be an allocation each.
const writeBlock = 4096

// write puts the country code before a national number.
func (p *plainNumbers) write(number string) string {
	if cap(p.block)-len(p.block) < 1+len(p.code)+len(number) {
		p.block = make([]byte, 0, writeBlock)
	}
	start := len(p.block)
	p.block = append(append(append(p.block, '+'), p.code...), number...)
	return view(p.block[start:])
}

// strips reports whether the trunk prefix is no part of the number: not if only with it the number looks like one, nor if
// what is left has no length that a number has.
func (p *plainNumbers) strips(text, bare string) bool {
	length := int32(len(bare))
	if !slices.Contains(p.lengths, length) && length <= slices.Max(p.lengths) {
		return false
	}
	return !p.begins.can(text) || !p.national.MatchString(text) || p.national.MatchString(bare)
}
