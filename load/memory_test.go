package load_test

import (
	"bytes"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/load"
)

func TestAllocatorSizes(t *testing.T) {
	a := newAllocator(t)
	for _, size := range []int{1, 63, 64, 65, 80, 81, 96, 112, 113, 128, 129, 4095, 4096, 4097, 1<<20 + 1, 16 << 20, 16<<20 + 1, 40 << 20} {
		b := a.Allocate(size)
		require.Len(t, b, size)
		require.Equal(t, int64(cap(b)), a.Allocated())
		require.LessOrEqual(t, cap(b), max(64, size+size/4, (size+1<<20)&^(1<<20-1)), "waste at %d", size)
		b[0], b[size-1] = 1, 2
		a.Free(b[:1])
		require.Zero(t, a.Allocated())
	}
	require.Empty(t, a.Allocate(0))
	a.Free(nil)
	a.Free(a.Allocate(0))
}

func TestAllocatorReusesBlocks(t *testing.T) {
	a := newAllocator(t)
	b := a.Allocate(1000)
	first := &b[0]
	a.Free(b)
	b = a.Allocate(1024) // of the same class
	require.Same(t, first, &b[0])
	a.Free(b)
}

func TestReallocate(t *testing.T) {
	a := newAllocator(t)
	var want, b []byte
	for _, size := range []int{10, 60, 100, 5000, 20 << 20, 21 << 20, 300, 7} {
		b = a.Reallocate(size, b)
		require.Len(t, b, size)
		n := min(size, len(want))
		require.True(t, bytes.Equal(want[:n], b[:n]), "content at %d", size)
		for i := n; i < size; i++ {
			b[i] = byte(i)
		}
		want = bytes.Clone(b)
	}
	a.Free(b)
}

func TestAllocatorAtOnceAndClosed(t *testing.T) {
	a := load.NewAllocator()
	var group sync.WaitGroup
	for g := range 4 {
		group.Go(func() {
			var held [][]byte
			for i := range 1000 {
				b := a.Allocate(1 + i*37%100_000)
				b[0] = byte(g)
				held = append(held, b)
				if len(held) == 8 {
					for _, h := range held {
						if h[0] != byte(g) {
							t.Errorf("a block was given out twice")
						}
						a.Free(h)
					}
					held = held[:0]
				}
			}
		})
	}
	group.Wait()
	require.Zero(t, a.Allocated())
	b := a.Allocate(100)
	a.Close()
	a.Free(b)
	a.Free(a.Allocate(100))
	require.Zero(t, a.Allocated())
	a.Close()
}
