package diag

import (
	"strconv"
	"strings"
)

// mostListed bounds how many words of a list a message holds.
const mostListed = 20

// List gives words that people or files wrote as one readable list: each in
// quotes, with commas between, so that a name of several words has an end. Of a
// long list the first twenty stand there, and how many more there are.
func List[S ~string](words []S) string {
	var b strings.Builder
	for i, w := range words {
		if i == mostListed {
			return b.String() + ", and " + strconv.Itoa(len(words)-i) + " more"
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strconv.Quote(string(w)))
	}
	return b.String()
}
