package eventlog

import (
	"math"
	"math/big"
	"math/bits"
	"slices"
	"time"

	"github.com/throughline/throughline/internal/quantile"
)

// Engine answers the questions a history must answer. *Log is the fast one,
// plain.Log the obvious one; one suite compares them on random histories. A
// new question goes into all engines and the suite in one change.
//
// Activities are spoken of by the codes of Activities(); lists are in a fixed
// order, so that two engines with the same history give equal answers.
type Engine interface {
	Activities() *Dict
	Select(f Filter) Selection
	Summary(s Selection) Summary
	Variants(s Selection) []Variant
	DirectlyFollows(s Selection) Flow
	Ends(s Selection) (start, end []ActivityCount)
	Rework(s Selection) []Rework
	Between(s Selection, from, to uint32) []Gap
	Trace(c int) Trace
	Counts(s Selection, by []string, m OutcomeMap) []Group
	Spells(s Selection, m OutcomeMap, asOf int64) []Spell
}

var _ Engine = (*Log)(nil)

// Wait sums up durations in microseconds. Mean is the exact sum over the
// count, rounded once; it is 0 where N is 0, as Min and Max are.
type Wait struct {
	N        int
	Mean     float64
	Min, Max int64
}

// MeanDuration gives the mean as a duration, at most about 292 years.
func (w Wait) MeanDuration() time.Duration { return micros(w.Mean) }

func micros(us float64) time.Duration {
	if us > math.MaxInt64/1000 {
		return math.MaxInt64
	}
	return time.Duration(us * 1000)
}

// waitSum adds durations without overflow: 10 million waits of ten years do not fit 63 bits.
type waitSum struct {
	hi, lo   uint64
	n        int
	min, max int64
}

func (w *waitSum) add(us int64) {
	var carry uint64
	w.lo, carry = bits.Add64(w.lo, uint64(us), 0)
	w.hi += carry
	if w.n == 0 || us < w.min {
		w.min = us
	}
	w.max = max(w.max, us)
	w.n++
}

// put adds several durations at once: their sum, the least and the most of
// them. How many they are, n, is set by whoever knows.
func (w *waitSum) put(sum uint64, least, most int64) {
	var carry uint64
	w.lo, carry = bits.Add64(w.lo, sum, 0)
	w.hi += carry
	if w.n == 0 || least < w.min {
		w.min = least
	}
	w.max = max(w.max, most)
	w.n++
}

func (w *waitSum) merge(v *waitSum) {
	if v.n == 0 {
		return
	}
	var carry uint64
	w.lo, carry = bits.Add64(w.lo, v.lo, 0)
	w.hi += v.hi + carry
	if w.n == 0 || v.min < w.min {
		w.min = v.min
	}
	w.max = max(w.max, v.max)
	w.n += v.n
}

func (w *waitSum) wait() Wait {
	if w.n == 0 {
		return Wait{}
	}
	sum := new(big.Int).SetUint64(w.hi)
	sum.Lsh(sum, 64).Add(sum, new(big.Int).SetUint64(w.lo))
	mean, _ := new(big.Rat).SetFrac(sum, big.NewInt(int64(w.n))).Float64()
	return Wait{N: w.n, Mean: mean, Min: w.min, Max: w.max}
}

// WaitOf sums up a list of durations.
func WaitOf(us []int64) Wait {
	var w waitSum
	for _, d := range us {
		w.add(d)
	}
	return w.wait()
}

// Quantile gives the p-quantile of durations in microseconds, as quantile.Of
// has it. 0 for an empty list. It sorts a copy.
func Quantile(us []int64, p float64) float64 {
	s := slices.Clone(us)
	slices.Sort(s)
	return quantile.Of(s, p)
}

// nameRanks orders codes by their names, so that sorting compares numbers.
func nameRanks(d *Dict) []uint32 {
	byName := make([]uint32, d.Len())
	for i := range byName {
		byName[i] = uint32(i)
	}
	slices.SortFunc(byName, func(a, b uint32) int {
		switch x, y := d.At(a), d.At(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	rank := make([]uint32, len(byName))
	for r, code := range byName {
		rank[code] = uint32(r)
	}
	return rank
}
