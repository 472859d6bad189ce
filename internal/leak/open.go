package leak

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// set is some cases: those with a value, with none, with any.
type set struct {
	byTime, byAge []int32
	open          int
	ended         int
	ends          []int // by end, from 1
}

// sets parts the cases by code, from 0 below n; a negative code is in none.
func (p *prepared) sets(code func(i int32) int32, n int) []set {
	out := make([]set, n)
	for k := range out {
		out[k].ends = make([]int, p.ends+1)
	}
	for _, i := range p.byTime {
		if k := code(i); k >= 0 {
			s := &out[k]
			s.byTime = append(s.byTime, i)
			if e := p.End[i]; e > 0 {
				s.ended++
				s.ends[e]++
			} else {
				s.open++
			}
		}
	}
	for _, i := range p.byAge {
		if k := code(i); k >= 0 {
			out[k].byAge = append(out[k].byAge, i)
		}
	}
	return out
}

// openOf is how many cases of a set should be open, by the set's own
// durations: each case is open with the chance that one of the set lasts longer
// than the case is old (Kaplan and Meier 1958). Where belonging to the set is
// known on the first day, so many are open, whatever its durations and however
// many began when. Where a case joins the set as it ends, the open ones lack.
func (p *prepared) openOf(s set) float64 {
	times, left := p.lasting(s.byTime)
	return p.stillOpen(s.byAge, times, left)
}

// lasting is the Kaplan-Meier curve of cases in order of exposure: the times of
// ends, and the share that lasts longer.
func (p *prepared) lasting(byTime []int32) (times, left []float64) {
	n := len(byTime)
	times, left = make([]float64, 0, n), make([]float64, 0, n)
	alive := 1.0
	for r := 0; r < n; {
		t, ended, k := p.exposure[byTime[r]], 0, r
		for k < n && p.exposure[byTime[k]] == t {
			if p.End[byTime[k]] > 0 {
				ended++
			}
			k++
		}
		if ended > 0 {
			alive *= 1 - float64(ended)/float64(n-r)
			times, left = append(times, t), append(left, alive)
		}
		r = k
	}
	return times, left
}

// stillOpen adds up the chances that cases, in order of age, are still open by
// a curve.
func (p *prepared) stillOpen(byAge []int32, times, left []float64) float64 {
	sum, at := 0.0, 0
	alive := 1.0
	for _, i := range byAge {
		for at < len(times) && times[at] <= p.age[i] {
			alive = left[at]
			at++
		}
		sum += alive
	}
	return sum
}

// steady is how many cases of a set should be open where it is as common among
// young cases as among those so old that nine in ten have ended, and how many
// young ones are.
func (p *prepared) steady(s set) (expected, open float64) {
	var old, young []int32
	for _, i := range s.byTime {
		if p.age[i] >= p.old {
			old = append(old, i)
		} else if p.End[i] == 0 {
			open++
		}
	}
	at, _ := slices.BinarySearchFunc(p.byAge, p.old, func(i int32, t float64) int { return cmp.Compare(p.age[i], t) })
	if young = p.byAge[:at]; len(young) == p.n {
		return 0, open
	}
	times, left := p.lasting(old)
	return float64(len(old)) / float64(p.n-at) * p.stillOpen(young, times, left), open
}

// peers is how many cases of a set would be open if, among cases that opened in
// one stretch of time, belonging to it had nothing to do with being open.
func (p *prepared) peers(s set) float64 {
	var of, open, all [cohorts]float64
	for i, e := range p.End {
		if all[p.cohort[i]]++; e == 0 {
			open[p.cohort[i]]++
		}
	}
	for _, i := range s.byAge {
		of[p.cohort[i]]++
	}
	sum := 0.0
	for k := range of {
		if all[k] > 0 {
			sum += of[k] * open[k] / all[k]
		}
	}
	return sum
}

