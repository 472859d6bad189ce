package eventlog

import (
	"cmp"
	"math/bits"
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

// followTimed is follow for logs in which every event has a time: then no wait
// is below zero, and count and number of waits are the same.
func (l *Log) followTimed(s Selection, cells []edgeSum, v int) {
	for _, c := range s {
		lo, hi := l.offsets[c], l.offsets[c+1]
		if lo == hi {
			continue
		}
		acts, times := l.activity[lo:hi], l.times[lo:hi]
		times = times[:len(acts)]
		row, before := int(acts[0])*v, times[0]
		for i := 1; i < len(acts); i++ {
			a, t := int(acts[i]), times[i]
			e := &cells[row+a]
			us := t - before
			row, before = a*v, t
			var carry uint64
			e.lo, carry = bits.Add64(e.lo, uint64(us), 0)
			e.hi += carry
			if e.n == 0 || us < e.min {
				e.min = us
			}
			if us > e.max {
				e.max = us
			}
			e.n++
		}
	}
	for i := range cells {
		cells[i].count = cells[i].n
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
