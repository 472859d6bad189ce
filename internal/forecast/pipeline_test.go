package forecast

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
)

func someBets(n int) []Bet {
	rng := rand.New(rand.NewPCG(1, 1))
	bets := make([]Bet, n)
	for i := range bets {
		won, p := make([]float64, 12), rng.Float64()*0.66
		for k := range won {
			won[k] = p / 13
		}
		bets[i] = Bet{Amount: math.Exp(9.5 + 1.1*rng.NormFloat64()), CV: 0.05 + 0.35*rng.Float64(), Won: [][]float64{won}}
	}
	return bets
}

func BenchmarkSimulate(b *testing.B) {
	bets := someBets(10_000)
	for b.Loop() {
		if _, err := Simulate(bets, PipelineSettings{Draws: 1000}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestSimulatedRevenueAgreesWithItsMoments(t *testing.T) {
	bets := someBets(300)
	for _, shock := range []float64{0, 0.3} {
		p, err := Simulate(bets, PipelineSettings{Draws: 20_000, Shock: shock, Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		var wantTotal, wantVar float64
		for _, b := range bets {
			q := 0.0
			for _, v := range b.Won[0] {
				q += v
			}
			wantTotal += b.Amount * q
			wantVar += b.Amount * b.Amount * (q*(1-q) + q*b.CV*b.CV)
		}
		mean, square := 0.0, 0.0
		sums := p.Sums(0, 12)
		for _, v := range sums {
			mean += v / float64(len(sums))
		}
		for _, v := range sums {
			square += (v - mean) * (v - mean) / float64(len(sums))
		}
		if e := math.Abs(mean/wantTotal - 1); e > 0.01+0.05*shock {
			t.Errorf("shock %g: mean %g, want %g", shock, mean, wantTotal)
		}
		if e := math.Sqrt(square / wantVar); shock == 0 && math.Abs(e-1) > 0.03 || shock > 0 && e < 1.01 {
			t.Errorf("shock %g: deviation is %.3f of the independent one", shock, e)
		}
		q := p.Quantiles(0, 3, 0.1, 0.5, 0.9)
		if !(0 <= q[0] && q[0] <= q[1] && q[1] <= q[2]) {
			t.Error("quantiles", q)
		}
	}
}

func TestSimulationDoesNotDependOnTheMachine(t *testing.T) {
	bets := someBets(40)
	a, err := Simulate(bets, PipelineSettings{Draws: 501, Shock: 0.2, Seed: 9})
	if err != nil {
		t.Fatal(err)
	}
	old := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(old)
	b, _ := Simulate(bets, PipelineSettings{Draws: 501, Shock: 0.2, Seed: 9})
	for i := range a.revenue {
		if a.revenue[i] != b.revenue[i] {
			t.Fatal("one core draws otherwise than several")
		}
	}
}

func TestSureBetsAndOddBets(t *testing.T) {
	p, err := Simulate([]Bet{
		{ID: "sure", Amount: 100, Won: [][]float64{{1, 0}}},
		{ID: "never", Amount: 1e9, Won: [][]float64{{0, 0}}},
		{ID: "unpriced", Amount: math.NaN(), Won: [][]float64{{0.5, 0.5}}},
		{ID: "negative", Amount: -7, Won: [][]float64{{0.5, 0.5}}},
		{ID: "coin", Amount: 10, CV: 0.1, Won: [][]float64{{0, 0.5}, {0, 0.3}}},
	}, PipelineSettings{Draws: 4000})
	if err != nil {
		t.Fatal(err)
	}
	if q := p.Quantiles(0, 1, 0.01, 0.99); math.Abs(q[0]-100) > 1e-6 || math.Abs(q[1]-100) > 1e-6 {
		t.Error("a sure bet brings", q)
	}
	if p.Unpriced != 2 || math.Abs(p.Mean[1]-4) > 1e-9 || p.Moves[0].Bet != 4 || p.Moves[0].Share < 0.99 {
		t.Errorf("%+v", p)
	}
	for name, bad := range map[string][]Bet{
		"no chances": {{Amount: 1}}, "over one": {{Amount: 1, Won: [][]float64{{0.8, 0.8}}}},
		"negative": {{Amount: 1, Won: [][]float64{{-0.1}}}}, "NaN": {{Amount: 1, Won: [][]float64{{math.NaN()}}}},
		"uneven": {{Amount: 1, Won: [][]float64{{0.1}}}, {Amount: 1, Won: [][]float64{{0.1, 0.1}}}},
	} {
		if _, err := Simulate(bad, PipelineSettings{Draws: 10}); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	empty, err := Simulate(nil, PipelineSettings{})
	if err != nil || empty.Quantiles(0, 4, 0.5)[0] != 0 {
		t.Error("an empty pipeline", err)
	}
}

func TestSimulationAgreesWithNumpy(t *testing.T) {
	const dir = "../../../shared/reference/mc"
	f, err := os.Open(filepath.Join(dir, "deals10k.csv"))
	if err != nil {
		t.Skipf("the reference answers are not here (%s)", dir)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var bets []Bet
	for _, r := range rows[1:] {
		v := make([]float64, len(r))
		for j := range r {
			v[j], _ = strconv.ParseFloat(r[j], 64)
		}
		won := v[3:]
		for k := range won {
			won[k] *= v[1]
		}
		bets = append(bets, Bet{Amount: v[0], CV: v[2], Won: [][]float64{won}})
	}
	p, err := Simulate(bets, PipelineSettings{Draws: 20_000, Seed: 5})
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Mean   []float64   `json:"analytic_mean"`
		SD     []float64   `json:"analytic_sd"`
		Levels []float64   `json:"quantile_levels"`
		Q      [][]float64 `json:"sim_quantiles_by_level_month"`
	}
	b, err := os.ReadFile(filepath.Join(dir, "deals10k_forecast.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	for m := range 12 {
		if math.Abs(p.Mean[m]/want.Mean[m]-1) > 1e-9 {
			t.Errorf("month %d: mean %g, want %g", m, p.Mean[m], want.Mean[m])
		}
		for i, q := range p.Quantiles(m, m+1, want.Levels...) {
			if math.Abs(q-want.Q[i][m]) > 0.15*want.SD[m] { // the reference has 10,000 draws: four of its standard errors at the ends
				t.Errorf("month %d, level %g: %g, want %g", m, want.Levels[i], q, want.Q[i][m])
			}
		}
	}
}

func TestCRPSByHand(t *testing.T) {
	// Draws 0 and 2, came 1: mean distance 1, half the mean distance of two draws 1/2.
	if v := CRPS([]float64{2, 0}, 1); math.Abs(v-0.5) > 1e-15 {
		t.Error(v)
	}
	if v := CRPS([]float64{3}, 5); v != 2 {
		t.Error(v)
	}
}

func BenchmarkOutlook(b *testing.B) {
	c := draw(rand.New(rand.NewPCG(1, 1)), 600, 100)
	m, err := Fit(c.h, c.h.Until, Settings{})
	if err != nil {
		b.Fatal(err)
	}
	weeks := make([]float64, 26)
	for i := range weeks {
		weeks[i] = float64(i+1) * week
	}
	for b.Loop() {
		if _, err := m.Outlook(Question{State: 1, Row: []float64{30, 0.2, 1}, Horizons: weeks}); err != nil {
			b.Fatal(err)
		}
	}
}
