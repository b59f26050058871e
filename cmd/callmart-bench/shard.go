package main

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/klauspost/compress/zstd"
)

// shardWriter writes one range of calls.
type shardWriter struct {
	archive *archive
	options archiveOptions
	shape   shape
	centre  centre
	index   int
	dir     string

	page page
	out  io.Writer
	end  []func() error // closes out, the innermost first
}

// repeatAfter is how many calls later a call is told of again.
const repeatAfter = 200

const chunk = 1 << 20

// write makes the calls of the range. What is told a second time follows behind later calls, in the next file maybe.
func (w *shardWriter) write(ctx context.Context) error {
	o := &w.options
	from := o.calls * int64(w.index) / int64(o.shards)
	to := o.calls * int64(w.index+1) / int64(o.shards)
	if !o.events {
		if err := w.open(filepath.Join(w.dir, fmt.Sprintf("calls-%04d.ndjson", w.index)), w.compression(int64(w.index))); err != nil {
			return err
		}
	}
	again := func(serial int64) error {
		if serial < 0 {
			return nil
		}
		var c call
		w.centre.make(&c, serial)
		if !w.repeated(&c) {
			return nil
		}
		return w.record(&c, w.shape.parts(&c)-1)
	}
	var c call
	for serial := from; serial < to; serial++ {
		if serial%10_000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		w.centre.make(&c, serial)
		if err := w.call(&c); err != nil {
			return err
		}
		if err := again(serial - repeatAfter); err != nil {
			return err
		}
	}
	if to == o.calls { // the last ones have nobody after them
		for serial := max(0, to-repeatAfter); serial < to; serial++ {
			if err := again(serial); err != nil {
				return err
			}
		}
	}
	if o.events {
		return nil
	}
	return w.close()
}

// call writes the records of a call as it ends.
func (w *shardWriter) call(c *call) error {
	parts := w.shape.parts(c)
	for part := range parts {
		if part == parts-1 && parts == 1 && w.repeated(c) && c.draw(101, 2) == 0 {
			return w.emit(func() { w.shape.early(&w.page, c) })
		}
		if err := w.record(c, part); err != nil {
			return err
		}
	}
	return nil
}

func (w *shardWriter) repeated(c *call) bool {
	return float64(c.draw(100, 1_000_000)) < w.options.repeats*1e6
}

func (w *shardWriter) record(c *call, part int) error {
	return w.emit(func() { w.shape.record(&w.page, c, part) })
}

// emit writes what put appends to the page as one record.
func (w *shardWriter) emit(put func()) error {
	before := len(w.page.buf)
	put()
	w.page.s("\n")
	w.archive.records++
	w.archive.bytes += int64(len(w.page.buf) - before)
	if w.options.events {
		return w.file()
	}
	if len(w.page.buf) < chunk {
		return nil
	}
	return w.flush()
}

// file writes the page as a file of its own, a thousand of them to a folder.
func (w *shardWriter) file() error {
	n := w.archive.records - 1
	dir := filepath.Join(w.dir, fmt.Sprintf("%03d-%04d", w.index, n/1000))
	if n%1000 == 0 {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("making a folder of events: %w", err)
		}
	}
	if err := w.open(filepath.Join(dir, "event-"+strconv.FormatInt(n, 10)+".json"), w.compression(n)); err != nil {
		return err
	}
	return w.close()
}

func (w *shardWriter) compression(n int64) string {
	if w.options.compress == "mixed" {
		return [...]string{"none", "gz", "zst"}[n%3]
	}
	return w.options.compress
}

// open begins a file.
func (w *shardWriter) open(path, compress string) error {
	if compress != "none" {
		path += "." + compress
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("making an archive's file: %w", err)
	}
	w.archive.files++
	w.out, w.end = f, []func() error{f.Close}
	switch compress {
	case "gz":
		z := gzip.NewWriter(f)
		w.out, w.end = z, []func() error{z.Close, f.Close}
	case "zst":
		z, err := zstd.NewWriter(f, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return fmt.Errorf("beginning zstd: %w", err)
		}
		w.out, w.end = z, []func() error{z.Close, f.Close}
	}
	return nil
}

func (w *shardWriter) flush() error {
	if _, err := w.out.Write(w.page.buf); err != nil {
		return fmt.Errorf("writing an archive: %w", err)
	}
	w.page.buf = w.page.buf[:0]
	return nil
}

func (w *shardWriter) close() error {
	if err := w.flush(); err != nil {
		return err
	}
	for _, end := range w.end {
		if err := end(); err != nil {
			return fmt.Errorf("closing an archive's file: %w", err)
		}
	}
	return nil
}
