package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/throughline/throughline/internal/survival"
)

// company is a made-up company whose weekly hazards are known: three stages, a
// size, and whether a sponsor was met, all fixed at opening.
type company struct {
	h     *History
	stage []int
	size  []float64
	met   []float64
	beta  [Kinds][5]float64 // stage 0, 1, 2, size, met
}

const week = 7.0

func (c *company) hazards(i int) (h [Kinds]float64) {
	sum := 1.0
	for k, b := range c.beta {
		h[k] = math.Exp(b[c.stage[i]] + b[3]*c.size[i] + b[4]*c.met[i])
		sum += h[k]
	}
	for k := range h {
		h[k] /= sum
	}
	return h
}

// truth gives the chances of the ends within weeks, and of being still open.
func (c *company) truth(i, weeks int) (p [Kinds + 1]float64) {
	h := c.hazards(i)
	total := h[0] + h[1] + h[2]
	gone := 1 - math.Pow(1-total, float64(weeks))
	for k := range h {
		p[k] = gone * h[k] / total
	}
	p[Kinds] = 1 - gone
	return p
}

// draw opens n deals over a span of weeks and lets them run until the last day.
func draw(rng *rand.Rand, n, span int) *company {
	c := &company{beta: [Kinds][5]float64{{-3.6, -3.0, -2.5, 0.5, 0.9}, {-3.4, -3.4, -3.5, 0.3, -0.2}, {-2.9, -3.3, -3.6, -0.4, -0.7}}}
	c.h = &History{
		Fields: []Field{{Name: "age"}, {Name: "size"}, {Name: "sponsor met", Kind: Flag}},
		States: []string{"scope", "propose", "agree"}, Until: float64(span) * week,
	}
	for i := range n {
		c.stage, c.size, c.met = append(c.stage, rng.IntN(3)), append(c.size, rng.NormFloat64()), append(c.met, float64(rng.IntN(2)))
		s := Subject{ID: fmt.Sprint("d", i), Opened: rng.Float64() * float64(span) * week, Amount: math.Exp(10 + 0.8*rng.NormFloat64())}
		h := c.hazards(i)
		for at := s.Opened + week; at <= c.h.Until && s.End == Open; at += week {
			u := rng.Float64()
			for k, v := range h {
				if u -= v; u < 0 {
					// Events fall anywhere in the week, as days do.
					s.End, s.Ended = Won+End(k), at-week*rng.Float64()
					break
				}
			}
		}
		c.h.Subjects = append(c.h.Subjects, s)
	}
	c.h.At = func(i int, day float64, row []float64) int {
		row[0], row[1], row[2] = day-c.h.Subjects[i].Opened, c.size[i], c.met[i]
		return c.stage[i]
	}
	return c
}

// many runs a trial for each seed on all cores.
func many(seeds int, trial func(seed uint64)) {
	var wg sync.WaitGroup
	next := make(chan uint64)
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for s := range next {
				trial(s)
			}
		}()
	}
	for s := range uint64(seeds) {
		next <- s
	}
	close(next)
	wg.Wait()
}