// leaves weighs whether cases leave a set as they end: of those that opened
// when the open ones of the set did, many have ended, of the set hardly one.
// certain: having a value or none, of which not one ended case may be; a value
// may belong to a new and slow kind of deal.
func (p *prepared) leaves(s set, kinds int, certain bool) bool {
	expected := float64(len(s.byAge)) - p.peers(s)
	if certain && s.ended == 0 && s.open >= 10 && p.noneEnded(s) < falseAlarms/float64(kinds) {
		return true
	}
	return float64(s.ended) <= 0.03*expected && atMost(float64(s.ended), expected) < falseAlarms/float64(kinds)
}

// noneEnded is the chance that all cases of a set are open ones, where sets are
// drawn by lot from cases that opened in one stretch of time.
func (p *prepared) noneEnded(s set) float64 {
	var of, open, all [cohorts]float64
	for i, e := range p.End {
		if all[p.cohort[i]]++; e == 0 {
			open[p.cohort[i]]++
		}
	}
	for _, i := range s.byAge {
		of[p.cohort[i]]++
	}
	sum := 0.0
	for k := range of {
		sum += logChoose(open[k], of[k]) - logChoose(all[k], of[k])
	}
	return math.Exp(sum)
}

func logChoose(n, k float64) float64 {
	a, _ := math.Lgamma(n + 1)
	b, _ := math.Lgamma(k + 1)
	c, _ := math.Lgamma(n - k + 1)
	return a - b - c
}

const (
	falseAlarms = 0.001 // over all attributes
	leastSet    = 15    // closed cases of a set
	fewOpen     = 0.34  // share of the open cases one should see that may still be there
)

// joins weighs whether cases join a set as they end. kinds is how many sets
// were looked at. certain: having a value or none, which an honest attribute
// hardly ever decides an end by.
func (p *prepared) joins(s set, kinds int, certain bool) bool {
	if s.ended < leastSet {
		return false
	}
	own := p.openOf(s) * p.fewer
	chance := atMost(float64(s.open), own)
	if float64(s.open) > fewOpen*own { // of many cases a small difference is certain, and no leak
		return false
	}
	if chance < falseAlarms/float64(kinds) {
		return true
	}
	peers := p.peers(s)
	if chance < 0.02 && peers >= 6 && float64(s.open) <= 0.05*peers {
		return true
	}
	if p.nameEachOther(s) {
		return true
	}
	anyOpen := p.n-p.closed >= 10
	if anyOpen && chance >= 0.05 {
		if expected, open := p.steady(s); atMost(open, expected*p.fewer) >= 0.05 {
			return false
		}
	}
	for e := 1; e <= p.ends; e++ { // closed cases of the set all end, or never end, in one way
		for _, with := range []struct {
			share, least float64
			n            int
		}{{1 - p.share[e], 40, s.ended - s.ends[e]}, {p.share[e], 60, s.ends[e]}} {
			expected := with.share * float64(s.ended)
			if certain || anyOpen {
				with.least = 15
			}
			if expected >= with.least && float64(with.n) <= errs*expected {
				return true
			}
		}
	}
	return false
}

// mutual is the share of an end's cases that a set holds from which on the end
// tells the set, as the set tells the end.
const mutual = 2.0 / 3

// nameEachOther reports whether a set and one end tell each other, and nobody
// open is in the set: no case of the set ended otherwise, and most that ended so
// are in it. What is known on the first day may do the one, as renewals are won;
// hardly ever the other too. So what is overwritten at one end is seen where few
// such cases would be open anyway, being short, or of a kind that is no longer sold.
func (p *prepared) nameEachOther(s set) bool {
	if s.open > 0 {
		return false
	}
	for e := 1; e <= p.ends; e++ {
		others := (1 - p.share[e]) * float64(s.ended)
		if others >= 15 && float64(s.ended-s.ends[e]) <= errs*others && float64(s.ends[e]) >= mutual*p.share[e]*float64(p.closed) {
			return true
		}
	}
	return false
}

// atMost is the chance of at most n where so many are expected, by Poisson, n a whole number.
func atMost(n, expected float64) float64 {
	if expected <= 0 {
		return 1
	}
	sum, term := 0.0, math.Exp(-expected)
	for k := 0.0; k <= n; k++ {
		sum += term
		term *= expected / (k + 1)
	}
	return min(1, sum)
}

