package main

import (
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/pipeline"
)

func TestProgressOnATerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		p := newProgress(&out, true)
		log := slog.New(slog.NewTextHandler(p, nil))
		p.show(log)
		require.Empty(t, out.String(), "nothing has begun")

		p.Add(pipeline.Calls, 1000)
		p.Stage("load")
		p.show(log)
		require.Equal(t, "load: 1,000 calls", out.String(), "calls of another stage make no rate")

		out.Reset()
		p.Add(pipeline.Calls, 12_000)
		p.Add(pipeline.Files, 3)
		time.Sleep(4 * time.Second)
		p.show(log)
		require.Equal(t, "\r\x1b[Kload: 13,000 calls (3,000/s), 3 files", out.String())

		out.Reset()
		log.Info("hello")
		require.Regexp(t, `^\r\x1b\[Ktime=\S+ level=INFO msg=hello\n$`, out.String(), "a line of the log replaces the status")
	})
}

func TestProgressInALog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		p := newProgress(&out, false)
		stop := p.start(slog.New(slog.NewTextHandler(p, nil)))
		p.Stage("read")
		time.Sleep(9 * time.Second)
		synctest.Wait()
		p.Add(pipeline.Files, 7)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		stop()
		require.Regexp(t, `^time=\S+ level=INFO msg=progress stage=read done="7 files"\n$`, out.String())
	})
}

func TestProgressClearsItsLineAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		p := newProgress(&out, true)
		stop := p.start(slog.New(slog.DiscardHandler))
		p.Stage("read")
		time.Sleep(300 * time.Millisecond)
		synctest.Wait()
		stop()
		require.Equal(t, "read: begun\r\x1b[K", out.String())
	})
}

func TestProgressFromManyGoroutines(t *testing.T) {
	p := newProgress(io.Discard, true)
	log := slog.New(slog.NewTextHandler(p, nil))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 100 {
				p.Add(pipeline.Calls, 2)
				p.Stage("load")
				p.show(log)
				log.Info("hello")
			}
		})
	}
	all.Wait()
	require.Equal(t, int64(800), p.counts[pipeline.Calls])
}

func TestIsTerminal(t *testing.T) {
	require.False(t, isTerminal(&strings.Builder{}))
	f, err := os.Create(t.TempDir() + "/log")
	require.NoError(t, err)
	require.False(t, isTerminal(f))
	require.NoError(t, f.Close())
}

func TestThousands(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 12: "12", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		require.Equal(t, want, thousands(n))
	}
}
