package leak

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// tellsWhen counts the ended cases whose value follows the day of the end more
// closely than that of the opening: the month of the end decides the value (a
// quarter, a fiscal year), or a quantity rises with the day.
func (p *prepared) tellsWhen(c *Column) int {
	if p.closed < leastEnds {
		return 0
	}
	if c.Number != nil {
		var x, end, opened []float64
		for i, v := range c.Number {
			if p.End[i] > 0 && !missing(v) {
				x, end, opened = append(x, v), append(end, p.Ended[i]), append(opened, p.Opened[i])
			}
		}
		if len(x) >= leastEnds {
			a, b := 1-Spearman(x, end), 1-Spearman(x, opened)
			if a <= 0.03 && 3*a <= b {
				return len(x)
			}
		}
	}
	if c.Levels < 2 || c.Levels > 200 {
		return 0
	}
	n, base, end := p.byMonth(c, p.Ended)
	_, _, opened := p.byMonth(c, p.Opened)
	if n >= leastEnds && base >= 0.2 && end <= 0.05*base && opened >= 3*end && opened >= 0.1*base {
		return n
	}
	return 0
}

// byMonth gives the share of ended cases that the commonest value of their
// month, of the days given, gets wrong, and the share that the commonest of all does.
func (p *prepared) byMonth(c *Column, day []float64) (n int, base, miss float64) {
	months := map[int]map[int32]int{}
	all := make([]int, c.Levels+1)
	for i, k := range c.Code {
		if p.End[i] == 0 || k == 0 {
			continue
		}
		t := time.Unix(int64(math.Floor(day[i]*86400)), 0).UTC()
		m := t.Year()*12 + int(t.Month())
		if months[m] == nil {
			months[m] = map[int32]int{}
		}
		months[m][k]++
		all[k]++
		n++
	}
	if n == 0 || n < 5*len(months) { // a case a month decides itself
		return 0, 0, 1
	}
	right := 0
	for _, of := range months {
		most := 0
		for _, v := range of {
			most = max(most, v)
		}
		right += most
	}
	return n, 1 - float64(slices.Max(all))/float64(n), 1 - float64(right)/float64(n)
}

// countsUp counts the cases that show a value to grow while a case is open.
// Two marks belong together: among ended cases it rises with how long they
// lasted; and cases so young that three in four last longer have far less of
// it than cases that are over, open or not. An attribute of the first day, be
// it ever so telling of the duration, is the same in young and old. Values of a
// list are ordered by how long the cases of each lasted.
func (p *prepared) countsUp(c *Column) int {
	x := c.Number
	steep, apart := 0.35, 0.8
	if x == nil {
		if c.Levels < 3 || c.Levels > 60 {
			return 0
		}
		x = p.orderOf(c)
		steep, apart = 0.3, 0.75
	}
	var value, lasted, steps, first, rest []float64
	for i, v := range x {
		if missing(v) {
			continue
		}
		if p.End[i] > 0 {
			if c.Number != nil || i%2 == 1 { // the even ones made the order
				value, lasted = append(value, v), append(lasted, p.exposure[i])
				if p.Steps != nil {
					steps = append(steps, float64(p.Steps[i]))
				}
			}
		}
		switch {
		case p.age[i] <= p.young:
			first = append(first, v)
		case p.age[i] >= p.old:
			rest = append(rest, v)
		}
	}
	if len(value) < leastEnds {
		return 0
	}
	rho := Spearman(value, lasted)
	if c.Number != nil && (rho >= 0.8 || p.Steps != nil && Spearman(value, steps) >= 0.9) {
		return len(value)
	}
	if rho < steep || len(first) < 8 || len(rest) < 20 {
		return 0
	}
	area, z := apartBy(first, rest)
	if area >= apart && z >= 4 {
		return len(first) + len(rest)
	}
	return 0
}

// orderOf gives each case the mean rank of the durations of the ended cases
// with its value, every second of which is asked.
func (p *prepared) orderOf(c *Column) []float64 {
	sum, n := make([]float64, c.Levels+1), make([]float64, c.Levels+1)
	for r, i := range p.byTime {
		if k := c.Code[i]; k > 0 && p.End[i] > 0 && i%2 == 0 {
			sum[k] += float64(r)
			n[k]++
		}
	}
	out := make([]float64, p.n)
	for i, k := range c.Code {
		if out[i] = math.NaN(); k > 0 && n[k] >= 5 {
			out[i] = sum[k] / n[k]
		}
	}
	return out
}

// apartBy gives the chance that a value of b exceeds one of a, ties counting
// half, and how many standard errors it is from a half (Mann and Whitney 1947,
// variance with ties).
func apartBy(a, b []float64) (area, z float64) {
	r := ranks(append(slices.Clone(a), b...))
	sum := 0.0
	for _, x := range r[len(a):] {
		sum += x
	}
	n, m := float64(len(a)), float64(len(b))
	area = (sum - m*(m+1)/2) / (n * m)
	mean, square := 0.0, 0.0
	for _, x := range r {
		mean += x / (n + m)
	}
	for _, x := range r {
		square += (x - mean) * (x - mean) / (n + m - 1)
	}
	if square == 0 {
		return 0.5, 0
	}
	return area, (area - 0.5) * n * m / math.Sqrt(n*m/(n+m)*square)
}

// Spearman is the rank correlation, 0 where one side does not vary.
func Spearman(x, y []float64) float64 {
	a, b := ranks(x), ranks(y)
	n := float64(len(a))
	ma, mb := (n+1)/2, (n+1)/2
	ab, aa, bb := 0.0, 0.0, 0.0
	for i := range a {
		ab += (a[i] - ma) * (b[i] - mb)
		aa += (a[i] - ma) * (a[i] - ma)
		bb += (b[i] - mb) * (b[i] - mb)
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

// ranks gives the ranks from 1, equal values the mean of theirs.
func ranks(x []float64) []float64 {
	at := make([]int, len(x))
	for i := range at {
		at[i] = i
	}
	slices.SortFunc(at, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	out := make([]float64, len(x))
	for i := 0; i < len(at); {
		k := i
		for k < len(at) && x[at[k]] == x[at[i]] {
			k++
		}
		for _, j := range at[i:k] {
			out[j] = float64(i+k+1) / 2
		}
		i = k
	}
	return out
}
