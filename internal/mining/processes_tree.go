package mining

import (
	"math"
	"runtime"
	"sync"
)

// priorBits is what a split has to save before anything else: the prior says
// one to a hundred that a group buys differently. With the bits that name the
// attribute and the values it bounds the chance of a split where there is none,
// over everything that was tried: a chain of Bayes factors has mean one, so
// that the chance of any exceeding its price is at most the sum of the
// reciprocal prices (Markov's inequality).
const priorBits = 7

// tree grows groups by binary splits on opening attributes.
type tree struct {
	w     *walks
	open  []opening
	times []uint32 // how often each case counts, nil once
	least int      // cases a group must hold
}

// leaf is a group while it grows.
type leaf struct {
	cases  []uint32
	n      int // cases, counted as often as they count
	counts []uint32
	bits   float64
	path   []Condition
	best   split
	found  bool
}

// split divides a leaf. Net is what it saves less its price.
type split struct {
	attr     int
	yes      []bool // codes that go to the first side
	when     Condition
	gain     float64
	net      float64
	sideBits float64
}

func (t *tree) leaf(cases []uint32, path []Condition) *leaf {
	f := &leaf{cases: cases, counts: t.w.count(cases, t.times), path: path, n: t.size(cases)}
	f.bits = t.w.bits(f.counts)
	return f
}

func (t *tree) size(cases []uint32) int {
	if t.times == nil {
		return len(cases)
	}
	n := 0
	for _, c := range cases {
		n += int(t.times[c])
	}
	return n
}

// search finds the best split of a leaf; attributes are tried on all cores.
func (t *tree) search(f *leaf) {
	if f.n < 2*t.least {
		return
	}
	tried := make([]split, len(t.open))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(t.open)) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for a := range next {
				tried[a] = t.try(f, a)
			}
		}()
	}
	for a := range t.open {
		next <- a
	}
	close(next)
	wg.Wait()
	for _, s := range tried {
		if s.yes != nil && (!f.found || s.net > f.best.net) {
			f.best, f.found = s, true
		}
	}
}

// try finds the best split of a leaf on one attribute.
func (t *tree) try(f *leaf, attr int) split {
	o := &t.open[attr]
	cells := t.w.cells()
	hist := make([]uint32, o.codes*cells)
	sizes := make([]int, o.codes)
	w := t.w
	for _, c := range f.cases {
		n := uint32(1)
		if t.times != nil {
			n = t.times[c]
		}
		k := int(o.code[c])
		sizes[k] += int(n)
		row := hist[k*cells : (k+1)*cells]
		for _, s := range w.step[w.from[c]:w.from[c+1]] {
			row[s] += n
		}
		if w.more != nil {
			for _, a := range w.more[c] {
				row[a.cell] += n * a.n
			}
		}
	}
	price := priorBits + math.Log2(float64(len(t.open)))
	if o.missing {
		price += 2 // of two rules that say the same, the one every case can answer
	}
	e := &trial{t: t, f: f, o: o, hist: hist, sizes: sizes, cells: cells, price: price, best: split{attr: attr}}
	if o.bounds != nil {
		e.bounds()
	} else {
		e.lists()
	}
	return e.best
}

// trial tries the splits of one leaf on one attribute.
type trial struct {
	t     *tree
	f     *leaf
	o     *opening
	hist  []uint32 // code x step
	sizes []int    // cases by code
	cells int
	price float64
	best  split
	yes   []bool
	side  []uint32 // steps of the cases that go to the first side
	sum   []uint32
	n     int
}

func (e *trial) row(k int) []uint32 { return e.hist[k*e.cells : (k+1)*e.cells] }

func (e *trial) put(k int) {
	e.yes[k] = true
	e.n += e.sizes[k]
	for i, x := range e.row(k) {
		e.side[i] += x
	}
}

// weigh takes the split as it stands if it is the best so far.
func (e *trial) weigh(price float64) {
	if e.n < e.t.least || e.f.n-e.n < e.t.least {
		return
	}
	bits := e.t.w.both(e.side, e.f.counts)
	gain := e.f.bits - bits
	if net := gain - price; e.best.yes == nil || net > e.best.net {
		e.best.yes, e.best.gain, e.best.net, e.best.sideBits = append([]bool(nil), e.yes...), gain, net, bits
	}
}

