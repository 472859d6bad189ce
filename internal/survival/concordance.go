package survival

import "math"

// Concordance counts the pairs in which the subject whose end came first also
// had the greater predictor. docs/methods/survival-scores.md.
type Concordance struct {
	Concordant, Discordant, TiedX float64 // pairs, weighted if weights were given
	Index                         float64 // (concordant + tied/2) / all; 1/2 where there is no pair
	Err                           float64 // infinitesimal jackknife, unweighted pairs only
}

// Concord compares predictors (greater: sooner) with what happened; any end
// counts as the event. Pairs are taken inside strata. weight, if not nil, weighs
// each pair by the row of its event: 1/G(t-)^2 for Uno's index.
// Source: Harrell 1982, Uno 2011, Therneau and Watson 2015; docs/methods/survival-scores.md.
func Concord(s Spells, score []float64, weight []float64) (Concordance, error) {
	const op = "measure concordance"
	var c Concordance
	s, err := s.sized(op)
	if err != nil {
		return c, err
	}
	n := len(s.Time)
	if len(score) != n || weight != nil && len(weight) != n {
		return c, invalid(op, "%d rows, %d predictors, %d weights", n, len(score), len(weight))
	}
	for i, v := range score {
		if !finite(v) || !finite(s.Time[i]) {
			return c, invalid(op, "row %d is not finite", i)
		}
	}
	rank := make([]int32, n) // from 1, equal predictors equal
	ranks := int32(0)
	last := math.NaN()
	for _, i := range ascending(score) {
		if score[i] != last {
			ranks++
			last = score[i]
		}
		rank[i] = ranks
	}
	rows := byStratum(s.ordered(), s)
	// Each subject's own balance (concordant less discordant pairs it is in),
	// for the jackknife; later ones by a tree over ranks of how many events have
	// passed with a lower, equal, greater predictor.
	balance, pairs := make([]float64, n), make([]float64, n)
	there := newFenwick(int(ranks))
	passed := newFenwick(int(ranks))
	for from := 0; from < n; {
		g := s.stratum(int(rows[from]))
		to := from
		for to < n && s.stratum(int(rows[to])) == g {
			to++
		}
		group := rows[from:to]
		there.clear()
		// From the last time backwards: those still there after the time.
		for hi := len(group); hi > 0; {
			lo := hi
			for lo > 0 && s.Time[group[lo-1]] == s.Time[group[hi-1]] {
				lo--
			}
			for _, i := range group[lo:hi] { // the censored of this time outlive its events
				if s.End[i] == 0 {
					there.add(rank[i], 1)
				}
			}
			for _, i := range group[lo:hi] {
				if s.End[i] == 0 {
					continue
				}
				w := 1.0
				if weight != nil {
					w = weight[i]
				}
				below, all := there.upTo(rank[i]-1), there.upTo(ranks)
				above := all - there.upTo(rank[i])
				c.Concordant += w * below
				c.Discordant += w * above
				c.TiedX += w * (all - below - above)
				balance[i] += w * (below - above)
				pairs[i] += w * all
			}
			for _, i := range group[lo:hi] {
				if s.End[i] != 0 {
					there.add(rank[i], 1)
				}
			}
			hi = lo
		}
		passed.clear()
		for lo := 0; lo < len(group); {
			hi := lo
			for hi < len(group) && s.Time[group[hi]] == s.Time[group[lo]] {
				hi++
			}
			count := func(i int32) {
				below, all := passed.upTo(rank[i]-1), passed.upTo(ranks)
				above := all - passed.upTo(rank[i])
				balance[i] += above - below
				pairs[i] += all
			}
			for _, i := range group[lo:hi] {
				if s.End[i] != 0 {
					count(i)
				}
			}
			for _, i := range group[lo:hi] {
				if s.End[i] != 0 {
					w := 1.0
					if weight != nil {
						w = weight[i]
					}
					passed.add(rank[i], w)
				}
			}
			for _, i := range group[lo:hi] {
				if s.End[i] == 0 {
					count(i)
				}
			}
			lo = hi
		}
		from = to
	}
	total := c.Concordant + c.Discordant + c.TiedX
	c.Index = 0.5
	if total == 0 {
		return c, nil
	}
	d := (c.Concordant - c.Discordant) / total
	c.Index = (d + 1) / 2
	v := 0.0
	for i := range n {
		u := (balance[i] - d*pairs[i]) / total
		v += u * u
	}
	c.Err = math.Sqrt(v) / 2
	return c, nil
}

// fenwick is a tree of running sums over ranks from 1.
type fenwick []float64

func newFenwick(n int) fenwick { return make(fenwick, n+1) }

func (f fenwick) clear() { clear(f) }

func (f fenwick) add(r int32, w float64) {
	for ; int(r) < len(f); r += r & -r {
		f[r] += w
	}
}

func (f fenwick) upTo(r int32) (s float64) {
	for ; r > 0; r -= r & -r {
		s += f[r]
	}
	return s
}
