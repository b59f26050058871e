package main

import "strconv"

// page is text that grows. Its methods chain, so that a payload's template reads like the payload.
type page struct{ buf []byte }

// s appends text as it is.
func (p *page) s(text string) *page {
	p.buf = append(p.buf, text...)
	return p
}

func (p *page) n(n int64) *page {
	p.buf = strconv.AppendInt(p.buf, n, 10)
	return p
}

// pad appends a number with leading zeros.
func (p *page) pad(n int64, digits int) *page {
	at := len(p.buf)
	for range digits {
		p.buf = append(p.buf, '0')
	}
	for i := at + digits - 1; i >= at; i-- {
		p.buf[i] = byte('0' + n%10)
		n /= 10
	}
	return p
}

func (p *page) b(b bool) *page {
	p.buf = strconv.AppendBool(p.buf, b)
	return p
}

// or appends text if it holds, and null if not.
func (p *page) or(holds bool, text string) *page {
	if !holds {
		return p.s("null")
	}
	return p.s(text)
}

// date appends 2026-03-02, of seconds since 1970. It is written out since time.Format would be half of all the work.
func (p *page) date(unix int64) *page {
	z := unix/86400 + 719468 // days since 0000-03-01: years that begin in March have their leap day last
	era := z / 146097
	doe := z % 146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	year, month := yoe+era*400, mp+3
	if month > 12 {
		year, month = year+1, month-12
	}
	return p.pad(year, 4).s("-").pad(month, 2).s("-").pad(doy-(153*mp+2)/5+1, 2)
}

// clock appends 13:05:09.
func (p *page) clock(unix int64) *page {
	s := unix % 86400
	return p.pad(s/3600, 2).s(":").pad(s/60%60, 2).s(":").pad(s%60, 2)
}

// at appends "2026-03-02T13:05:09.000Z", quoted; 0 is null.
func (p *page) at(unix int64) *page {
	if unix == 0 {
		return p.s("null")
	}
	return p.s(`"`).date(unix).s("T").clock(unix).s(`.000Z"`)
}

// uuid appends 36 characters made of one number.
func (p *page) uuid(n uint64) *page {
	const digits = "0123456789abcdef"
	a, b := mix(n), mix(n^0x5bd1e995)
	for i := range 32 {
		switch i {
		case 8, 12, 16, 20:
			p.buf = append(p.buf, '-')
		}
		if i == 16 {
			a = b
		}
		p.buf = append(p.buf, digits[a&15])
		a >>= 4
	}
	return p
}

// mix scatters the bits of a number (splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
