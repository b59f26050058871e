package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// machine is where the figures are from. It names no host.
type machine struct {
	OS     string `json:"os"`
	CPU    string `json:"cpu"`
	Cores  int    `json:"cores"`
	Memory int64  `json:"memory_bytes"`
	Go     string `json:"go"`
}

func thisMachine() machine {
	m := machine{OS: runtime.GOOS + "/" + runtime.GOARCH, Cores: runtime.NumCPU(), Go: runtime.Version()}
	m.CPU = strings.TrimSpace(procField("/proc/cpuinfo", "model name"))
	kilobytes := int64(0)
	if _, err := fmt.Sscanf(strings.TrimSpace(procField("/proc/meminfo", "MemTotal")), "%d kB", &kilobytes); err == nil {
		m.Memory = kilobytes * 1024
	}
	return m
}

// procField is what a file of /proc says of a key, "" where there is no such file.
func procField(file, key string) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if name, value, found := strings.Cut(s.Text(), ":"); found && strings.TrimSpace(name) == key {
			return value
		}
	}
	return ""
}

func (m machine) String() string {
	text := fmt.Sprintf("%d cores", m.Cores)
	if m.CPU != "" {
		text += " of " + m.CPU
	}
	if m.Memory > 0 {
		text += fmt.Sprintf(", %.0f GB", float64(m.Memory)/1e9)
	}
	return text + ", " + m.OS + ", " + m.Go
}
