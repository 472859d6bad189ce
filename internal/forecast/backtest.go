package forecast

import (
	"math"
	"slices"
	"sort"

	"github.com/throughline/throughline/internal/quantile"
	"github.com/throughline/throughline/internal/survival"
)

// BacktestSettings say how to look back; the zero value is usual.
type BacktestSettings struct {
	Fit      Settings
	Origins  int       // 0: 6
	Days     []float64 // the origins themselves; nil: chosen
	Horizons []float64 // days ahead; nil: quartiles of the waits known at the first origin
	Level    float64   // of intervals; 0: 0.9
	Pipeline int       // draws of each origin's revenue; 0: 2,000

	Told func(done, of int) // is told after each origin; nil: nobody is
}

// Score is how one model did over all origins and horizons.
type Score struct {
	Name  string
	Brier float64        // sum over the ends and "still open" of squared errors, a forecast; 0 is perfect
	Log   float64        // mean of -log of the chance given to what came; lower is better
	Slope survival.Slope // calibration; 1 is right
	N     int            // forecasts scored

	// Revenue won from the deals open at an origin, by the middle horizon; wins
	// are counted where amounts are unknown.
	Coverage float64 // share of origins whose result fell into the 80 % interval
	CRPS     float64 // mean over origins; lower is better
}

// Backtest is a rolling-origin look back: at each origin models are fitted to
// what was known, and speak for what was open.
type Backtest struct {
	Origins   []float64
	Horizons  []float64
	Models    []Score // ours first, then the baselines
	Used      string  // the model that earned its place
	Curves    map[string][]Curve
	Shock     float64 // standard deviation of the log of the common monthly shock, as it was seen; 0 is possible
	Believed  float64 // the same, as it is drawn with: leaning on what is believed before anything was seen
	Freedom   float64 // how many looks Believed rests on, as degrees of freedom
	Priced    bool    // false: no amounts, so wins were counted
	Forgotten int     // open subjects that are older than any was at its end, and silent
	// EndedOnly: every subject has ended, so those still open at the history's end
	// are missing from it, and ends come sooner in it than in life.
	EndedOnly bool
	Enough    bool      // false: too little history to look back; the used one is a guess
	Ridges    []float64 // chosen at each origin
	Points    []Point   // what the used model said against what came, an origin each
	Said      []Said    // every forecast that was scored, of every model
}

// Said is one forecast that was scored, for anybody who wants to score it anew.
type Said struct {
	Subject int     // of the history
	Origin  float64 // the day on which it would have been said
	Horizon float64 // days ahead
	Model   string
	Chance  []float64 // of each end that competes, and of "still open"
	Came    End       // Open: none had come by the horizon
}

// Curve is the calibration of one end.
type Curve struct {
	End   End
	Bands []survival.Band
}

// Point is one origin's revenue (or wins): said as quantiles, and what came.
type Point struct {
	Origin, Horizon float64
	P10, P50, P90   float64
	Came            float64
}

// saying is one forecast and its outcome; chances are ends+1 long.
type saying struct {
	subject int32
	origin  int32
	horizon int32
	came    int // ends: still open
	chance  []float64
}

// judged is how many deals speak at one origin at most; more would say the same
// and fill the memory.
const judged = 4000

// renewed is by how much the ends known have to grow until how a history is
// looked at is chosen anew; until then an earlier origin's choice stands.
const renewed = 1.25

