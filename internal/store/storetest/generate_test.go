package storetest_test

import (
	"math/rand/v2"
	"testing"

	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store/storetest"
)

// TestFactsAreOfEveryKind: a store that is tested is tested with all of them.
func TestFactsAreOfEveryKind(t *testing.T) {
	seen := map[deal.Kind]bool{}
	for _, f := range storetest.Facts(rand.New(rand.NewPCG(1, 1)), 20, 3000, true) {
		seen[f.Body.Kind()] = true
	}
	for _, k := range deal.Kinds() {
		if !seen[k] {
			t.Errorf("no fact is of the kind %s", k)
		}
	}
}