func TestKnownCompaniesWithManyDeals(t *testing.T) {
	const seeds = 100
	weeks := []int{4, 8, 13}
	days := []float64{4 * week, 8 * week, 13 * week}
	var mu sync.Mutex
	var covered, asked, better, revenue, results float64
	var came, said []float64
	var cluster []int32
	many(seeds, func(seed uint64) {
		rng := rand.New(rand.NewPCG(seed, 500))
		c := draw(rng, 640, 100)
		m, err := Fit(c.h, c.h.Until, Settings{Seed: seed, Rows: 900, Horizons: days})
		if err != nil {
			t.Error(err)
			return
		}
		var ours, stage, in, of float64
		var y, p []float64
		var bets []Bet
		var open []int
		row, w := make([]float64, 3), m.work()
		chance := make([]float64, 3*4)
		for i := range c.h.Subjects {
			if c.h.Subjects[i].End != Open {
				continue
			}
			state := c.h.At(i, c.h.Until, row)
			q := Question{State: state, Row: row, Horizons: days, Use: Hazards}
			o, err := m.Outlook(q)
			if err != nil {
				t.Error(err)
				return
			}
			b, _ := m.Bet(c.h.Subjects[i].ID, c.h.Subjects[i].Amount, 0, q)
			bets, open = append(bets, b), append(open, i)
			m.say(StageRate, int32(state), row, days, w, chance)
			for x, n := range weeks {
				truth := c.truth(i, n)
				u := rng.Float64()
				for k, v := range truth {
					ours -= v * math.Log(o.Chance[x][k])
					stage -= v * math.Log(chance[x*4+k])
					of++
					if o.Low[x][k] <= v && v <= o.High[x][k] {
						in++
					}
					u -= v
					if k < Kinds {
						hit := 0.0
						if u < 0 && u+v >= 0 {
							hit = 1
						}
						y, p = append(y, hit), append(p, o.Chance[x][k])
					}
				}
			}
		}
		pipe, err := Simulate(bets, PipelineSettings{Draws: 2000, Seed: seed})
		if err != nil {
			t.Error(err)
			return
		}
		q := pipe.Quantiles(0, 3, 0.05, 0.95)
		hits := 0.0
		for range 20 {
			sum := 0.0
			for _, i := range open {
				if rng.Float64() < c.truth(i, 13)[0] {
					sum += c.h.Subjects[i].Amount
				}
			}
			if q[0] <= sum && sum <= q[1] {
				hits++
			}
		}
		mu.Lock()
		defer mu.Unlock()
		covered, asked, revenue, results = covered+in, asked+of, revenue+hits, results+20
		if ours < stage {
			better++
		}
		for i := range y {
			came, said, cluster = append(came, y[i]), append(said, p[i]), append(cluster, int32(seed))
		}
	})
	slope := survival.CalibrationSlope(came, said, nil, nil, cluster, 0.9)
	t.Logf("intervals hold %.1f %%, revenue's %.1f %%, slope %.3f, better than stage rates in %.0f of %d", 100*covered/asked, 100*revenue/results, slope.Slope, better, seeds)
	if r := covered / asked; r < 0.87 || r > 0.93 {
		t.Errorf("90 %% intervals hold the truth in %.1f of 100", 100*r)
	}
	if r := revenue / results; r < 0.87 || r > 0.93 {
		t.Errorf("90 %% intervals hold the revenue in %.1f of 100", 100*r)
	}
	if slope.Slope < 0.9 || slope.Slope > 1.1 {
		t.Errorf("calibration slope %.3f", slope.Slope)
	}
	if better < 95 {
		t.Errorf("better than stage win rates in %.0f of 100 companies", better)
	}
}

func TestKnownCompaniesWithTwentyDeals(t *testing.T) {
	var mu sync.Mutex
	days := []float64{4 * week, 8 * week, 13 * week}
	total := map[string]float64{}
	many(100, func(seed uint64) {
		c := draw(rand.New(rand.NewPCG(seed, 20)), 36, 24)
		closed := 0
		for i := range c.h.Subjects {
			if c.h.Subjects[i].End != Open {
				closed++
			}
		}
		m, err := Fit(c.h, c.h.Until, Settings{Seed: seed, Draws: -1, Horizons: days})
		if err != nil {
			t.Error(err)
			return
		}
		row, w, chance := make([]float64, 3), m.work(), make([]float64, 12)
		mu.Lock()
		defer mu.Unlock()
		total["closed"] += float64(closed) / 100
		for i := range c.h.Subjects {
			state := c.h.At(i, c.h.Until, row)
			for _, name := range competitors {
				m.say(name, int32(state), row, days, w, chance)
				for x, n := range []int{4, 8, 13} {
					for k, v := range c.truth(i, n) {
						total[name] -= v * math.Log(chance[x*4+k])
					}
				}
			}
		}
	})
	t.Logf("%v", total)
	for _, name := range competitors[1:] {
		if total[Hazards] > 1.02*total[name] {
			t.Errorf("worse than %s by %.1f %% with %.0f closed deals", name, 100*(total[Hazards]/total[name]-1), total["closed"])
		}
	}
}

func sums(t *testing.T, what string, p []float64) {
	t.Helper()
	sum := 0.0
	for _, v := range p {
		if !(v >= 0 && v <= 1) {
			t.Fatalf("%s: a chance of %g", what, v)
		}
		sum += v
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Fatalf("%s: chances sum to %g", what, sum)
	}
}

