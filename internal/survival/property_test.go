package survival

import (
	"math"
	"math/rand/v2"
	"testing"
)

// drawSpells makes competing spells with ties, censoring and, if asked, late entries.
func drawSpells(rng *rand.Rand, n int, late bool) Spells {
	s := Spells{Ends: 3, Strata: 2}
	for range n {
		enter := 0.0
		if late && rng.IntN(2) == 0 {
			enter = float64(rng.IntN(6))
		}
		s.Entry = append(s.Entry, enter)
		s.Time = append(s.Time, enter+1+float64(rng.IntN(12)))
		s.End = append(s.End, uint8(rng.IntN(4)))
		s.Stratum = append(s.Stratum, int32(rng.IntN(2)))
	}
	if !late {
		s.Entry = nil
	}
	return s
}

func TestCurvesSumToOneAndNeverFall(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 1))
		s := drawSpells(rng, 1+rng.IntN(80), seed%2 == 0)
		c := must(AalenJohansen(s))
		for g := range 2 {
			for r := c.From[g]; r < c.From[g+1]; r++ {
				sum := c.Open[r]
				for k := range 3 {
					p := c.Prob[3*r+k]
					sum += p
					if p < 0 || p > 1+1e-12 || math.IsNaN(c.Err[3*r+k]) || r > c.From[g] && p < c.Prob[3*(r-1)+k] {
						t.Fatalf("seed %d: end %d at row %d is %g after %g", seed, k, r, p, c.Prob[3*max(r-1, 0)+k])
					}
				}
				if math.Abs(sum-1) > 1e-12 {
					t.Fatalf("seed %d: row %d sums to %g", seed, r, sum)
				}
			}
		}
	}
}

func TestOrderAndUnitDoNotMatter(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 2))
		s := drawSpells(rng, 60, seed%2 == 0)
		x := [][]float64{make([]float64, 60), make([]float64, 60)}
		for i := range 60 {
			x[0][i], x[1][i] = rng.NormFloat64(), float64(rng.IntN(2))
		}
		const unit = 7.25e-3
		p := Spells{Ends: 3, Strata: 2, Time: make([]float64, 60), End: make([]uint8, 60), Stratum: make([]int32, 60)}
		y := [][]float64{make([]float64, 60), make([]float64, 60)}
		if s.Entry != nil {
			p.Entry = make([]float64, 60)
		}
		for to, from := range rng.Perm(60) {
			p.Time[to], p.End[to], p.Stratum[to] = s.Time[from]*unit, s.End[from], s.Stratum[from]
			if s.Entry != nil {
				p.Entry[to] = s.Entry[from] * unit
			}
			y[0][to], y[1][to] = x[0][from]*100, x[1][from]
		}
		a, b := must(AalenJohansen(s)), must(AalenJohansen(p))
		nearAll(t, "curves", b.Prob, a.Prob, 1e-12)
		nearAll(t, "errors", b.Err, a.Err, 1e-9)
		for _, ties := range []Ties{Efron, Breslow, Exact} {
			c, d := must(FitCox(s, 1, x, CoxSettings{Ties: ties})), must(FitCox(p, 1, y, CoxSettings{Ties: ties}))
			nearAll(t, "log likelihood", d.LogLik[:], c.LogLik[:], 1e-9)
			near(t, "effect", d.Coef[0]*100, c.Coef[0], 1e-6)
		}
		m, n := must(FitCauses(s, x, CoxSettings{})), must(FitCauses(p, y, CoxSettings{}))
		total := make([]float64, 3)
		for k := range 3 {
			u, v := must(m.Risks(1, k, x, []float64{3, 9})), must(n.Risks(1, k, y, []float64{3 * unit, 9 * unit}))
			_, _ = u, v
			total[0] += u[0]
			total[1] += u[1]
			if u[0] > u[1] || u[0] < 0 {
				t.Fatal("a risk fell", u[:2])
			}
		}
		if total[1] > 1+1e-9 {
			t.Fatal("risks sum to", total)
		}
	}
}

// The jackknife variance, subject by subject as its definition says, against
// the one-pass sums; late entries included.
func TestErrorsAreTheJackknifes(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 3))
		s := drawSpells(rng, 40, seed%2 == 0)
		c := must(AalenJohansen(s))
		for g := range int32(2) {
			variance := make([][3]float64, c.From[g+1]-c.From[g])
			for i := range s.Time {
				if s.Stratum[i] != g {
					continue
				}
				var u [4]float64 // influence on open and on the three ends
				open := 1.0
				for r := c.From[g]; r < c.From[g+1]; r++ {
					d, n := c.events(r)
					there := s.Time[i] >= c.Time[r] && (s.Entry == nil || s.Entry[i] < c.Time[r])
					all := 0.0
					moved := u
					if d > 0 {
						for k := range 3 {
							dk := float64(c.Count[r*4+k+1])
							dh := 0.0
							if there {
								dh = -dk / n / n
								if s.Time[i] == c.Time[r] && int(s.End[i]) == k+1 {
									dh += 1 / n
								}
							}
							moved[k+1] += u[0]*dk/n + open*dh
							all += dh
						}
						moved[0] = u[0]*(1-d/n) - open*all
						open *= 1 - d/n
					}
					u = moved
					for k := range 3 {
						variance[r-c.From[g]][k] += u[k+1] * u[k+1]
					}
				}
			}
			for r := range variance {
				for k := range 3 {
					near(t, "error", c.Err[(c.From[g]+r)*3+k], math.Sqrt(variance[r][k]), 1e-9)
				}
			}
		}
	}
}