// atEnd looks for values that come, or go, when a case ends: having one, having
// none, each value, stretches of a quantity, and how round it is.
func (p *prepared) atEnd(c *Column, of int) (Why, int) {
	has := p.sets(func(i int32) int32 { return min(c.Code[i], 1) }, 2)
	kinds := 12 * of
	if len(has[0].byTime) > 0 && len(has[1].byTime) > 0 {
		if p.joins(has[1], kinds, true) {
			return WrittenAtEnd, has[1].ended
		}
		if p.joins(has[0], kinds, true) {
			return BlankedAtEnd, has[0].ended
		}
		if p.leaves(has[1], kinds, true) {
			return BlankedAtEnd, p.closed - has[1].ended
		}
		if p.leaves(has[0], kinds, true) {
			return WrittenAtEnd, p.closed - has[0].ended
		}
	}
	for _, parts := range []func(*Column) ([]int32, int){p.byLevel, byStretch, byRoundness} {
		code, n := parts(c)
		if code == nil {
			continue
		}
		for _, s := range p.sets(func(i int32) int32 { return code[i] }, n) {
			if p.joins(s, kinds, false) {
				return WrittenAtEnd, s.ended
			}
			if p.leaves(s, kinds, false) {
				return Overwritten, p.closed - s.ended
			}
		}
	}
	return "", 0
}

// byLevel parts cases by their value: the sixty commonest.
func (p *prepared) byLevel(c *Column) ([]int32, int) {
	if c.Levels < 2 {
		return nil, 0
	}
	count := make([]int, c.Levels+1)
	for _, k := range c.Code {
		count[k]++
	}
	var levels []int
	for k := 1; k <= c.Levels; k++ {
		if count[k] >= leastSet {
			levels = append(levels, k)
		}
	}
	if len(levels) > 60 {
		slices.SortStableFunc(levels, func(a, b int) int { return count[b] - count[a] })
		levels = levels[:60]
	}
	to := make([]int32, c.Levels+1)
	for k := range to {
		to[k] = -1
	}
	for at, k := range levels {
		to[k] = int32(at)
	}
	out := make([]int32, len(c.Code))
	for i, k := range c.Code {
		out[i] = to[k]
	}
	return out, len(levels)
}

// byStretch parts a quantity at its eighths.
func byStretch(c *Column) ([]int32, int) {
	if c.Number == nil || c.Levels <= 60 {
		return nil, 0
	}
	var sorted []float64
	for _, x := range c.Number {
		if !missing(x) {
			sorted = append(sorted, x)
		}
	}
	slices.Sort(sorted)
	var bounds []float64
	for k := 1; k < 8; k++ {
		if b := sorted[k*len(sorted)/8]; len(bounds) == 0 || b > bounds[len(bounds)-1] {
			bounds = append(bounds, b)
		}
	}
	out := make([]int32, len(c.Number))
	for i, x := range c.Number {
		if out[i] = -1; !missing(x) {
			k, _ := slices.BinarySearch(bounds, x)
			out[i] = int32(k)
		}
	}
	return out, len(bounds) + 1
}

// byRoundness parts a quantity by how many figures it takes to write it: an
// estimate is round, what was agreed on is not.
func byRoundness(c *Column) ([]int32, int) {
	if c.Number == nil {
		return nil, 0
	}
	out := make([]int32, len(c.Number))
	for i, x := range c.Number {
		out[i] = -1
		if missing(x) {
			continue
		}
		s := strings.TrimLeft(strconv.FormatFloat(math.Abs(x), 'f', -1, 64), "0.")
		if !strings.Contains(strconv.FormatFloat(x, 'f', -1, 64), ".") {
			s = strings.TrimRight(s, "0")
		}
		switch n := len(strings.ReplaceAll(s, ".", "")); {
		case n <= 2:
			out[i] = 0
		case n == 3:
			out[i] = 1
		default:
			out[i] = 2
		}
	}
	return out, 3
}
