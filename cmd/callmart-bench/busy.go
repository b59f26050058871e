package main

import (
	"os"
	"strconv"
	"strings"
)

// busySeconds is how long the machine's processors have worked since it started, for whoever it was; 0 where the system
// does not tell. /proc/stat counts in hundredths of a second: user, nice, system, idle, iowait, irq, softirq, steal.
func busySeconds() float64 {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(text), "\n")
	fields := strings.Fields(line)
	if len(fields) < 9 || fields[0] != "cpu" {
		return 0
	}
	busy := 0.0
	for _, i := range [...]int{1, 2, 3, 6, 7, 8} {
		n, err := strconv.ParseFloat(fields[i], 64)
		if err != nil {
			return 0
		}
		busy += n / 100
	}
	return busy
}
