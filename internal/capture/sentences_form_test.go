package capture

import (
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline"
)

// Sentences that the reader learns from are of one form, stand once, and are
// none of those by which it is measured.
func TestSentencesAreOfOneForm(t *testing.T) {
	measured := map[string]bool{}
	for _, set := range []string{"testdata/held/signs_", "testdata/develop_", "testdata/check_", "testdata/signs_"} {
		for _, lang := range []string{"en", "zh"} {
			for _, one := range freshSentences(t, set+lang+".txt") {
				measured[one.text] = true
			}
		}
	}
	where := map[string]string{}
	for _, file := range []string{"sentences_en.txt", "sentences2_en.txt", "sentences_zh.txt", "sentences2_zh.txt"} {
		for i, one := range freshSentences(t, file) {
			if measured[one.text] {
				t.Errorf("%s, sentence %d is one of those by which reading is measured", file, i+1)
			}
			if before, twice := where[one.text]; twice {
				t.Errorf("%s, sentence %d stands in %s too", file, i+1, before)
			}
			where[one.text] = file
			if wrong := formOf(one); wrong != "" {
				t.Errorf("%s: %s: %q", file, wrong, one.text)
			}
		}
	}
}

// signsOf are the signs that a kind can have.
var signsOf = map[string]string{"evidence": "+", "against": "-", "loss": "-", "won": "+", "postponed": "-", "promise": "0", "event": "-0+", "stance": "-0+", "nothing": "0"}

// formOf says what is wrong with how a sentence is labelled, and nothing where all is right.
func formOf(one fresh) string {
	for _, k := range one.kinds {
		if !slices.Contains(kindWords, k) {
			return "no kind: " + k
		}
	}
	if !strings.Contains(signsOf[one.kinds[0]], one.signs[0]) || one.signs[0] == "" {
		return "no sign of its kind: " + one.signs[0]
	}
	for _, p := range one.places {
		if p != "-" && p != "" && placeAddress(p) == "" {
			return "no place: " + p
		}
	}
	for _, g := range one.grades {
		if g != "-" && !slices.Contains([]string{"E0", "E1", "E2", "E3", "E4"}, g) {
			return "no grade: " + g
		}
	}
	switch extra := one.extra[0]; one.kinds[0] {
	case "loss":
		if end, _, _ := strings.Cut(extra, ":"); !throughline.Outcome(end).Known() {
			return "no end state: " + extra
		}
	case "event":
		if openEvents[extra] == "" && extra != "quiet" {
			return "no event: " + extra
		}
	case "promise", "stance":
		if !strings.Contains(strings.Join(one.extra, "|"), ";") {
			return "who and when, or where, are missing: " + extra
		}
	}
	return ""
}
