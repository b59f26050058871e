package transform

import "encoding/binary"

// parseUTC reads a time exactly as JSON's writers have it, 2026-05-04T08:23:16.000Z, eight bytes at a time. Of any other
// text it says false, also where it is a time.
func parseUTC(s string) (wall int64, ok bool) {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	if len(s) != 24 {
		return 0, false
	}
	b := bytesOf(s)
	// What differs from the pattern is 0 to 9 where digits are, and nothing elsewhere.
	x := binary.LittleEndian.Uint64(b[0:8]) ^ 0x2d30302d30303030   // 0000-00-
	y := binary.LittleEndian.Uint64(b[8:16]) ^ 0x30303a3030543030  // 00T00:00
	z := binary.LittleEndian.Uint64(b[16:24]) ^ 0x5a3030302e30303a // :00.000Z
	if (x|y|z|(x+ones*0x76)|(y+ones*0x76)|(z+ones*0x76))&highs != 0 || x&0xff0000ff00000000|y&0x0000ff0000ff0000|z&0xff000000ff0000ff != 0 {
		return 0, false
	}
	digit := func(w uint64, i int) int64 { return int64(w >> (8 * i) & 0xf) }
	year := digit(x, 0)*1000 + digit(x, 1)*100 + digit(x, 2)*10 + digit(x, 3)
	month, d := digit(x, 5)*10+digit(x, 6), digit(y, 0)*10+digit(y, 1)
	h, mi, sec := digit(y, 3)*10+digit(y, 4), digit(y, 6)*10+digit(y, 7), digit(z, 1)*10+digit(z, 2)
	if month < 1 || month > 12 || d < 1 || d > 28 && d > daysIn(year, month) || h > 23 || mi > 59 || sec > 60 {
		return 0, false
	}
	ms := digit(z, 4)*100 + digit(z, 5)*10 + digit(z, 6)
	return civilDay(year, month, d)*day + (h*60+mi)*minute + sec*second + ms*1000, true
}