func (e *trial) bounds() {
	e.yes, e.side = make([]bool, e.o.codes), make([]uint32, e.cells)
	price := e.price + math.Log2(float64(len(e.o.bounds)))
	at := -1
	for k := range e.o.bounds {
		was := e.best.net
		had := e.best.yes != nil
		e.put(k + 1)
		e.weigh(price)
		if e.best.yes != nil && (!had || e.best.net > was) {
			at = k
		}
	}
	if at >= 0 {
		e.best.when = Condition{Attr: e.o.name, AtMost: &e.o.bounds[at]}
	}
}

// lists tries sets of values: the best single one, then whichever helps most
// beside those taken, to the end. The price of a set is that of naming its size
// and, of all sets of the size, this one.
func (e *trial) lists() {
	var here []int // values that occur in the leaf
	for k := 1; k <= len(e.o.values); k++ {
		if e.sizes[k] > 0 {
			here = append(here, k)
		}
	}
	most := max(8, min(mostValues, 1<<22/max(1, e.cells)/max(1, len(here))))
	here = here[:min(len(here), most)]
	n := float64(len(here))
	kinds := n
	if e.sizes[0] > 0 || len(e.o.values)+1 < len(e.sizes) && e.sizes[len(e.o.values)+1] > 0 {
		kinds++ // those without a value, or with a rare one, are one more kind
	}
	choose := func(m int) float64 {
		a, _ := math.Lgamma(n + 1)
		b, _ := math.Lgamma(float64(m) + 1)
		c, _ := math.Lgamma(n - float64(m) + 1)
		return (a - b - c) / math.Ln2
	}
	e.yes, e.side = make([]bool, e.o.codes), make([]uint32, e.cells)
	for size := 1; size <= len(here) && float64(size) < kinds; size++ {
		pick, low := -1, math.Inf(1)
		for i, k := range here {
			if e.yes[k] {
				continue
			}
			if bits := e.with(k); bits < low {
				pick, low = i, bits
			}
		}
		e.put(here[pick])
		e.weigh(e.price + math.Log2(kinds) + choose(size))
		if kinds == 2 { // the other value says the same
			break
		}
	}
	if e.best.yes != nil {
		e.best.when = e.list()
	}
}

// with is the code length of the two sides with one more value on the first.
func (e *trial) with(k int) float64 {
	row := e.row(k)
	if e.n == 0 {
		return e.t.w.both(row, e.f.counts)
	}
	if e.sum == nil {
		e.sum = make([]uint32, e.cells)
	}
	for i, x := range row {
		e.sum[i] = e.side[i] + x
	}
	return e.t.w.both(e.sum, e.f.counts)
}

// list spells the set with as few values as say it.
func (e *trial) list() Condition {
	yes, no := setOf{}, setOf{not: true}
	others := e.sizes[0] > 0 || len(e.sizes) > len(e.o.values)+1 && e.sizes[len(e.o.values)+1] > 0
	for k := 1; k <= len(e.o.values); k++ {
		switch {
		case e.sizes[k] == 0:
		case e.best.yes[k]:
			yes.of = append(yes.of, e.o.values[k-1])
		default:
			no.of = append(no.of, e.o.values[k-1])
		}
	}
	if !others && len(no.of) < len(yes.of) {
		// the same cases, named by what is left out; codes that do not occur go along
		for k := range e.best.yes {
			e.best.yes[k] = e.best.yes[k] || e.sizes[k] == 0
		}
		return no.condition(e.o.name)
	}
	return yes.condition(e.o.name)
}

// part divides a leaf by its best split.
func (t *tree) part(f *leaf) (yes, no *leaf) {
	var a, b []uint32
	code := t.open[f.best.attr].code
	for _, c := range f.cases {
		if f.best.yes[code[c]] {
			a = append(a, c)
		} else {
			b = append(b, c)
		}
	}
	opposite := f.best.when
	opposite.Not = !opposite.Not
	path := func(c Condition) []Condition { return append(append([]Condition(nil), f.path...), c) }
	return t.leaf(a, path(f.best.when)), t.leaf(b, path(opposite))
}

