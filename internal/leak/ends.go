package leak

import (
	"cmp"
	"math"
	"slices"
)

// Near-determinism: an attribute of the first day can lean to an end, as nine
// in ten of the one kind and one in four of the other are won; it does not
// decide it.
const (
	errs      = 0.02 // share of the errors one would make without the attribute that may remain
	leastBase = 0.02 // share of closed cases that do not end the commonest way, below which nothing is tested
	leastEnds = 30   // closed cases that must speak
)

// tellsEnd counts the closed cases whose end is told by the value: which of all
// ends came, or whether one of them did. Of quantities one limit may tell it.
func (p *prepared) tellsEnd(c *Column) int {
	if p.closed < leastEnds {
		return 0
	}
	groups := 1 + p.ends // all ends, and each against the rest
	if p.ends <= 2 {
		groups = 1
	}
	for g := range groups {
		of := func(i int) int32 {
			if e := int32(p.End[i]); g == 0 {
				return e - 1
			} else if e > 0 && int(e) != g {
				return 1
			} else {
				return min(e, 1) - 1
			}
		}
		if n, ok := p.tells(c.Code, c.Levels, of, max(2, p.ends)); ok {
			return n
		}
		if c.Number != nil {
			if n, ok := p.limitTells(c.Number, of, max(2, p.ends)); ok {
				return n
			}
		}
	}
	return 0
}

// tells reports whether the commonest kind of a value errs for at most a
// fiftieth as many cases as the commonest kind of all. kind is -1 for cases
// that do not count. Cases whose value no other shares tell nothing; those that
// share must be half of all.
func (p *prepared) tells(code []int32, levels int, kind func(i int) int32, kinds int) (n int, ok bool) {
	by := make([]int, (levels+1)*kinds)
	all, some := make([]int, kinds), 0
	for i, k := range code {
		if e := kind(i); e >= 0 {
			by[int(k)*kinds+int(e)]++
			all[e]++
			some++
		}
	}
	wrong, used := 0, 0
	for k := range levels + 1 {
		sum, most := 0, 0
		for _, v := range by[k*kinds : (k+1)*kinds] {
			sum += v
			most = max(most, v)
		}
		if sum >= 2 {
			n += sum
			wrong += sum - most
			used++
		}
	}
	if n < leastEnds || 2*n < some || used < 2 {
		return 0, false
	}
	base := 1 - float64(slices.Max(all))/float64(some)
	return n, base >= leastBase && float64(wrong)/float64(n) <= errs*base
}

// limitTells is tells for one limit on a quantity; none lies below all.
func (p *prepared) limitTells(number []float64, kind func(i int) int32, kinds int) (int, bool) {
	type pair struct {
		x float64
		e int32
	}
	var pairs []pair
	above, below := make([]int, kinds), make([]int, kinds)
	for i, x := range number {
		if e := kind(i); e >= 0 {
			if missing(x) {
				x = math.Inf(-1)
			}
			pairs = append(pairs, pair{x, e})
			above[e]++
		}
	}
	n := len(pairs)
	if n < leastEnds {
		return 0, false
	}
	base := 1 - float64(slices.Max(above))/float64(n)
	if base < leastBase {
		return 0, false
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Compare(a.x, b.x) })
	best := n
	for i, q := range pairs {
		if i > 0 && q.x > pairs[i-1].x {
			best = min(best, n-slices.Max(above)-slices.Max(below))
		}
		above[q.e]--
		below[q.e]++
	}
	return n, float64(best)/float64(n) <= errs*base
}

// tellsCourse reports whether cases of one value all took one and the same
// course, though courses differ. A table of events often repeats on every row
// what was worked out over the whole case.
func (p *prepared) tellsCourse(c *Column) bool {
	if len(p.Course) == 0 || c.Levels < 3 {
		return false
	}
	common := map[uint64]int{}
	most := 0
	for _, k := range p.Course {
		common[k]++
		most = max(most, common[k])
	}
	if 2*most > p.n {
		return false
	}
	first, n := make([]uint64, c.Levels+1), make([]int, c.Levels+1)
	shared, other := 0, 0
	for i, k := range c.Code {
		if k == 0 {
			continue
		}
		if n[k]++; n[k] == 1 {
			first[k] = p.Course[i]
			continue
		}
		shared++
		if p.Course[i] != first[k] {
			other++
		}
	}
	return shared >= 20 && 50*other <= shared
}

// tellsLast counts the closed cases whose value names the last step before the end.
func (p *prepared) tellsLast(c *Column) int {
	if p.Last == nil || c.Levels < 2 {
		return 0
	}
	most := int32(-1)
	for _, s := range p.Last {
		most = max(most, s)
	}
	if most < 1 {
		return 0
	}
	of := func(i int) int32 {
		if p.End[i] == 0 || c.Code[i] == 0 {
			return -1
		}
		return p.Last[i]
	}
	if n, ok := p.tells(c.Code, c.Levels, of, int(most)+1); ok {
		return n
	}
	return 0
}
