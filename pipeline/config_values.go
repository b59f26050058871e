package pipeline

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// The types of single values. Their UnmarshalText errors continue a quoted value: `"80 %x" is no percentage: ...`.

// Size is a number of bytes, written 1GiB or 512MB.
type Size int64

var (
	sizeText  = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?) ?([KMGT]i?B|B)$`)
	sizeUnits = map[string]float64{
		"B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
		"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
	}
)

// UnmarshalText reads a size with its unit.
func (s *Size) UnmarshalText(text []byte) error {
	m := sizeText.FindSubmatch(text)
	if m == nil {
		return errors.New("is no size: write it like 1GiB or 512MB")
	}
	n, err := strconv.ParseFloat(string(m[1]), 64)
	if n *= sizeUnits[string(m[2])]; err != nil || n > 1<<60 {
		return errors.New("is too large a size")
	}
	*s = Size(n)
	return nil
}

// Share is a part of one, written 80% or 0.8.
type Share float64

// UnmarshalText reads a percentage or a part of one.
func (s *Share) UnmarshalText(text []byte) error {
	number, percent := strings.CutSuffix(string(text), "%")
	f, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		f /= 100
	}
	if err != nil || math.IsNaN(f) || f < 0 || f > 1 {
		return errors.New("is no share: write it like 80% or 0.8")
	}
	*s = Share(f)
	return nil
}

// Clock is a wall-clock time in minutes after midnight, 0 to 1440 (24:00), written "08:00".
type Clock int

var clockText = regexp.MustCompile(`^([0-9]{1,2}):([0-5][0-9])$`)

// UnmarshalText reads hours and minutes.
func (c *Clock) UnmarshalText(text []byte) error {
	m := clockText.FindSubmatch(text)
	if m == nil {
		return errors.New(`is no time of day: write it like "08:00"`)
	}
	hours, _ := strconv.Atoi(string(m[1]))
	minutes, _ := strconv.Atoi(string(m[2]))
	if *c = Clock(hours*60 + minutes); *c > 24*60 {
		return errors.New(`is after the end of the day, "24:00"`)
	}
	return nil
}

// String returns the time as HH:MM.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", c/60, c%60) }

// Weekday is a day of the week, written monday or mon.
type Weekday time.Weekday

// UnmarshalText reads the name of a day.
func (w *Weekday) UnmarshalText(text []byte) error {
	name := strings.ToLower(string(text))
	for d := time.Sunday; d <= time.Saturday; d++ {
		if full := strings.ToLower(d.String()); name == full || name == full[:3] {
			*w = Weekday(d)
			return nil
		}
	}
	return errors.New("is no day of the week: write it like monday or mon")
}

// String returns the day's English name.
func (w Weekday) String() string { return time.Weekday(w).String() }

// Days is a set of days of the week, by time.Weekday, written mon-fri or mon,wed,sat.
type Days [7]bool

// UnmarshalText reads days and spans of days. A span may run over the week's end (sat-mon).
func (d *Days) UnmarshalText(text []byte) error {
	for part := range strings.SplitSeq(string(text), ",") {
		first, last, span := strings.Cut(part, "-")
		if !span {
			last = first
		}
		var from, to Weekday
		if from.UnmarshalText([]byte(strings.TrimSpace(first))) != nil || to.UnmarshalText([]byte(strings.TrimSpace(last))) != nil {
			return errors.New("names no days: write them like mon-fri, sat or mon,wed")
		}
		for day := from; ; day = (day + 1) % 7 {
			d[day] = true
			if day == to {
				break
			}
		}
	}
	return nil
}

// Cron is a time series in the five fields of crontab(5) or a word like @daily.
type Cron string

// UnmarshalText reads a series and makes sure that it ever comes due.
func (c *Cron) UnmarshalText(text []byte) error {
	spec := string(text)
	if strings.Contains(spec, "TZ=") { // the zone is the configuration's; and the parser panics on some of these
		return errors.New("must not name a zone: it runs in the configuration's timezone")
	}
	s, err := cron.ParseStandard(spec)
	if err != nil {
		return fmt.Errorf(`is no cron line (%w): write it like "30 2 * * *"`, err)
	}
	if s.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return errors.New("never comes due: no month has that day")
	}
	*c = Cron(spec)
	return nil
}

// parseZone reads a name of the time zone database. "Local" would tie the lake to one machine.
func parseZone(text string) (*time.Location, error) {
	loc, err := time.LoadLocation(text)
	if err != nil || text == "" || text == "Local" {
		return nil, errors.New("is no time zone: use a name of the tz database like Europe/Berlin or UTC")
	}
	return loc, nil
}

// parseDuration reads a duration that is not negative.
func parseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, errors.New("is no duration: write it like 20s, 30m or 168h")
	}
	return d, nil
}

// parseLocal reads a wall-clock time without a zone.
func parseLocal(text string) (time.Time, error) {
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, errors.New("is no local time: write it like 2026-01-13T10:00")
}

// oneOf checks a word against a closed list.
func oneOf(word string, words []string) error {
	if slices.Contains(words, word) {
		return nil
	}
	return fmt.Errorf("is none of %s%s", strings.Join(words, ", "), didYouMean(word, words))
}