// RunBacktest looks back over a history. Method: docs/methods/forecast-backtest.md.
func RunBacktest(h *History, set BacktestSettings) (*Backtest, error) {
	ends, err := h.check("backtest forecast")
	if err != nil {
		return nil, err
	}
	if set.Origins == 0 {
		set.Origins = 6
	}
	if set.Level == 0 {
		set.Level = 0.9
	}
	if set.Pipeline == 0 {
		set.Pipeline = 2000
	}
	fitted := set.Fit.filled(h)
	fitted.Draws = parameterDraws
	b := &Backtest{EndedOnly: h.endedOnly(), Used: ByState, Believed: priorShock, Freedom: priorFreedom, Curves: map[string][]Curve{}}
	var known []float64
	for i := range h.Subjects {
		s := &h.Subjects[i]
		b.Priced = b.Priced || s.Amount > 0 && !math.IsInf(s.Amount, 1)
		if s.End != Open && s.known() <= h.Until {
			known = append(known, s.known())
		}
	}
	slices.Sort(known)
	l := h.stack(h.space(fitted.Rows))
	b.Origins = set.Days
	if b.Origins == nil {
		b.Origins = origins(known, set.Origins, h.Until)
	}
	code := codes(ends)
	k := len(ends)
	said := map[string][]saying{}
	points := map[string][]Point{}
	seen := 0 // ends known when the sight was last chosen
	shock := make(map[string]*shockTally, len(competitors))
	for _, name := range competitors {
		shock[name] = &shockTally{}
	}
	for o, origin := range b.Origins {
		if b.Horizons == nil {
			if b.Horizons = set.Horizons; b.Horizons == nil {
				b.Horizons = horizons(h, l, origin, code)
			}
			fitted.Horizons = b.Horizons
		}
		if n := sort.SearchFloat64s(known, math.Nextafter(origin, math.Inf(1))); float64(n) >= renewed*float64(seen) {
			fitted.sight, seen = nil, n
		}
		m, err := fit(h, ends, l, origin, fitted)
		if err != nil {
			return nil, err
		}
		fitted.sight = m.sight()
		b.Ridges = append(b.Ridges, m.Ridge)
		open := h.stackAt(origin, judged)
		w := m.work()
		chance := make([]float64, len(b.Horizons)*(k+1))
		tallies := make(map[string]*tally)
		for _, name := range competitors {
			tallies[name] = &tally{}
		}
		middle := len(b.Horizons) / 2
		horizon := b.Horizons[middle]
		for i := range open.len() {
			s := &h.Subjects[open.subject[i]]
			f := s.fateOf(origin, h.Until, code)
			for _, name := range competitors {
				m.say(name, open.state[i], open.at(i), b.Horizons, w, chance)
				for q, x := range b.Horizons {
					came, ok := outcome(f, x, origin, h.Until, k)
					if !ok {
						continue
					}
					c := slices.Clone(chance[q*(k+1) : (q+1)*(k+1)])
					said[name] = append(said[name], saying{open.subject[i], int32(o), int32(q), came, c})
					if q == middle {
						tallies[name].add(s, c, came, ends, b.Priced)
						tallies[name].doubt(m, name, open.state[i], open.at(i), horizon, w)
					}
				}
			}
		}
		for _, name := range competitors {
			t := tallies[name]
			if len(t.bets) == 0 {
				continue
			}
			draw := PipelineSettings{Buckets: 1, Draws: set.Pipeline, Seed: fitted.Seed + uint64(o)}
			// From what had come of earlier origins by now.
			seen := shock[name].by(origin - horizon)
			draw.Shock, draw.Freedom = seen.believed(horizon)
			p, err := Simulate(t.bets, draw)
			if err != nil {
				return nil, err
			}
			sums := p.Sums(0, 1)
			slices.Sort(sums)
			pt := Point{origin, b.Horizons[middle], quantile.Of(sums, 0.1), quantile.Of(sums, 0.5), quantile.Of(sums, 0.9), t.came}
			t.point, t.crps = pt, CRPS(sums, t.came)
			b.revenue(name, t, points)
			shock[name].add(t, origin)
		}
		if set.Told != nil {
			set.Told(o+1, len(b.Origins))
		}
	}
	b.score(said, ends, set.Level)
	b.Points = points[b.Used]
	b.Said = told(said, h, b)
	b.Forgotten = h.forgotten(ends)
	if n := len(b.Horizons); n > 0 {
		horizon := b.Horizons[n/2]
		spoke := shock[b.Used].by(math.Inf(1))
		believed, freedom := spoke.believed(horizon)
		// What is seen over a horizon is the mean of its months' shocks.
		monthly := math.Sqrt(max(horizon/month, 1))
		b.Shock, b.Believed, b.Freedom = min(spoke.seen()*monthly, 1), min(believed*monthly, 1), freedom
	}
	return b, nil
}

// tally gathers the deals open at an origin, and what they brought.
type tally struct {
	bets                          []Bet
	came, won, expected, variance float64
	response                      float64   // by how much the expected wins rise with the log of all hazards
	drawn                         []float64 // expected wins under each draw of the parameters
	point                         Point
	crps                          float64
}

// doubt gives the bet added last its chances under draws of the parameters, as
// the product draws it; a baseline's as lay says.
func (t *tally) doubt(m *Model, name string, state int32, row []float64, horizon float64, w *work) {
	won := slices.Index(m.ends, Won)
	if won < 0 || len(m.draws) == 0 || len(t.bets) == 0 {
		return
	}
	if t.drawn == nil {
		t.drawn = make([]float64, len(m.draws))
	}
	b := &t.bets[len(t.bets)-1]
	b.Won = m.lay(name, won, state, row, []float64{horizon}, w)
	for d, list := range b.Won {
		t.drawn[d] += list[0]
	}
}

const month = 30.4375

// What is believed of the common shock before anything was seen: months differ
// by a fifth beyond chance, worth two looks [J].
const (
	priorShock   = 0.2
	priorFreedom = 2
)

// shockTally gathers, origin by origin, how far wins lay from what was expected.
type shockTally struct {
	surplus, chance, square float64
	days                    []float64
	each                    []shockTally // an origin
}

