package transform

import "strings"

// fold writes a vendor's word in one spelling: upper case, without what stands in parentheses, without spaces
// and punctuation. "NO ANSWER (0-Agent)" becomes NOANSWER.
func fold(word string) string {
	if i := strings.IndexByte(word, '('); i > 0 {
		word = word[:i]
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r > 0x7f:
			return r
		}
		return -1
	}, word)
}

// maxFolds bounds the words whose folded form is kept: a vendor has a few dozen.
const maxFolds = 512

// fold is fold, but for words that come again and again.
func (r *Reader) fold(word string) string {
	if f, ok := r.folds[word]; ok {
		return f
	}
	if len(r.folds) >= maxFolds {
		clear(r.folds)
	}
	f := strings.Clone(fold(word))
	r.folds[strings.Clone(word)] = f
	return f
}

// joinedBlock is how many bytes are asked for at once.
const joinedBlock = 4 << 10

// join puts texts together.
func (r *Reader) join(parts ...string) string {
	size := 0
	for _, p := range parts {
		size += len(p)
	}
	if cap(r.joined)-len(r.joined) < size { // what was joined before stays where it is
		r.joined = make([]byte, 0, max(joinedBlock, size))
	}
	start := len(r.joined)
	for _, p := range parts {
		r.joined = append(r.joined, p...)
	}
	return view(r.joined[start:])
}

// snake writes a word as a token: lower case, runs of other characters as one underscore.
func snake(word string) string {
	clean := true
	for i := range len(word) {
		c := word[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			clean = false
			break
		}
	}
	if clean {
		return word
	}
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(word) {
		if (r >= 'a' && r <= 'z') || (r >= '0' && r <= '9') || r > 0x7f {
			if gap && b.Len() > 0 {
				b.WriteByte('_')
			}
			gap = false
			b.WriteRune(r)
			continue
		}
		gap = true
	}
	return b.String()
}

// rankedEvent is the event of the last record: most often the next one's, too.
type rankedEvent struct {
	event string
	rank  uint8
}

// eventRank is eventRank, but for the events of one record after the other.
func (r *Reader) eventRank(event string) uint8 {
	if event != r.ranked.event {
		r.ranked = rankedEvent{strings.Clone(event), eventRank(event)}
	}
	return r.ranked.rank
}

// eventRank orders the events of one call as they follow each other in its life (design: live < started <
// ended = abandoned = voicemail < recording < disposition saved < disposition modified < analyzed).
func eventRank(event string) uint8 {
	e := fold(event)
	switch {
	case e == "":
		return 2 // a payload without an event is the state of a call, most often ended
	case strings.Contains(e, "LIVE"):
		return 0
	case strings.Contains(e, "STARTED"):
		return 1
	case strings.Contains(e, "RECORDING"):
		return 3
	case strings.Contains(e, "DISPOSITIONMODIFIED"):
		return 5
	case strings.Contains(e, "DISPOSITION"):
		return 4
	case strings.Contains(e, "ANALYZED"), strings.Contains(e, "ANALYSED"):
		return 6
	}
	return 2
}
