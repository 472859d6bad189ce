package survival

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// follow draws rows of a known discrete hazard; each subject twice, so that
// clusters matter.
func drawFollowup(rng *rand.Rand, n, bins int, truth [][]float64) Followup {
	f := Followup{Bins: bins, Ends: len(truth), X: NewSparse(3)}
	for i := range n {
		x := []float64{1, rng.NormFloat64(), float64(i % 2)}
		end, last := 0, 0
		for b := 0; b < bins && end == 0; b++ {
			last = b
			u, sum := rng.Float64(), 1.0
			odds := make([]float64, len(truth))
			for k, beta := range truth {
				for j := range x {
					odds[k] += beta[j] * x[j]
				}
				odds[k] = math.Exp(odds[k])
				sum += odds[k]
			}
			for k := range odds {
				if u -= odds[k] / sum; u < 0 {
					end = k + 1
					break
				}
			}
		}
		for j, v := range x {
			f.X.Set(j, v)
		}
		f.X.Close()
		f.Last, f.End, f.Cluster = append(f.Last, int32(last)), append(f.End, uint8(end)), append(f.Cluster, int32(i))
	}
	return f
}

func TestDiscreteWithoutCovariatesIsTheLifeTable(t *testing.T) {
	// 5 followed; bin 0: one end 1; bin 1: one end 2, one censored at its end; bin 2: one end 1, one left open.
	f := Followup{Bins: 3, Ends: 2, Last: []int32{0, 1, 1, 2, 2}, End: []uint8{1, 2, 0, 1, 0}, X: NewSparse(1)}
	for range f.Last {
		f.X.Set(0, 1)
		f.X.Close()
	}
	d := must(FitDiscrete(f, DiscreteSettings{Ridge: []float64{0}, BinRidge: 1e-9, Rounds: 2000}))
	col, val := f.X.Row(0)
	h := d.Hazards(col, val, nil, nil, nil)
	nearAll(t, "hazards", h, []float64{1. / 5, 0, 0, 1. / 4, 1. / 2, 0}, 1e-4)
	open := Accumulate(h, 2)
	near(t, "sum", h[4]+h[5]+open, 1, 1e-12)
	near(t, "open", open, 0.8*0.75*0.5, 1e-4)
}

func TestDiscreteGradientAndCurvature(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	f := drawFollowup(rng, 60, 4, [][]float64{{-2, 1, 0}, {-1.5, 0, 1}})
	f.Part = make([]float64, len(f.Last))
	for i := range f.Part {
		f.Part[i] = rng.Float64()
	}
	f.Group, f.Offset = make([]int32, len(f.Last)), make([]float64, 3*4*2)
	for i := range f.Group {
		f.Group[i] = int32(i % 3)
	}
	for i := range f.Offset {
		f.Offset[i] = rng.NormFloat64()
	}
	set := DiscreteSettings{Ridge: []float64{0.1, 1, 2}, Turn: []float64{0.5, 1, 1}, BinRidge: 0.7, Level: []float64{-2, -1}}
	w := must(newDiscreteWork(f, set))
	n := len(w.Par)
	for j := range w.Par {
		w.Par[j] = rng.NormFloat64() / 3
	}
	grad, up, down := make([]float64, n), make([]float64, n), make([]float64, n)
	w.value(w.Par, grad)
	h := make([]float64, n*n)
	for j := range n {
		const eps = 1e-5
		old := w.Par[j]
		w.Par[j] = old + eps
		a := w.value(w.Par, up)
		w.Par[j] = old - eps
		b := w.value(w.Par, down)
		w.Par[j] = old
		near(t, "gradient", grad[j], (a-b)/(2*eps), 1e-6)
		for i := range n {
			h[i*n+j] = (up[i] - down[i]) / (2 * eps)
		}
	}
	s := must(w.Spread(f, set))
	l := make([]float64, n*n)
	for i := range n {
		h[i*n+i] += 1e-9
		for j := range i + 1 {
			l[i*n+j] = h[i*n+j]
		}
	}
	cholesky(l, n, make([]bool, n))
	for i := range n {
		for j := range i + 1 {
			near(t, "information", s.l[i*n+j], l[i*n+j], 1e-5)
		}
	}
	diag := w.curvature(w.Par)
	for i := range n {
		near(t, "diagonal", diag[i], h[i*n+i], 1e-5)
	}
}

