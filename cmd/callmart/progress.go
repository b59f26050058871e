package main

import (
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"callmart/pipeline"
)

const (
	redraw  = 200 * time.Millisecond // of the line on a terminal
	logging = 10 * time.Second       // between lines in a log
)

// counters is the order in which they are shown.
var counters = []string{
	pipeline.Fetched, pipeline.Wanted, pipeline.Requests, pipeline.Throttled,
	pipeline.Calls, pipeline.Files, pipeline.Partitions, pipeline.Workbooks,
}

var _ pipeline.Progress = (*progress)(nil)

// progress shows how far a run is: one line that is rewritten on a terminal, else a line in the log now and then.
// The log is written through it, so that the two never tear each other.
type progress struct {
	out      io.Writer
	terminal bool
	now      func() time.Time

	mu     sync.Mutex
	stage  string
	began  time.Time        // of the stage
	before map[string]int64 // counts when the stage began
	counts map[string]int64
	shown  bool // a status line stands on the terminal
}

func newProgress(out io.Writer, terminal bool) *progress {
	return &progress{out: out, terminal: terminal, now: time.Now, counts: map[string]int64{}}
}

// Stage begins a stage.
func (p *progress) Stage(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stage, p.began, p.before = name, p.now(), maps.Clone(p.counts)
}

// Add counts.
func (p *progress) Add(counter string, n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counts[counter] += n
}

// Write writes a line of the log in place of the status line.
func (p *progress) Write(line []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	return p.out.Write(line)
}

// start shows the progress until stop is called.
func (p *progress) start(log *slog.Logger) (stop func()) {
	every := logging
	if p.terminal {
		every = redraw
	}
	ticker := time.NewTicker(every)
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-ticker.C:
				p.show(log)
			case <-end:
				return
			}
		}
	}()
	return func() {
		ticker.Stop()
		close(end)
		<-ended
		p.mu.Lock()
		defer p.mu.Unlock()
		p.clear()
	}
}

func (p *progress) show(log *slog.Logger) {
	p.mu.Lock()
	stage, line := p.stage, p.line()
	if p.terminal && stage != "" {
		p.clear()
		fmt.Fprint(p.out, stage, ": ", line)
		p.shown = true
	}
	p.mu.Unlock()
	if !p.terminal && stage != "" {
		log.Info("progress", "stage", stage, "done", line) // writes through p, so not under its lock
	}
}

func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.shown = false
	}
}

// line is for example "12,345 calls (4,567/s), 12 files".
func (p *progress) line() string {
	var parts []string
	for _, c := range counters {
		if n := p.counts[c]; n > 0 {
			parts = append(parts, thousands(n)+" "+c+p.rate(c))
		}
	}
	if left := p.left(); left > 0 {
		parts = append(parts, "about "+left.String()+" left")
	}
	if len(parts) == 0 {
		return "begun"
	}
	return strings.Join(parts, ", ")
}

// perSecond is how fast a counter grows in this stage.
func (p *progress) perSecond(counter string) float64 {
	s := p.now().Sub(p.began).Seconds()
	if s <= 0 {
		return 0
	}
	return float64(p.counts[counter]-p.before[counter]) / s
}

func (p *progress) rate(counter string) string {
	if counter != pipeline.Calls && counter != pipeline.Requests {
		return ""
	}
	if perSecond := p.perSecond(counter); perSecond > 0 {
		return " (" + thousands(int64(perSecond)) + "/s)"
	}
	return ""
}

// left is how long the work list will take at the pace of this stage, 0 if that is not known.
func (p *progress) left() time.Duration {
	open, pace := p.counts[pipeline.Wanted]-p.counts[pipeline.Fetched], p.perSecond(pipeline.Fetched)
	if open <= 0 || pace <= 0 {
		return 0
	}
	return time.Duration(float64(open) / pace * float64(time.Second)).Round(time.Second)
}

func thousands(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