// Whatever the history, every model answers, nothing is NaN, ends sum to one and
// never fall with time.
func TestOddHistoriesGetSaneAnswers(t *testing.T) {
	plain := func(n int) *company { return draw(rand.New(rand.NewPCG(9, 9)), n, 40) }
	cases := map[string]func() *History{
		"nothing at all": func() *History { c := plain(0); return c.h },
		"one deal":       func() *History { return plain(1).h },
		"no closed deals": func() *History {
			h := plain(30).h
			for i := range h.Subjects {
				h.Subjects[i].End = Open
			}
			return h
		},
		"one end never seen": func() *History {
			h := plain(200).h
			for i := range h.Subjects {
				if h.Subjects[i].End == Lost {
					h.Subjects[i].End = Other
				}
			}
			return h
		},
		"all in one week": func() *History {
			h := plain(50).h
			for i := range h.Subjects {
				h.Subjects[i].Opened, h.Subjects[i].End, h.Subjects[i].Ended = 100, Won, 103
			}
			return h
		},
		"ended on the day of opening": func() *History {
			h := plain(50).h
			for i := range h.Subjects {
				h.Subjects[i].End, h.Subjects[i].Ended = NoDecision, h.Subjects[i].Opened
			}
			return h
		},
		"amounts missing and negative": func() *History {
			h := plain(120).h
			for i := range h.Subjects {
				h.Subjects[i].Amount = []float64{math.NaN(), -5, math.Inf(1)}[i%3]
			}
			return h
		},
		"constant covariates": func() *History {
			h := plain(120).h
			h.At = func(_ int, _ float64, row []float64) int { row[0], row[1], row[2] = 3, 1e300, 1; return 0 }
			return h
		},
		"missing in half the rows": func() *History {
			h := plain(120).h
			at := h.At
			h.At = func(i int, day float64, row []float64) int {
				s := at(i, day, row)
				if i%2 == 0 {
					row[1], row[2] = math.NaN(), math.Inf(-1)
				}
				return s
			}
			return h
		},
		"perfect separation": func() *History {
			h := plain(160).h
			h.At = func(i int, day float64, row []float64) int {
				row[0], row[1], row[2] = 0, 1e6*float64(h.Subjects[i].End), 0
				return -1
			}
			return h
		},
	}
	for name, make := range cases {
		t.Run(name, func(t *testing.T) {
			h := make()
			m, err := Fit(h, h.Until, Settings{})
			if err != nil {
				t.Fatal(err)
			}
			for _, use := range competitors {
				for _, row := range [][]float64{{1, 0, 1}, {math.NaN(), math.NaN(), math.NaN()}, {1e300, -1e300, 7}} {
					o, err := m.Outlook(Question{State: 1, Row: row, Horizons: []float64{0, 7, 28, 91, 400, 5000}, Use: use})
					if err != nil {
						t.Fatal(err)
					}
					for q := range o.Chance {
						sums(t, use, o.Chance[q])
						sums(t, use+", plain", o.Plain[q])
						for k := range o.Chance[q] {
							if !(0 <= o.Low[q][k] && o.Low[q][k] <= o.Chance[q][k] && o.Chance[q][k] <= o.High[q][k] && o.High[q][k] <= 1) {
								t.Fatalf("%s: interval %g-%g around %g", use, o.Low[q][k], o.High[q][k], o.Chance[q][k])
							}
							if q > 0 && k < len(o.Ends) && o.Chance[q][k] < o.Chance[q-1][k]-1e-12 {
								t.Fatalf("%s: end %d falls with time", use, k)
							}
						}
					}
					for _, d := range o.Drivers {
						if math.IsNaN(d.Effect) || math.IsNaN(d.Risk) || math.IsNaN(d.Value) {
							t.Fatal("driver", d)
						}
					}
					if math.IsNaN(o.Median) || use == Hazards && len(h.Subjects) < 40 && !o.Thin {
						t.Fatal("median", o.Median, "thin", o.Thin)
					}
				}
			}
			b, err := RunBacktest(h, BacktestSettings{Pipeline: 200})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range b.Models {
				for _, v := range []float64{s.Brier, s.Log, s.Slope.Slope, s.Slope.Err, s.Coverage, s.CRPS, b.Shock} {
					if math.IsNaN(v) || math.IsInf(v, 0) {
						t.Fatalf("%s: %+v", s.Name, s)
					}
				}
			}
			if !slices.Contains(competitors, b.Used) {
				t.Fatal("used", b.Used)
			}
		})
	}
}

