package digest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// hashers are the one for this processor, and the one for any.
func hashers() map[string]*Hasher { return map[string]*Hasher{"here": NewHasher(), "anywhere": {}} }

// TestSumsAreSHA256 compares with the standard library: all lengths around the ends of blocks, any number of texts at once,
// short ones beside long ones.
func TestSumsAreSHA256(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for name, h := range hashers() {
		t.Run(name, func(t *testing.T) {
			for _, key := range [][]byte{nil, []byte("callmart"), bytes.Repeat([]byte("k"), 64), bytes.Repeat([]byte("k"), 65)} {
				m := NewMAC(h, key)
				for round := range 200 {
					texts := make([][]byte, rng.IntN(10))
					for i := range texts {
						texts[i] = random(rng, round, i)
					}
					sums := make([][sha256.Size]byte, len(texts))
					h.Sum(texts, sums)
					for i, text := range texts {
						require.Equal(t, sha256.Sum256(text), sums[i], "%d bytes", len(text))
					}
					m.Sum(texts, sums)
					for i, text := range texts {
						want := hmac.New(sha256.New, key)
						want.Write(text)
						require.Equal(t, want.Sum(nil), sums[i][:], "%d bytes", len(text))
					}
				}
			}
		})
	}
}

// random is bytes, of the lengths 0 to 199 first.
func random(rng *rand.Rand, round, i int) []byte {
	size := round
	if i > 0 {
		size = rng.IntN(1 << rng.IntN(14))
	}
	b := make([]byte, size)
	for k := range b {
		b[k] = byte(rng.Uint32())
	}
	return b
}

func FuzzSum(f *testing.F) {
	f.Add([]byte("a"), []byte("bc"), []byte{})
	f.Fuzz(func(t *testing.T, a, b, c []byte) {
		texts := [][]byte{a, b, c}
		var sums [3][sha256.Size]byte
		NewHasher().Sum(texts, sums[:])
		for i, text := range texts {
			require.Equal(t, sha256.Sum256(text), sums[i])
		}
	})
}

// BenchmarkSum is eight payloads, beside the standard library's one after the other.
func BenchmarkSum(b *testing.B) {
	texts := make([][]byte, 8)
	for i := range texts {
		texts[i] = bytes.Repeat([]byte("x"), 1000+50*i)
	}
	sums := make([][sha256.Size]byte, len(texts))
	for name, h := range hashers() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				h.Sum(texts, sums)
			}
		})
	}
}

// BenchmarkMAC is eight telephone numbers.
func BenchmarkMAC(b *testing.B) {
	texts := make([][]byte, 8)
	for i := range texts {
		texts[i] = []byte("+12025550100")
	}
	sums := make([][sha256.Size]byte, len(texts))
	for name, h := range hashers() {
		b.Run(name, func(b *testing.B) {
			m := NewMAC(h, []byte("callmart"))
			for b.Loop() {
				m.Sum(texts, sums)
			}
		})
	}
}
