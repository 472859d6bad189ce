package diag

import (
	"strings"

	"github.com/throughline/throughline"
)

// Unknown says that a word is none of the known ones, with the nearest.
func Unknown(word string, known []string) error {
	if near := Nearest(word, known); near != "" {
		return throughline.Refuse("unknown_near", "%q is not known; did you mean %q?", "word", word, "near", near)
	}
	return throughline.Refuse("unknown_word", "%q is none of %s", "word", word, "known", List(known))
}

// Nearest gives the known word closest to word by Damerau-Levenshtein distance
// (optimal string alignment) after folding case, spaces, hyphens and underscores; ""
// where nothing is near: more than a third of the longer word would have to change.
func Nearest(word string, known []string) string {
	fold := func(s string) []rune {
		return []rune(strings.Map(func(r rune) rune {
			if r == ' ' || r == '-' || r == '_' {
				return -1
			}
			return r
		}, strings.ToLower(s)))
	}
	w, best, bestAt := fold(word), "", -1
	if len(w) == 0 || len(w) > 200 {
		return ""
	}
	for _, k := range known {
		f := fold(k)
		limit := max(len(w), len(f)) / 3
		if d := distance(w, f); d <= limit && (bestAt < 0 || d < bestAt) {
			best, bestAt = k, d
		}
	}
	return best
}

func distance(a, b []rune) int {
	prev2, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(b)]
}
