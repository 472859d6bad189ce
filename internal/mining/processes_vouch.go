package mining

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

const (
	shuffles    = 199  // of the cases' traits against their attributes
	level       = 0.01 // share of shuffles that may do as well
	farAbove    = 3.0  // times the highest of them
	mostVouched = 4000 // cases that are shuffled; of more, as many are drawn evenly
)

// rounds are the numbers of shuffles after which it is asked whether they do.
var rounds = []int{13, 39, shuffles}

// chance is what shuffled attributes give of themselves: for each term, and for
// all together, the mean and spread of the greatest gain of any rule, and the
// height, in such spreads, that the chance exceeds once in a hundred times.
type chance struct {
	mean, spread [allTerms + 1]float64
	height       float64
	cases        []uint32 // those that were shuffled
	seeds        []uint64 // of the shuffles
	most         [][allTerms + 1]float64
}

// byChance shuffles the traits of cases over their attributes, all attributes
// of a case staying together, and looks for the best rule each time. Steps come
// in blocks, so that evidence alone overstates what a rule saves; a shuffle
// does not care. Source: Westfall and Young 1993, maxima over resamples, here
// of each term by its own scale.
//
// The first few are done at once; beats does the rest where they leave it open.
func (t *tree) byChance(cases []uint32, r *rand.Rand) *chance {
	c := &chance{cases: thin(cases, mostVouched), seeds: make([]uint64, shuffles)}
	for i := range c.seeds {
		c.seeds[i] = r.Uint64()
	}
	t.shuffle(c, rounds[0])
	return c
}

// shuffle does shuffles up to a number.
func (t *tree) shuffle(c *chance, upTo int) {
	from := len(c.most)
	c.most = append(c.most, make([][allTerms + 1]float64, upTo-from)...)
	eachOf(upTo-from, func(b int) {
		b += from
		shuffled := slices.Clone(c.cases)
		rand.New(rand.NewPCG(c.seeds[b], 7)).Shuffle(len(shuffled), func(i, k int) { shuffled[i], shuffled[k] = shuffled[k], shuffled[i] })
		for k := range c.most[b] {
			c.most[b][k] = math.Inf(-1)
		}
		for a := range t.open {
			e := t.tally(c.cases, shuffled, a)
			if e.look(); !e.tried {
				continue
			}
			for k, x := range e.most {
				c.most[b][k] = max(c.most[b][k], x)
			}
		}
	})
	t.measure(c)
}

// measure takes mean, spread and height from the shuffles done.
func (t *tree) measure(c *chance) {
	n := float64(len(c.most))
	for k := range c.mean {
		c.mean[k], c.spread[k] = 0, 0
		for _, m := range c.most {
			c.mean[k] += m[k] / n
		}
		for _, m := range c.most {
			c.spread[k] += (m[k] - c.mean[k]) * (m[k] - c.mean[k]) / (n - 1)
		}
		c.spread[k] = math.Sqrt(c.spread[k]) + 1 // a bit is nothing
	}
	heights := t.heights(c)
	if c.height = heights[max(int(level*(n+1)), 1)-1]; level*(n+1) < 1 {
		c.height = exceeded(heights)
	}
}

// exceeded is what greatest gains exceed once in a hundred times, from fewer of
// them: those of Gumbel's law with their mean and spread, as maxima over many
// rules follow it (Gumbel 1958).
func exceeded(heights []float64) float64 {
	n, mean, square := float64(len(heights)), 0.0, 0.0
	for _, x := range heights {
		mean += x / n
	}
	for _, x := range heights {
		square += (x - mean) * (x - mean) / (n - 1)
	}
	const euler = 0.57721566490153286
	return mean + math.Sqrt(6*square)/math.Pi*(-math.Log(-math.Log1p(-level))-euler)
}

// heights gives how high each shuffle reaches, the highest first.
func (t *tree) heights(c *chance) []float64 {
	out := make([]float64, len(c.most))
	for i, m := range c.most {
		out[i] = t.above(c, m)
	}
	slices.SortFunc(out, func(a, b float64) int { return cmp.Compare(b, a) })
	return out
}

// above is how far gains lie above what chance gives, in spreads, of the term
// where they do most.
func (t *tree) above(c *chance, gain [allTerms + 1]float64) float64 {
	high := math.Inf(-1)
	for k, g := range gain {
		if k == allTerms || t.t.on[k] {
			high = max(high, (g-c.mean[k])/c.spread[k])
		}
	}
	return high
}

// beats reports whether a split gains more than chance does in 99 of 100. What
// lies far above the highest of the first rounds of shuffles, or no higher than
// half of them, needs no more (sequential tests by lot: Besag and Clifford 1991).
func (t *tree) beats(c *chance, s *split) bool {
	e := t.tally(c.cases, c.cases, s.attr)
	g := e.of(s.yes)
	var gain [allTerms + 1]float64
	copy(gain[:], g[:])
	gain[allTerms] = total(g)
	for len(c.most) < shuffles {
		if sure, beaten := t.sure(c, gain); sure {
			return beaten
		}
		next, _ := slices.BinarySearch(rounds, len(c.most)+1)
		t.shuffle(c, rounds[next])
	}
	return t.above(c, gain) > c.height
}

// sure reports whether the shuffles done suffice to say that gains beat chance, or
// that they do not.
func (t *tree) sure(c *chance, gain [allTerms + 1]float64) (sure, beaten bool) {
	high, list := t.above(c, gain), t.heights(c)
	beaten = high > farAbove*max(list[0], farAbove)
	return beaten || high < list[len(list)/2], beaten
}

// of is what a given set of codes gains here.
func (e *trial) of(yes []bool) (g [allTerms]float64) {
	for k, y := range yes {
		if y && e.by[k] != nil {
			e.side.plus(e.by[k])
		}
	}
	e.rest.less(e.present, e.side)
	return minus(minus(e.bits, e.t.t.bits(e.side)), e.t.t.bits(e.rest))
}

