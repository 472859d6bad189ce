package mining

import (
	"math"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
)

// Terms beside the steps: how cases end, and how long steps take. Both have
// evidence in closed form and live in cells behind those of the steps, so that
// adding up, splitting and joining groups is the same for all of them.

// added is what one case puts into a cell that does not count steps.
type added struct{ cell, n uint32 }

// waitRow is the prior of the waits after one activity: Normal-Gamma around
// what the whole history has, worth one observation. Waits are measured in
// tenths of their natural logarithm.
type waitRow struct{ mean, variance float64 }

const (
	waitCells = 4       // of a row of waits: how many, their sum, their squares' lower and upper part
	waitSplit = 1 << 8  // where squares are parted, so that their sums fit 32 bits
	waitsMost = 1 << 24 // waits beyond this many are drawn evenly, for the same reason
	waitUnit  = 10      // tenths
)

// tenths tells a wait: the natural logarithm of one second more than it, in tenths.
func tenths(us int64) uint32 {
	return uint32(math.Round(waitUnit * math.Log1p(float64(max(us, 0))/1e6)))
}

// cells is the length of a vector of counts.
func (w *walks) cells() int { return len(w.pairs) + w.ends + waitCells*len(w.waits) }

// addEnds makes how a case ended a part of what tells groups apart.
func (w *walks) addEnds(s eventlog.Selection, ends []eventlog.End) {
	code := map[throughline.Outcome]uint32{}
	for _, c := range s {
		if _, ok := code[ends[c].Outcome]; !ok {
			code[ends[c].Outcome] = uint32(len(code))
		}
	}
	w.ends = len(code)
	for i, c := range s {
		w.add(i, added{uint32(len(w.pairs)) + code[ends[c].Outcome], 1})
	}
	w.endAll, w.endCell = alpha*float64(w.ends), alpha
}

// addWaits makes the time after each activity a part of what tells groups
// apart. It comes after addEnds.
func (w *walks) addWaits(l *eventlog.Log, s eventlog.Selection) {
	n := l.Activities().Len()
	count, sum, squares := make([]float64, n), make([]float64, n), make([]float64, n)
	stride := 1 + len(w.step)/waitsMost
	each := func(do func(i int, a uint32, q uint32)) {
		for i := 0; i < len(s); i += stride {
			lo, hi := l.Span(int(s[i]))
			for e := lo; e+1 < hi; e++ {
				if t, u := l.Times()[e], l.Times()[e+1]; t != eventlog.NoTime && u != eventlog.NoTime {
					do(i, l.Activity()[e], tenths(u-t))
				}
			}
		}
	}
	each(func(_ int, a, q uint32) {
		x := float64(q)
		count[a]++
		sum[a] += x
		squares[a] += x * x
	})
	cell := make([]uint32, n)
	first := uint32(len(w.pairs) + w.ends)
	for a := range n {
		if count[a] < 2 {
			continue
		}
		mean := sum[a] / count[a]
		cell[a] = first + uint32(waitCells*len(w.waits))
		w.waits = append(w.waits, waitRow{mean, math.Max(0, squares[a]/count[a]-mean*mean) + withinTenth})
	}
	each(func(i int, a, q uint32) {
		if k := cell[a]; k > 0 {
			w.add(i, added{k, 1}, added{k + 1, q}, added{k + 2, q * q % waitSplit}, added{k + 3, q * q / waitSplit})
		}
	})
}

// add puts something into cells of a case.
func (w *walks) add(i int, what ...added) {
	if w.more == nil {
		w.more = make([][]added, len(w.from)-1)
	}
	w.more[i] = append(w.more[i], what...)
}

// withinTenth is the variance of a wait within the tenth that it is told to.
const withinTenth = 1.0 / 12

// termBits is the code length of the terms beside the steps.
func (w *walks) termBits(counts []uint32) float64 {
	sum := 0.0
	at := len(w.pairs)
	if w.ends > 0 {
		n := uint32(0)
		for _, k := range counts[at : at+w.ends] {
			n += k
			sum -= rising(nil, w.endCell, k)
		}
		sum += rising(nil, w.endAll, n)
		at += w.ends
	}
	for _, r := range w.waits {
		c := counts[at : at+waitCells]
		if n := float64(c[0]); n > 0 {
			sum += r.bits(n, float64(c[1]), float64(c[2])+waitSplit*float64(c[3])+n*withinTenth)
		}
		at += waitCells
	}
	return sum
}

// termBoth is termBits of counts and of what is left of all.
func (w *walks) termBoth(counts, all []uint32) float64 {
	if w.ends == 0 && len(w.waits) == 0 {
		return 0
	}
	rest := make([]uint32, len(all))
	for i := len(w.pairs); i < len(all); i++ {
		rest[i] = all[i] - counts[i]
	}
	return w.termBits(counts) + w.termBits(rest)
}

// bits is minus the binary logarithm of the evidence of n waits under a normal
// distribution of unknown mean and precision with a Normal-Gamma prior:
// Γ(αn)/Γ(α) · β^α/βn^αn · √(κ/κn) · (2π)^(-n/2). docs/methods/mining-processes.md.
func (r waitRow) bits(n, sum, squares float64) float64 {
	const kappa, shape = 1, 1
	rate := shape * r.variance
	mean := sum / n
	kappaN, shapeN := kappa+n, shape+n/2
	rateN := rate + math.Max(0, squares-sum*mean)/2 + kappa*n*(mean-r.mean)*(mean-r.mean)/(2*kappaN)
	a, _ := math.Lgamma(shapeN)
	b, _ := math.Lgamma(shape)
	nats := a - b + shape*math.Log(rate) - shapeN*math.Log(rateN) + math.Log(kappa/kappaN)/2 - n/2*math.Log(2*math.Pi)
	return -nats / math.Ln2
}
