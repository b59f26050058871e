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
	mac  hash.Hash
	sum  [sha256.Size]byte
	text []byte
}

func newCallerHash(key []byte) *callerHash {
	if len(key) == 0 {
		key = []byte(publicKey)
	}
	return &callerHash{mac: hmac.New(sha256.New, key)}
}

// key returns 32 hexadecimal digits (128 bits) for a customer's number, or for a source and its own id of the
// customer.
func (h *callerHash) key(into *[32]byte, source, id string) string {
	h.mac.Reset()
	h.text = append(h.text[:0], source...)
	if source != "" {
		h.text = append(h.text, 0)
	}
	h.text = append(h.text, id...)
	h.mac.Write(h.text)
	hex.Encode(into[:], h.mac.Sum(h.sum[:0])[:16])
	return view(into[:])
}
