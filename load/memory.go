package load

import (
	"math/bits"
	"sync"

	"github.com/apache/arrow/go/v15/arrow/memory"
)

const (
	smallestBlock = 64       // bytes; Arrow asks for multiples of it
	largestCached = 16 << 20 // bytes; greater blocks go straight back to C
	maxCached     = 64 << 20 // bytes kept for the next batches, all classes together
	numClasses    = 18*4 + 1 // four classes per power of two from smallestBlock to largestCached
)

var _ memory.Allocator = (*Allocator)(nil)

// Allocator gives Arrow buffers memory of the C heap, of which the garbage collector knows nothing. Freed blocks are kept by size class for the next batch, up to 64 MiB.
// Memory is not zeroed. An Allocator is safe for concurrent use.
type Allocator struct {
	mu        sync.Mutex
	free      [numClasses][][]byte
	cached    int64
	allocated int64
	closed    bool
}

// NewAllocator returns an empty allocator.
func NewAllocator() *Allocator { return new(Allocator) }

// Allocate returns size bytes of any content.
func (a *Allocator) Allocate(size int) []byte {
	if size <= 0 {
		return []byte{}
	}
	class, capacity := classOf(size)
	a.mu.Lock()
	a.allocated += int64(capacity)
	if class < numClasses {
		if blocks := a.free[class]; len(blocks) > 0 {
			b := blocks[len(blocks)-1]
			a.free[class] = blocks[:len(blocks)-1]
			a.cached -= int64(capacity)
			a.mu.Unlock()
			return b[:size]
		}
	}
	a.mu.Unlock()
	return cMalloc(capacity)[:size]
}

// Reallocate returns size bytes that begin as b did, and frees b if it had to move.
func (a *Allocator) Reallocate(size int, b []byte) []byte {
	if _, capacity := classOf(size); size > 0 && capacity == cap(b) {
		return b[:size]
	}
	moved := a.Allocate(size)
	copy(moved, b)
	a.Free(b)
	return moved
}

// Free takes back b, which Allocate or Reallocate returned. Its length may have changed, its beginning and
// capacity may not.
func (a *Allocator) Free(b []byte) {
	if cap(b) == 0 {
		return
	}
	b = b[:cap(b)]
	class, capacity := classOf(len(b))
	a.mu.Lock()
	a.allocated -= int64(len(b))
	keep := class < numClasses && capacity == len(b) && !a.closed && a.cached+int64(capacity) <= maxCached
	if keep {
		a.free[class] = append(a.free[class], b)
		a.cached += int64(capacity)
	}
	a.mu.Unlock()
	if !keep {
		cFree(b)
	}
}

// Allocated returns the bytes handed out and not freed yet, rounded up to size classes: 0 when nothing leaked.
func (a *Allocator) Allocated() int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.allocated
}

// Close frees the cache. Blocks still in use stay valid and go straight back to C when they are freed.
func (a *Allocator) Close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for class, blocks := range a.free {
		for _, b := range blocks {
			cFree(b)
		}
		a.free[class] = nil
	}
	a.cached, a.closed = 0, true
}

// classOf returns the size class that holds size bytes (> 0) and the bytes of its blocks. Classes are a quarter
// of a power of two apart, so at most a fifth of a block is wasted. Greater sizes than largestCached have no
// class (numClasses) and are rounded up to whole megabytes.
func classOf(size int) (class, capacity int) {
	if size > largestCached {
		return numClasses, (size + 1<<20 - 1) &^ (1<<20 - 1)
	}
	if size <= smallestBlock {
		return 0, smallestBlock
	}
	power := bits.Len(uint(size-1)) - 1 // 1<<power < size <= 1<<(power+1)
	quarter := 1 << (power - 2)
	steps := (size - 1<<power + quarter - 1) / quarter // 1 to 4
	return (power-6)*4 + steps, 1<<power + steps*quarter
}
