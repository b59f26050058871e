package tape

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// What likely leaves to be read.
const (
	wantKey = iota
	wantValue
	wantComma // or the end of the object
)

// likely reads members for as long as their keys are likely ones, and their values plain strings, short integers, literals,
// {} or [], with nothing between them: what most of most payloads is. It leaves everything else, and every mistake, to the
// general steps.
//
// This is the hot loop of the hot path. Slices and calls would double its instructions, so it goes by pointers into the text,
// the nodes and the known keys. It reads 16 bytes from i on and 16 from the value on, and sees first that they are
// there; shapes in likely are always known ones.
func (d *Doc) likely(i int, at place) (int, place, int) {
	end := len(d.src)
	src := unsafe.Pointer(unsafe.SliceData(d.src))
	first := unsafe.Pointer(unsafe.SliceData(d.keys.known))
	triple := &d.keys.known[at>>1].likely[at&1]
	n := d.n
	for i+16 <= end {
		if n+3 > len(d.nodes) {
			d.grow()
		}
		lo, hi := load8(src, i), load8(src, i+8)
		id := triple[0]
		k := (*known)(unsafe.Add(first, uintptr(id)*unsafe.Sizeof(known{})))
		if (lo^k.lo)&k.loMask|(hi^k.hi)&k.hiMask != 0 {
			id = triple[1]
			k = (*known)(unsafe.Add(first, uintptr(id)*unsafe.Sizeof(known{})))
			if (lo^k.lo)&k.loMask|(hi^k.hi)&k.hiMask != 0 {
				id = triple[2]
				k = (*known)(unsafe.Add(first, uintptr(id)*unsafe.Sizeof(known{})))
				if (lo^k.lo)&k.loMask|(hi^k.hi)&k.hiMask != 0 {
					break
				}
			}
		}
		size := int(k.size)
		v := i + size
		if v+16 > end {
			break
		}
		if size > 16 {
			// The rest, of which the last eight bytes may overlap what was compared.
			text := unsafe.Pointer(k.text)
			o := 16
			for o+8 < size && load8(src, i+o) == load8(text, o) {
				o += 8
			}
			if o+8 < size || load8(src, v-8) != load8(text, size-8) {
				break
			}
		}
		nodes := (*[2]node)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(d.nodes)), uintptr(n)*unsafe.Sizeof(node{})))
		nodes[0].set(String, 0, k.key, i+1, v-2, 1)
		triple, at = &k.likely[0], place(id)<<1
		w := load8(src, v)
		switch c := byte(w); {
		case c == '"':
			i = v + 1
			stop := special(load8(src, i))
			for stop == 0 && i+16 <= end {
				i += 8
				stop = special(load8(src, i))
			}
			i += bits.TrailingZeros64(stop) >> 3 // a quote if there was a stop, else the next eight bytes are not read
			if stop == 0 || *(*byte)(unsafe.Add(src, i)) != '"' {
				d.n = n + 1
				return v, at, wantValue
			}
			nodes[1].set(String, 0, 0, v+1, i, 1)
			i++
		case c-'0' <= 9:
			x := w ^ ones*'0'
			digits := bits.TrailingZeros64((x+ones*0x76|x)&highs) >> 3
			if after := byte(w >> (8 * digits)); digits == 8 || c == '0' && digits > 1 || after == '.' || after|0x20 == 'e' {
				d.n = n + 1
				return v, at, wantValue
			}
			i = v + digits
			nodes[1].set(Number, 0, 0, v, i, 1)
		case uint32(w) == 'n'|'u'<<8|'l'<<16|'l'<<24:
			i = v + 4
			nodes[1].set(Null, 0, 0, v, i, 1)
		case uint32(w) == 't'|'r'<<8|'u'<<16|'e'<<24:
			i = v + 4
			nodes[1].set(True, 0, 0, v, i, 1)
		case uint32(w) == 'f'|'a'<<8|'l'<<16|'s'<<24 && byte(w>>32) == 'e':
			i = v + 5
			nodes[1].set(False, 0, 0, v, i, 1)
		case uint16(w) == '{'|'}'<<8 && d.depth < MaxDepth:
			i = v + 2
			nodes[1].set(Object, 0, 0, v, i, 1)
		case uint16(w) == '['|']'<<8 && d.depth < MaxDepth:
			i = v + 2
			nodes[1].set(Array, 0, 0, v, i, 1)
			d.arrays = true
		default:
			d.n = n + 1
			return v, at, wantValue
		}
		n += 2
		if i+1 >= end || *(*[2]byte)(unsafe.Add(src, i)) != [2]byte{',', '"'} {
			d.n = n
			return i, at, wantComma
		}
		i++
	}
	d.n = n
	return i, at, wantKey
}

// load8 returns eight bytes.
func load8(p unsafe.Pointer, i int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(p, i))[:])
}