// A time-dependent covariate cut into more intervals than it needs gives the
// same fit, and so do intervals and whole spells when nothing changes.
func TestIntervalsOfOneSubjectAddUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	whole := drawSpells(rng, 80, true)
	x := [][]float64{make([]float64, 80)}
	var cut Spells
	cut.Ends, cut.Strata = 3, 2
	y := [][]float64{nil}
	for i := range x[0] {
		x[0][i] = rng.NormFloat64()
		mid := (whole.Entry[i] + whole.Time[i]) / 2
		cut.Entry = append(cut.Entry, whole.Entry[i], mid)
		cut.Time = append(cut.Time, mid, whole.Time[i])
		cut.End = append(cut.End, 0, whole.End[i])
		cut.Stratum = append(cut.Stratum, whole.Stratum[i], whole.Stratum[i])
		y[0] = append(y[0], x[0][i], x[0][i])
	}
	for _, ties := range []Ties{Efron, Breslow, Exact} {
		a, b := must(FitCox(whole, 2, x, CoxSettings{Ties: ties})), must(FitCox(cut, 2, y, CoxSettings{Ties: ties}))
		near(t, "effect", b.Coef[0], a.Coef[0], 1e-8)
		near(t, "error", b.Err[0], a.Err[0], 1e-8)
	}
}

func TestOddInputsGetAnAnswerOrARefusal(t *testing.T) {
	empty := must(AalenJohansen(Spells{}))
	if p, open, _, _ := empty.At(0, 5); open != 1 || p[0] != 0 {
		t.Error("no spells: not everything is open")
	}
	if _, err := Count(Spells{Time: []float64{math.NaN()}, End: []uint8{1}}); err == nil {
		t.Error("a time that is no number was counted")
	}
	if _, err := Count(Spells{Time: []float64{1}, End: []uint8{1}, Entry: []float64{1}}); err == nil {
		t.Error("an entry at the time of leaving was counted")
	}
	if _, err := AalenJohansen(Spells{Time: []float64{1, 2}, End: []uint8{1}}); err == nil {
		t.Error("columns of different length were taken")
	}
	// A constant column, a copy of another, and one that separates.
	s := Spells{Time: []float64{1, 2, 3, 4, 5, 6}, End: []uint8{1, 1, 1, 0, 0, 0}}
	x := [][]float64{{7, 7, 7, 7, 7, 7}, {1, 2, 1, 2, 1, 2}, {2, 4, 2, 4, 2, 4}, {1, 1, 1, 0, 0, 0}}
	c := must(FitCox(s, 1, x, CoxSettings{}))
	if !c.Aliased[0] || !c.Aliased[2] || c.Aliased[1] || !c.Endless[3] {
		t.Errorf("aliased %v, endless %v", c.Aliased, c.Endless)
	}
	for j := range c.Coef {
		if !finite(c.Coef[j]) || !finite(c.Err[j]) {
			t.Errorf("column %d: %g (%g)", j, c.Coef[j], c.Err[j])
		}
	}
	none := must(FitCox(Spells{Time: []float64{1, 2}, End: []uint8{0, 0}}, 1, [][]float64{{1, 2}}, CoxSettings{}))
	if none.Coef[0] != 0 || none.Events != 0 {
		t.Error("no events, yet an effect", none.Coef)
	}
	slope := CalibrationSlope([]float64{0, 1}, []float64{0.5, 0.5}, nil, nil, nil, 0.9)
	if slope.Known {
		t.Error("a slope from forecasts that do not vary")
	}
	if lo, hi := Wilson(0, 10, 0.9); lo != 0 || hi <= 0 || hi >= 1 {
		t.Error("Wilson at 0:", lo, hi)
	}
}

func TestCalibrationSlopeFindsOverconfidence(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	var came, fair, sure []float64
	for range 4000 {
		l := rng.NormFloat64()
		p := 1 / (1 + math.Exp(-l))
		fair = append(fair, p)
		sure = append(sure, 1/(1+math.Exp(-2*l)))
		c := 0.0
		if rng.Float64() < p {
			c = 1
		}
		came = append(came, c)
	}
	a, b := CalibrationSlope(came, fair, nil, nil, nil, 0.9), CalibrationSlope(came, sure, nil, nil, nil, 0.9)
	near(t, "fair", a.Slope, 1, 0.1)
	near(t, "too sure", b.Slope, 0.5, 0.1)
	if !(a.Low < 1 && 1 < a.High) || b.High >= 1 {
		t.Error("intervals", a, b)
	}
}
