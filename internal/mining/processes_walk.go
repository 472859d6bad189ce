package mining

import (
	"slices"

	"github.com/throughline/throughline/internal/eventlog"
)

// walks are the steps of some cases, a step being a pair of neighbouring
// activities, with one before the first and one after the last. Steps are
// coded by the pairs that occur, ordered by where they come from, so that a row
// of the chain is a stretch of codes.
type walks struct {
	from  []uint32 // case -> first step; one more entry than cases
	step  []uint32 // code of each step
	pairs []pair   // code -> what it stands for
	rows  []uint32 // first code of each row; one more entry than rows
}

// pair is a step from one activity to another. Opening and Ending stand for
// what comes before the first and after the last.
type pair struct{ from, to uint32 }

// walk codes the steps of the selected cases, each up to but not including the
// event at its place in until.
func walk(l *eventlog.Log, s eventlog.Selection, until []int) *walks {
	n := uint64(l.Activities().Len())
	edge := n // the code of the opening (as from) and of the end (as to)
	w := &walks{from: make([]uint32, len(s)+1)}
	total := 0
	for i, c := range s {
		lo, _ := l.Span(int(c))
		total += until[i] - lo + 1
		w.from[i+1] = uint32(total)
	}
	act := l.Activity()
	each := func(do func(i int, key uint64)) {
		i := 0
		for k, c := range s {
			lo, _ := l.Span(int(c))
			last := edge
			for e := lo; e < until[k]; e++ {
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
	return w
}
