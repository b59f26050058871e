package transform

// rowWords is how many words hold a bit for each cell of the widest row.
const rowWords = 2

// cells are some of a row's cells, a bit each.
type cells [rowWords]uint64

func (c *cells) add(col int) { c[col>>6] |= 1 << (col & 63) }

func (c *cells) has(col int) bool { return c[col>>6]&(1<<(col&63)) != 0 }

// states are the states of a row's cells: of each the low and the high bit.
type states struct{ low, high cells }

// computed returns the cells that Finish computed.
func (s *states) computed() (set cells) {
	for w := range set {
		set[w] = s.low[w] &^ s.high[w]
	}
	return set
}

// derived returns the cells that were computed, when the call was read or by Finish.
func (s *states) derived() (set cells) {
	for w := range set {
		set[w] = s.low[w] ^ s.high[w]
	}
	return set
}

// statesOf looks at each cell of a row once, eight at a time and without a branch: most cells of a wide row are empty, and
// which are not nobody can foresee.
func statesOf(row Row) (s states) {
	for w := range rowWords {
		part := row[min(64*w, len(row)):min(64*w+64, len(row))]
		low, high, i := uint64(0), uint64(0), 0
		for ; i+8 <= len(part); i += 8 {
			c := part[i : i+8 : i+8]
			eight := uint64(c[0].State) | uint64(c[1].State)<<8 | uint64(c[2].State)<<16 | uint64(c[3].State)<<24 |
				uint64(c[4].State)<<32 | uint64(c[5].State)<<40 | uint64(c[6].State)<<48 | uint64(c[7].State)<<56
			low |= gather(eight) << i
			high |= gather(eight>>1) << i
		}
		for ; i < len(part); i++ {
			state := uint64(part[i].State)
			low |= state & 1 << i
			high |= state >> 1 << i
		}
		s.low[w], s.high[w] = low, high
	}
	return s
}

// gather puts the lowest bits of eight bytes into one.
func gather(eight uint64) uint64 {
	// Each of the product's eight highest bits is the sum of one of them and of none else, so that nothing is carried.
	return eight & 0x0101010101010101 * 0x0102040810204080 >> 56
}
