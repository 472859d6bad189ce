package eventlog

import (
	"cmp"
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
	slices.SortFunc(g, func(a, b Variant) int {
		if a.Cases != b.Cases {
			return cmp.Compare(b.Cases, a.Cases)
		}
		for i := range min(len(a.Activities), len(b.Activities)) {
			if x, y := rank[a.Activities[i]], rank[b.Activities[i]]; x != y {
				return cmp.Compare(x, y)
			}
		}
		return cmp.Compare(len(a.Activities), len(b.Activities))
	})
	return g
}

type variantSlot struct {
	hash    uint32
	variant uint32 // index+1; 0 is empty
}

// groupVariants gives the variants in order of their first case.
func (l *Log) groupVariants(s Selection) []Variant {
	table := make([]variantSlot, 1024)
	mask := uint64(len(table) - 1)
	var out []Variant
	for _, c := range s {
		lo, hi := l.Span(int(c))
		trace := l.activity[lo:hi:hi]
		h := hashTrace(trace)
		i := h & mask
		for {
			e := table[i]
			if e.variant == 0 {
				out = append(out, Variant{trace, 1, int(c)})
				table[i] = variantSlot{uint32(h >> 32), uint32(len(out))}
				break
			}
			if v := &out[e.variant-1]; e.hash == uint32(h>>32) && slices.Equal(v.Activities, trace) {
				v.Cases++
				break
			}
			i = (i + 1) & mask
		}
		if len(out)*2 > len(table) {
			table, mask = regrow(table)
			for i, v := range out {
				place(table, mask, hashTrace(v.Activities), uint32(i+1))
			}
		}
	}
	return out
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

// hashTrace mixes a sequence of codes, two at a time so that the multiplications overlap.
func hashTrace(t []uint32) uint64 {
	const k1, k2 = 0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f
	h := uint64(len(t)) * k2
	for len(t) >= 2 {
		h = (h ^ (uint64(t[0]) | uint64(t[1])<<32)) * k1
		h ^= h >> 29
		t = t[2:]
	}
	if len(t) == 1 {
		h = (h ^ uint64(t[0])) * k1
	}
	h ^= h >> 32
	h *= k2
	return h ^ h>>29
}
