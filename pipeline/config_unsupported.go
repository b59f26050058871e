package pipeline

import (
	"maps"
	"regexp"
	"slices"
)

// notYet are the keys that are known but whose feature is not built: to take one silently would be a lie.
// Each has the one value that asks for nothing, empty where there is none. Building a feature deletes its line.
var notYet = map[string]string{
	"schedule[]":          "",
	"privacy.numbers":     "keep",
	"privacy.names":       "keep",
	"privacy.transcripts": "keep",
	"fail_on[]":           "",
}

var positions = regexp.MustCompile(`\[\d+\]`)

// refuseUnsupported notes every key of notYet that the file uses.
func (d *decoder) refuseUnsupported() {
	for _, key := range slices.Sorted(maps.Keys(d.marks)) {
		harmless, listed := notYet[positions.ReplaceAllString(key, "[]")]
		switch {
		case !listed || (harmless != "" && d.marks[key].text == harmless):
		case harmless != "":
			d.problem(key, "not supported by this version yet: remove the key, or write "+harmless)
		default:
			d.problem(key, "not supported by this version yet: remove it")
		}
	}
}
