package pipeline

import (
	"cmp"
	"strings"
)

// idRange is the least and the greatest id of some calls, by length and text, as numbers are ordered. Vendors count their
// calls, so a run's ids lie in the ranges of few dates of the lake: no others need to be searched for its calls.
type idRange struct {
	Least string `json:"least"`
	Most  string `json:"most"` // "": there are no calls
}

// add takes an id into the range. The id's memory may be reused behind it.
func (r *idRange) add(id string) {
	if r.Most == "" || orderIDs(id, r.Least) < 0 {
		r.Least = strings.Clone(id)
	}
	if orderIDs(id, r.Most) > 0 {
		r.Most = strings.Clone(id)
	}
}

// meets reports whether an id may lie in both ranges.
func (r *idRange) meets(other *idRange) bool {
	return r.Most != "" && other.Most != "" && orderIDs(r.Least, other.Most) <= 0 && orderIDs(other.Least, r.Most) <= 0
}

func orderIDs(a, b string) int {
	if len(a) != len(b) {
		return cmp.Compare(len(a), len(b))
	}
	return cmp.Compare(a, b)
}