// held is what comes of holding a rule against something that it may only stand for.
type held int

const (
	heldUp    held = iota // the rule tells more than that
	standsFor             // where that is the same, the rule does not vary
	fallsAway             // where that is the same, the rule tells nothing
)

// against compares the two sides of a split among cases that are alike in a
// stratum (a stretch of opening days, a seller): of each stratum as many cases
// of one side as of the other. What a rule says beyond the stratum remains, what
// it says because it stands for it goes. What remains has to beat the same pairs
// with their members swapped by lot.
func (t *tree) against(f *leaf, s *split, stratum []int32, r *rand.Rand) held {
	code := t.open[s.attr].code
	sides := map[int32]*[2][]uint32{}
	var all [2]int
	for _, c := range f.cases {
		if code[c] == 0 || stratum[c] < 0 {
			continue
		}
		k := 1
		if s.yes[code[c]] {
			k = 0
		}
		if sides[stratum[c]] == nil {
			sides[stratum[c]] = &[2][]uint32{}
		}
		sides[stratum[c]][k] = append(sides[stratum[c]][k], c)
		all[k]++
	}
	var pairs [][2]uint32
	for _, key := range sortedKeys(sides) {
		p := sides[key]
		n := min(len(p[0]), len(p[1]))
		one, two := thin(p[0], n), thin(p[1], n)
		for i := range one {
			pairs = append(pairs, [2]uint32{one[i], two[i]})
		}
	}
	if len(pairs) < 12 || 4*len(pairs) < min(all[0], all[1]) {
		return standsFor
	}
	gain, whole := t.apart(pairs, nil)
	// what a case tells must remain by half: a rule that was picked for what it
	// stands for has been picked for its luck within that, too
	if total(gain) <= 0 || total(gain)/float64(2*len(pairs)) < total(s.gain)/float64(all[0]+all[1])/2 {
		return fallsAway
	}
	enough := total(gain) >= t.share/2*total(whole) // half of what is asked of a rule, for there are fewer cases
	for k, g := range gain {
		enough = enough || whole[k] > 0 && g >= t.share/2*whole[k]
	}
	if !enough {
		return fallsAway
	}
	if t.swapped(pairs, total(gain), r) {
		return fallsAway
	}
	return heldUp
}

// swapped reports whether pairs whose members change sides by lot gain as much
// too often. Like shuffles, swaps stop where the answer is sure.
func (t *tree) swapped(pairs [][2]uint32, gain float64, r *rand.Rand) bool {
	as, mean, square, high := 0, 0.0, 0.0, math.Inf(-1)
	for n := 1.0; n <= swaps; n++ {
		g, _ := t.apart(pairs, r)
		x := total(g)
		if x >= gain {
			as++
		}
		if as > swaps/50 {
			return true
		}
		square += (x - mean) * (x - mean) * (n - 1) / n
		mean += (x - mean) / n
		high = max(high, x)
		if n == firstSwaps {
			if spread := math.Sqrt(square/(n-1)) + 1; (gain-mean)/spread > farAbove*max((high-mean)/spread, farAbove) {
				return false
			}
		}
	}
	return false
}

// swaps is how often the members of pairs change sides by lot, of which the first
// may do; one in fifty may do as well as they do themselves.
const swaps, firstSwaps = 99, 13

// apart is what parting the first members of pairs from the second saves, of
// how many bits; with r the members of each pair change places by lot.
func (t *tree) apart(pairs [][2]uint32, r *rand.Rand) (gain, whole [allTerms]float64) {
	a, b := t.t.none(), t.t.none()
	for _, p := range pairs {
		if r != nil && r.IntN(2) == 0 {
			p[0], p[1] = p[1], p[0]
		}
		a.add(t.t, p[0])
		b.add(t.t, p[1])
	}
	both := a.copy()
	both.plus(b)
	whole = t.t.bits(both)
	return minus(minus(whole, t.t.bits(a)), t.t.bits(b)), whole
}

func sortedKeys[V any](m map[int32]V) []int32 {
	out := make([]int32, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// nested tests a rule on something that each seller has one of (a region, a
// team): the sellers are shuffled over it, whole. True where that does as well
// too often, so that a few sellers' habits would be enough for it.
func (t *tree) nested(f *leaf, s *split, seller []int32, r *rand.Rand) bool {
	code := t.open[s.attr].code
	side := map[int32]int{}
	by := map[int32]*count{}
	for _, c := range f.cases {
		k := seller[c]
		if code[c] == 0 || k < 0 {
			continue
		}
		if by[k] == nil {
			by[k] = t.t.none()
		}
		by[k].add(t.t, c)
		if s.yes[code[c]] {
			side[k]++
		} else {
			side[k]--
		}
	}
	keys := sortedKeys(by)
	yes := make([]bool, len(keys))
	all := t.t.none()
	for i, k := range keys {
		yes[i] = side[k] > 0
		all.plus(by[k])
	}
	gain := func() float64 {
		a, b := t.t.none(), t.t.none()
		for i, k := range keys {
			if yes[i] {
				a.plus(by[k])
			} else {
				b.plus(by[k])
			}
		}
		if a.n == 0 || b.n == 0 {
			return 0
		}
		return total(minus(minus(t.t.bits(all), t.t.bits(a)), t.t.bits(b)))
	}
	seen := gain()
	as := 1
	for range shuffles {
		r.Shuffle(len(yes), func(i, k int) { yes[i], yes[k] = yes[k], yes[i] })
		if gain() >= seen-1e-9 {
			as++
		}
	}
	return float64(as) > 0.05*(shuffles+1)
}