func (s *shockTally) add(t *tally, origin float64) {
	s.each = append(s.each, shockTally{
		surplus: (t.won - t.expected) * (t.won - t.expected),
		chance:  t.variance + variance(t.drawn),
		square:  t.response * t.response,
		days:    []float64{origin},
	})
}

// by sums up the origins of which everything had come by a horizon after day.
func (s *shockTally) by(day float64) shockTally {
	var sum shockTally
	for _, e := range s.each {
		if e.days[0] <= day {
			sum.surplus, sum.chance, sum.square = sum.surplus+e.surplus, sum.chance+e.chance, sum.square+e.square
			sum.days = append(sum.days, e.days[0])
		}
	}
	return sum
}

func variance(list []float64) float64 {
	if len(list) < 2 {
		return 0
	}
	mean, sum := 0.0, 0.0
	for _, v := range list {
		mean += v / float64(len(list))
	}
	for _, v := range list {
		sum += (v - mean) * (v - mean)
	}
	return sum / float64(len(list)-1)
}

// seen is the deviation of the log of the shock as it was seen; 0 where chance
// and doubt of the parameters explain everything.
func (s *shockTally) seen() float64 {
	if !(s.square > 0) {
		return 0
	}
	return min(math.Sqrt(max(s.surplus-s.chance, 0)/s.square), 1)
}

// believed is what is drawn with: the prior and what was seen, by their number.
// Origins closer together than the horizon see the same months.
func (s *shockTally) believed(horizon float64) (shock, freedom float64) {
	n := float64(len(s.days))
	if k := len(s.days); k > 1 && horizon > 0 {
		n = min(n, 1+(s.days[k-1]-s.days[0])/horizon)
	}
	if !(s.square > 0) {
		n = 0
	}
	seen := s.seen()
	return math.Sqrt((priorFreedom*priorShock*priorShock + n*seen*seen) / (priorFreedom + n)), priorFreedom + n
}

func (t *tally) add(s *Subject, c []float64, came int, ends []End, priced bool) {
	k := slices.Index(ends, Won)
	if k < 0 {
		return
	}
	amount := 1.0
	if priced {
		if amount = s.Amount; !(amount > 0) || math.IsInf(amount, 1) {
			amount = 0
		}
	}
	t.bets = append(t.bets, Bet{Amount: amount, Won: [][]float64{{c[k]}}})
	t.expected += c[k]
	t.variance += c[k] * (1 - c[k])
	if p := min(c[k], 1-1e-9); p > 0 {
		t.response -= math.Log1p(-p) * (1 - p)
	}
	if came == k {
		t.came += amount
		t.won++
	}
}

func (b *Backtest) revenue(name string, t *tally, points map[string][]Point) {
	points[name] = append(points[name], t.point)
	for i := range b.Models {
		if b.Models[i].Name == name {
			b.Models[i].CRPS += t.crps
			b.Models[i].Coverage += inside(t.point)
			b.Models[i].N++
			return
		}
	}
	b.Models = append(b.Models, Score{Name: name, CRPS: t.crps, Coverage: inside(t.point), N: 1})
}

func inside(p Point) float64 {
	if p.P10 <= p.Came && p.Came <= p.P90 {
		return 1
	}
	return 0
}

// outcome gives what came of a landmark by a horizon, and false where it is not
// known: the history ends first, or the subject left for another reason.
func outcome(f fate, horizon, origin, until float64, ends int) (int, bool) {
	switch {
	case !f.seen || origin+horizon > until:
		return 0, false
	case f.end > 0 && f.wait <= horizon:
		return int(f.end) - 1, true
	case f.wait >= horizon:
		return ends, true
	}
	return 0, false
}

// origins are spread over the days on which ends became known, from two fifths
// of them to four fifths: before there is little to learn from, after little to
// judge by.
func origins(known []float64, n int, until float64) []float64 {
	if len(known) < 12 {
		return nil
	}
	var out []float64
	for i := range n {
		q := 0.4
		if n > 1 {
			q += 0.4 * float64(i) / float64(n-1)
		}
		day := known[int(q*float64(len(known)-1))]
		if day <= until && (len(out) == 0 || day > out[len(out)-1]) {
			out = append(out, day)
		}
	}
	return out
}

func horizons(h *History, l *landmarks, origin float64, code *[Other + 1]uint8) []float64 {
	_, fates := learned(h, l, origin, code)
	var waits []float64
	for _, f := range fates {
		if f.end > 0 && f.wait > 0 {
			waits = append(waits, f.wait)
		}
	}
	if len(waits) == 0 {
		return []float64{30, 60, 90}
	}
	slices.Sort(waits)
	var out []float64
	for _, q := range []float64{0.25, 0.5, 0.75} {
		x := quantile.Of(waits, q)
		if len(out) == 0 || x > out[len(out)-1] {
			out = append(out, x)
		}
	}
	return out
}

