package mining

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Stability says how often the answer comes again from two thirds of the
// history, drawn anew each time. Not with replacement: a case that counts twice
// bears itself out.
type Stability struct {
	Resamples int     `json:"resamples"`
	Same      float64 `json:"same"`      // share that gave the same number
	Agreement float64 `json:"agreement"` // mean adjusted Rand index with the groups found; 1 is the same groups
	Numbers   []int   `json:"numbers"`   // how many gave 1, 2, 3 ... processes
}

// resample grows the tree again on each draw (Politis, Romano and Wolf 1999);
// the index is that of Hubert and Arabie 1985.
func (g *grower) resample(p *Partition, n int, set ProcessSettings) *Stability {
	st := &Stability{Resamples: set.Resamples, Numbers: make([]int, set.Most+1)}
	group := make([]int, n)
	for i, gr := range p.Groups {
		for _, f := range gr.leaves {
			for _, c := range f.cases {
				group[c] = i
			}
		}
	}
	for r := range set.Resamples {
		merged := g.again(n, set.Random)
		st.Numbers[min(len(merged), set.Most+1)-1]++
		if len(merged) == p.Processes {
			st.Same++
		}
		table := make([][]int, len(merged))
		for i, leaves := range merged {
			table[i] = make([]int, len(p.Groups))
			for _, f := range leaves {
				for _, c := range f.cases {
					table[i][group[c]]++
				}
			}
		}
		st.Agreement += agreement(table)
		if set.Progress != nil {
			set.Progress(r+1, set.Resamples)
		}
	}
	for len(st.Numbers) > 1 && st.Numbers[len(st.Numbers)-1] == 0 {
		st.Numbers = st.Numbers[:len(st.Numbers)-1]
	}
	st.Same /= float64(set.Resamples)
	st.Agreement /= float64(set.Resamples)
	return st
}

// agreement is the adjusted Rand index of two groupings, from the table of how many
// cases are in both groups; 1 where both put everything together.
func agreement(table [][]int) float64 {
	pairs := func(n int) float64 { return float64(n) * float64(n-1) / 2 }
	both, rows, cols, n := 0.0, 0.0, 0.0, 0
	sums := make([]int, len(table[0]))
	for _, row := range table {
		sum := 0
		for k, x := range row {
			both += pairs(x)
			sum += x
			sums[k] += x
		}
		rows += pairs(sum)
		n += sum
	}
	for _, s := range sums {
		cols += pairs(s)
	}
	expected := rows * cols / math.Max(1, pairs(n))
	most := (rows + cols) / 2
	if most == expected {
		return 1
	}
	return (both - expected) / (most - expected)
}

// again grows the groups of one draw. What chance gives was found on the
// history itself, and what stood for time or for who logs is left out here too.
func (g *grower) again(n int, r *rand.Rand) [][]*leaf {
	a := *g
	cases := make([]uint32, n)
	for i, k := range r.Perm(n) {
		cases[i] = uint32(k)
	}
	cases = cases[:max(1, n*2/3)]
	slices.Sort(cases)
	root := a.leaf(cases, nil)
	a.whole = root.bits
	leaves := []*leaf{root}
	first := 0.0
	for at := 0; at < len(leaves) && len(leaves) < g.set.Most; {
		f := leaves[at]
		var best *split
		if f.count.n >= 2*a.least {
			tried := a.search(f.cases)
			for i := range tried {
				if s := &tried[i]; a.worth(f.path, s) && !slices.Contains(a.refused, a.open[s.attr].name) && a.clears(s.gain) &&
					(best == nil || s.net > best.net) {
					best = s
				}
			}
		}
		if best == nil || !beforeElbow(&first, best) {
			at++
			continue
		}
		yes, no := a.part(f, best)
		leaves = slices.Replace(leaves, at, at+1, yes, no)
	}
	if a.duo != nil && len(leaves) == 1 {
		leaves = a.four(root, a.duo)
	}
	groups, _ := a.merge(leaves)
	return groups
}

// clears reports whether a gain lies above what chance gives at the root.
func (g *grower) clears(gain [allTerms]float64) bool {
	if g.chance == nil {
		return false
	}
	var all [allTerms + 1]float64
	copy(all[:], gain[:])
	all[allTerms] = total(gain)
	return g.above(g.chance, all) > g.chance.height
}
