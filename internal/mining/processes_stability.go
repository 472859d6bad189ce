package mining

import "math"

// Stability says how often the answer comes again when the history is drawn
// anew from itself, case by case with replacement.
type Stability struct {
	Resamples int     `json:"resamples"`
	Same      float64 `json:"same"`      // share that gave the same number
	Agreement float64 `json:"agreement"` // mean adjusted Rand index with the groups found; 1 is the same groups
	Numbers   []int   `json:"numbers"`   // how many gave 1, 2, 3 ... processes
}

// resample grows the tree again on each resample. Source: Efron 1979; the
// index: Hubert and Arabie 1985.
func (t *tree) resample(p *Partition, n int, set ProcessSettings) *Stability {
	st := &Stability{Resamples: set.Resamples, Numbers: make([]int, set.Most+1)}
	group := make([]int, n)
	for i, g := range p.Groups {
		for _, f := range g.leaves {
			for _, c := range f.cases {
				group[c] = i
			}
		}
	}
	for r := range set.Resamples {
		again := *t
		again.times = make([]uint32, n)
		for range n {
			again.times[set.Random.IntN(n)]++
		}
		grown := again.grow(n, min(set.Most, p.Processes+1)+1)
		merged := again.choose(grown, set.Share).groups
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
