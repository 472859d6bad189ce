package survival

import (
	"math"
	"math/rand/v2"
)

// Hazards writes the chance of each end in each bin, for one still open at its
// start, to out (Bins x Ends) and gives it; nil out is made. par nil is the fit,
// offset nil none.
func (d *Discrete) Hazards(cols []int32, vals []float64, par, offset, out []float64) []float64 {
	q, m := d.width(), d.Ends
	if par == nil {
		par = d.Par
	}
	if out == nil {
		out = make([]float64, d.Bins*m)
	}
	var few [16]float64
	eta := few[:]
	if 2*m > len(eta) {
		eta = make([]float64, 2*m)
	}
	for k := range m {
		p := par[k*q : (k+1)*q]
		var e, t float64
		for j, c := range cols {
			e += vals[j] * p[c]
		}
		if d.Turns {
			p = p[d.Cols:]
			for j, c := range cols {
				t += vals[j] * p[c]
			}
		}
		eta[2*k], eta[2*k+1] = e, t
	}
	for b := range d.Bins {
		t, h := d.tilt(b), out[b*m:b*m+m]
		top := 0.0
		for k := range m {
			h[k] = eta[2*k] + t*eta[2*k+1] + par[(k+1)*q-d.Bins+b]
			if offset != nil {
				h[k] += offset[b*m+k]
			}
			top = max(top, h[k])
		}
		sum := math.Exp(-top)
		for k := range m {
			h[k] = math.Exp(h[k] - top)
			sum += h[k]
		}
		for k := range m {
			h[k] /= sum
		}
	}
	return out
}

// Accumulate turns hazards (bins x ends) in place into the chance that each end
// has come by the end of each bin, and gives the chance of being still open
// after the last. The ends and still open sum to one at every bin.
func Accumulate(h []float64, ends int) float64 {
	open := 1.0
	for b := 0; b+ends <= len(h); b += ends {
		row := h[b : b+ends]
		stay := 1.0
		for k := range row {
			stay -= row[k]
			row[k] *= open
			if b > 0 {
				row[k] += h[b-ends+k]
			}
		}
		open *= max(stay, 0)
	}
	return open
}

// Spread is the uncertainty of a fit, ready to be drawn from.
type Spread struct {
	l       []float64   // L D L' of the penalised information
	scores  [][]float64 // a cluster
	penalty []float64
	repeat  float64 // rows a cluster
}

// Spread gives the uncertainty of the parameters: the sandwich of the penalised
// information and the clusters' own scores, so that rows of one subject do not
// count as news, with the ridge as a prior that is as uncertain as it says.
// Source: Huber 1967, Lin and Wei 1989; docs/methods/survival-discrete.md.
func (d *Discrete) Spread(f Followup, set DiscreteSettings) (*Spread, error) {
	w, err := newDiscreteWork(f, set)
	if err != nil {
		return nil, err
	}
	n, q, m := len(d.Par), d.width(), d.Ends
	h := make([]float64, n*n)
	eta, prob := make([]float64, 2*m), make([]float64, m)
	second := make([]float64, 3*m*m)
	cross := make([]float64, 0, d.Bins*m*m*2)
	bins := make([]int, 0, d.Bins)
	add := func(i, j int, v float64) {
		if i < j {
			i, j = j, i
		}
		h[i*n+j] += v
	}
	clusters := int32(0)
	for _, c := range f.Cluster {
		clusters = max(clusters, c+1)
	}
	if f.Cluster == nil {
		clusters = int32(len(f.Last))
	}
	scores := make([][]float64, clusters)
	for i := range f.Last {
		clear(second)
		cross, bins = cross[:0], bins[:0]
		c := int32(i)
		if f.Cluster != nil {
			c = f.Cluster[i]
		}
		if scores[c] == nil {
			scores[c] = make([]float64, n)
		}
		score := scores[c]
		cols, vals := f.X.Row(i)
		w.follow(i, d.Par, eta, prob, func(b int, weight float64, prob []float64, end int) {
			t := d.tilt(b)
			bins = append(bins, b)
			for k, p := range prob {
				e := -p * weight
				if end == k+1 {
					e += weight
				}
				score[(k+1)*q-d.Bins+b] += e
				for j, c := range cols {
					score[k*q+int(c)] += e * vals[j]
					if d.Turns {
						score[k*q+d.Cols+int(c)] += e * t * vals[j]
					}
				}
				for l := range m {
					v := -weight * p * prob[l]
					if k == l {
						v += weight * p
					}
					second[(k*m+l)*3] += v
					second[(k*m+l)*3+1] += v * t
					second[(k*m+l)*3+2] += v * t * t
					cross = append(cross, v)
				}
			}
		})
		for k := range m {
			for l := range k + 1 {
				s := second[(k*m+l)*3:][:3]
				for a, ca := range cols {
					for z, cz := range cols {
						v := vals[a] * vals[z]
						if i, j := k*q+int(ca), l*q+int(cz); k != l || i >= j {
							add(i, j, v*s[0])
						}
						if d.Turns {
							add2 := func(i, j int, v float64) {
								if k != l || i >= j {
									add(i, j, v)
								}
							}
							add2(k*q+d.Cols+int(ca), l*q+d.Cols+int(cz), v*s[2])
							add2(k*q+d.Cols+int(ca), l*q+int(cz), v*s[1])
							if k != l {
								add(k*q+int(ca), l*q+d.Cols+int(cz), v*s[1])
							}
						}
					}
				}
			}
		}
		for x, b := range bins {
			t := d.tilt(b)
			for k := range m {
				for l := range m {
					v := cross[(x*m+k)*m+l]
					if l <= k {
						add((k+1)*q-d.Bins+b, (l+1)*q-d.Bins+b, v)
					}
					for j, c := range cols { // level k against effects of l
						add((k+1)*q-d.Bins+b, l*q+int(c), v*vals[j])
						if d.Turns {
							add((k+1)*q-d.Bins+b, l*q+d.Cols+int(c), v*t*vals[j])
						}
					}
				}
			}
		}
	}
	for i := range n {
		h[i*n+i] += w.penalty[i] + 1e-9
	}
	s := &Spread{l: h, penalty: w.penalty, repeat: 1}
	cholesky(h, n, make([]bool, n))
	for _, sc := range scores {
		if sc != nil {
			s.scores = append(s.scores, sc)
		}
	}
	if len(s.scores) > 0 {
		s.repeat = max(float64(len(f.Last))/float64(len(s.scores)), 1)
	}
	return s, nil
}

