package eventlog

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"sync"
)

// Variant is a sequence of activities and how many cases went that way. First
// is the first selected case that did. Activities must not be written to.
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
	list := make([]variantKey, len(g.of))
	keys := func(from, to int) {
		for i := from; i < to; i++ {
			list[i] = g.key(uint32(i), rank, width)
		}
	}
	if half := len(list) / 2; half > 1<<10 {
		var wg sync.WaitGroup
		wg.Go(func() { keys(0, half) })
		keys(half, len(list))
		wg.Wait()
	} else {
		keys(0, len(list))
	}
	sortKeys(list, func(x, y variantKey) int {
		a, b := g.trace(x.at), g.trace(y.at)
		for i := range min(len(a), len(b)) {
			if p, q := rank[a[i]], rank[b[i]]; p != q {
				return cmp.Compare(p, q)
			}
		}
		return cmp.Compare(len(a), len(b))
	})
	out := make([]Variant, len(list))
	for i, k := range list {
		out[i] = Variant{Activities: g.trace(k.at), Cases: int(g.cases[k.at]), First: int(g.of[k.at].first)}
	}
	return out
}

// variantKey sorts a variant: first how many cases there are, the most coming
// first, and the beginning of the names' ranks, then as many more of them as fit, so that
// few comparisons need look at the sequence.
type variantKey struct {
	words [3]uint64
	at    uint32
}

// key gives what a variant is sorted by; a rank takes width bits.
func (g *variantGroups) key(i uint32, rank []uint32, width int) variantKey {
	k := variantKey{at: i}
	word, room := 0, 32
	for _, a := range g.trace(i) {
		if room < width {
			if word++; word == len(k.words) {
				break
			}
			room = 64
		}
		room -= width
		k.words[word] |= uint64(rank[a]+1) << room
	}
	k.words[0] |= uint64(math.MaxUint32-g.cases[i]) << 32
	return k
}

// sortKeys sorts byte by byte, from the last to the first, and what is equal in
// all of them by the comparison.
func sortKeys(list []variantKey, same func(x, y variantKey) int) {
	from, to := list, make([]variantKey, len(list))
	for b := 0; b < 8*len(variantKey{}.words) && len(list) > 1; b++ {
		word, shift := len(variantKey{}.words)-1-b/8, b%8*8
		digit := func(k *variantKey) byte { return byte(k.words[word] >> shift) }
		var count [256]int
		for i := range from {
			count[digit(&from[i])]++
		}
		if count[digit(&from[0])] == len(from) {
			continue // the same everywhere
		}
		sum := 0
		for d, n := range count {
			count[d] = sum
			sum += n
		}
		for i := range from {
			d := digit(&from[i])
			to[count[d]] = from[i]
			count[d]++
		}
		from, to = to, from
	}
	copy(list, from)
	for i := 0; i < len(list); {
		k := i + 1
		for k < len(list) && list[k].words == list[i].words {
			k++
		}
		if k-i > 1 {
			slices.SortFunc(list[i:k], same)
		}
		i = k
	}
}

type variantSlot struct {
	hash    uint32
	variant uint32 // index+1; 0 is empty
}

// groupVariants gives the variants in order of their first case: each core
// groups a stretch of the cases, then the groups are joined.
func (l *Log) groupVariants(s Selection) *variantGroups {
	parts := inParts(l, s, func(s Selection) *variantGroups {
		g := newVariantGroups(l)
		for _, c := range s {
			trace := l.activity[l.offsets[c]:l.offsets[c+1]]
			g.add(trace, c, 1, hashTrace(raw(trace)))
		}
		return g
	})
	all := parts[0]
	for _, g := range parts[1:] {
		for i, v := range g.of {
			all.add(g.trace(uint32(i)), v.first, g.cases[i], g.hashes[i])
		}
	}
	return all
}

// variantGroups counts sequences in an open table. What is looked at for every
// case lies close together, so that it stays in the caches.
type variantGroups struct {
	acts    []uint32
	offsets []uint32
	near    []uint32 // copies of the first sequences met, side by side
	of      []variantOf
	cases   []uint32
	hashes  []uint64
	table   []variantSlot
	mask    uint64
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

// add counts cases that go the way of case c.
func (g *variantGroups) add(trace []uint32, c, cases uint32, h uint64) {
	for i := h & g.mask; ; i = (i + 1) & g.mask {
		e := g.table[i]
		if e.variant == 0 {
			v := variantOf{g.offsets[c], uint32(len(trace)), c, true}
			if len(g.near)+len(trace) <= nearMost {
				v.lo, v.far = uint32(len(g.near)), false
				g.near = append(g.near, trace...)
			}
			g.of = append(g.of, v)
			g.cases, g.hashes = append(g.cases, cases), append(g.hashes, h)
			g.table[i] = variantSlot{uint32(h >> 32), uint32(len(g.of))}
			break
		}
		if e.hash != uint32(h>>32) {
			continue
		}
		// Equal hashes are proved by the sequences themselves.
		if int(g.of[e.variant-1].len) == len(trace) && string(raw(g.trace(e.variant-1))) == string(raw(trace)) {
			g.cases[e.variant-1] += cases
			return
		}
	}
	if len(g.of)*2 > len(g.table) {
		g.grow()
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
