package pipeline

import (
	"os"
	"strconv"
	"strings"
)

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
