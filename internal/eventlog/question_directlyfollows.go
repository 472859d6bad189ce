package eventlog

import (
	"cmp"
	"math"
	"slices"
)

// Edge says how often one activity came directly after another in the same
// case, and how long it took: Wait covers those pairs of which both events have a time.
type Edge struct {
	From, To uint32
	Count    int
	Wait     Wait
}

// Flow is the directly-follows relation: edges by count, most first, then by
// the names of From and To.
type Flow struct {
	Edges []Edge
}

// denseActivities is the number of activities up to which pairs are counted in
// a square table; beyond it in a map, so that memory follows the edges that exist.
const denseActivities = 512

type edgeSum struct {
	waitSum
	count int
}

// DirectlyFollows counts pairs of neighbouring events of the selected cases,
// on all cores: sums are exact, so that it does not matter who added what.
func (l *Log) DirectlyFollows(s Selection) Flow {
	v := l.activities.Len()
	var flow Flow
	if v <= denseActivities {
		parts := inParts(l, s, func(s Selection) []edgeSum {
			cells := make([]edgeSum, v*v)
			if l.untimed == 0 {
				l.followTimed(s, cells, v)
			} else {
				l.follow(s, func(from, to uint32) *edgeSum { return &cells[int(from)*v+int(to)] })
			}
			return cells
		})
		for i := range v * v {
			var e edgeSum
			for _, cells := range parts {
				e.merge(&cells[i])
			}
			if e.count > 0 {
				flow.Edges = append(flow.Edges, e.edge(uint32(i/v), uint32(i%v)))
			}
		}
	} else {
		parts := inParts(l, s, func(s Selection) map[uint64]*edgeSum {
			cells := map[uint64]*edgeSum{}
			l.follow(s, func(from, to uint32) *edgeSum {
				k := uint64(from)<<32 | uint64(to)
				e := cells[k]
				if e == nil {
					e = &edgeSum{}
					cells[k] = e
				}
				return e
			})
			return cells
		})
		all := map[uint64]*edgeSum{}
		for _, cells := range parts {
			for k, e := range cells {
				if have := all[k]; have != nil {
					have.merge(e)
				} else {
					all[k] = e
				}
			}
		}
		for k, e := range all {
			flow.Edges = append(flow.Edges, e.edge(uint32(k>>32), uint32(k)))
		}
	}
	rank := nameRanks(&l.activities)
	slices.SortFunc(flow.Edges, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(rank[a.From], rank[b.From]), cmp.Compare(rank[a.To], rank[b.To]))
	})
	return flow
}

// timedCell is edgeSum in 32 bytes, so that the square table of a usual log
// stays in the first cache. span is max-min, so that one comparison tells
// whether a wait lies within what has been seen.
type timedCell struct {
	sum, count uint64
	min, span  uint64
}

// followTimed is follow for logs in which every event has a time: then no wait
// is below zero, and count and number of waits are the same. The waits of a
// case add up to its length; before the lengths of the cases no longer fit 64
// bits, what has been added is put away.
func (l *Log) followTimed(s Selection, sums []edgeSum, v int) {
	cells := make([]timedCell, v*v)
	clear := func() {
		for i := range cells {
			cells[i] = timedCell{min: math.MaxUint64} // the first wait lies outside
		}
	}
	clear()
	away := func() {
		for i, e := range cells {
			if e.count > 0 {
				sums[i].merge(&edgeSum{waitSum{0, e.sum, int(e.count), int64(e.min), int64(e.min + e.span)}, int(e.count)})
			}
		}
		clear()
	}
	together := uint64(0)
	for _, c := range s {
		lo, hi := l.offsets[c], l.offsets[c+1]
		if lo == hi {
			continue
		}
		lasted := uint64(l.times[hi-1] - l.times[lo])
		if together += lasted; together < lasted {
			away()
			together = lasted
		}
		acts, times := l.activity[lo:hi], l.times[lo:hi]
		for i := followCase(cells, acts, times, v, 1); i < len(acts); i = followCase(cells, acts, times, v, i+1) {
			cells[int(acts[i-1])*v+int(acts[i])].widen(uint64(times[i] - times[i-1]))
		}
	}
	away()
}

// followCase adds the pairs of one case from event i on. It stops at a pair
// whose wait is shorter or longer than any before, and gives the place of its
// second event. It stands alone and calls nothing, so that the compiler keeps
// everything it needs in registers.
//
//go:noinline
func followCase(cells []timedCell, acts []uint32, times []int64, v, i int) int {
	if len(acts) != len(times) || i < 1 || i >= len(acts) {
		return len(acts)
	}
	row, before := int(acts[i-1])*v, times[i-1]
	for ; i < len(acts); i++ {
		a, t := int(acts[i]), times[i]
		e := &cells[row+a]
		us := uint64(t - before)
		row, before = a*v, t
		e.sum += us
		e.count++
		if us-e.min > e.span {
			return i
		}
	}
	return i
}

func (e *timedCell) widen(us uint64) {
	switch {
	case e.min == math.MaxUint64:
		e.min, e.span = us, 0
	case us < e.min:
		e.min, e.span = us, e.span+e.min-us
	default:
		e.span = us - e.min
	}
}

func (l *Log) follow(s Selection, cell func(from, to uint32) *edgeSum) {
	for _, c := range s {
		lo, hi := l.Span(int(c))
		for e := lo + 1; e < hi; e++ {
			sum := cell(l.activity[e-1], l.activity[e])
			sum.count++
			if a, b := l.times[e-1], l.times[e]; a != NoTime && b != NoTime {
				sum.add(b - a)
			}
		}
	}
}

func (e *edgeSum) merge(f *edgeSum) {
	e.count += f.count
	e.waitSum.merge(&f.waitSum)
}

func (e *edgeSum) edge(from, to uint32) Edge {
	return Edge{From: from, To: to, Count: e.count, Wait: e.wait()}
}

// Waits lists the waiting times of one edge, in order of case and event, for
// quantiles (Quantile) and for opening a number to its cases.
func (l *Log) Waits(s Selection, from, to uint32) []Gap {
	var out []Gap
	for _, c := range s {
		lo, hi := l.Span(int(c))
		for e := lo + 1; e < hi; e++ {
			if l.activity[e-1] == from && l.activity[e] == to {
				out = append(out, l.gap(int(c), e-1, e))
			}
		}
	}
	return out
}
