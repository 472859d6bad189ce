package mining

import (
	"math"
	"runtime"
	"sync"
)

// tree grows groups by binary splits on opening attributes.
type tree struct {
	t     *traits
	open  []opening
	least int     // cases a group must hold
	share float64 // of its bits that a split must save
	whole [allTerms]float64
}

// leaf is a group while it grows.
type leaf struct {
	cases []uint32
	count *count
	bits  [allTerms]float64
	path  []Condition
}

// split divides a group. Gain is what it saves of the bits of those that have
// the attribute; cases without it go to the second side and count for nothing.
type split struct {
	attr int
	yes  []bool // codes that go to the first side
	when Condition
	gain [allTerms]float64
	net  float64 // the sum less the price of naming the rule
}

func (s *split) found() bool { return s.yes != nil }

func (t *tree) leaf(cases []uint32, path []Condition) *leaf {
	f := &leaf{cases: cases, count: t.t.none(), path: path}
	for _, i := range cases {
		f.count.add(t.t, i)
	}
	f.bits = t.t.bits(f.count)
	return f
}

// part divides a leaf by a split.
func (t *tree) part(f *leaf, s *split) (yes, no *leaf) {
	var a, b []uint32
	code := t.open[s.attr].code
	for _, c := range f.cases {
		if s.yes[code[c]] {
			a = append(a, c)
		} else {
			b = append(b, c)
		}
	}
	opposite := s.when
	opposite.Not = !opposite.Not
	path := func(c Condition) []Condition { return append(append([]Condition(nil), f.path...), c) }
	return t.leaf(a, path(s.when)), t.leaf(b, path(opposite))
}

// worth reports whether a split of a leaf saves enough: bits at all, and the
// share of all terms together or of one of them, for every condition that has
// to be checked to know the group.
func (t *tree) worth(path []Condition, s *split) bool {
	return s.found() && s.net > 0 && t.savesEnough(s.gain, float64(len(tidyBranch(append(append([]Condition(nil), path...), s.when)))))
}

func (t *tree) savesEnough(gain [allTerms]float64, conditions float64) bool {
	least := t.share * max(1, conditions)
	if total(gain) >= least*total(t.whole) {
		return true
	}
	for k, g := range gain {
		if t.whole[k] > 0 && g >= least*t.whole[k] && g > 0 {
			return true
		}
	}
	return false
}

// search finds the best split of each attribute, on all cores.
func (t *tree) search(cases []uint32) []split {
	out := make([]split, len(t.open))
	eachOf(len(t.open), func(a int) {
		e := t.tally(cases, cases, a)
		e.look()
		out[a] = e.best
	})
	return out
}

func eachOf(n int, do func(i int)) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				do(i)
			}
		}()
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// trial tries the splits of some cases on one attribute.
type trial struct {
	t       *tree
	o       *opening
	by      []*count // of each code; nil where none has it
	present *count
	bits    [allTerms]float64
	side    *count
	rest    *count
	yes     []bool
	best    split
	most    [allTerms + 1]float64 // the greatest gain of any rule, by term and of all together
	tried   bool
}

// tally counts cases by the codes of one attribute. traits says whose traits
// stand for each case: the cases themselves, or the same in another order.
func (t *tree) tally(cases, traits []uint32, attr int) *trial {
	o := &t.open[attr]
	e := &trial{t: t, o: o, by: make([]*count, o.codes), present: t.t.none(), side: t.t.none(), rest: t.t.none(), best: split{attr: attr}}
	for i, c := range cases {
		k := o.code[c]
		if k == 0 {
			continue
		}
		if e.by[k] == nil {
			e.by[k] = t.t.none()
		}
		e.by[k].add(t.t, traits[i])
	}
	for _, c := range e.by {
		if c != nil {
			e.present.plus(c)
		}
	}
	e.bits = t.t.bits(e.present)
	return e
}

func (e *trial) look() {
	if e.present.n < 2*e.t.least {
		return
	}
	if e.o.bounds != nil {
		e.bounds()
	} else {
		e.lists()
	}
}

