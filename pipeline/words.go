package pipeline

import "cmp"

func compareWords(a, b UnknownWord) int {
	return cmp.Or(cmp.Compare(a.RawStatus, b.RawStatus), cmp.Compare(a.RawType, b.RawType), cmp.Compare(a.RawReason, b.RawReason))
}
