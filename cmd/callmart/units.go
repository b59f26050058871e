package main

import (
	"fmt"
	"time"
)

// bytesOf is a size for humans: 512 B, 1.5 KiB, 36 MiB.
func bytesOf(n int64) string {
	const units = "KMGTPE"
	if n < 1<<10 {
		return fmt.Sprintf("%d B", n)
	}
	size, unit := float64(n)/(1<<10), 0
	for size >= 1023.5 && unit < len(units)-1 {
		size, unit = size/(1<<10), unit+1
	}
	if size < 9.95 {
		return fmt.Sprintf("%.1f %ciB", size, units[unit])
	}
	return fmt.Sprintf("%.0f %ciB", size, units[unit])
}

// known is a size, or a dash where a version wrote it that did not measure it.
func known(n int64) string {
	if n == 0 {
		return "-"
	}
	return bytesOf(n)
}

// seconds is how long something took: 0.4 s, 13 s, 4 min 10 s, 2 h 5 min.
func seconds(s float64) string {
	switch d := time.Duration(s * float64(time.Second)); {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", s)
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", s)
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	default:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
}

// span is how long ago something was: 5 min, 3 h, 12 d.
func span(s float64) string {
	switch d := time.Duration(s * float64(time.Second)); {
	case d < -time.Minute:
		return "ahead of the clock"
	case d < time.Hour:
		return fmt.Sprintf("%d min", max(0, int(d.Minutes())))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	default:
		return fmt.Sprintf("%d d", int(d.Hours())/24)
	}
}

// plural is a number of things.
func plural(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return thousands(n) + " " + thing + "s"
}

func dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
