package mining

import (
	"math"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
)

// Term is one of the things a group of cases is described by.
type Term string

// The terms: which steps occur at all, how long it takes from the opening to
// the end, how it ends, and in which order steps come.
const (
	TermSteps     Term = "steps"
	TermDurations Term = "durations"
	TermOutcomes  Term = "outcomes"
	TermOrder     Term = "order"
)

// Terms lists the terms in the order in which they are counted.
func Terms() []Term { return []Term{TermSteps, TermDurations, TermOutcomes, TermOrder} }

const (
	steps = iota
	durations
	outcomes
	order
	allTerms
)

// traits is what is told of cases, as cells to count: an activity that occurs
// in the case, each of its steps, how it ended; and how long it took.
type traits struct {
	from   []uint32 // case -> first cell; one more entry than cases
	cell   []uint32
	long   []float64 // case -> logarithm of its days
	acts   []uint32  // activity of each cell of steps
	rows   []uint32  // first cell of each row of the order, and the end of them
	pairs  []pair    // of the cells of the order
	kinds  []throughline.Outcome
	on     [allTerms]bool
	prior  [2]float64 // mean and variance of long in the whole history
	pooled []float64  // log2 of the share of each cell of the order in its row
	rise   [2][][]float64
	riseN  [2][]float64
	half   []float64 // log2 of Γ(k+1/2)/Γ(1/2)
	whole  []float64 // log2 of Γ(k+1)
}

// Concentrations of the rows of a group around those of all cases; beside
// them stands no difference at all. A group pays for naming which holds.
var around = [2]float64{8, 64}

// count adds up cases.
type count struct {
	n     int
	cells []uint32
	long  [3]float64 // cases with a duration, sum, squares
}

func (t *traits) none() *count { return &count{cells: make([]uint32, t.cells())} }

func (t *traits) cells() int { return len(t.acts) + len(t.pairs) + len(t.kinds) }

func (c *count) add(t *traits, i uint32) {
	c.n++
	for _, k := range t.cell[t.from[i]:t.from[i+1]] {
		c.cells[k]++
	}
	if x := t.long[i]; x == x {
		c.long[0]++
		c.long[1] += x
		c.long[2] += x * x
	}
}

func (c *count) plus(o *count) {
	c.n += o.n
	for i, k := range o.cells {
		c.cells[i] += k
	}
	for i, x := range o.long {
		c.long[i] += x
	}
}

// less sets c to a without b.
func (c *count) less(a, b *count) {
	c.n = a.n - b.n
	for i, k := range a.cells {
		c.cells[i] = k - b.cells[i]
	}
	for i, x := range a.long {
		c.long[i] = x - b.long[i]
	}
}

func (c *count) copy() *count {
	return &count{c.n, append([]uint32(nil), c.cells...), c.long}
}

// traitsOf reads cases off a log, each up to what ended it.
func traitsOf(of *eventlog.Log, s eventlog.Selection, ends []eventlog.End, on [allTerms]bool) *traits {
	l := of.Doings()
	until := make([]int, len(s))
	for i, c := range s {
		_, until[i] = l.Span(int(c))
		if ends != nil && ends[c].Event >= 0 {
			if k := l.At(ends[c].Event); k >= 0 {
				until[i] = k
			}
		}
	}
	w := walk(l.Log, s, until)
	t := &traits{from: make([]uint32, len(s)+1), long: make([]float64, len(s)), pairs: w.pairs, rows: w.rows, on: on}
	occurs := make([]int, l.Activities().Len())
	seen := make([]int, len(occurs))
	for i, c := range s {
		lo, _ := l.Span(int(c))
		for _, a := range l.Activity()[lo:until[i]] {
			if seen[a] != i+1 {
				seen[a] = i + 1
				occurs[a]++
			}
		}
	}
	cellOf := make([]uint32, len(occurs))
	for a, n := range occurs { // what all do, or hardly one, tells nobody apart
		if rare := max(3, len(s)/200); n >= rare && n <= len(s)-rare {
			t.acts = append(t.acts, uint32(a))
			cellOf[a] = uint32(len(t.acts))
		}
	}
	kind := map[throughline.Outcome]uint32{}
	first := uint32(len(t.acts))
	for r := range t.rows {
		t.rows[r] += first
	}
	clear(seen)
	for i, c := range s {
		lo, _ := l.Span(int(c))
		for _, a := range l.Activity()[lo:until[i]] {
			if seen[a] != i+1 && cellOf[a] > 0 {
				t.cell = append(t.cell, cellOf[a]-1)
			}
			seen[a] = i + 1
		}
		for _, k := range w.step[w.from[i]:w.from[i+1]] {
			t.cell = append(t.cell, first+k)
		}
		if ends != nil {
			o := ends[c].Outcome
			if _, ok := kind[o]; !ok {
				kind[o] = uint32(len(t.kinds))
				t.kinds = append(t.kinds, o)
			}
			t.cell = append(t.cell, first+uint32(len(t.pairs))+kind[o])
		}
		t.from[i+1] = uint32(len(t.cell))
		lo, hi := of.Span(int(c))
		t.long[i] = lasted(of, lo, hi, ends, c)
	}
	return t
}

// lasted is the logarithm of a case's days, from its opening to its end.
func lasted(l *eventlog.Log, lo, hi int, ends []eventlog.End, c uint32) float64 {
	if ends != nil && ends[c].Event >= 0 {
		hi = ends[c].Event + 1
	}
	begin, end := eventlog.NoTime, eventlog.NoTime
	for _, at := range l.Times()[lo:hi] {
		if at != eventlog.NoTime {
			if end = at; begin == eventlog.NoTime {
				begin = at
			}
		}
	}
	if begin == eventlog.NoTime {
		return math.NaN()
	}
	return math.Log(max(days(end-begin), 1.0/24))
}

