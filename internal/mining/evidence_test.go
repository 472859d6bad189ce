package mining

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
)

// TestEvidenceIsTheProductOfPredictions draws small histories and holds the
// closed form of each term against its definition: cases told one after the
// other, each with the chance that the prior and the cases before it give.
func TestEvidenceIsTheProductOfPredictions(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 9))
		b := eventlog.NewBuilder()
		v := 2 + r.IntN(4)
		for i := range 20 + r.IntN(20) {
			k := b.Case(fmt.Sprint(i))
			at := int64(0)
			for range 1 + r.IntN(9) {
				at += int64(r.ExpFloat64() * dayMicros)
				b.Event(k, fmt.Sprint(r.IntN(v)), at)
			}
			b.Event(k, []string{"won", "lost"}[r.IntN(2)], at+dayMicros)
		}
		l, _ := b.Build()
		ends, _ := l.Outcomes(eventlog.OutcomeMap{{Outcome: throughline.Won, Attr: "activity", Values: []string{"won"}}, {Outcome: throughline.LostUnknown, Attr: "activity", Values: []string{"lost"}}})
		w := traitsOf(l, l.All(), ends, [allTerms]bool{true, true, true, true})
		all := w.none()
		for i := range l.Cases() {
			all.add(w, uint32(i))
		}
		w.learn(all)
		group := w.none()
		var members []uint32
		for i := range l.Cases() {
			if r.IntN(3) == 0 {
				members = append(members, uint32(i))
				group.add(w, uint32(i))
			}
		}
		var want [allTerms]float64
		n, cells := 0.0, make([]float64, w.cells())
		rowOf := func(cell int) int {
			for r := range len(w.rows) - 1 {
				if cell < int(w.rows[r+1]) {
					return r
				}
			}
			return -1
		}
		var orders [3]float64
		rows := make([]float64, len(w.rows))
		var seen []float64
		for _, i := range members {
			has := map[int]bool{}
			for _, c := range w.cell[w.from[i]:w.from[i+1]] {
				cell := int(c)
				switch {
				case cell < len(w.acts):
					has[cell] = true
				case cell < len(w.acts)+len(w.pairs):
					q := math.Exp2(w.pooled[cell-len(w.acts)])
					orders[0] -= math.Log2(q)
					for k, c := range around {
						orders[k+1] -= math.Log2((c*q + cells[cell]) / (c + rows[rowOf(cell)]))
					}
					cells[cell]++
					rows[rowOf(cell)]++
				default:
					want[outcomes] -= math.Log2((cells[cell] + 0.5) / (n + 0.5*float64(len(w.kinds))))
					cells[cell]++
				}
			}
			for a := range w.acts {
				p := (cells[a] + 0.5) / (n + 1)
				if has[a] {
					want[steps] -= math.Log2(p)
					cells[a]++
				} else {
					want[steps] -= math.Log2(1 - p)
				}
			}
			n++
			x := w.long[i]
			want[durations] -= studentLog2(w.prior, seen, x)
			seen = append(seen, x)
		}
		want[order] = min(orders[0], orders[1], orders[2]) + math.Log2(3)
		got := w.bits(group)
		for k, term := range Terms() {
			if math.Abs(got[k]-want[k]) > 1e-8*(1+math.Abs(want[k])) {
				t.Fatalf("seed %d, %s: %g bits, want %g", seed, term, got[k], want[k])
			}
		}
	}
}

// studentLog2 is the logarithm of the density of a next duration under the
// Normal-Gamma prior after those seen: a Student distribution.
func studentLog2(prior [2]float64, seen []float64, x float64) float64 {
	n, mean, ss := float64(len(seen)), 0.0, 0.0
	for _, y := range seen {
		mean += y / n
	}
	for _, y := range seen {
		ss += (y - mean) * (y - mean)
	}
	kappa, shape := 1+n, 1+n/2
	mu := (prior[0] + n*mean) / kappa
	rate := prior[1] + ss/2
	if n > 0 {
		rate += n * (mean - prior[0]) * (mean - prior[0]) / (2 * kappa)
	}
	freedom, scale := 2*shape, rate*(kappa+1)/(shape*kappa)
	a, _ := math.Lgamma((freedom + 1) / 2)
	b, _ := math.Lgamma(freedom / 2)
	return (a - b - math.Log(freedom*math.Pi*scale)/2 - (freedom+1)/2*math.Log1p((x-mu)*(x-mu)/(freedom*scale))) / math.Ln2
}

// TestRisingGoesOnBeyondTheTable compares the table's last values with the function.
func TestRisingGoesOnBeyondTheTable(t *testing.T) {
	table := risingLog2(0.37, mostRise)
	for _, n := range []uint32{0, 1, 17, mostRise, mostRise + 1, 4999} {
		if a, b := risen(table, 0.37, n), risen(nil, 0.37, n); math.Abs(a-b) > 1e-7*(1+math.Abs(a)) {
			t.Errorf("%d: %g by table, %g by function", n, a, b)
		}
	}
}

// TestTidyKeepsTheMeaning compares random rules with their tidied forms on
// every value there is.
func TestTidyKeepsTheMeaning(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	text := func() eventlog.Value { return eventlog.TextValue(string(rune('a' + r.IntN(5)))) }
	for range 3000 {
		var rule Rule
		for range 1 + r.IntN(3) {
			var branch []Condition
			for range 1 + r.IntN(3) {
				c := Condition{Attr: "x", Not: r.IntN(2) == 0}
				if r.IntN(3) == 0 {
					f := float64(r.IntN(6))
					c = Condition{Attr: "n", Not: c.Not, AtMost: &f}
				} else {
					for range 1 + r.IntN(3) {
						if v := text(); !(setOf{of: c.In}).has(v) {
							c.In = append(c.In, v)
						}
					}
				}
				branch = append(branch, c)
			}
			rule = append(rule, branch)
		}
		before := rule.String()
		tidy := rule.tidy()
		for n := -1; n < 7; n++ {
			for x := -1; x < 6; x++ {
				value := func(attr string) eventlog.Value {
					switch {
					case attr == "n" && n >= 0:
						return eventlog.IntValue(int64(n))
					case attr == "x" && x >= 0:
						return eventlog.TextValue(string(rune('a' + x)))
					}
					return eventlog.Missing
				}
				if rule.Holds(value) != tidy.Holds(value) {
					t.Fatalf("%s and %s differ at n %d, x %d", before, tidy, n, x)
				}
			}
		}
	}
}
