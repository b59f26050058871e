package pipeline

import "unsafe"

const arenaBytes = 1 << 20

// keep copies a text into the worker's arena, so that millions of ids are few objects to the garbage collector.
func (w *indexWorker) keep(s string) string {
	if len(w.ids)+len(s) > cap(w.ids) {
		w.ids = make([]byte, 0, max(arenaBytes, len(s)))
	}
	start := len(w.ids)
	w.ids = append(w.ids, s...)
	return unsafe.String(unsafe.SliceData(w.ids[start:]), len(s))
}
