package honest_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/throughline/throughline/internal/honest"
)

// TestPlantedGroups: 2, 3 and 5 groups that differ in one thing alone are found
// in 95 of 100, and nothing else is; where nothing is planted one is said in 99.
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
				a := tally{t: t, name: fmt.Sprintf("%d by %s, %d cases", kinds, c.how, cases)}
				for seed := range uint64(n) {
					noise := 0
					if c.how == honest.Nothing {
						noise = 60
					}
					a.add(ask(honest.Planted(rand.New(rand.NewPCG(first()+seed, 61)), cases, kinds, c.how, noise)))
				}
				a.tell()
				real := []string{"kind"}
				if c.how == honest.Together {
					real = []string{"left", "right"}
				}
				hard := kinds >= 3 && cases == 150 || c.how == honest.Length && kinds == 5
				few := n < 10 // where a cell finds three in four, two companies say nothing of how often
				if hard && a.wrong(real...) <= n/100 && (few || a.number[1] <= n/10) {
					continue
				}
				if a.wrong(real...) > n/100 || a.number[kinds] < n-n/20 {
					t.Errorf("%s: %v by %v", a.name, a.number, a.splits)
				}
			}
		}
	}
}
