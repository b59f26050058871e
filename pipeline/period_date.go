package pipeline

import (
	"errors"
	"time"
)

// Date is a day of the calendar, "YYYY-MM-DD", without a zone. Dates compare and sort as text; the zero value, "",
// is no date.
type Date string

// ParseDate reads a date.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return "", errors.New("is no date: write it like 2026-01-31")
	}
	return DateOf(t), nil
}

// DateOf returns the day on the wall clock that shows t.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// UnmarshalText reads a date.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDate(string(text))
	return err
}

// Time returns the day's midnight on a clock set to UTC, for calculations with days. It is zero for no date.
func (d Date) Time() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t
}

// AddDays returns the date n days later, or earlier where n is negative.
func (d Date) AddDays(n int) Date { return DateOf(d.Time().AddDate(0, 0, n)) }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.Time().Weekday() }