// Draw gives parameters moved at random: H^-1 (sum of clusters' scores, each
// times a standard normal number, and the prior's part).
func (s *Spread) Draw(par []float64, rng *rand.Rand) []float64 {
	n := len(s.penalty)
	out := make([]float64, n)
	for _, sc := range s.scores {
		u := rng.NormFloat64()
		for j, v := range sc {
			out[j] += u * v
		}
	}
	for j, r := range s.penalty {
		out[j] += math.Sqrt(r*s.repeat) * rng.NormFloat64()
	}
	solve(s.l, n, out)
	for j, v := range par {
		out[j] += v
	}
	return out
}

// Pairs gives n pairs of parameters, each pair drawn at random and mirrored at par.
// They follow the same spread as Draw's, and do not hang on the order in which
// clusters came.
func (s *Spread) Pairs(par []float64, n int, rng *rand.Rand) [][]float64 {
	k := len(s.penalty)
	meat := make([]float64, k*k)
	for _, sc := range s.scores {
		for i, v := range sc {
			if v == 0 {
				continue
			}
			row := meat[i*k : i*k+i+1]
			for j := range row {
				row[j] += v * sc[j]
			}
		}
	}
	for j, r := range s.penalty {
		meat[j*k+j] += r * s.repeat
	}
	cholesky(meat, k, make([]bool, k))
	u := make([]float64, k)
	var out [][]float64
	for range n {
		for j := range u {
			u[j] = math.Sqrt(max(meat[j*k+j], 0)) * rng.NormFloat64()
		}
		one, other := make([]float64, k), make([]float64, k)
		for i := range one {
			one[i] = u[i] + dot(meat[i*k:i*k+i], u[:i])
		}
		solve(s.l, k, one)
		for j, v := range par {
			one[j], other[j] = v+one[j], v-one[j]
		}
		out = append(out, one, other)
	}
	return out
}

// LogLikelihood gives the unpenalised log likelihood of other rows under the fit.
func (d *Discrete) LogLikelihood(f Followup) (float64, error) {
	w, err := newDiscreteWork(f, DiscreteSettings{Ridge: make([]float64, d.Cols)})
	if err != nil {
		return 0, err
	}
	if d.Bins != f.Bins || d.Ends != f.Ends || d.Cols != f.X.Cols {
		return 0, invalid("score discrete hazards", "the rows have %d bins, %d ends and %d columns", f.Bins, f.Ends, f.X.Cols)
	}
	w.Discrete = d
	return w.loglik(d.Par), nil
}

// LevelledLikelihood is LogLikelihood after the level of each end has been moved
// to suit the rows: it judges who ends sooner than whom, not how many end. The
// move is held back by ridge.
func (d *Discrete) LevelledLikelihood(f Followup, ridge float64) (float64, error) {
	if _, err := d.LogLikelihood(f); err != nil {
		return 0, err
	}
	q, m := d.width(), d.Ends
	g := f
	g.X = NewSparse(1)
	g.Group, g.Offset = make([]int32, len(f.Last)), make([]float64, len(f.Last)*d.Bins*m)
	for i := range f.Last {
		g.X.Set(0, 1)
		g.X.Close()
		g.Group[i] = int32(i)
		cols, vals := f.X.Row(i)
		out := g.Offset[i*d.Bins*m:][:d.Bins*m]
		if f.Group != nil {
			copy(out, f.Offset[int(f.Group[i])*d.Bins*m:][:d.Bins*m])
		}
		for k := range m {
			var e, t float64
			par := d.Par[k*q : (k+1)*q]
			for j, c := range cols {
				e += vals[j] * par[c]
				if d.Turns {
					t += vals[j] * par[d.Cols+int(c)]
				}
			}
			for b := range d.Bins {
				out[b*m+k] += e + d.tilt(b)*t + par[q-d.Bins+b]
			}
		}
	}
	level, err := FitDiscrete(g, DiscreteSettings{Ridge: []float64{ridge}, BinRidge: 1e9, Epsilon: 1e-5})
	if err != nil {
		return 0, err
	}
	return level.LogLik, nil
}