// growth is one split of the growing tree.
type growth struct {
	bits   float64 // of all groups after the split
	net    float64 // what the split saved less its price
	conds  int     // conditions of all splits so far
	leaves []*leaf
}

// grow splits the leaf that gains most, again and again, until there are most
// groups or none can be divided. It goes on past splits that do not pay, so
// that the curve shows what they would save or cost.
func (t *tree) grow(n, most int) []growth {
	cases := make([]uint32, n)
	for i := range cases {
		cases[i] = uint32(i)
	}
	if t.times != nil {
		kept := cases[:0]
		for _, c := range cases {
			if t.times[c] > 0 {
				kept = append(kept, c)
			}
		}
		cases = kept
	}
	root := t.leaf(cases, nil)
	t.search(root)
	out := []growth{{bits: root.bits, leaves: []*leaf{root}}}
	for len(out) < most {
		last := out[len(out)-1]
		pick := -1
		for i, f := range last.leaves {
			if f.found && (pick < 0 || f.best.net > last.leaves[pick].best.net) {
				pick = i
			}
		}
		if pick < 0 {
			break
		}
		f := last.leaves[pick]
		yes, no := t.part(f)
		t.search(yes)
		t.search(no)
		leaves := append(append([]*leaf(nil), last.leaves[:pick]...), yes, no)
		leaves = append(leaves, last.leaves[pick+1:]...)
		out = append(out, growth{bits: last.bits - f.bits + yes.bits + no.bits, net: f.best.net,
			conds: last.conds + len(tidyBranch(yes.path)), leaves: leaves})
	}
	return out
}

// choice is how far to grow, and the groups that are left when leaves which
// are not worth telling apart are joined.
type choice struct {
	at     int // splits
	groups [][]*leaf
	bits   float64 // of the groups
}

// choose takes the number of splits with the least code length, each costing
// the share of the whole for every condition one has to check to know the
// group: training, and a rule to remember. So a split that saves little may
// open the way to one that saves much, and a rule of two conditions has to save
// twice the share. Splits that do not save their own price end the search.
func (t *tree) choose(grown []growth, share float64) choice {
	whole := grown[0].bits
	best := choice{0, [][]*leaf{grown[0].leaves}, whole}
	for k := 1; k < len(grown) && grown[k].net > 0; k++ {
		groups, bits := t.merge(grown[k].leaves, whole, share)
		if bits+share*whole*float64(grown[k].conds-grown[best.at].conds) <= best.bits {
			best = choice{k, groups, bits}
		}
	}
	return best
}

// merge joins leaves whose difference is not worth a group of its own: telling
// them apart saves less than the share of the whole. Each group lists its leaves; bits is the code length of
// all groups.
func (t *tree) merge(leaves []*leaf, whole, share float64) (_ [][]*leaf, sum float64) {
	groups := make([][]*leaf, len(leaves))
	counts := make([][]uint32, len(leaves))
	bits := make([]float64, len(leaves))
	for i, f := range leaves {
		groups[i], counts[i], bits[i] = []*leaf{f}, f.counts, f.bits
	}
	for len(groups) > 1 {
		a, b, low := 0, 0, math.Inf(1)
		var union []uint32
		for i := range groups {
			for k := i + 1; k < len(groups); k++ {
				u := make([]uint32, len(counts[i]))
				for x := range u {
					u[x] = counts[i][x] + counts[k][x]
				}
				if lost := t.w.bits(u) - bits[i] - bits[k]; lost < low {
					a, b, low, union = i, k, lost, u
				}
			}
		}
		if low >= max(share*whole, priorBits) {
			break
		}
		groups[a] = append(groups[a], groups[b]...)
		counts[a], bits[a] = union, t.w.bits(union)
		last := len(groups) - 1
		groups[b], counts[b], bits[b] = groups[last], counts[last], bits[last]
		groups, counts, bits = groups[:last], counts[:last], bits[:last]
	}
	for _, b := range bits {
		sum += b
	}
	return groups, sum
}
