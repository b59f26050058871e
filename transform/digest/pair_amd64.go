package digest

import (
	"unsafe"

	"github.com/klauspost/cpuid/v2"
)

// pairs reports whether this processor has what blocks2 is made of.
func pairs() bool { return cpuid.CPU.Supports(cpuid.SHA, cpuid.SSE4, cpuid.SSSE3) }

// blocks2 adds n blocks of two texts to their states. N is above 0.
//
//go:noescape
func blocks2(a *state, textA unsafe.Pointer, b *state, textB unsafe.Pointer, n int)

// blocks1 is blocks2 for a text that has no other beside it.
//
//go:noescape
func blocks1(a *state, textA unsafe.Pointer, n int)
