package eventlog

import (
	"encoding/binary"
	"math/bits"
)

// variants tells the cases of a log apart by the sequence of their activities.
// It is found once, when the log is made or opened, and costs four bytes a case
// and a little for each variant: questions about a part of the cases then need not look at
// their events again.
type variants struct {
	of    []uint32 // case -> variant, in order of the variants' first cases
	first []uint32 // variant -> the first case that went that way
	pairs []pair   // activities of which one came directly after the other
	ways  []uint16 // the steps of variants, one after the other
	kept  []kept   // of each variant
	start []uint32 // of each variant: its first activity
}

// kept says where the steps of a variant begin in ways, 0 where they are not
// kept, and how many there are, which is the number of its events.
type kept struct{ at, long uint32 }

// pair is two activities of which one came directly after the other.
type pair struct{ from, to uint32 }

// The steps of a way are a zero for its first event, and for each other event
// the place of the pair in pairs, plus one. waysPairs is how many pairs can be told apart.
const waysPairs = 1<<16 - 1

// waysMost bounds the steps kept, so that they take at most two megabytes, or a quarter of a byte an event.
func waysMost(events int) int { return max(1<<20, events/8) }

func (v *variants) bytes() int64 {
	return int64(len(v.of)+len(v.first)+len(v.start))*4 + int64(len(v.pairs)+len(v.kept))*8 + int64(len(v.ways))*2
}

// VariantOf gives the variant of each case: two cases have the same number where
// they went the same way. Numbers run from 0 in the order of the cases.
func (l *Log) VariantOf() []uint32 { return l.variants.of }

// trace gives the activities of a case; it must not be written to.
func (l *Log) trace(c uint32) []uint32 {
	lo, hi := l.offsets[c], l.offsets[c+1]
	return l.activity[lo:hi:hi]
}

// tellVariants finds the variants: each core those of a stretch of the cases, which are then joined.
func (l *Log) tellVariants() {
	l.variants.of = make([]uint32, l.Cases())
	parts := inParts(l, l.All(), func(s Selection) *variantGroups {
		g := newVariantGroups(l)
		for _, c := range s {
			trace := l.activity[l.offsets[c]:l.offsets[c+1]]
			l.variants.of[c] = g.add(trace, c, hashTrace(raw(trace)))
		}
		g.cases = s
		return g
	})
	all := parts[0]
	for _, g := range parts[1:] {
		code := make([]uint32, len(g.of))
		for i, v := range g.of {
			code[i] = all.add(g.trace(uint32(i)), v.first, g.hashes[i])
		}
		for _, c := range g.cases {
			l.variants.of[c] = code[l.variants.of[c]]
		}
	}
	l.variants.first = make([]uint32, len(all.of))
	for i, v := range all.of {
		l.variants.first[i] = v.first
	}
	l.findPairs()
}

// findPairs finds the pairs of all variants and keeps the ways of those that
// several cases took.
func (l *Log) findPairs() {
	v := &l.variants
	v.kept, v.start = make([]kept, len(v.first)), make([]uint32, len(v.first))
	v.ways = make([]uint16, 1)
	several := make([]bool, len(v.first))
	for c, of := range v.of {
		several[of] = several[of] || v.first[of] != uint32(c)
	}
	total := 0 // steps of all variants
	for _, c := range v.first {
		total += int(l.offsets[c+1] - l.offsets[c])
	}
	most := waysMost(l.Events())
	spell := spelling(nil, l.activities.Len())
	for i, c := range v.first {
		trace := l.trace(c)
		v.kept[i].long = uint32(len(trace))
		if len(trace) > 0 {
			v.start[i] = trace[0]
		}
		keep := (several[i] || total < most) && len(trace) > 1 && len(v.ways)+len(trace) <= most
		if keep {
			v.kept[i].at = uint32(len(v.ways))
			v.ways = append(v.ways, 0)
		}
		for k := 1; k < len(trace); k++ {
			e := spell.fresh(&v.pairs, trace[k-1], trace[k])
			if keep {
				v.ways = append(v.ways, uint16(e))
			}
		}
	}
	v.ways = append(v.ways, make([]uint16, blockSpare)...)
	if len(v.pairs) > waysPairs {
		v.ways = nil // a step cannot tell them apart
		for i := range v.kept {
			v.kept[i].at = 0
		}
	}
}

// denseActivities is the number of activities up to which pairs are found in a
// square table; beyond it in a map, so that memory follows the pairs that exist.
const denseActivities = 512

// speller finds the place of a pair.
type speller struct {
	dense []uint32 // from*width+to -> place plus one
	width int
	far   map[pair]uint32 // the same for more than denseActivities
}

func spelling(pairs []pair, activities int) *speller {
	s := &speller{width: activities}
	if activities > denseActivities {
		s.far = make(map[pair]uint32, len(pairs))
	} else {
		s.dense = make([]uint32, activities*activities)
	}
	for i, p := range pairs {
		s.put(p, uint32(i)+1)
	}
	return s
}

func (s *speller) put(p pair, k uint32) {
	if s.far != nil {
		s.far[p] = k
	} else {
		s.dense[int(p.from)*s.width+int(p.to)] = k
	}
}

