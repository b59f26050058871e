package transform

import (
	"fmt"
	"time"
)

const (
	second = int64(time.Second / time.Microsecond)
	minute = 60 * second
	day    = 24 * 60 * minute
)

// Times before 1980 and from 2100 on are no times of calls: a broken clock must not open a partition in the year 1, nor
// push the newest reports out of sight.
const (
	firstInstant = 315_532_800 * second
	lastInstant  = 4_102_444_800 * second
)

// clock converts between instants and one zone's wall clock, in microseconds. It remembers the stretch between
// two changes of the offset, since calls come in order of time. It is not safe for concurrent use.
type clock struct {
	zone     *time.Location
	from, to int64 // the stretch [from, to) in which the offset holds
	shift    int64
}

func newClock(zone *time.Location) *clock { return &clock{zone: zone, from: 1} }

// offset returns the zone's offset from UTC at the instant.
func (c *clock) offset(at int64) int64 {
	if at >= c.from && at < c.to {
		return c.shift
	}
	t := time.UnixMicro(at).In(c.zone)
	_, seconds := t.Zone()
	start, end := t.ZoneBounds()
	c.from, c.to, c.shift = -1<<62, 1<<62, int64(seconds)*second
	if !start.IsZero() {
		c.from = start.UnixMicro()
	}
	if !end.IsZero() {
		c.to = end.UnixMicro()
	}
	return c.shift
}

// local returns the wall clock at the instant.
func (c *clock) local(at int64) int64 { return at + c.offset(at) }

// instant returns the moment at which the wall clock shows wall. Where clocks go back there are two: the one
// nearest the hint, or the earlier if the hint is 0. Where they go forward there is none: the time moves forward
// by the gap, and moved is true.
func (c *clock) instant(wall, hint int64) (at int64, moved bool) {
	before, after := c.offset(wall-day), c.offset(wall+day)
	a, b := wall-before, wall-after
	if before == after {
		return a, false
	}
	validA, validB := c.offset(a) == before, c.offset(b) == after
	switch {
	case validA && validB:
		if hint != 0 && abs(b-hint) < abs(a-hint) {
			return b, false
		}
		return a, false
	case validB:
		return b, false
	}
	return a, !validA
}

// Date is a day as days since 1970-01-01.
type Date int32

// DateOf returns the day of a wall-clock time.
func DateOf(local int64) Date { return Date(floorDiv(local, day)) }

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("reading date %q: %w", s, err)
	}
	return Date(t.Unix() / 86400), nil
}

// String is the day as YYYY-MM-DD.
func (d Date) String() string {
	return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly)
}

// parseTime reads a time: ISO 8601 with an offset or Z, or without one (naive), with T, t, n, or any number of
// spaces between date and time, and an optional fraction. It returns the wall clock and the offset.
// Zero dates ("0000-00-00 00:00:00") and days that do not exist are no times.
func parseTime(s string) (wall, offset int64, naive, ok bool) {
	if wall, ok = parseUTC(s); ok {
		return wall, 0, false, true
	}
	return parseISO(s)
}

func parseISO(s string) (wall, offset int64, naive, ok bool) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return 0, 0, false, false
	}
	y, ok1 := number(s[0:4])
	mo, ok2 := number(s[5:7])
	d, ok3 := number(s[8:10])
	if !ok1 || !ok2 || !ok3 || mo < 1 || mo > 12 || d < 1 || d > daysIn(y, mo) {
		return 0, 0, false, false
	}
	wall = civilDay(y, mo, d) * day
	s = s[10:]
	if s == "" {
		return wall, 0, true, true
	}
	if s[0] == 'T' || s[0] == 't' || s[0] == 'n' {
		s = s[1:]
	} else {
		for s != "" && s[0] == ' ' {
			s = s[1:]
		}
	}
	if len(s) < 5 || s[2] != ':' {
		return 0, 0, false, false
	}
	h, ok1 := number(s[0:2])
	mi, ok2 := number(s[3:5])
	sec, ok3 := int64(0), true
	s = s[5:]
	if len(s) >= 3 && s[0] == ':' {
		sec, ok3 = number(s[1:3])
		s = s[3:]
	}
	if !ok1 || !ok2 || !ok3 || h > 23 || mi > 59 || sec > 60 {
		return 0, 0, false, false
	}
	wall += (h*60+mi)*minute + sec*second
	if s != "" && (s[0] == '.' || s[0] == ',') {
		unit := second
		for s = s[1:]; s != "" && s[0] >= '0' && s[0] <= '9'; s = s[1:] {
			unit /= 10
			wall += int64(s[0]-'0') * unit
		}
	}
	switch {
	case s == "":
		return wall, 0, true, true
	case s == "Z" || s == "z":
		return wall, 0, false, true
	case s[0] != '+' && s[0] != '-':
		return 0, 0, false, false
	}
	negative := s[0] == '-'
	s = s[1:]
	if len(s) == 5 && s[2] == ':' {
		mi, ok2 = number(s[3:5])
	} else if len(s) == 4 {
		mi, ok2 = number(s[2:4])
	} else if len(s) == 2 {
		mi, ok2 = 0, true
	} else {
		return 0, 0, false, false
	}
	h, ok1 = number(s[0:2])
	if !ok1 || !ok2 || h > 15 || mi > 59 {
		return 0, 0, false, false
	}
	offset = (h*60 + mi) * minute
	if negative {
		offset = -offset
	}
	return wall, offset, false, true
}

// number reads decimal digits only.
func number(s string) (n int64, ok bool) {
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int64(c)
	}
	return n, s != ""
}

func daysIn(y, m int64) int64 {
	switch m {
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// civilDay returns days since 1970-01-01, counting years from March so that the leap day comes last.
func civilDay(y, m, d int64) int64 {
	if m <= 2 {
		y--
		m += 12
	}
	// A cycle of 400 years more, so that divisions need not round down below zero.
	u := uint64(y + 400)
	return int64(365*u+u/4-u/100+u/400+(153*uint64(m-3)+2)/5) + d - 1 - 719468 - 146097
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}
