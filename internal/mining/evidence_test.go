package mining

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/throughline/throughline/internal/eventlog"
)

// TestEvidenceIsTheProductOfPredictions draws small logs and holds the closed
// form against its definition: cases told one step after the other, each step
// with the share that the prior and the steps before it give.
func TestEvidenceIsTheProductOfPredictions(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 9))
		b := eventlog.NewBuilder()
		v := 1 + r.IntN(5)
		for i := range 1 + r.IntN(8) {
			k := b.Case(fmt.Sprint(i))
			for range r.IntN(9) {
				b.Event(k, fmt.Sprint(r.IntN(v)), 0)
			}
		}
		l, _ := b.Build()
		w := walk(l, l.All())
		cases := make([]uint32, l.Cases())
		for i := range cases {
			cases[i] = uint32(i)
		}
		n := l.Activities().Len()
		seen := map[[2]int]int{}
		rows := map[int]int{}
		want := 0.0
		tell := func(from, to int) {
			p := (float64(seen[[2]int{from, to}]) + 0.5) / (float64(rows[from]) + 0.5*float64(n+1))
			want -= math.Log2(p)
			seen[[2]int{from, to}]++
			rows[from]++
		}
		for c := range l.Cases() {
			lo, hi := l.Span(c)
			at := -1
			for _, a := range l.Activity()[lo:hi] {
				tell(at, int(a))
				at = int(a)
			}
			tell(at, n)
		}
		got := w.bits(w.count(cases, nil))
		if math.Abs(got-want) > 1e-9*(1+want) {
			t.Fatalf("seed %d: %g bits, want %g", seed, got, want)
		}
		// a side and the rest cost as much together as each alone
		half := cases[:len(cases)/2]
		part := w.count(half, nil)
		if a, b := w.both(part, w.count(cases, nil)), w.bits(part)+w.bits(w.count(cases[len(half):], nil)); math.Abs(a-b) > 1e-9*(1+a) {
			t.Fatalf("seed %d: sides cost %g together, %g alone", seed, a, b)
		}
	}
}

// TestRisingGoesOnBeyondTheTable compares the table's last values with the function.
func TestRisingGoesOnBeyondTheTable(t *testing.T) {
	w := &walks{v: 12}
	w.tables(5000)
	for _, n := range []uint32{0, 1, 17, 4999} {
		if a, b := rising(w.lgAll, 6, n), rising(nil, 6, n); math.Abs(a-b) > 1e-7*(1+a) {
			t.Errorf("%d: %g by table, %g by function", n, a, b)
		}
		if a, b := rising(w.lgCell, alpha, n), rising(nil, alpha, n); math.Abs(a-b) > 1e-7*(1+math.Abs(a)) {
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
