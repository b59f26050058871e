package load

/*
#include <stdlib.h>
*/
import "C"

import "unsafe"

// cMalloc returns size bytes outside the Go heap. Like make, it ends the process when there are none left.
func cMalloc(size int) []byte {
	return unsafe.Slice((*byte)(C.malloc(C.size_t(size))), size)
}

// cFree gives back what cMalloc returned, whatever it was resliced to since (but for its beginning).
func cFree(b []byte) {
	C.free(unsafe.Pointer(unsafe.SliceData(b)))
}
