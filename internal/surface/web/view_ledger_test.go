package web

import (
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/phrase"
)

// TestEveryKindIsInTheLedgersTables: a kind of fact that is in no filter can be
// found by nobody, and one without a word is shown as a code.
func TestEveryKindIsInTheLedgersTables(t *testing.T) {
	for _, k := range deal.Kinds() {
		if len(k.Groups()) == 0 {
			t.Errorf("no filter of the ledger holds %s", k)
		}
		for _, lang := range phrase.Languages() {
			if word := phrase.For(lang).Say("kind." + string(k)); word == "" || strings.Contains(word, "[") {
				t.Errorf("%s has no word for %s: %q", lang, k, word)
			}
		}
	}
	for _, g := range deal.Groups() {
		for _, lang := range phrase.Languages() {
			if word := phrase.For(lang).Say("ledger."+string(g), "n", 3); word == "" || strings.Contains(word, "[") {
				t.Errorf("%s has no word for the filter %s", lang, g)
			}
		}
	}
}
