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

type edgeSum struct {
	waitSum
	count int
}

// DirectlyFollows counts pairs of neighbouring events of the selected cases,
// on all cores: sums are exact, so that it does not matter who added what.
func (l *Log) DirectlyFollows(s Selection) Flow {
	parts := inParts(l, s, l.followed)
	var flow Flow
	for i, p := range l.variants.pairs {
		e := parts[0][i]
		for _, sums := range parts[1:] {
			e.merge(&sums[i])
		}
		if e.count > 0 {
			flow.Edges = append(flow.Edges, Edge{From: p.from, To: p.to, Count: e.count, Wait: e.wait()})
		}
	}
	rank := nameRanks(&l.activities)
	slices.SortFunc(flow.Edges, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(rank[a.From], rank[b.From]), cmp.Compare(rank[a.To], rank[b.To]))
	})
	return flow
}

// follower adds up pairs of neighbouring events. Which pairs a case has, and so
// how often each came, its variant says: only the waits are read.
type follower struct {
	l     *Log
	sums  []edgeSum
	waits []waitCell                       // of each step of a way
	walks []walk                           // of each variant
	block [blockEvents + blockSpare]uint16 // steps of cases that lie side by side
	spell *speller                         // made when it is asked for
}

// waitCell is what a wait is added to, in 24 bytes, so that those of a usual
// log stay in the first cache. span is max-min, so that one comparison tells
// whether a wait lies within what has been seen.
type waitCell struct{ sum, min, span uint64 }

// noWait has the first wait lie outside, anyWait has none do so.
var noWait, anyWait = waitCell{min: math.MaxUint64}, waitCell{span: math.MaxUint64}

func newSums(l *Log) []edgeSum { return make([]edgeSum, len(l.variants.pairs)) }

// followed gives the sums of the pairs of a stretch of the cases.
func (l *Log) followed(s Selection) []edgeSum {
	v := &l.variants
	f := &follower{l: l, sums: newSums(l)}
	timed := l.untimed == 0
	if timed && v.ways != nil && l.lasts() <= math.MaxUint64/blockCases {
		f.timed(s)
	} else {
		f.slowly(s)
	}
	if timed { // then every pair has a wait
		for i := range f.sums {
			f.sums[i].n = f.sums[i].count
		}
	}
	return f.sums
}

// blockEvents is how many events' steps are laid side by side, of at most
// blockCases cases; blockSpare is how many steps are copied at a time.
const blockEvents, blockCases, blockSpare = 1 << 14, 1 << 11, 32

// timed follows cases of which every event has a time. Cases that lie side by
// side are taken as one row of events, so that the processor need not guess
// where each of them ends: the step into a case leads nowhere.
func (f *follower) timed(s Selection) {
	l, v := f.l, &f.l.variants
	f.walks = make([]walk, len(v.kept))
	for i, k := range v.kept {
		f.walks[i].kept = k
	}
	f.waits = make([]waitCell, len(v.pairs)+1)
	for i := range f.waits {
		f.waits[i] = noWait
	}
	f.waits[0] = anyWait
	// A case adds at most as much as the log lasts, and so many cannot overflow.
	fit := math.MaxUint64 / max(1, l.lasts())
	room := fit
	lo, next := 0, -1 // where the next case's events begin, if it is the next
	for k := 0; k < len(s); {
		if int(s[k]) != next {
			lo = int(l.offsets[s[k]])
		}
		cases, n := f.lay(s[k:])
		if n == 0 { // longer than the block, or a case without events
			f.slowly(s[k : k+1])
			k, next = k+1, -1
			continue
		}
		k, next = k+cases, int(s[k])+cases
		if room < uint64(cases) {
			f.away()
			room = fit
		}
		room -= uint64(cases)
		way, times := f.block[:n], l.times[lo:][:n]
		lo += n
		for i := addWaits(f.waits, way, times, 0); i < n; i = addWaits(f.waits, way, times, i+1) {
			f.waits[way[i]].widen(uint64(times[i] - times[i-1]))
		}
	}
	f.away()
	for i := range f.walks {
		w := &f.walks[i]
		if w.cases > 0 {
			for _, e := range v.ways[w.at+1 : w.at+w.long] {
				f.sums[e-1].count += int(w.cases)
			}
		}
	}
}

