package pipeline

import "strings"

// didYouMean returns `; did you mean "x"?` for the nearest of the words, or nothing where none is near.
func didYouMean(word string, words []string) string {
	best, least := "", min(len(word)/2, 3)+1
	for _, w := range words {
		if d := distance(strings.ToLower(word), strings.ToLower(w)); d < least {
			best, least = w, d
		}
	}
	if best == "" {
		return ""
	}
	return `; did you mean "` + best + `"?`
}

// distance is the number of single-byte edits between two words (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		left := row[0] // the cell up and left of the current one
		row[0] = i + 1
		for j := range len(b) {
			cost := left
			if a[i] != b[j] {
				cost++
			}
			left = row[j+1]
			row[j+1] = min(cost, left+1, row[j]+1)
		}
	}
	return row[len(b)]
}
