package transform

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
)

// publicKey is used where the configuration has no privacy.key: caller keys then tell equal callers apart, but
// hide nothing.
const publicKey = "callmart"

// callerHash makes caller keys. It is not safe for concurrent use.
type callerHash struct {
	mac hash.Hash
	sum [sha256.Size]byte
	hex [32]byte
}

func newCallerHash(key []byte) *callerHash {
	if len(key) == 0 {
		key = []byte(publicKey)
	}
	return &callerHash{mac: hmac.New(sha256.New, key)}
}

// key returns 32 hexadecimal digits (128 bits) for the parts of a customer's identity.
func (h *callerHash) key(parts ...string) string {
	h.mac.Reset()
	for i, p := range parts {
		if i > 0 {
			h.mac.Write([]byte{0})
		}
		h.mac.Write([]byte(p))
	}
	hex.Encode(h.hex[:], h.mac.Sum(h.sum[:0])[:16])
	return string(h.hex[:])
}