// identified is how wide the interval of a calibration slope may be for the slope
// to say anything: where chances hardly differ, or deals are few, it is not shown.
const identified = 1.0

// score fills the table and chooses the model.
func (b *Backtest) score(said map[string][]saying, ends []End, level float64) {
	k := len(ends)
	var out []Score
	for _, name := range competitors {
		s := Score{Name: name}
		for _, m := range b.Models {
			if m.Name == name && m.N > 0 {
				s.Coverage, s.CRPS = m.Coverage/float64(m.N), m.CRPS/float64(m.N)
			}
		}
		var came, chance []float64
		var kind, cluster []int32
		horizons := int32(max(len(b.Horizons), 1))
		for _, x := range said[name] {
			s.N++
			for e, p := range x.chance {
				y := 0.0
				if x.came == e {
					y = 1
					s.Log -= math.Log(max(p, 1e-12))
				}
				s.Brier += (p - y) * (p - y)
				if e < k {
					came, chance = append(came, y), append(chance, p)
					kind, cluster = append(kind, int32(e)*horizons+x.horizon), append(cluster, x.subject)
				}
			}
		}
		if s.N > 0 {
			s.Brier /= float64(s.N)
			s.Log /= float64(s.N)
			s.Slope = survival.CalibrationSlope(came, chance, nil, kind, cluster, level)
			s.Slope.Known = s.Slope.Known && s.Slope.High-s.Slope.Low <= identified
			b.Curves[name] = curves(said[name], ends, level)
		}
		out = append(out, s)
	}
	b.Models = out
	b.Enough = out[0].N >= 50 && len(b.Origins) >= 2
	best := -1
	for i, s := range out {
		if s.N > 0 && (best < 0 || s.Log < out[best].Log) {
			best = i
		}
	}
	if best < 0 || !b.Enough {
		return
	}
	b.Used = out[best].Name
	if !beyondChance(said[b.Used], said[Hazards]) {
		b.Used = Hazards
	}
}

// ahead is by how much, in log score, ours is believed to be better than another
// model before anything was seen, give or take as much [J].
const ahead = 0.02

// beyondChance reports whether forecasts did better than others of the same deals
// and days by so much that, with what was believed beforehand, they are thought to
// be better: the lead seen and the one believed, each by its certainty. Forecasts
// of one deal repeat each other, so deals are counted, and under 30 tell nothing. Of
// a few deals the best of six is best by luck; of many a small lead counts.
func beyondChance(said, than []saying) bool {
	if len(said) != len(than) {
		return true
	}
	score := func(x saying) float64 { return math.Log(max(x.chance[x.came], 1e-12)) }
	lead, deals := 0.0, map[int32]float64{}
	for i, x := range said {
		d := score(x) - score(than[i])
		lead += d
		deals[x.subject] += d
	}
	n, all, square := float64(len(deals)), float64(len(said)), 0.0
	for _, d := range deals {
		square += (d - lead/n) * (d - lead/n)
	}
	if n < Enough {
		return false
	}
	doubt := square * n / (n - 1) / (all * all) // the lead's variance
	return lead/all*(ahead*ahead) > ahead*doubt
}

// told lists what was said, model by model.
func told(said map[string][]saying, h *History, b *Backtest) []Said {
	ends, _ := h.check("list forecasts")
	var out []Said
	for _, name := range competitors {
		for _, x := range said[name] {
			s := Said{int(x.subject), b.Origins[x.origin], b.Horizons[x.horizon], name, x.chance, Open}
			if x.came < len(ends) {
				s.Came = ends[x.came]
			}
			out = append(out, s)
		}
	}
	return out
}

func curves(said []saying, ends []End, level float64) []Curve {
	var out []Curve
	for e, end := range ends {
		type pair struct{ p, y float64 }
		pairs := make([]pair, len(said))
		for i, x := range said {
			pairs[i].p = x.chance[e]
			if x.came == e {
				pairs[i].y = 1
			}
		}
		slices.SortFunc(pairs, func(a, b pair) int { return cmpFloat(a.p, b.p) })
		groups := min(10, max(1, len(pairs)/30))
		c := Curve{End: end}
		for g := range groups {
			band := survival.Band{}
			for _, v := range pairs[g*len(pairs)/groups : (g+1)*len(pairs)/groups] {
				band.N++
				band.Said += v.p
				band.Came += v.y
			}
			if band.N == 0 {
				continue
			}
			band.Said /= float64(band.N)
			band.Came /= float64(band.N)
			band.Low, band.High = survival.Wilson(band.Came, float64(band.N), level)
			c.Bands = append(c.Bands, band)
		}
		out = append(out, c)
	}
	return out
}
