package honest_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/honest"
	"github.com/throughline/throughline/internal/leak"
	"github.com/throughline/throughline/internal/mining"
)

// ask counts processes as the product does: leaks are left out.
func ask(l *eventlog.Log) *mining.Partition {
	ends, _ := l.Outcomes(honest.Ends)
	return mining.Processes(l, l.All(), mining.ProcessSettings{Ends: ends, Excluded: leak.InLog(l, l.All(), ends, leak.Names(l))})
}

// tally counts the answers of one design.
type tally struct {
	t       *testing.T
	name    string
	n       int
	splits  map[string]int // attributes that split
	number  map[int]int
	notices map[mining.NoticeKind]int
}

func (a *tally) add(p *mining.Partition) {
	if a.splits == nil {
		a.splits, a.number, a.notices = map[string]int{}, map[int]int{}, map[mining.NoticeKind]int{}
	}
	a.n++
	a.number[p.Processes]++
	var attrs []string
	for _, g := range p.Groups {
		for _, x := range g.Rule.Attrs() {
			if !slices.Contains(attrs, x) {
				attrs = append(attrs, x)
			}
		}
	}
	for _, x := range attrs {
		a.splits[x]++
	}
	kinds := map[mining.NoticeKind]bool{}
	for _, n := range p.Notices {
		if n.Kind == "" {
			a.t.Errorf("%s: a notice of no kind: %+v", a.name, n)
		}
		kinds[n.Kind] = true
	}
	for k := range kinds {
		a.notices[k]++
	}
}

func (a *tally) tell() {
	a.t.Logf("%s, %d companies: processes %v, by %v, notices %v", a.name, a.n, a.number, a.splits, a.notices)
}

// false counts splits by anything but the named attributes.
func (a *tally) wrong(real ...string) (n int) {
	for x, k := range a.splits {
		if !slices.Contains(real, x) {
			n = max(n, k)
		}
	}
	return n
}

// TestGroupsAreFound: purchase makes two ways of buying, with leaks and drift
// and habits lying beside it.
func TestGroupsAreFound(t *testing.T) {
	n := seeds(t, 40, 3)
	plain := tally{t: t, name: "two ways of buying"}
	leaky := tally{t: t, name: "two ways of buying, and twelve leaks"}
	one := tally{t: t, name: "one way of buying"}
	for seed := range uint64(n) {
		r := rand.New(rand.NewPCG(first()+seed, 21))
		plain.add(ask(honest.New(r, honest.Shape{}).Log()))
		c := honest.New(r, honest.Shape{})
		for _, k := range honest.Leaks {
			k.Add(r, c)
		}
		leaky.add(ask(c.Log()))
		one.add(ask(honest.New(r, honest.Shape{OneKind: true}).Log()))
	}
	for _, a := range []*tally{&plain, &leaky} {
		a.tell()
		if a.splits["purchase"] < n-n/40 || a.number[2] < n-n/20 || a.wrong("purchase") > n/40 {
			t.Errorf("%s: %v by %v", a.name, a.number, a.splits)
		}
	}
	one.tell()
	if one.wrong("size", "amount") > n/40 { // great deals do last longer here
		t.Errorf("%s: %v", one.name, one.splits)
	}
}

// TestDriftIsNoProcess: what changed over time is said to have changed, and
// columns that stand for time split nothing; a real difference beside them is found.
func TestDriftIsNoProcess(t *testing.T) {
	n := seeds(t, 40, 3)
	for _, d := range honest.Drifts {
		one, two := tally{t: t, name: d.Name + ", one way of buying"}, tally{t: t, name: d.Name + ", two"}
		for seed := range uint64(n) {
			for _, a := range []*tally{&one, &two} {
				r := rand.New(rand.NewPCG(first()+seed, 31))
				c := honest.New(r, honest.Shape{OneKind: a == &one})
				d.Apply(r, c)
				c.Times(r)
				a.add(ask(c.Log()))
			}
		}
		one.tell()
		two.tell()
		if one.wrong() > n/40 || two.wrong("purchase") > n/40 {
			t.Errorf("%s: false splits by %v and %v", d.Name, one.splits, two.splits)
		}
		if two.splits["purchase"] < n-n/20 {
			t.Errorf("%s: the real difference is found in %d of %d", d.Name, two.splits["purchase"], n)
		}
	}
}

// TestHabitsAreNoProcess: three sellers log every call.
func TestHabitsAreNoProcess(t *testing.T) {
	n := seeds(t, 40, 3)
	one, two := tally{t: t, name: "three sellers log every call, one way of buying"}, tally{t: t, name: "three sellers log every call, two"}
	for seed := range uint64(n) {
		for _, a := range []*tally{&one, &two} {
			r := rand.New(rand.NewPCG(first()+seed, 41))
			c := honest.New(r, honest.Shape{OneKind: a == &one})
			c.Habits(r)
			a.add(ask(c.Log()))
		}
	}
	one.tell()
	two.tell()
	if one.wrong() > n/40 || two.wrong("purchase") > n/40 {
		t.Errorf("false splits by %v and %v", one.splits, two.splits)
	}
	if one.notices[mining.WhoLogs] < n-n/20 || two.splits["purchase"] < n-n/20 {
		t.Errorf("sellers are named in %d of %d, the real difference is found in %d", one.notices[mining.WhoLogs], n, two.splits["purchase"])
	}
}

// TestLongCasesAreNoProcess: few, long, very different cases.
func TestLongCasesAreNoProcess(t *testing.T) {
	n := seeds(t, 40, 5)
	for _, cases := range []int{80, 150, 400} {
		a := tally{t: t, name: fmt.Sprintf("%d long cases", cases)}
		for seed := range uint64(n) {
			a.add(ask(honest.Long(rand.New(rand.NewPCG(first()+seed, 51)), cases)))
		}
		a.tell()
		if a.wrong() > n/40 {
			t.Errorf("%s: false splits by %v", a.name, a.splits)
		}
	}
}