// learn takes the shares of the whole history as what groups are held against.
func (t *traits) learn(all *count) {
	if n := all.long[0]; n > 1 {
		mean := all.long[1] / n
		t.prior = [2]float64{mean, max(all.long[2]/n-mean*mean, 1e-4)}
	}
	t.half, t.whole = make([]float64, all.n+2), make([]float64, all.n+2)
	for k := 1; k < len(t.half); k++ {
		t.half[k] = t.half[k-1] + math.Log2(float64(k)-0.5)
		t.whole[k] = t.whole[k-1] + math.Log2(float64(k))
	}
	first := len(t.acts)
	t.pooled = make([]float64, len(t.pairs))
	longest := uint32(0)
	for r := range len(t.rows) - 1 {
		n := uint32(0)
		for i := t.rows[r]; i < t.rows[r+1]; i++ {
			n += all.cells[i]
		}
		longest = max(longest, n)
		for i := t.rows[r]; i < t.rows[r+1]; i++ {
			t.pooled[int(i)-first] = math.Log2(float64(all.cells[i]) / float64(n))
		}
	}
	for k, c := range around {
		t.rise[k] = make([][]float64, len(t.pairs))
		for i, q := range t.pooled {
			t.rise[k][i] = risingLog2(c*math.Exp2(q), min(mostRise, int(all.cells[first+i])))
		}
		t.riseN[k] = risingLog2(c, min(64*mostRise, int(longest)))
	}
}

// mostRise bounds the tables of rising factorials; what is greater is worked out.
const mostRise = 2048

// risingLog2 gives log2 of Γ(x+n)/Γ(x) for n from 0 to most.
func risingLog2(x float64, most int) []float64 {
	out := make([]float64, most+1)
	for k := 1; k < len(out); k++ {
		out[k] = out[k-1] + math.Log2(x+float64(k-1))
	}
	return out
}

func risen(table []float64, x float64, n uint32) float64 {
	if int(n) < len(table) {
		return table[n]
	}
	a, _ := math.Lgamma(x + float64(n))
	b, _ := math.Lgamma(x)
	return (a - b) / math.Ln2
}

// bits is the code length of a group of cases by each term that counts: minus
// the binary logarithm of its evidence. docs/methods/mining-processes.md.
func (t *traits) bits(c *count) (out [allTerms]float64) {
	first := len(t.acts)
	if t.on[steps] {
		sum := float64(first) * t.whole[c.n]
		for _, k := range c.cells[:first] {
			sum -= t.half[k] + t.half[c.n-int(k)]
		}
		out[steps] = sum
	}
	if t.on[durations] && c.long[0] > 0 {
		out[durations] = normalBits(t.prior, c.long)
	}
	if t.on[outcomes] {
		sum, n := 0.0, 0
		for _, k := range c.cells[first+len(t.pairs):] {
			sum -= t.half[k]
			n += int(k)
		}
		base := float64(len(t.kinds)) / 2
		a, _ := math.Lgamma(base + float64(n))
		b, _ := math.Lgamma(base)
		out[outcomes] = sum + (a-b)/math.Ln2
	}
	if t.on[order] {
		out[order] = t.orderBits(c)
	}
	return out
}

// orderBits: rows around those of the whole history, as closely as suits the
// group best, or no other than those; which of the three costs log2(3) bits.
func (t *traits) orderBits(c *count) float64 {
	first := len(t.acts)
	same := 0.0
	var own [len(around)]float64
	for r := range len(t.rows) - 1 {
		n := uint32(0)
		for i := int(t.rows[r]); i < int(t.rows[r+1]); i++ {
			k := c.cells[i]
			if k == 0 {
				continue
			}
			n += k
			q := t.pooled[i-first]
			same -= float64(k) * q
			for a, x := range around {
				if table := t.rise[a][i-first]; int(k) < len(table) {
					own[a] -= table[k]
				} else {
					own[a] -= risen(table, x*math.Exp2(q), k)
				}
			}
		}
		if n > 0 {
			for a, x := range around {
				own[a] += risen(t.riseN[a], x, n)
			}
		}
	}
	for _, x := range own {
		same = min(same, x)
	}
	return same + math.Log2(float64(len(around)+1))
}

// normalBits is minus the binary logarithm of the evidence of logarithms of
// durations (how many, sum, squares) under a normal distribution of unknown
// mean and precision with a Normal-Gamma prior worth one case, around the mean
// and variance of the whole history: Γ(αn)/Γ(α) · β^α/βn^αn · √(κ/κn) · (2π)^(-n/2).
func normalBits(prior [2]float64, of [3]float64) float64 {
	const kappa, shape = 1, 1
	n, sum, squares := of[0], of[1], of[2]
	rate := shape * prior[1]
	mean := sum / n
	kappaN, shapeN := kappa+n, shape+n/2
	rateN := rate + max(0, squares-sum*mean)/2 + kappa*n*(mean-prior[0])*(mean-prior[0])/(2*kappaN)
	a, _ := math.Lgamma(shapeN)
	b, _ := math.Lgamma(shape)
	nats := a - b + shape*math.Log(rate) - shapeN*math.Log(rateN) + math.Log(kappa/kappaN)/2 - n/2*math.Log(2*math.Pi)
	return -nats / math.Ln2
}

func total(x [allTerms]float64) float64 { return x[0] + x[1] + x[2] + x[3] }

func minus(a, b [allTerms]float64) [allTerms]float64 {
	for i := range a {
		a[i] -= b[i]
	}
	return a
}
