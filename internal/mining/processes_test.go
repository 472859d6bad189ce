package mining_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake/xes"
	"github.com/throughline/throughline/internal/mining"
)

// chain is a Markov chain to draw cases from: rows of cumulative chances, the
// last row being that of the opening, the last column the end.
type chain [][]float64

const acts = 8

func drawChain(r *rand.Rand) chain {
	c := make(chain, acts+1)
	for i := range c {
		c[i] = make([]float64, acts+1)
		sum := 0.0
		for k := range c[i] {
			g := math.Pow(r.ExpFloat64(), 2) // uneven, as real rows are
			if k == acts {
				g = 0.4
			}
			sum += g
			c[i][k] = sum
		}
		for k := range c[i] {
			c[i][k] /= sum
		}
	}
	return c
}

func (c chain) walk(r *rand.Rand, b *eventlog.Builder, k int, start int64) {
	at := acts
	for n := 0; n < 60; n++ {
		u, next := r.Float64(), 0
		for c[at][next] < u {
			next++
		}
		if next == acts {
			return
		}
		b.Event(k, fmt.Sprint("act ", next), start+int64(n)*3600e6)
		at = next
	}
}

// planted draws a log with the planted number of chains, told apart by the
// given function of the attributes, and noise attributes of every kind.
func planted(seed uint64, cases, chains int) *eventlog.Log {
	r := rand.New(rand.NewPCG(seed, 77))
	cs := make([]chain, chains)
	for i := range cs {
		cs[i] = drawChain(r)
	}
	b := eventlog.NewBuilder()
	for i := range cases {
		k := b.Case(fmt.Sprint(i))
		region := r.IntN(10)
		size := math.Round(r.Float64()*1000) / 10
		g := 0
		switch chains { // the planted rules
		case 2:
			g = map[bool]int{true: 1}[size <= 40]
		case 3:
			g = region % 3
		case 5:
			g = region / 2
		}
		set := func(name string, v eventlog.Value) { b.CaseAttr(k, name, v) }
		set("region", eventlog.TextValue(fmt.Sprint("r", region)))
		set("size", eventlog.FloatValue(size))
		set("colour", eventlog.TextValue([]string{"red", "green", "blue"}[r.IntN(3)]))
		set("owner", eventlog.TextValue(fmt.Sprint("p", r.IntN(40))))
		set("parcel", eventlog.TextValue(fmt.Sprint("n", r.IntN(cases))))
		set("score", eventlog.FloatValue(r.NormFloat64()))
		set("count", eventlog.IntValue(int64(r.IntN(6))))
		set("rush", eventlog.BoolValue(r.IntN(4) == 0))
		if r.IntN(3) > 0 {
			set("channel", eventlog.TextValue([]string{"web", "fair", "call", "partner"}[r.IntN(4)]))
		}
		cs[g].walk(r, b, k, int64(i)*86400e6)
	}
	l, _ := b.Build()
	return l
}

// plantedGroup tells the planted group of a case.
func plantedGroup(l *eventlog.Log, c, chains int) int {
	var region int
	fmt.Sscanf(l.CaseColumn("region").Text(c), "r%d", &region)
	switch chains {
	case 2:
		return map[bool]int{true: 1}[l.CaseColumn("size").Value(c).Float() <= 40]
	case 3:
		return region % 3
	case 5:
		return region / 2
	}
	return 0
}

// TestPlantedChainsAreFound is the promise of METHODS 3: the planted number and
// rule in at least 95 of 100 seeds, and a false split in at most one of 100.
// HONEST asks for all hundred, else a share is drawn.
func TestPlantedChainsAreFound(t *testing.T) {
	seeds := 25
	if os.Getenv("HONEST") != "" {
		seeds = 100
	}
	for _, chains := range []int{1, 2, 3, 5} {
		right := 0
		for seed := range uint64(seeds) {
			l := planted(seed, 800, chains)
			p := mining.Processes(l, l.All(), mining.ProcessSettings{})
			ok := p.Processes == chains
			wrong := 0
			// the groups are the planted ones but for cases next to a bound
			for _, g := range p.Groups {
				counts := make([]int, chains)
				for _, c := range g.Selection {
					counts[plantedGroup(l, int(c), chains)]++
				}
				most := 0
				for _, n := range counts {
					most = max(most, n)
				}
				wrong += g.Cases - most
			}
			if ok = ok && wrong*20 <= l.Cases(); ok {
				right++
			} else {
				t.Logf("%d chains, seed %d: %d found, %d cases misplaced: %s", chains, seed, p.Processes, wrong, p.Rules)
			}
		}
		least := seeds * 95 / 100
		if chains == 1 {
			least = seeds * 99 / 100
		}
		t.Logf("%d chains: right in %d of %d", chains, right, seeds)
		if right < least {
			t.Errorf("%d chains: right in %d of %d, want at least %d", chains, right, seeds, least)
		}
	}
}

func shared(t testing.TB, path string) string {
	t.Helper()
	path = "../../../shared/" + path
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not here", path)
	}
	return path
}

