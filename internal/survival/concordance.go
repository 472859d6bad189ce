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
	rank, ranks := ranked(score)
	w := concordWork{
		Concordance: &c, s: s, weight: weight, rank: rank, ranks: ranks,
		balance: make([]float64, n), pairs: make([]float64, n),
		there: newFenwick(int(ranks)), passed: newFenwick(int(ranks)),
	}
	rows := byStratum(s.ordered(), s)
	for from := 0; from < n; {
		g := s.stratum(int(rows[from]))
		to := from
		for to < n && s.stratum(int(rows[to])) == g {
			to++
		}
		w.backwards(rows[from:to])
		w.forwards(rows[from:to])
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
		u := (w.balance[i] - d*w.pairs[i]) / total
		v += u * u
	}
	c.Err = math.Sqrt(v) / 2
	return c, nil
}

// ranked gives the rank of each predictor, from 1, equal ones equal, and how many there are.
func ranked(score []float64) (rank []int32, ranks int32) {
	rank = make([]int32, len(score))
	last := math.NaN()
	for _, i := range ascending(score) {
		if score[i] != last {
			ranks++
			last = score[i]
		}
		rank[i] = ranks
	}
	return rank, ranks
}

// concordWork is the comparison while it goes through the times, a stratum at a
// time. Each subject's own balance, concordant less discordant pairs it is in,
// is for the jackknife.
type concordWork struct {
	*Concordance
	s              Spells
	weight         []float64
	rank           []int32
	ranks          int32
	balance, pairs []float64
	there          fenwick // by rank, how many are there after the time
	passed         fenwick // by rank, the weight of the events that have passed
}

// of is the weight of the pairs of an event.
func (w *concordWork) of(i int32) float64 {
	if w.weight == nil {
		return 1
	}
	return w.weight[i]
}

// around gives what a tree holds of lower, greater and all predictors than that of i.
func (w *concordWork) around(tree fenwick, i int32) (below, above, all float64) {
	below, all = tree.upTo(w.rank[i]-1), tree.upTo(w.ranks)
	return below, all - tree.upTo(w.rank[i]), all
}

// backwards goes from the last time to the first: an event is compared with
// those still there after it. The censored of its time outlive it.
func (w *concordWork) backwards(group []int32) {
	s := w.s
	w.there.clear()
	for hi := len(group); hi > 0; {
		lo := hi
		for lo > 0 && s.Time[group[lo-1]] == s.Time[group[hi-1]] {
			lo--
		}
		for _, i := range group[lo:hi] {
			if s.End[i] == 0 {
				w.there.add(w.rank[i], 1)
			}
		}
		for _, i := range group[lo:hi] {
			if s.End[i] == 0 {
				continue
			}
			x := w.of(i)
			below, above, all := w.around(w.there, i)
			w.Concordant += x * below
			w.Discordant += x * above
			w.TiedX += x * (all - below - above)
			w.balance[i] += x * (below - above)
			w.pairs[i] += x * all
		}
		for _, i := range group[lo:hi] {
			if s.End[i] != 0 {
				w.there.add(w.rank[i], 1)
			}
		}
		hi = lo
	}
}

// forwards gives each subject its share of the pairs whose event was another's:
// those of earlier events, and for the censored those of its own time.
func (w *concordWork) forwards(group []int32) {
	s := w.s
	share := func(i int32) {
		below, above, all := w.around(w.passed, i)
		w.balance[i] += above - below
		w.pairs[i] += all
	}
	w.passed.clear()
	for lo := 0; lo < len(group); {
		hi := lo
		for hi < len(group) && s.Time[group[hi]] == s.Time[group[lo]] {
			hi++
		}
		for _, i := range group[lo:hi] {
			if s.End[i] != 0 {
				share(i)
			}
		}
		for _, i := range group[lo:hi] {
			if s.End[i] != 0 {
				w.passed.add(w.rank[i], w.of(i))
			}
		}
		for _, i := range group[lo:hi] {
			if s.End[i] == 0 {
				share(i)
			}
		}
		lo = hi
	}
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
