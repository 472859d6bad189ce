package honest_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/throughline/throughline/internal/honest"
	"github.com/throughline/throughline/internal/mining"
)

// TestPlantedGroups: 2, 3 and 5 groups that differ in one thing alone are found
// in 95 of 100 where the difference is worth 2 %, and nothing else is; where
// nothing is planted one is said in 99.
// What is too much for so few cases is told, and held to two groups at least.
func TestPlantedGroups(t *testing.T) {
	n := seeds(t, 100, 2)
	for _, c := range []struct {
		how   honest.Differ
		kinds []int
	}{
		{honest.Nothing, []int{1}},
		{honest.Steps, []int{2, 3, 5}},
		{honest.Length, []int{2, 3, 5}},
		{honest.Outcome, []int{2, 3}},
		{honest.Order, []int{2, 3, 5}},
		{honest.Together, []int{2}},
		{honest.Beside, []int{4}},
	} {
		for _, kinds := range c.kinds {
			for _, cases := range []int{150, 400, 5000} {
				n := n
				if cases == 5000 { // they take long
					n /= 10
				}
				if cases < 45*kinds || n == 0 {
					continue // no group of thirty ended cases; or every day
				}
				slight := 0 // too few are told, and one more would save less than 2 % of all bits and of each term's
				a := tally{t: t, name: fmt.Sprintf("%d by %s, %d cases", kinds, c.how, cases)}
				for seed := range uint64(n) {
					noise := 0
					if c.how == honest.Nothing {
						noise = 60
					}
					plant := kinds
					if c.how == honest.Beside {
						plant = 2
					}
					p := ask(honest.Planted(rand.New(rand.NewPCG(first()+seed, 61)), cases, plant, c.how, noise))
					a.add(p)
					if p.Processes < kinds && c.how != honest.Beside && missedLittle(p) { // what a pair would save is not said
						slight++
					}
				}
				a.tell()
				if slight > 0 {
					t.Logf("%s: in %d of those missed one more would have saved less than 2 %%", a.name, slight)
				}
				real := []string{"kind"}
				switch c.how {
				case honest.Together:
					real = []string{"left", "right"}
				case honest.Beside:
					real = []string{"kind", "left", "right"}
				}
				hard := kinds >= 3 && cases == 150 || c.how == honest.Length && kinds == 5 || c.how == honest.Beside && cases == 400
				few := n < 10 // where a cell finds three in four, two companies say nothing of how often
				if hard && a.wrong(real...) <= n/100 && (few || a.number[1] <= n/10) {
					continue
				}
				if a.wrong(real...) > n/100 || a.number[kinds]+slight < n-n/20 {
					t.Errorf("%s: %v by %v", a.name, a.number, a.splits)
				}
			}
		}
	}
}

// missedLittle reports whether the best split that was not taken would have saved
// less than 2 % of all bits and of the bits of each term.
func missedLittle(p *mining.Partition) bool {
	n := len(p.Curve)
	if n < 2 || p.Next == nil || p.Curve[n-1].Further >= 2 {
		return false
	}
	for term, saved := range p.Curve[n-1].ByTerm {
		if saved-p.Curve[n-2].ByTerm[term] >= 2 {
			return false
		}
	}
	return true
}
