package eventlog

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
)

// Variant is a sequence of activities and how many cases went that way. First
// is the first selected case that did. Activities shares the log's memory.
type Variant struct {
	Activities []uint32
	Cases      int
	First      int
}

// Variants counts the sequences of activities: most cases first, then by the
// names of the activities in turn, a shorter sequence before a longer one that
// begins with it. A case without events counts as the empty sequence.
func (l *Log) Variants(s Selection) []Variant {
	g := l.groupVariants(s)
	rank := nameRanks(&l.activities)
	width := bits.Len(uint(len(rank) + 1)) // of a rank plus one; zero is the end of a sequence
	list := make([]variantKey, len(g))
	for i, v := range g {
		k := variantKey{cases: v.Cases, at: uint32(i)}
		for n, a := range v.Activities[:min(len(v.Activities), 2*(64/width))] {
			n, half := n%(64/width), n/(64/width)
			k.names[half] |= uint64(rank[a]+1) << (64 - width*(n+1))
		}
		list[i] = k
	}
	slices.SortFunc(list, func(x, y variantKey) int {
		if x.cases != y.cases {
			return cmp.Compare(y.cases, x.cases)
		}
		if x.names[0] != y.names[0] {
			return cmp.Compare(x.names[0], y.names[0])
		}
		if x.names[1] != y.names[1] {
			return cmp.Compare(x.names[1], y.names[1])
		}
		a, b := g[x.at].Activities, g[y.at].Activities
		for i := range min(len(a), len(b)) {
			if p, q := rank[a[i]], rank[b[i]]; p != q {
				return cmp.Compare(p, q)
			}
		}
		return cmp.Compare(len(a), len(b))
	})
	out := make([]Variant, len(g))
	for i, k := range list {
		out[i] = g[k.at]
	}
	return out
}

// variantKey sorts a variant: the ranks of its first names stand in two
// numbers, so that most comparisons need not look at the sequence.
type variantKey struct {
	cases int
	names [2]uint64
	at    uint32
}

type variantSlot struct {
	hash    uint32
	variant uint32 // index+1; 0 is empty
}

// groupVariants gives the variants in order of their first case: each core
// groups a stretch of the cases, then the groups are joined.
func (l *Log) groupVariants(s Selection) []Variant {
	parts := inParts(l, s, func(s Selection) *variantGroups {
		g := newVariantGroups()
		for _, c := range s {
			lo, hi := l.offsets[c], l.offsets[c+1]
			g.add(l.activity[lo:hi:hi], 1, int(c))
		}
		return g
	})
	if len(parts) == 0 {
		return nil
	}
	all := parts[0]
	for _, g := range parts[1:] {
		for _, v := range g.list {
			all.add(v.Activities, v.Cases, v.First)
		}
	}
	return all.list
}

// variantGroups counts sequences in an open table that points into a list.
type variantGroups struct {
	list  []Variant
	table []variantSlot
	mask  uint64
}

func newVariantGroups() *variantGroups {
	return &variantGroups{table: make([]variantSlot, 1024), mask: 1023}
}

func (g *variantGroups) add(trace []uint32, cases, first int) {
	h := hashTrace(trace)
	for i := h & g.mask; ; i = (i + 1) & g.mask {
		e := g.table[i]
		if e.variant == 0 {
			g.list = append(g.list, Variant{trace, cases, first})
			g.table[i] = variantSlot{uint32(h >> 32), uint32(len(g.list))}
			break
		}
		// Equal hashes are proved by the sequences themselves.
		if v := &g.list[e.variant-1]; e.hash == uint32(h>>32) && string(raw(v.Activities)) == string(raw(trace)) {
			v.Cases += cases
			return
		}
	}
	if len(g.list)*2 > len(g.table) {
		g.table, g.mask = regrow(g.table)
		for i, v := range g.list {
			place(g.table, g.mask, hashTrace(v.Activities), uint32(i+1))
		}
	}
}

func regrow(table []variantSlot) ([]variantSlot, uint64) {
	n := len(table) * 4
	return make([]variantSlot, n), uint64(n - 1)
}

func place(table []variantSlot, mask, h uint64, v uint32) {
	i := h & mask
	for table[i].variant != 0 {
		i = (i + 1) & mask
	}
	table[i] = variantSlot{uint32(h >> 32), v}
}

// hashTrace mixes a sequence of codes, four at a time in two chains, so that
// the multiplications overlap. Equal hashes prove nothing and need not.
func hashTrace(t []uint32) uint64 {
	const k1, k2 = 0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f
	b := raw(t)
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