func readXES(t testing.TB, path string) *eventlog.Log {
	t.Helper()
	l, _, err := xes.ReadFile(shared(t, path), xes.Options{})
	if err != nil || l == nil {
		t.Fatalf("%s: %v", path, err)
	}
	return l
}

// join puts logs into one, with an attribute that says which each case came from.
func join(name string, labels []string, logs ...*eventlog.Log) *eventlog.Log {
	b := eventlog.NewBuilder()
	for i, l := range logs {
		for c := range l.Cases() {
			tr := l.Trace(c)
			k := b.Case(labels[i] + "/" + tr.ID)
			b.CaseAttr(k, name, eventlog.TextValue(labels[i]))
			for _, a := range tr.Attrs {
				b.CaseAttr(k, a.Name, a.Value)
			}
			for _, e := range tr.Events {
				b.Event(k, e.Activity, e.Time)
				for _, a := range e.Attrs {
					b.EventAttr(a.Name, a.Value)
				}
			}
		}
	}
	l, _ := b.Build()
	return l
}

// TestDomesticAndInternational is the known check of METHODS 3.
func TestDomesticAndInternational(t *testing.T) {
	l := join("trip", []string{"domestic", "international"},
		readXES(t, "data/logs/bpic2020_DomesticDeclarations.xes.gz"), readXES(t, "data/logs/bpic2020_InternationalDeclarations.xes.gz"))
	p := mining.Processes(l, l.All(), mining.ProcessSettings{Resamples: 10, Random: rand.New(rand.NewPCG(1, 2))})
	for _, c := range p.Curve {
		t.Logf("%+v", c)
	}
	t.Log(p.Rules, p.Tried, p.Skipped, *p.Stability)
	if p.Cases != 16680 || p.Symbols != 34 {
		t.Errorf("%d cases, %d symbols", p.Cases, p.Symbols)
	}
	if p.Processes != 2 || !strings.Contains(strings.Join(p.Rules, " "), "trip") {
		t.Errorf("%d processes by %v", p.Processes, p.Rules)
	}
	if s := p.Curve[1].Saved; math.Abs(s-28.87) > 0.1 {
		t.Errorf("two processes save %.2f %%", s)
	}
}

// TestRandomHalvesAreOneProcess gives real logs an attribute that means nothing.
func TestRandomHalvesAreOneProcess(t *testing.T) {
	for _, file := range []string{"receipt.xes.gz", "bpic2020_RequestForPayment.xes.gz"} {
		l := readXES(t, "data/logs/"+file)
		for seed := range uint64(10) {
			r := rand.New(rand.NewPCG(seed, 5))
			b := eventlog.NewBuilder()
			for c := range l.Cases() {
				k := b.Case(fmt.Sprint(c))
				b.CaseAttr(k, "half", eventlog.IntValue(int64(r.IntN(2))))
				lo, hi := l.Span(c)
				for e := lo; e < hi; e++ {
					b.Event(k, l.ActivityName(l.Activity()[e]), l.Times()[e])
				}
			}
			halves, _ := b.Build()
			p := mining.Processes(halves, halves.All(), mining.ProcessSettings{})
			if p.Processes != 1 || p.Code != mining.OneProcess {
				t.Errorf("%s, seed %d: %s %+v", file, seed, p.Code, p.Curve)
			}
		}
	}
}

// TestGroupsAreTheRule holds the cases of every group to its own rule, and the
// groups to being all cases, each once.
func TestGroupsAreTheRule(t *testing.T) {
	for seed := range uint64(6) {
		l := planted(seed, 500, []int{2, 3, 5}[seed%3])
		p := mining.Processes(l, l.All(), mining.ProcessSettings{})
		seen := 0
		for i, g := range p.Groups {
			seen += g.Cases
			for c := range l.Cases() {
				holds := g.Rule.Holds(func(attr string) eventlog.Value { return l.Opening(attr).Value(c) })
				if holds != (p.Of(uint32(c)) == i) {
					t.Fatalf("seed %d, case %d: group %d of %v, but rule %d says %v", seed, c, p.Of(uint32(c)), p.Rules, i, holds)
				}
			}
		}
		if seen != l.Cases() {
			t.Errorf("seed %d: %d of %d cases in groups", seed, seen, l.Cases())
		}
	}
}

// TestFewCasesAndNoAttributes get an answer that says so.
func TestFewCasesAndNoAttributes(t *testing.T) {
	empty, _ := eventlog.NewBuilder().Build()
	few := planted(1, 40, 2)
	b := eventlog.NewBuilder()
	for i := range 100 {
		b.Event(b.Case(fmt.Sprint(i)), "a", int64(i))
	}
	bare, _ := b.Build()
	for _, c := range []struct {
		l    *eventlog.Log
		code mining.Advice
	}{{empty, mining.TooFewToTell}, {few, mining.TooFewToTell}, {bare, mining.NothingToSplit}} {
		p := mining.Processes(c.l, c.l.All(), mining.ProcessSettings{Resamples: 2, Random: rand.New(rand.NewPCG(1, 1))})
		if p.Code != c.code || p.Processes != 1 {
			t.Errorf("want %s: %+v", c.code, p)
		}
	}
}