// walk is a variant's steps, as kept has them, and how many cases took them.
type walk struct {
	kept
	cases uint32
}

// lay puts the steps of the first cases of s into the block: those that lie
// side by side, as many as there is room for. It gives how many cases and how
// many steps they are.
func (f *follower) lay(s Selection) (cases, steps int) {
	first := s[0]
	run := 1
	for next := 2; next <= min(len(s), blockCases) && s[next-1]-first == uint32(next-1); next *= 2 {
		run = next // s rises, so that these are all neighbours
	}
	walks, ways, block := f.walks, f.l.variants.ways, &f.block
	n := 0
	for i, of := range f.l.variants.of[first:][:run] {
		w := &walks[of]
		end := n + int(w.long)
		if end > blockEvents {
			return i, n
		}
		if w.at == 0 {
			f.spellOut(block[n:n], first+uint32(i))
		} else {
			w.cases++
			// Copying a fixed number is quicker than looking how many there are.
			some := *(*[blockSpare]uint16)(ways[w.at:])
			*(*[blockSpare]uint16)(block[n:]) = some
			if w.long > blockSpare {
				copy(block[n+blockSpare:end], ways[w.at+blockSpare:])
			}
		}
		n = end
	}
	return run, n
}

// spellOut gives and counts the steps of a case whose variant's are not kept.
func (f *follower) spellOut(to []uint16, c uint32) {
	spell, trace := f.spelling(), f.l.trace(c)
	for i := range trace {
		e := uint32(0)
		if i > 0 {
			e = spell.get(trace[i-1], trace[i])
			f.sums[e-1].count++
		}
		to = append(to, uint16(e))
	}
}

func (f *follower) spelling() *speller {
	if f.spell == nil {
		f.spell = spelling(f.l.variants.pairs, f.l.activities.Len())
	}
	return f.spell
}

// slowly follows cases whose events may have no time, event by event.
func (f *follower) slowly(s Selection) {
	l, spell := f.l, f.spelling()
	for _, c := range s {
		for i := l.offsets[c] + 1; i < l.offsets[c+1]; i++ {
			sum := &f.sums[spell.get(l.activity[i-1], l.activity[i])-1]
			sum.count++
			if a, b := l.times[i-1], l.times[i]; a != NoTime && b != NoTime {
				sum.add(b - a)
			}
		}
	}
}

// away moves what has been added to where it cannot overflow.
func (f *follower) away() {
	for i, w := range f.waits[1:] {
		if w != noWait {
			f.sums[i].put(w.sum, int64(w.min), int64(w.min+w.span))
			f.waits[i+1] = noWait
		}
	}
}

// addWaits adds the waits of a row of events from event i on, each to where
// its step says. It stops at a wait that is shorter or longer than any before,
// and gives its place. It stands alone and calls nothing, so that the compiler
// keeps everything it needs in registers, and takes two events a turn.
//
//go:noinline
func addWaits(waits []waitCell, way []uint16, times []int64, i int) int {
	if len(times) != len(way) || i < 0 || i >= len(way) {
		return len(way)
	}
	before := times[max(0, i-1)]
	for ; i < len(way)-1; i += 2 {
		t, u := times[i], times[i+1]
		e := &waits[way[i]]
		us := uint64(t - before)
		e.sum += us
		if us-e.min > e.span {
			return i
		}
		e = &waits[way[i+1]]
		us = uint64(u - t)
		e.sum += us
		if us-e.min > e.span {
			return i + 1
		}
		before = u
	}
	if i < len(way) {
		e := &waits[way[i]]
		us := uint64(times[i] - before)
		e.sum += us
		if us-e.min > e.span {
			return i
		}
		i++
	}
	return i
}

func (e *waitCell) widen(us uint64) {
	switch {
	case e.min == math.MaxUint64:
		e.min, e.span = us, 0
	case us < e.min:
		e.min, e.span = us, e.span+e.min-us
	default:
		e.span = us - e.min
	}
}

func (e *edgeSum) merge(f *edgeSum) {
	e.count += f.count
	e.waitSum.merge(&f.waitSum)
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