func TestBadQuestionsAreRefused(t *testing.T) {
	c := draw(rand.New(rand.NewPCG(1, 1)), 60, 40)
	m, err := Fit(c.h, c.h.Until, Settings{Draws: 5})
	if err != nil {
		t.Fatal(err)
	}
	row := []float64{1, 1, 1}
	for name, q := range map[string]Question{
		"too few values": {Row: row[:1], Horizons: []float64{7}}, "no horizon": {Row: row},
		"not ascending": {Row: row, Horizons: []float64{7, 7}}, "no number": {Row: row, Horizons: []float64{math.NaN()}},
		"unknown model": {Row: row, Horizons: []float64{7}, Use: "oracle"},
	} {
		if _, err := m.Outlook(q); err == nil {
			t.Errorf("%s was answered", name)
		}
	}
	bad := *c.h
	bad.Subjects = slices.Clone(c.h.Subjects)
	bad.Subjects[0].Opened = math.NaN()
	if _, err := Fit(&bad, 0, Settings{}); err == nil {
		t.Error("a deal without a date was learned from")
	}
	bad.Subjects[0] = Subject{Opened: 5, End: Won, Ended: 3}
	if _, err := Fit(&bad, 0, Settings{}); err == nil {
		t.Error("a deal that ended before it opened was learned from")
	}
}

// What is learned after the day of speaking must change nothing.
func TestNothingIsLearnedFromTheFuture(t *testing.T) {
	c := draw(rand.New(rand.NewPCG(4, 4)), 300, 60)
	const asOf = 250.0
	speak := func(h *History) []float64 {
		m, err := fit(h, []End{Won, Lost, NoDecision}, h.stack(spacing{5, math.Inf(1), 1}), asOf, Settings{Draws: -1, Ridge: 5}.filled(h))
		if err != nil {
			t.Fatal(err)
		}
		var out []float64
		w, chance := m.work(), make([]float64, 4)
		for _, name := range competitors {
			m.say(name, 1, []float64{20, 0.3, 1}, []float64{40}, w, chance)
			out = append(out, chance...)
		}
		return out
	}
	before := speak(c.h)
	other := *c.h
	other.Subjects = slices.Clone(c.h.Subjects)
	for i := range other.Subjects {
		s := &other.Subjects[i]
		if s.End != Open && s.Ended > asOf {
			s.End, s.Ended = Lost, asOf+1 // another future
		} else if s.End == Open {
			s.End, s.Ended = Won, asOf-10 // ended already, but learned later
			s.Learned = asOf + 30
			if s.Ended < s.Opened {
				s.Ended = max(s.Opened, asOf+1)
			}
		}
	}
	for i, v := range speak(&other) {
		if v != before[i] {
			t.Fatalf("number %d changed from %g to %g with the future", i, before[i], v)
		}
	}
}

func TestOrderOfDealsAndUnitOfTimeDoNotMatter(t *testing.T) {
	c := draw(rand.New(rand.NewPCG(6, 6)), 250, 60)
	speak := func(h *History, unit float64) []float64 {
		m, err := Fit(h, h.Until, Settings{Draws: -1, Prior: Prior{[Kinds]float64{0.4, 0.3, 0.3}, 90 * unit, 4}})
		if err != nil {
			t.Fatal(err)
		}
		w, chance := m.work(), make([]float64, 4)
		m.say(Hazards, 1, []float64{20 * unit, 0.3, 1}, []float64{40 * unit}, w, chance)
		return chance
	}
	before := speak(c.h, 1)
	const unit = 1.0 / 7
	other := *c.h
	other.Until *= unit
	perm := rand.New(rand.NewPCG(7, 7)).Perm(len(c.h.Subjects))
	other.Subjects = nil
	for _, i := range perm {
		s := c.h.Subjects[i]
		s.Opened, s.Ended = s.Opened*unit, s.Ended*unit
		other.Subjects = append(other.Subjects, s)
	}
	other.At = func(i int, day float64, row []float64) int {
		state := c.h.At(perm[i], day/unit, row)
		row[0] *= unit
		return state
	}
	for k, v := range speak(&other, unit) {
		if math.Abs(v-before[k]) > 2e-3 {
			t.Errorf("end %d: %g, in weeks and another order %g", k, before[k], v)
		}
	}
}

