package eventlog

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
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
	v := &l.variants
	met := make([]variantMet, len(v.first))
	if len(s) == len(v.of) { // all of them
		for i, c := range v.first {
			met[i].first = c
		}
		for _, of := range v.of {
			met[of].cases++
		}
	} else {
		for _, c := range slices.Backward(s) { // so that the first is what stays
			m := &met[v.of[c]]
			m.first = c
			m.cases++
		}
	}
	rank := nameRanks(&l.activities)
	to := make([]uint32, len(v.pairs)+1) // step of a way -> rank of the activity it leads to
	for i, p := range v.pairs {
		to[i+1] = rank[p.to]
	}
	width := bits.Len(uint(len(rank) + 1)) // of a rank plus one; zero is the end of a sequence
	most := variantKeyBits / width
	ranks := make([]uint32, 0, most)
	list := make([]variantKey, 0, len(met))
	for i, m := range met {
		if m.cases == 0 {
			continue
		}
		ranks = ranks[:0]
		if k := v.kept[i]; k.at > 0 { // nearer than the events themselves
			ranks = append(ranks, rank[v.start[i]])
			for _, e := range v.ways[k.at+1 : k.at+min(k.long, uint32(most))] {
				ranks = append(ranks, to[e])
			}
		} else {
			trace := l.trace(m.first)
			for _, a := range trace[:min(len(trace), most)] {
				ranks = append(ranks, rank[a])
			}
		}
		list = append(list, m.key(ranks, width))
	}
	sortKeys(list, func(x, y variantKey) int {
		a, b := l.trace(x.first), l.trace(y.first)
		for i := range min(len(a), len(b)) {
			if p, q := rank[a[i]], rank[b[i]]; p != q {
				return cmp.Compare(p, q)
			}
		}
		return cmp.Compare(len(a), len(b))
	})
	out := make([]Variant, len(list))
	for i, k := range list {
		out[i] = Variant{Activities: l.trace(k.first), Cases: int(k.cases()), First: int(k.first)}
	}
	return out
}

// variantMet is a variant among the selected cases.
type variantMet struct{ first, cases uint32 }

// variantKey sorts a variant: first how many cases there are, the most coming
// first, and the beginning of the names' ranks, then as many more of them as fit, so that
// few comparisons need look at the sequence.
type variantKey struct {
	words [3]uint64
	first uint32
}

// variantKeyBits is the room for ranks in a key.
const variantKeyBits = 32 + 64 + 64

// key gives what a variant is sorted by; a rank takes width bits.
func (m variantMet) key(ranks []uint32, width int) variantKey {
	k := variantKey{first: m.first}
	word, room := 0, 32
	for _, r := range ranks {
		if room < width {
			if word++; word == len(k.words) {
				break
			}
			room = 64
		}
		room -= width
		k.words[word] |= uint64(r+1) << room
	}
	k.words[0] |= uint64(math.MaxUint32-m.cases) << 32
	return k
}

func (k *variantKey) cases() uint32 { return math.MaxUint32 - uint32(k.words[0]>>32) }

// sortKeys sorts byte by byte, from the last to the first, and what is equal in
// all of them by the comparison.
func sortKeys(list []variantKey, same func(x, y variantKey) int) {
	const digits = 8 * len(variantKey{}.words)
	from, to := list, make([]variantKey, len(list))
	var counts [digits][256]uint32
	for i := range list {
		for w, word := range &list[i].words {
			for b := range 8 {
				counts[8*w+b][byte(word>>(8*b))]++
			}
		}
	}
	for d := range digits {
		word, shift := len(variantKey{}.words)-1-d/8, d%8*8
		count := &counts[8*word+d%8]
		if len(list) == 0 || int(count[byte(list[0].words[word]>>shift)]) == len(list) {
			continue // the same everywhere
		}
		sum := uint32(0)
		for i, n := range count {
			count[i] = sum
			sum += n
		}
		for i := range from {
			at := &count[byte(from[i].words[word]>>shift)]
			to[*at] = from[i]
			*at++
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
