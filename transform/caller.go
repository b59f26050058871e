package transform

import (
	"crypto/sha256"
	"encoding/binary"

	"callmart/transform/digest"
)

// publicKey is used where the configuration has no privacy.key: caller keys then tell equal callers apart, but
// hide nothing.
const publicKey = "callmart"

// callerKeySize is how many bytes of the HMAC a caller key has; it is written as twice as many hexadecimal digits.
const callerKeySize = 16

// hashes makes the hashes of a source: of payloads, and of callers. It is not safe for concurrent use.
type hashes struct {
	payloads *digest.Hasher
	callers  *digest.MAC
}

func newHashes(key []byte) *hashes {
	if len(key) == 0 {
		key = []byte(publicKey)
	}
	h := digest.NewHasher()
	return &hashes{payloads: h, callers: digest.NewMAC(h, key)}
}

// caller writes the caller key of a text: a customer's number, or a source, a zero byte, and its own id of the customer.
func (h *hashes) caller(into *[2 * callerKeySize]byte, text string) string {
	var sum [1][sha256.Size]byte
	h.callers.Sum([][]byte{bytesOf(text)}, sum[:])
	hexText(into[:], sum[0][:callerKeySize])
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