func TestContracting(t *testing.T) {
	steps := []ContractStep{
		{Name: "security", Median: 20, Slow: 40},
		{Name: "terms", Median: 10, Slow: 20},
		{Name: "signature", Days: []float64{1, 2, 3, math.NaN(), -4}, Median: 2, Slow: 5, After: []int{0, 1}},
		{Name: "route known", Done: true},
	}
	c, err := Contract(steps, 4000, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if c.P50 < 20 || c.P50 > 27 || c.P10 > c.P50 || c.P50 > c.P90 || c.By(-1) != 0 || c.By(1e6) != 1 || math.Abs(c.By(c.P90)-0.9) > 0.01 {
		t.Errorf("%v %v %v", c.P10, c.P50, c.P90)
	}
	if c.Critical[2] < 0.99 || c.Critical[0] < c.Critical[1] || c.Critical[3] != 0 || !c.Typical {
		t.Error("critical", c.Critical)
	}
	steps[0].Elapsed = 1000 // longer than anything known
	late, err := Contract(steps, 500, rand.New(rand.NewPCG(1, 1)))
	if err != nil || !(late.P50 > 100) || math.IsNaN(late.P90) {
		t.Error("a step that is overdue:", late, err)
	}
	// Decision and paper multiply to the order, whatever the two were worked out from.
	rng := rand.New(rand.NewPCG(3, 3))
	stretched := 0
	for range 500 {
		days, won, decided := []float64{7, 14, 30, 60}, make([]float64, 4), make([]float64, 4)
		for i := range days {
			won[i], decided[i] = rng.Float64()*float64(i)/4, rng.Float64()*float64(i+1)/4
		}
		slices.Sort(won)
		slices.Sort(decided)
		p, stretch, ok := c.Agree(days, won, decided)
		if p < 0 || p > 1 || math.Abs(p*decided[3]-won[3]) > 1e-12 {
			t.Fatalf("%g x %g is not %g", p, decided[3], won[3])
		}
		for i := range days {
			if decided[i] < won[i] || i > 0 && decided[i] < decided[i-1] || decided[i] > 1 {
				t.Fatalf("an order without a decision: %v, %v", decided, won)
			}
		}
		if !ok {
			continue
		}
		stretched++
		sum, before, at := 0.0, 0.0, 0.0
		for i, x := range days {
			sum += (decided[i] - before) * c.By((60-(at+x)/2)/stretch)
			before, at = decided[i], x
		}
		if math.Abs(sum-won[3]) > 0.01 {
			t.Errorf("stretched by %g, decision and paper give %g, not %g", stretch, sum, won[3])
		}
	}
	if stretched < 300 {
		t.Errorf("only %d of 500 could be made to agree", stretched)
	}
	if p, _, ok := c.Agree([]float64{30}, []float64{0}, []float64{0}); p != 0 || ok {
		t.Error("no chance at all:", p, ok)
	}
	for name, bad := range map[string][]ContractStep{
		"circle": {{Name: "a", Median: 1, Slow: 1, After: []int{0}}}, "unknown": {{Name: "a", Median: 1, Slow: 1, After: []int{4}}},
		"no time": {{Name: "a"}}, "slow below median": {{Name: "a", Median: 4, Slow: 1}}, "no number": {{Name: "a", Median: math.NaN()}},
	} {
		if _, err := Contract(bad, 10, rand.New(rand.NewPCG(1, 1))); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// A million deals: bounded work and memory, and an answer.
func TestAMillionDeals(t *testing.T) {
	if testing.Short() {
		t.Skip("a million deals take a few seconds")
	}
	const n = 1_000_000
	h := &History{Fields: []Field{{Name: "age"}}, States: []string{"a", "b"}, Until: 1000, Subjects: make([]Subject, n)}
	rng := rand.New(rand.NewPCG(2, 2))
	for i := range h.Subjects {
		s := &h.Subjects[i]
		s.Opened, s.Amount = 1000*rng.Float64(), 1
		if end := s.Opened + 90*rng.ExpFloat64()*float64(1+i%2); end <= h.Until {
			s.End, s.Ended = Won+End(rng.IntN(3)), end
		}
	}
	h.At = func(i int, day float64, row []float64) int { row[0] = day - h.Subjects[i].Opened; return i % 2 }
	b, err := RunBacktest(h, BacktestSettings{Origins: 2, Pipeline: 100, Fit: Settings{Rows: 2000}})
	if err != nil {
		t.Fatal(err)
	}
	if s := b.Models[0]; s.N > 2*3*judged || s.N < 1000 || math.IsNaN(s.Log) {
		t.Errorf("%+v", s)
	}
}
