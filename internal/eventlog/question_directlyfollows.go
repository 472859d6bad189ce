package eventlog

import (
	"cmp"
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

// DirectlyFollows counts pairs of neighbouring events of the selected cases.
func (l *Log) DirectlyFollows(s Selection) Flow {
	v := uint32(l.activities.Len())
	var flow Flow
	if v <= denseActivities {
		cells := make([]edgeSum, v*v)
		for _, c := range s {
			lo, hi := l.Span(int(c))
			l.follow(lo, hi, func(from, to uint32) *edgeSum { return &cells[from*v+to] })
		}
		for i := range cells {
			if cells[i].count > 0 {
				flow.Edges = append(flow.Edges, cells[i].edge(uint32(i)/v, uint32(i)%v))
			}
		}
	} else {
		cells := map[uint64]*edgeSum{}
		for _, c := range s {
			lo, hi := l.Span(int(c))
			l.follow(lo, hi, func(from, to uint32) *edgeSum {
				k := uint64(from)<<32 | uint64(to)
				e := cells[k]
				if e == nil {
					e = &edgeSum{}
					cells[k] = e
				}
				return e
			})
		}
		for k, e := range cells {
			flow.Edges = append(flow.Edges, e.edge(uint32(k>>32), uint32(k)))
		}
	}
	rank := nameRanks(&l.activities)
	slices.SortFunc(flow.Edges, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(rank[a.From], rank[b.From]), cmp.Compare(rank[a.To], rank[b.To]))
	})
	return flow
}

func (l *Log) follow(lo, hi int, cell func(from, to uint32) *edgeSum) {
	for e := lo + 1; e < hi; e++ {
		c := cell(l.activity[e-1], l.activity[e])
		c.count++
		if a, b := l.times[e-1], l.times[e]; a != NoTime && b != NoTime {
			c.add(b - a)
		}
	}
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
