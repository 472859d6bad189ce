package mining

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
)

// TestWaitsAreTheProductOfPredictions holds the closed form to its definition:
// waits told one after the other, each by the Student distribution that the
// prior and the waits before it give.
func TestWaitsAreTheProductOfPredictions(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 4))
		row := waitRow{mean: r.Float64() * 100, variance: 0.1 + r.Float64()*50}
		mu, kappa, shape, rate := row.mean, 1.0, 1.0, row.variance
		want, n, sum, squares := 0.0, 0.0, 0.0, 0.0
		for range 1 + r.IntN(200) {
			x := 60 + 20*r.NormFloat64()
			scale := rate * (kappa + 1) / (shape * kappa) // of a Student distribution with 2 shape degrees
			nu := 2 * shape
			a, _ := math.Lgamma((nu + 1) / 2)
			b, _ := math.Lgamma(nu / 2)
			want -= (a - b - math.Log(math.Pi*nu*scale)/2 - (nu+1)/2*math.Log1p((x-mu)*(x-mu)/(nu*scale))) / math.Ln2
			rate += kappa * (x - mu) * (x - mu) / (2 * (kappa + 1))
			mu = (kappa*mu + x) / (kappa + 1)
			kappa, shape = kappa+1, shape+0.5
			n, sum, squares = n+1, sum+x, squares+x*x
		}
		if got := row.bits(n, sum, squares); math.Abs(got-want) > 1e-8*(1+math.Abs(want)) {
			t.Fatalf("seed %d: %g bits, want %g", seed, got, want)
		}
	}
}

// paced draws cases of one chain whose pace and ends may depend on the region.
func paced(seed uint64, cases int, pace, ends bool) (*eventlog.Log, []eventlog.End) {
	r := rand.New(rand.NewPCG(seed, 5))
	b := eventlog.NewBuilder()
	out := make([]eventlog.End, cases)
	for i := range cases {
		k := b.Case(fmt.Sprint(i))
		region := r.IntN(4)
		b.CaseAttr(k, "region", eventlog.TextValue(fmt.Sprint("r", region)))
		b.CaseAttr(k, "colour", eventlog.TextValue([]string{"red", "green", "blue"}[r.IntN(3)]))
		b.CaseAttr(k, "score", eventlog.FloatValue(r.NormFloat64()))
		at, slow := int64(i)*1e9, 1.0
		if pace && region == 2 {
			slow = 3
		}
		for n := 0; n < 3 || r.IntN(4) > 0 && n < 30; n++ {
			b.Event(k, fmt.Sprint("act ", r.IntN(6)), at)
			at += int64(slow * 86400e6 * math.Exp(r.NormFloat64()))
		}
		won := 0.6
		if ends && region == 2 {
			won = 0.02
		}
		if out[i].Outcome = throughline.NoDecision; r.Float64() < won {
			out[i].Outcome = throughline.Won
		}
	}
	l, _ := b.Build()
	return l, out
}

// TestTermsFindWhatStepsDoNot: groups that go the same ways at another pace, or
// to other ends, are found where that is asked for, and only then; and where
// there is nothing to find, nothing is.
func TestTermsFindWhatStepsDoNot(t *testing.T) {
	found := map[string]int{}
	const seeds = 100
	for seed := range uint64(seeds) {
		for name, c := range map[string]struct{ pace, ends, askPace, askEnds bool }{
			"pace, not asked for":  {true, false, false, false},
			"pace":                 {true, false, true, false},
			"ends, not asked for":  {false, true, false, false},
			"ends":                 {false, true, false, true},
			"nothing":              {false, false, true, true},
			"both":                 {true, true, true, true},
			"pace, ends asked for": {true, false, false, true},
		} {
			l, ends := paced(seed, 1200, c.pace, c.ends)
			set := ProcessSettings{Durations: c.askPace, Share: 0.001}
			if c.askEnds {
				set.Ends = ends
			}
			p := Processes(l, l.All(), set)
			if p.Processes > 1 {
				found[name]++
			}
			if p.Processes > 1 && (c.pace && c.askPace || c.ends && c.askEnds) && (p.Processes != 2 || p.Rules[1] != `region == "r2"`) {
				t.Errorf("%s, seed %d: %v", name, seed, p.Rules)
			}
		}
	}
	t.Log(found)
	for _, name := range []string{"pace", "ends", "both"} {
		if found[name] < 95 {
			t.Errorf("%s: found in %d of %d", name, found[name], seeds)
		}
	}
	for _, name := range []string{"pace, not asked for", "ends, not asked for", "nothing", "pace, ends asked for"} {
		if found[name] > 1 {
			t.Errorf("%s: a false split in %d of %d", name, found[name], seeds)
		}
	}
}

// TestTermsAddUp: cells of terms are added, taken away and weighed like those
// of steps.
func TestTermsAddUp(t *testing.T) {
	l, ends := paced(3, 300, true, true)
	w := walk(l, l.All())
	before := len(w.pairs)
	w.addEnds(l.All(), ends)
	w.addWaits(l, l.All())
	if w.cells() <= before {
		t.Fatal("no term was added")
	}
	all := l.All()
	whole, half, rest := w.count(all, nil), w.count(all[:140], nil), w.count(all[140:], nil)
	if a, b := w.both(half, whole), w.bits(half)+w.bits(rest); math.Abs(a-b) > 1e-9*a {
		t.Errorf("sides cost %g together, %g alone", a, b)
	}
	n := uint32(0)
	for _, k := range whole[before : before+w.ends] {
		n += k
	}
	if n != 300 {
		t.Errorf("%d ends of 300", n)
	}
	var q2 float64
	at := before + w.ends
	for range w.waits {
		q2 += float64(whole[at+2]) + waitSplit*float64(whole[at+3])
		at += waitCells
	}
	want := 0.0
	for c := range l.Cases() {
		lo, hi := l.Span(c)
		for e := lo; e+1 < hi; e++ {
			q := float64(tenths(l.Times()[e+1] - l.Times()[e]))
			want += q * q
		}
	}
	if q2 != want {
		t.Errorf("squares add up to %g, not %g", q2, want)
	}
}
