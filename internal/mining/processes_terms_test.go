package mining

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
)

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
		at, slow := int64(i)*3600e6, 1.0
		if pace && region == 2 {
			slow = 3
		}
		for n := 0; n < 3 || r.IntN(4) > 0 && n < 30; n++ {
			b.Event(k, fmt.Sprint("act ", r.IntN(6)), at)
			at += int64(slow * 86400e6 * math.Exp(0.5*r.NormFloat64()))
		}
		won := 0.6
		if ends && region == 2 {
			won = 0.02
		}
		if out[i] = (eventlog.End{Outcome: throughline.NoDecision, Event: -1}); r.Float64() < won {
			out[i].Outcome = throughline.Won
		}
	}
	l, _ := b.Build()
	return l, out
}

// TestTermsFindWhatStepsDoNot: groups that go the same ways at another pace, or
// to other ends, are found where that counts, and only then; and where there is
// nothing to find, nothing is.
func TestTermsFindWhatStepsDoNot(t *testing.T) {
	found := map[string]int{}
	const seeds = 40
	for seed := range uint64(seeds) {
		for name, c := range map[string]struct {
			pace, ends bool
			by         []Term
		}{
			"pace, only order":    {true, false, []Term{TermOrder, TermSteps}},
			"pace":                {true, false, nil},
			"ends, only steps":    {false, true, []Term{TermOrder, TermSteps}},
			"ends":                {false, true, nil},
			"nothing":             {false, false, nil},
			"both":                {true, true, nil},
			"pace, only outcomes": {true, false, []Term{TermOutcomes}},
		} {
			l, ends := paced(seed, 800, c.pace, c.ends)
			p := Processes(l, l.All(), ProcessSettings{Ends: ends, Terms: c.by})
			if p.Processes > 1 {
				found[name]++
			}
			if p.Processes > 1 && c.by == nil && (p.Processes != 2 || p.Rules[1] != `region == "r2"`) {
				t.Errorf("%s, seed %d: %v", name, seed, p.Rules)
			}
		}
	}
	t.Log(found)
	for _, name := range []string{"pace", "ends", "both"} {
		if found[name] < seeds-1 {
			t.Errorf("%s: found in %d of %d", name, found[name], seeds)
		}
	}
	for _, name := range []string{"pace, only order", "ends, only steps", "nothing", "pace, only outcomes"} {
		if found[name] > 1 {
			t.Errorf("%s: a false split in %d of %d", name, found[name], seeds)
		}
	}
}

// TestAbsenceIsNoRule: that a value is missing parts nobody, however much it
// tells; values of those that have one do.
func TestAbsenceIsNoRule(t *testing.T) {
	for seed := range uint64(10) {
		l, ends := paced(seed, 600, true, true)
		b := eventlog.NewBuilder()
		for c := range l.Cases() {
			k := b.Case(fmt.Sprint(c))
			if l.CaseColumn("region").Text(c) != "r2" { // missing is region r2, that is slow and never wins
				b.CaseAttr(k, "note", eventlog.TextValue([]string{"a", "b"}[c%2]))
			}
			lo, hi := l.Span(c)
			for e := lo; e < hi; e++ {
				b.Event(k, l.ActivityName(l.Activity()[e]), l.Times()[e])
			}
		}
		m, _ := b.Build()
		if p := Processes(m, m.All(), ProcessSettings{Ends: ends}); p.Processes != 1 {
			t.Errorf("seed %d: %v", seed, p.Rules)
		}
	}
}

// TestOpenCasesTeachNothing: what open cases do, and how many there are, does not matter.
func TestOpenCasesTeachNothing(t *testing.T) {
	l, ends := paced(1, 600, true, true)
	before := Processes(l, l.All(), ProcessSettings{Ends: ends})
	b := eventlog.NewBuilder()
	for c := range l.Cases() {
		k := b.Case(fmt.Sprint(c))
		b.CaseAttr(k, "region", l.CaseColumn("region").Value(c))
		lo, hi := l.Span(c)
		for e := lo; e < hi; e++ {
			b.Event(k, l.ActivityName(l.Activity()[e]), l.Times()[e])
		}
	}
	for i := range 300 {
		k := b.Case(fmt.Sprint("open ", i))
		b.CaseAttr(k, "region", eventlog.TextValue("r0"))
		b.Event(k, "something else", 0)
		ends = append(ends, eventlog.End{Event: -1})
	}
	m, _ := b.Build()
	after := Processes(m, m.All(), ProcessSettings{Ends: ends})
	if before.Processes != 2 || after.Processes != 2 || after.Method.Ended != 600 || math.Abs(after.Curve[1].Saved-before.Curve[1].Saved) > 0.5 {
		t.Errorf("%v %+v, with open cases %v %+v", before.Rules, before.Curve, after.Rules, after.Curve)
	}
	if after.Groups[0].Cases+after.Groups[1].Cases != 900 {
		t.Error("open cases have no group")
	}
}
