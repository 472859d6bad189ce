package mining

import (
	"math"
	"math/bits"
	"slices"
)

// Attributes that matter only together (orders of old customers, and first
// purchases of new ones) gain nothing one by one. Where no attribute alone parts
// a group, pairs of conditions are tried on which steps occur, how long cases
// take and how they end, counted by bits. docs/methods/mining-processes.md.
const (
	pairConditions = 48 // conditions that are paired, at most
	pairValues     = 4  // of an attribute's values, the commonest
)

// claim is a condition as a set of cases.
type claim struct {
	attr int
	yes  []bool // codes that fulfil it
	when Condition
	set  []uint64 // of those looked at, by their place
}

// pairing tries pairs of conditions among some cases.
type pairing struct {
	t     *tree
	cases []uint32
	known []claim
	steps [][]uint64 // of each activity that tells, then of each end
	acts  int
}

func (t *tree) pairing(cases []uint32) *pairing {
	p := &pairing{t: t, cases: cases, acts: len(t.t.acts)}
	for a := range t.open {
		p.known = append(p.known, t.halves(a, cases)...)
		if len(p.known) >= pairConditions {
			break
		}
	}
	return p
}

// halves gives the conditions on one attribute that are paired: its commonest
// values one by one, or three bounds. Each side holds a group.
func (t *tree) halves(attr int, cases []uint32) (out []claim) {
	o := &t.open[attr]
	add := func(yes []bool, when Condition) {
		h := claim{attr, yes, when, make([]uint64, (len(cases)+63)/64)}
		n := 0
		for i, c := range cases {
			if yes[o.code[c]] {
				h.set[i/64] |= 1 << (i % 64)
				n++
			}
		}
		if n >= t.least && len(cases)-n >= t.least {
			out = append(out, h)
		}
	}
	if o.bounds != nil {
		for q := 1; q <= 3; q++ {
			k := q * len(o.bounds) / 4
			yes := make([]bool, o.codes)
			for c := 1; c <= k+1 && c < o.codes; c++ {
				yes[c] = true
			}
			add(yes, Condition{Attr: o.name, AtMost: &o.bounds[k]})
		}
		return out
	}
	for k := 1; k <= min(len(o.values), pairValues); k++ {
		yes := make([]bool, o.codes)
		yes[k] = true
		if add(yes, setOf{of: o.values[k-1 : k : k]}.condition(o.name)); o.kinds == 2 {
			break // the other value says the same
		}
	}
	return out
}

// read writes the traits of cases down as bits; traits says whose stand for each.
func (p *pairing) read(traits []uint32) (long []float64) {
	t := p.t.t
	words := (len(p.cases) + 63) / 64
	if p.steps == nil {
		p.steps = make([][]uint64, p.acts+len(t.kinds))
	}
	for k := range p.steps {
		if p.steps[k] == nil {
			p.steps[k] = make([]uint64, words)
		}
		clear(p.steps[k])
	}
	ends := p.acts + len(t.pairs)
	long = make([]float64, len(traits))
	for i, c := range traits {
		for _, cell := range t.cell[t.from[c]:t.from[c+1]] {
			switch k := int(cell); {
			case k < p.acts:
				p.steps[k][i/64] |= 1 << (i % 64)
			case k >= ends:
				p.steps[p.acts+k-ends][i/64] |= 1 << (i % 64)
			}
		}
		long[i] = t.long[c]
	}
	return long
}

// joining is two conditions, and how they are joined.
type joining struct {
	a, b int
	xor  bool // one of them and not the other; else both
	not  [2]bool
	gain [allTerms]float64
}

// best tries all pairs on the traits given: what joining them gains beyond
// what either alone does. most is the greatest gain by term and of all.
func (p *pairing) best(traits []uint32) (best joining, most [allTerms + 1]float64) {
	long := p.read(traits)
	for k := range most {
		most[k] = math.Inf(-1)
	}
	high := math.Inf(-1)
	all := p.count(nil, long)
	whole := p.t.t.bits(all)
	single := make([][allTerms]float64, len(p.known))
	sides := make([]*count, len(p.known))
	rest := p.t.t.none()
	for k := range p.known {
		sides[k] = p.count(p.known[k].set, long)
		rest.less(all, sides[k])
		single[k] = minus(minus(whole, p.t.t.bits(sides[k])), p.t.t.bits(rest))
	}
	both := make([]uint64, (len(p.cases)+63)/64)
	side, one, two := p.t.t.none(), p.t.t.none(), p.t.t.none()
	for i := range p.known {
		for k := i + 1; k < len(p.known); k++ {
			if p.known[i].attr == p.known[k].attr {
				continue
			}
			for w := range both {
				both[w] = p.known[i].set[w] & p.known[k].set[w]
			}
			and := p.count(both, long)
			one.less(sides[i], and) // the first alone
			two.less(sides[k], and) // the second alone
			try := func(c *count, found joining) {
				if c.n < p.t.least || all.n-c.n < p.t.least {
					return
				}
				rest.less(all, c)
				g := minus(minus(whole, p.t.t.bits(c)), p.t.t.bits(rest))
				for j := range g { // beyond either alone
					g[j] -= max(single[i][j], single[k][j], 0)
					most[j] = max(most[j], g[j])
				}
				most[allTerms] = max(most[allTerms], total(g))
				if total(g) > high {
					high, best = total(g), found
					best.gain = g
				}
			}
			try(and, joining{a: i, b: k})
			try(one, joining{a: i, b: k, not: [2]bool{false, true}})
			try(two, joining{a: i, b: k, not: [2]bool{true, false}})
			side.less(all, and)
			side.less(side, one)
			side.less(side, two)
			try(side, joining{a: i, b: k, not: [2]bool{true, true}})
			*side = *one.copy()
			side.plus(two)
			try(side, joining{a: i, b: k, xor: true})
		}
	}
	return best, most
}

