package desk

import (
	"fmt"

	"github.com/throughline/throughline"
)

// mostRows is more than any list has, and far from where sums run over.
const mostRows = 1 << 30

// Outside reports whether a limit or an offset is none.
func Outside(n int) bool { return n < 0 || n > mostRows }

// Page gives the part of a list that a limit and an offset leave; 0 leaves all.
func Page[T any](all []T, offset, limit int) []T {
	all = all[min(offset, len(all)):]
	if limit > 0 && len(all) > limit {
		all = all[:limit]
	}
	return all
}

// ErrLimit refuses a limit or an offset that is none.
var ErrLimit = fmt.Errorf("limit and offset go from 0 to %d", mostRows)

// OutcomeWords are the words for how a deal ends, open the first.
func OutcomeWords() []string {
	out := []string{"open"}
	for _, o := range throughline.Outcomes() {
		out = append(out, string(o))
	}
	return append(out, string(throughline.Removed))
}
