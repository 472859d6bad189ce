package web

import (
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/phrase"
)

// TestEveryKindIsInTheLedgersTables: a kind of fact that is in no filter can be
// found by nobody, and one without a word is shown as a code.
func TestEveryKindIsInTheLedgersTables(t *testing.T) {
	for _, k := range deal.Kinds() {
		if !slices.ContainsFunc(families, func(f family) bool { return slices.Contains(f.kinds, k) }) {
			t.Errorf("no filter of the ledger holds %s", k)
		}
		for _, lang := range phrase.Languages() {
			if word := phrase.For(lang).Say("kind." + string(k)); word == "" || strings.Contains(word, "[") {
				t.Errorf("%s has no word for %s: %q", lang, k, word)
			}
		}
	}
	for _, f := range families {
		for _, k := range f.kinds {
			if !slices.Contains(deal.Kinds(), k) {
				t.Errorf("filter %s names %s, which is no kind of fact", f.name, k)
			}
		}
		for _, lang := range phrase.Languages() {
			if word := phrase.For(lang).Say("ledger."+f.name, "n", 3); word == "" || strings.Contains(word, "[") {
				t.Errorf("%s has no word for the filter %s", lang, f.name)
			}
		}
	}
}
