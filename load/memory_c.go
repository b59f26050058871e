package load

/*
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

static void keep_freed(void) {
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, 64 << 20);
	mallopt(M_TRIM_THRESHOLD, 256 << 20);
	mallopt(M_TOP_PAD, 16 << 20);
#endif
}
*/
import "C"

import "unsafe"

// KeepFreed makes the C heap of the process keep what DuckDB frees for what it asks for next. Else every batch is given
// back to the system, which clears the pages anew: an eighth of a large load's time. It is for large loads only: a DuckDB
// that is closed looks through all that is kept.
func KeepFreed() { C.keep_freed() }

// cMalloc returns size bytes outside the Go heap. Like make, it ends the process when there are none left.
func cMalloc(size int) []byte {
	return unsafe.Slice((*byte)(C.malloc(C.size_t(size))), size)
}

// cFree gives back what cMalloc returned, whatever it was resliced to since (but for its beginning).
func cFree(b []byte) {
	C.free(unsafe.Pointer(unsafe.SliceData(b)))
}