// count counts the traits of a set of places, nil for all; the order of steps
// is not among them.
func (p *pairing) count(set []uint64, long []float64) *count {
	c := p.t.t.none()
	ends := p.acts + len(p.t.t.pairs)
	for k, s := range p.steps {
		n := 0
		for w, x := range s {
			if set != nil {
				x &= set[w]
			}
			n += bits.OnesCount64(x)
		}
		if k < p.acts {
			c.cells[k] = uint32(n)
		} else {
			c.cells[ends+k-p.acts] = uint32(n)
		}
	}
	add := func(i int) {
		c.n++
		if x := long[i]; x == x {
			c.long[0]++
			c.long[1] += x
			c.long[2] += x * x
		}
	}
	if set == nil {
		for i := range p.cases {
			add(i)
		}
		return c
	}
	for w, x := range set {
		for ; x != 0; x &= x - 1 {
			add(w*64 + bits.TrailingZeros64(x))
		}
	}
	return c
}

// duo is a pair that parts a group: each condition as a split of its own.
type duo struct{ a, b split }

// together looks for a pair of conditions that parts a leaf and that chance,
// when a case opened and who wrote it down do not explain.
func (g *grower) together(f *leaf) *duo {
	if f.count.n < 4*g.least || len(g.open) < 2 {
		return nil
	}
	p := g.pairing(thin(f.cases, mostVouched))
	if len(p.known) < 2 {
		return nil
	}
	g.paired = true
	best, most := p.best(p.cases)
	if math.IsInf(total(best.gain), 0) || most[allTerms] <= 0 {
		return nil
	}
	a, b := &p.known[best.a], &p.known[best.b]
	syn := g.joined(a, b, best)
	at := len(g.open)
	g.open = append(g.open, syn)
	defer func() { g.open = g.open[:at] }()
	s := split{attr: at, yes: []bool{false, true, false}, when: a.when}
	e := g.tally(f.cases, f.cases, at)
	s.gain = e.of(s.yes)
	s.net = total(s.gain) - priorBits - math.Log2(5*float64(len(p.known)*len(p.known))/2)
	if s.net <= 0 || !g.savesEnough(s.gain, float64(2+len(tidyBranch(f.path)))) || !g.luckier(p, best.gain) || g.onlyStandsFor(f, &s) != "" {
		return nil
	}
	return &duo{split{attr: a.attr, yes: a.yes, when: a.when}, split{attr: b.attr, yes: b.yes, when: b.when}}
}

// joined codes the cases by a pair: 1 where it holds, 2 where not, 0 where one of
// the attributes is missing.
func (g *grower) joined(a, b *claim, how joining) opening {
	one, two := &g.open[a.attr], &g.open[b.attr]
	o := opening{name: one.name + " and " + two.name, code: make([]uint16, len(one.code)), codes: 3, kinds: 2}
	for i := range o.code {
		if one.code[i] == 0 || two.code[i] == 0 {
			continue
		}
		x, y := a.yes[one.code[i]], b.yes[two.code[i]]
		holds := x != how.not[0] && y != how.not[1]
		if how.xor {
			holds = x != y
		}
		o.code[i] = 2
		if holds {
			o.code[i] = 1
		}
	}
	return o
}

// luckier reports whether the best pair gains more than that of 99 in 100
// shuffles of the traits.
func (g *grower) luckier(p *pairing, gain [allTerms]float64) bool {
	c := &chance{}
	var seen [allTerms + 1]float64
	copy(seen[:], gain[:])
	seen[allTerms] = total(gain)
	for _, upTo := range rounds {
		for len(c.most) < upTo {
			shuffled := slices.Clone(p.cases)
			g.set.Random.Shuffle(len(shuffled), func(i, k int) { shuffled[i], shuffled[k] = shuffled[k], shuffled[i] })
			_, most := p.best(shuffled)
			c.most = append(c.most, most)
		}
		g.measure(c)
		if upTo == shuffles {
			break
		}
		if sure, beaten := g.sure(c, seen); sure {
			return beaten
		}
	}
	return g.above(c, seen) > c.height
}

// four parts a leaf by both conditions.
func (t *tree) four(f *leaf, d *duo) (out []*leaf) {
	yes, no := t.part(f, &d.a)
	for _, half := range []*leaf{yes, no} {
		x, y := t.part(half, &d.b)
		out = append(out, x, y)
	}
	return slices.DeleteFunc(out, func(f *leaf) bool { return f.count.n == 0 })
}