func TestDiscreteRecoversWhatWasPlanted(t *testing.T) {
	truth := [][]float64{{-3, 0.8, 0}, {-2.5, -0.4, 0.6}}
	f := drawFollowup(rand.New(rand.NewPCG(3, 4)), 6000, 8, truth)
	d := must(FitDiscrete(f, DiscreteSettings{Ridge: []float64{1e-6, 1e-6, 1e-6}, BinRidge: 1000}))
	if !d.Settled {
		t.Errorf("not settled after %d rounds", d.Rounds)
	}
	q := d.Cols + d.Bins
	for k, beta := range truth {
		for j, b := range beta {
			near(t, "effect", d.Par[k*q+j], b, 0.12)
		}
	}
	// Twice the same rows in the same clusters say nothing new: the spread must
	// stay about where it was.
	set := DiscreteSettings{Ridge: []float64{1e-6, 1e-6, 1e-6}, BinRidge: 10}
	wide := func(f Followup) float64 {
		spread, rng := must(d.Spread(f, set)), rand.New(rand.NewPCG(1, 1))
		sum := 0.0
		for range 300 {
			v := spread.Draw(d.Par, rng)[1] - d.Par[1]
			sum += v * v / 300
		}
		return math.Sqrt(sum)
	}
	once := wide(f)
	g := Followup{Bins: f.Bins, Ends: f.Ends, X: NewSparse(3)}
	for i := range f.Last {
		for range 2 {
			cols, vals := f.X.Row(i)
			for j, c := range cols {
				g.X.Set(int(c), vals[j])
			}
			g.X.Close()
			g.Last, g.End, g.Cluster = append(g.Last, f.Last[i]), append(g.End, f.End[i]), append(g.Cluster, f.Cluster[i])
		}
	}
	near(t, "spread of doubled rows", wide(g)/once, 1, 0.02)
	if once < 0.01 || once > 0.05 { // about 1 over the root of the 3,000 ends
		t.Errorf("spread %g", once)
	}
}

// TestPairsSpreadAsDrawsDo: pairs lie evenly around the fit, as far out as draws
// do, and whichever way round the subjects came.
func TestPairsSpreadAsDrawsDo(t *testing.T) {
	f := drawFollowup(rand.New(rand.NewPCG(3, 4)), 300, 4, [][]float64{{-3, 0.8, 0}, {-2.5, -0.4, 0.6}})
	set := DiscreteSettings{Ridge: []float64{0.1, 1, 1}, BinRidge: 10}
	d := must(FitDiscrete(f, set))
	spread, rng := must(d.Spread(f, set)), rand.New(rand.NewPCG(1, 1))
	n := len(d.Par)
	square := func(list [][]float64) []float64 { // of each parameter, and of each with the next
		out := make([]float64, 2*n-1)
		for _, par := range list {
			for j := range n {
				out[j] += (par[j] - d.Par[j]) * (par[j] - d.Par[j]) / float64(len(list))
				if j > 0 {
					out[n+j-1] += (par[j] - d.Par[j]) * (par[j-1] - d.Par[j-1]) / float64(len(list))
				}
			}
		}
		return out
	}
	var draws [][]float64
	for range 20_000 {
		draws = append(draws, spread.Draw(d.Par, rng))
	}
	pairs := spread.Pairs(d.Par, 10_000, rng)
	want, got := square(draws), square(pairs)
	for j := range got {
		scale := want[j]
		if j >= n {
			scale = math.Sqrt(want[j-n] * want[j-n+1])
		}
		near(t, "spread", (got[j]-want[j])/scale, 0, 0.05)
	}
	for i := 0; i < len(pairs); i += 2 {
		for j, v := range d.Par {
			near(t, "middle of a pair", (pairs[i][j]+pairs[i+1][j])/2, v, 1e-9)
		}
	}
	slices.Reverse(spread.scores)
	again := spread.Pairs(d.Par, 3, rand.New(rand.NewPCG(5, 5)))
	slices.Reverse(spread.scores)
	for i, par := range spread.Pairs(d.Par, 3, rand.New(rand.NewPCG(5, 5))) {
		nearAll(t, "turned round", again[i], par, 1e-9)
	}
}

func TestDiscreteStandsUpToSeparationAndConstants(t *testing.T) {
	f := Followup{Bins: 3, Ends: 3, X: NewSparse(4)}
	for i := range 40 { // column 1 decides everything, column 2 is constant, column 3 never set, end 3 never seen
		f.X.Set(0, 1)
		f.X.Set(1, float64(i%2)*1000)
		f.X.Set(2, 5)
		f.X.Close()
		f.Last, f.End = append(f.Last, int32(i%3)), append(f.End, uint8(i%2)+1)
	}
	d := must(FitDiscrete(f, DiscreteSettings{Ridge: []float64{0.25, 1, 1, 1}, BinRidge: 1, Level: []float64{-3, -3, -3}}))
	for i := range 2 {
		cols, vals := f.X.Row(i)
		h := d.Hazards(cols, vals, nil, nil, nil)
		for _, v := range h {
			if !(v >= 0 && v <= 1) {
				t.Fatalf("hazard %g", v)
			}
		}
		open := Accumulate(h, 3)
		near(t, "sum", h[6]+h[7]+h[8]+open, 1, 1e-12)
	}
	if _, err := FitDiscrete(Followup{Bins: 1, Ends: 1, Last: []int32{3}, End: []uint8{0}, X: f.X}, DiscreteSettings{}); err == nil {
		t.Error("rows that do not fit were taken")
	}
}
