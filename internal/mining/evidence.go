package mining

import (
	"math"
	"slices"

	"github.com/throughline/throughline/internal/eventlog"
)

// alpha is the symmetric Dirichlet prior on every row of a Markov chain.
const alpha = 0.5

// walks are the steps of some cases, a step being a pair of neighbouring
// activities, with one before the first and one after the last. Steps are
// coded by the pairs that occur, ordered by where they come from, so that a row
// of the chain is a stretch of codes.
type walks struct {
	from   []uint32 // case -> first step; one more entry than cases
	step   []uint32 // code of each step
	pairs  []pair   // code -> what it stands for
	rows   []uint32 // first code of each row; one more entry than rows
	v      int      // symbols a row chooses from: the activities of the whole log and the end
	lgAll  []float64
	lgCell []float64

	more            [][]added // case -> what it adds to cells behind those of the steps; nil where there are none
	ends            int       // cells that count how cases end, 0 where that is no term
	endAll, endCell float64   // prior of the ends: of all of them, and of one
	waits           []waitRow // rows of waits, empty where those are no term
}

// pair is a step from one activity to another. Opening and Ending stand for
// what comes before the first and after the last.
type pair struct{ from, to uint32 }

// tableSize bounds the tables of log-gamma values; greater counts are worked out.
const tableSize = 1 << 20

// walk codes the steps of the selected cases.
func walk(l *eventlog.Log, s eventlog.Selection) *walks {
	n := uint64(l.Activities().Len())
	edge := n // the code of the opening (as from) and of the end (as to)
	w := &walks{v: int(n) + 1, from: make([]uint32, len(s)+1)}
	total := 0
	for i, c := range s {
		lo, hi := l.Span(int(c))
		total += hi - lo + 1
		w.from[i+1] = uint32(total)
	}
	act := l.Activity()
	each := func(do func(i int, key uint64)) {
		i := 0
		for _, c := range s {
			lo, hi := l.Span(int(c))
			last := edge
			for e := lo; e < hi; e++ {
				a := uint64(act[e])
				do(i, last*(n+1)+a)
				last = a
				i++
			}
			do(i, last*(n+1)+edge)
			i++
		}
	}
	w.step = make([]uint32, total)
	var keys []uint64
	if cells := (n + 1) * (n + 1); cells <= 1<<22 {
		code := make([]uint32, cells)
		each(func(_ int, k uint64) { code[k] = 1 })
		for k, seen := range code {
			if seen == 1 {
				code[k] = uint32(len(keys))
				keys = append(keys, uint64(k))
			}
		}
		each(func(i int, k uint64) { w.step[i] = code[k] })
	} else {
		code := map[uint64]uint32{}
		each(func(_ int, k uint64) { code[k] = 0 })
		for k := range code {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for c, k := range keys {
			code[k] = uint32(c)
		}
		each(func(i int, k uint64) { w.step[i] = code[k] })
	}
	for c, k := range keys {
		p := pair{uint32(k / (n + 1)), uint32(k % (n + 1))}
		if c == 0 || p.from != w.pairs[c-1].from {
			w.rows = append(w.rows, uint32(c))
		}
		w.pairs = append(w.pairs, p)
	}
	w.rows = append(w.rows, uint32(len(keys)))
	w.tables(total)
	return w
}

// tables prepares the terms of the evidence by count, in bits and relative to a count of none.
func (w *walks) tables(most int) {
	n := min(most, tableSize) + 1
	w.lgAll, w.lgCell = make([]float64, n), make([]float64, n)
	all := alpha * float64(w.v)
	for k := 1; k < n; k++ { // Γ(x+1) = xΓ(x)
		w.lgAll[k] = w.lgAll[k-1] + math.Log2(all+float64(k-1))
		w.lgCell[k] = w.lgCell[k-1] + math.Log2(alpha+float64(k-1))
	}
}

func rising(table []float64, base float64, n uint32) float64 {
	if int(n) < len(table) {
		return table[n]
	}
	a, _ := math.Lgamma(base + float64(n))
	b, _ := math.Lgamma(base)
	return (a - b) / math.Ln2
}

// bits is the code length of the counts of steps under a Markov chain whose
// rows have symmetric Dirichlet priors: minus the binary logarithm of
// Π_rows Γ(Vα)/Γ(Vα+n) Π Γ(α+n_i)/Γ(α). docs/methods/mining-processes.md.
func (w *walks) bits(counts []uint32) float64 {
	sum, all := 0.0, alpha*float64(w.v)
	for r := range len(w.rows) - 1 {
		n := uint32(0)
		for _, k := range counts[w.rows[r]:w.rows[r+1]] {
			if k > 0 {
				n += k
				sum -= rising(w.lgCell, alpha, k)
			}
		}
		if n > 0 {
			sum += rising(w.lgAll, all, n)
		}
	}
	if w.more != nil {
		sum += w.termBits(counts)
	}
	return sum
}

// both is the code length of counts and of what is left of all when they are
// taken out, in one pass.
func (w *walks) both(counts, all []uint32) float64 {
	sum, base := 0.0, alpha*float64(w.v)
	for r := range len(w.rows) - 1 {
		n, rest := uint32(0), uint32(0)
		for i := w.rows[r]; i < w.rows[r+1]; i++ {
			k := counts[i]
			o := all[i] - k
			if k > 0 {
				n += k
				sum -= rising(w.lgCell, alpha, k)
			}
			if o > 0 {
				rest += o
				sum -= rising(w.lgCell, alpha, o)
			}
		}
		if n > 0 {
			sum += rising(w.lgAll, base, n)
		}
		if rest > 0 {
			sum += rising(w.lgAll, base, rest)
		}
	}
	if w.more != nil {
		sum += w.termBoth(counts, all)
	}
	return sum
}

// count adds up the steps of some cases; times says how often each counts, nil once.
func (w *walks) count(cases []uint32, times []uint32) []uint32 {
	out := make([]uint32, w.cells())
	for _, c := range cases {
		n := uint32(1)
		if times != nil {
			n = times[c]
		}
		for _, k := range w.step[w.from[c]:w.from[c+1]] {
			out[k] += n
		}
		if w.more != nil {
			for _, a := range w.more[c] {
				out[a.cell] += n * a.n
			}
		}
	}
	return out
}
