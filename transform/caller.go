package transform

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
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
	hexText(into[:], h.mac.Sum(h.sum[:0])[:16])
	return view(into[:])
}

// hexText writes bytes, four at a time, as hexadecimal digits.
func hexText(dst, src []byte) {
	for len(src) >= 4 {
		// Each byte's digits apart, the first one in front.
		w := uint64(binary.LittleEndian.Uint32(src))
		w = (w | w<<16) & 0x0000ffff0000ffff
		w = (w | w<<8) & 0x00ff00ff00ff00ff
		w = w>>4&0x000f000f000f000f | w<<8&0x0f000f000f000f00
		// From ten on the letters begin: six more makes the carry that tells.
		letters := (w + 0x0606060606060606) >> 4 & 0x0101010101010101
		binary.LittleEndian.PutUint64(dst, w+0x3030303030303030+letters*('a'-'0'-10))
		dst, src = dst[8:], src[4:]
	}
}