func (s *speller) get(from, to uint32) uint32 {
	if s.far != nil {
		return s.far[pair{from, to}]
	}
	return s.dense[int(from)*s.width+int(to)]
}

// fresh gives the place of a pair plus one; a new one goes to the end of pairs.
func (s *speller) fresh(pairs *[]pair, from, to uint32) uint32 {
	k := s.get(from, to)
	if k == 0 {
		*pairs = append(*pairs, pair{from, to})
		k = uint32(len(*pairs))
		s.put(pair{from, to}, k)
	}
	return k
}

// among gives the variants of some cases as a log of their own has them.
func (v *variants) among(s Selection) variants {
	out := variants{of: make([]uint32, len(s)), pairs: v.pairs, ways: v.ways}
	code := make([]uint32, len(v.first)) // new number, plus one
	for i, c := range s {
		k := &code[v.of[c]]
		if *k == 0 {
			out.first = append(out.first, uint32(i))
			out.kept = append(out.kept, v.kept[v.of[c]])
			out.start = append(out.start, v.start[v.of[c]])
			*k = uint32(len(out.first))
		}
		out.of[i] = *k - 1
	}
	return out
}

type variantSlot struct {
	hash    uint32
	variant uint32 // index+1; 0 is empty
}

// variantGroups tells sequences apart in an open table. What is looked at for every
// case lies close together, so that it stays in the caches.
type variantGroups struct {
	acts    []uint32
	offsets []uint32
	near    []uint32 // copies of the first sequences met, side by side
	of      []variantOf
	hashes  []uint64
	table   []variantSlot
	mask    uint64
	cases   Selection // that were looked at
}

// variantOf is a sequence: where it lies in near or, where that is full, among
// the events of the first case that has it.
type variantOf struct {
	lo, len, first uint32
	far            bool
}

// nearMost bounds near: four megabytes, which second-level caches hold in part
// and address tables in whole.
const nearMost = 1 << 20

func newVariantGroups(l *Log) *variantGroups {
	return &variantGroups{acts: l.activity, offsets: l.offsets, table: make([]variantSlot, 1024), mask: 1023}
}

func (g *variantGroups) trace(i uint32) []uint32 {
	v := &g.of[i]
	if v.far {
		return g.acts[v.lo : v.lo+v.len : v.lo+v.len]
	}
	return g.near[v.lo : v.lo+v.len : v.lo+v.len]
}

// add gives the number of a sequence; c is a case that has it.
func (g *variantGroups) add(trace []uint32, c uint32, h uint64) uint32 {
	for i := h & g.mask; ; i = (i + 1) & g.mask {
		e := g.table[i]
		if e.variant == 0 {
			v := variantOf{g.offsets[c], uint32(len(trace)), c, true}
			if len(g.near)+len(trace) <= nearMost {
				v.lo, v.far = uint32(len(g.near)), false
				g.near = append(g.near, trace...)
			}
			g.of = append(g.of, v)
			g.hashes = append(g.hashes, h)
			g.table[i] = variantSlot{uint32(h >> 32), uint32(len(g.of))}
			if len(g.of)*2 > len(g.table) {
				g.grow()
			}
			return uint32(len(g.of) - 1)
		}
		if e.hash != uint32(h>>32) {
			continue
		}
		// Equal hashes are proved by the sequences themselves.
		if int(g.of[e.variant-1].len) == len(trace) && string(raw(g.trace(e.variant-1))) == string(raw(trace)) {
			return e.variant - 1
		}
	}
}

func (g *variantGroups) grow() {
	n := len(g.table) * 4
	g.table, g.mask = make([]variantSlot, n), uint64(n-1)
	for k, h := range g.hashes {
		i := h & g.mask
		for g.table[i].variant != 0 {
			i = (i + 1) & g.mask
		}
		g.table[i] = variantSlot{uint32(h >> 32), uint32(k + 1)}
	}
}

// hashTrace mixes the bytes of a sequence of codes, four at a time in two chains, so that
// the multiplications overlap. Equal hashes prove nothing and need not.
func hashTrace(b []byte) uint64 {
	const k1, k2 = 0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f
	h, g := uint64(len(b))*k2, uint64(k1)
	if len(b) >= 16 {
		// The last block may overlap the one before it: that spares a loop over the rest.
		end := b[len(b)-16:]
		for len(b) > 16 {
			h = bits.RotateLeft64((h^binary.LittleEndian.Uint64(b))*k1, 29)
			g = bits.RotateLeft64((g^binary.LittleEndian.Uint64(b[8:]))*k2, 31)
			b = b[16:]
		}
		h = (h ^ binary.LittleEndian.Uint64(end)) * k1
		g = (g ^ binary.LittleEndian.Uint64(end[8:])) * k2
	} else {
		for ; len(b) >= 4; b = b[4:] {
			h = bits.RotateLeft64((h^uint64(binary.LittleEndian.Uint32(b)))*k1, 29)
		}
	}
	h = bits.RotateLeft64(h, 32)
	h ^= g
	h ^= h >> 32
	h *= k2
	return h ^ h>>29
}