// gains is what parting those of a side from the rest saves; ok where both are
// great enough.
func (e *trial) gains(side *count) (g [allTerms]float64, ok bool) {
	if side.n < e.t.least || e.present.n-side.n < e.t.least {
		return g, false
	}
	e.rest.less(e.present, side)
	a, b := e.t.t.bits(side), e.t.t.bits(e.rest)
	g = minus(minus(e.bits, a), b)
	if !e.tried {
		e.tried = true
		for k := range e.most {
			e.most[k] = math.Inf(-1)
		}
	}
	for k, x := range g {
		e.most[k] = max(e.most[k], x)
	}
	e.most[allTerms] = max(e.most[allTerms], total(g))
	return g, true
}

// priorBits is what a split has to save before anything else; the rest of its
// price is naming the attribute and the values.
const priorBits = 7

func (e *trial) take(g [allTerms]float64, price float64) bool {
	if net := total(g) - price - priorBits - math.Log2(float64(len(e.t.open))); !e.best.found() || net > e.best.net {
		e.best.yes, e.best.gain, e.best.net = append([]bool(nil), e.yes...), g, net
		return true
	}
	return false
}

func (e *trial) bounds() {
	e.yes = make([]bool, e.o.codes)
	price := math.Log2(float64(len(e.o.bounds)))
	for k := range e.o.bounds {
		if e.by[k+1] != nil {
			e.side.plus(e.by[k+1])
		}
		e.yes[k+1] = true
		if g, ok := e.gains(e.side); ok && e.take(g, price) {
			e.best.when = Condition{Attr: e.o.name, AtMost: &e.o.bounds[k]}
		}
	}
}

// listed bounds the values of which lists are made, the commonest first.
const listed = 24

// lists tries sets of values: the best single one, then whichever helps most
// beside those taken, as long as sets grow better or have not yet the size of a
// group. The price of a set is that of naming its size and, of all sets of the
// size, this one.
func (e *trial) lists() {
	var here []int // values that occur
	for k := 1; k <= len(e.o.values); k++ {
		if e.by[k] != nil {
			here = append(here, k)
		}
	}
	here = here[:min(len(here), listed)]
	n := float64(len(here))
	kinds := len(here)
	if len(e.o.values)+1 < len(e.by) && e.by[len(e.o.values)+1] != nil || len(here) == listed {
		kinds++ // rare values are one more kind
	}
	choose := func(m int) float64 {
		a, _ := math.Lgamma(n + 1)
		b, _ := math.Lgamma(float64(m) + 1)
		c, _ := math.Lgamma(n - float64(m) + 1)
		return (a - b - c) / math.Ln2
	}
	e.yes = make([]bool, e.o.codes)
	with := e.t.t.none()
	worse := 0
	for size := 1; size <= len(here) && size < kinds && worse < 3; size++ {
		pick, high := -1, math.Inf(-1)
		var gain [allTerms]float64
		ok := false
		for _, k := range here {
			if e.yes[k] {
				continue
			}
			copy(with.cells, e.side.cells)
			with.n, with.long = e.side.n, e.side.long
			with.plus(e.by[k])
			g, fits := e.gains(with)
			x := total(g)
			if !fits { // too small yet: by what it would save all the same
				e.rest.less(e.present, with)
				x = total(minus(minus(e.bits, e.t.t.bits(with)), e.t.t.bits(e.rest)))
			}
			if x > high {
				pick, high, gain, ok = k, x, g, fits
			}
		}
		if pick < 0 {
			break
		}
		e.side.plus(e.by[pick])
		e.yes[pick] = true
		if ok && e.take(gain, math.Log2(float64(kinds))+choose(size)) {
			worse = 0
		} else if ok {
			worse++
		}
		if kinds == 2 { // the other value says the same
			break
		}
	}
	if e.best.found() {
		e.best.when = e.list()
	}
}

// list spells the set with as few values as say it.
func (e *trial) list() Condition {
	yes, no := setOf{}, setOf{not: true}
	others := e.o.missing || len(e.by) > len(e.o.values)+1 && e.by[len(e.o.values)+1] != nil
	for k := 1; k <= len(e.o.values); k++ {
		switch {
		case e.by[k] == nil:
		case e.best.yes[k]:
			yes.of = append(yes.of, e.o.values[k-1])
		default:
			no.of = append(no.of, e.o.values[k-1])
		}
	}
	if !others && len(no.of) < len(yes.of) {
		// the same cases, named by what is left out; codes that do not occur go along
		for k := range e.best.yes {
			e.best.yes[k] = e.best.yes[k] || e.by[k] == nil
		}
		return no.condition(e.o.name)
	}
	return yes.condition(e.o.name)
}
