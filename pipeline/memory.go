package pipeline

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

// spareMemory makes the heap grow by no more than half of what is in use, until the result is called: what a large load
// keeps has few pointers, so that collecting costs less than the pages which the system would have to clear. It is a setting
// of the process: of runs that overlap in one, the last to end restores what it found.
func spareMemory() (restore func()) {
	if os.Getenv("GOGC") != "" { // who sets it knows better
		return func() {}
	}
	before := debug.SetGCPercent(50)
	return func() { debug.SetGCPercent(before) }
}

// peakMemory is the most memory that the process had resident, in bytes; 0 where the system does not tell. It is the
// kernel's VmHWM: what getrusage says would count the process that started this one too.
func peakMemory() int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	return peakOf(string(text))
}

func peakOf(status string) int64 {
	_, after, found := strings.Cut(status, "\nVmHWM:")
	if !found {
		return 0
	}
	line, _, _ := strings.Cut(after, "\n")
	number, isKiB := strings.CutSuffix(strings.TrimSpace(line), " kB")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || !isKiB {
		return 0
	}
	return n << 10
}
