package forecast

import (
	"cmp"
	"math"
	"math/bits"
	"runtime"
	"slices"
	"sync"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/throughline/throughline/internal/quantile"
)

// Bet is one open deal in a pipeline.
type Bet struct {
	ID     string
	Amount float64 // NaN where it is missing
	CV     float64 // coefficient of variation of the amount's own error
	// Won holds, for one or more draws of the model's parameters, the chance of
	// being won in each bucket of time (a month); the rest is not won in sight.
	Won [][]float64
}

// PipelineSettings say how to draw; the zero value is 10,000 draws, no shock.
type PipelineSettings struct {
	Buckets int     // of time; 0: as many as the first bet has
	Draws   int     // 0: 10,000
	Shock   float64 // standard deviation of the log of the common monthly shock
	Freedom float64 // degrees of freedom behind Shock: each scenario draws its own from what they leave open; 0: it is sure
	Seed    uint64
}

// Pipeline is what a set of open deals may bring, draw by draw.
// docs/methods/forecast-pipeline.md.
type Pipeline struct {
	Buckets, Draws int
	Shock          float64
	Unpriced       int       // bets whose amount is missing or negative: they count as 0
	Mean           []float64 // expected revenue of each bucket, without drawing
	Moves          []Move    // what could change the total most, greatest first, 20 at most
	revenue        []float64 // Draws x Buckets
}

// Move is how much one bet sways the total.
type Move struct {
	Bet    int
	Chance float64 // of being won in sight
	Up     float64 // by how much the expected total rises if it is won
	Down   float64 // by how much it falls if it is not
	Share  float64 // of the variance of the total
}

const lots = 4096 // cells of the normal table

// normals holds the middles of equally likely cells of the standard normal,
// stretched to variance 1.
var normals = sync.OnceValue(func() *[lots]float64 {
	var z [lots]float64
	square := 0.0
	for i := range z {
		z[i] = distuv.UnitNormal.Quantile((float64(i) + 0.5) / lots)
		square += z[i] * z[i]
	}
	f := math.Sqrt(lots / square)
	for i := range z {
		z[i] *= f
	}
	return &z
})

// dice is a fast generator (Wang Yi's wyrand), one stream for each bet and
// scenario, so that results depend neither on the number of workers nor on
// which other bets are in the pipeline.
type dice uint64

func (d *dice) roll() uint64 {
	*d += 0xa0761d6478bd642f
	hi, lo := bits.Mul64(uint64(*d), uint64(*d)^0xe7037ed1a0b428db)
	return hi ^ lo
}

func dicePair(a, b uint64) dice {
	d := dice(a)
	x := d.roll()
	d = dice(x ^ b*0x9e3779b97f4a7c15)
	d.roll()
	return d
}

// Simulate draws the revenue of a pipeline. Draws fall into scenarios: each has
// its own shock a bucket and its own draw of the model's parameters.
func Simulate(bets []Bet, set PipelineSettings) (*Pipeline, error) {
	const op = "simulate pipeline"
	if set.Draws == 0 {
		set.Draws = 10_000
	}
	if set.Buckets == 0 && len(bets) > 0 && len(bets[0].Won) > 0 {
		set.Buckets = len(bets[0].Won[0])
	}
	if set.Draws < 1 || set.Draws > 10_000_000 || set.Buckets < 0 || set.Buckets > 1000 || !(set.Shock >= 0) || set.Shock > 3 {
		return nil, invalid(op, "%d draws, %d buckets, a shock of %g", set.Draws, set.Buckets, set.Shock)
	}
	p := &Pipeline{Buckets: set.Buckets, Draws: set.Draws, Shock: set.Shock, Mean: make([]float64, set.Buckets)}
	for _, b := range bets {
		if len(b.Won) == 0 {
			return nil, invalid(op, "deal %q has no chances", b.ID)
		}
		for _, won := range b.Won {
			sum := 0.0
			if len(won) != set.Buckets {
				return nil, invalid(op, "deal %q has %d buckets, not %d", b.ID, len(won), set.Buckets)
			}
			for _, v := range won {
				if !(v >= 0) {
					return nil, invalid(op, "deal %q has a chance of %g", b.ID, v)
				}
				sum += v
			}
			if sum > 1+1e-9 {
				return nil, invalid(op, "deal %q has chances that sum to %g", b.ID, sum)
			}
		}
		if !(b.Amount >= 0) || math.IsInf(b.Amount, 1) {
			p.Unpriced++
			continue
		}
		for k := range p.Mean {
			for _, won := range b.Won {
				p.Mean[k] += b.Amount * won[k] / float64(len(b.Won))
			}
		}
	}
	p.moves(bets)
	p.revenue = make([]float64, p.Draws*p.Buckets)
	p.draw(newPlan(bets, set.Buckets, set.Shock > 0), set)
	return p, nil
}

// plan holds the bets ready to be drawn, in columns, so that going through them
// reads memory in order.
type plan struct {
	width  int       // slots a row of cuts: buckets, up to the next power of two
	key    []uint64  // of each bet's dice
	mu     []float64 // log of the median amount, in steps of the power table
	sigma  []float64 // its spread, in the same steps; 0: the amount is sure
	amount []float64
	sets   int       // parameter draws
	cut    []uint32  // sets x bets x width: cumulative chances in 1/2^32
	hazard []float64 // the same shape with buckets in place of width: of each bucket, for shocks
}

func newPlan(bets []Bet, buckets int, shocked bool) *plan {
	q := &plan{width: 1, sets: 1}
	for q.width < buckets {
		q.width *= 2
	}
	priced := func(b Bet) bool { return b.Amount >= 0 && !math.IsInf(b.Amount, 1) }
	for _, b := range bets {
		if priced(b) {
			q.sets = max(q.sets, len(b.Won))
		}
	}
	for i, b := range bets {
		if !priced(b) {
			continue
		}
		key := uint64(i)
		if b.ID != "" { // the same bet rolls the same dice in any company
			key = 14695981039346656037
			for k := range len(b.ID) {
				key = (key ^ uint64(b.ID[k])) * 1099511628211
			}
		}
		mu, sigma := 0.0, 0.0
		if b.CV > 0 && finite(b.CV) && b.Amount > 0 {
			v := math.Log1p(b.CV * b.CV)
			mu, sigma = (math.Log(b.Amount)-v/2)*powerSteps/math.Ln2, math.Sqrt(v)*powerSteps/math.Ln2
		}
		q.key, q.mu, q.sigma, q.amount = append(q.key, key), append(q.mu, mu), append(q.sigma, sigma), append(q.amount, b.Amount)
	}
	for set := range q.sets {
		for _, b := range bets {
			if !priced(b) {
				continue
			}
			sum := 0.0
			for _, v := range b.Won[set%len(b.Won)] {
				if shocked {
					q.hazard = append(q.hazard, -math.Log1p(-min(v/max(1-sum, 1e-300), 1-1e-15)))
				}
				sum = min(sum+v, 1)
				q.cut = append(q.cut, inParts(sum))
			}
			for k := buckets; k < q.width; k++ {
				q.cut = append(q.cut, math.MaxUint32)
			}
		}
	}
	return q
}

// doubtful draws the factor by which a deviation that rests on few looks may be
// off: the root of n over a chi-squared number of n degrees, at most 3.
func doubtful(freedom float64, d *dice, z *[lots]float64) float64 {
	if !(freedom > 0) {
		return 1
	}
	// Wilson and Hilferty 1931: the cube root of chi-squared / n is about normal.
	v := 2 / (9 * freedom)
	c := 1 - v + math.Sqrt(v)*z[d.roll()>>52]
	return min(1/math.Sqrt(max(c*c*c, 1e-9)), 3)
}

func inParts(p float64) uint32 { return uint32(min(p*(1<<32), 1<<32-1)) }

// perScenario is the number of draws that share shocks and parameters: many
// where there is neither, for speed.
func perScenario(p *plan, shock float64) int {
	if shock > 0 || p.sets > 1 {
		return 20
	}
	return 64
}

func (p *Pipeline) draw(q *plan, set PipelineSettings) {
	z := normals()
	each := perScenario(q, set.Shock)
	scenarios := (p.Draws + each - 1) / each
	workers := min(runtime.GOMAXPROCS(0), scenarios)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			shock, shocked := make([]float64, p.Buckets), make([]uint32, q.width)
			for k := range shocked {
				shocked[k] = math.MaxUint32
			}
			for s := w; s < scenarios; s += workers {
				d := dicePair(set.Seed, uint64(s)|1<<63)
				tau := set.Shock * doubtful(set.Freedom, &d, z)
				for k := range shock {
					shock[k] = math.Exp(tau*z[d.roll()>>52] - tau*tau/2)
				}
				draws := min(each, p.Draws-s*each)
				out := p.revenue[s*each*p.Buckets:][:draws*p.Buckets]
				base := s % q.sets * len(q.key)
				for i := range q.key {
					cut := q.cut[(base+i)*q.width:][:q.width]
					if set.Shock > 0 {
						sum := 0.0
						for k, h := range q.hazard[(base+i)*p.Buckets:][:p.Buckets] {
							sum += h * shock[k]
							shocked[k] = inParts(1 - power(-sum*(powerSteps/math.Ln2)))
						}
						cut = shocked
					}
					q.roll(i, p.Buckets, dicePair(set.Seed^q.key[i], uint64(s)), cut, z, out)
				}
			}
		}()
	}
	wg.Wait()
}

// roll adds one scenario's draws of bet i to out. Winning draws are gathered
// first and dated after, both without branches that chance decides. One roll of
// the dice is good for two draws, and only a win rolls for its amount.
func (q *plan) roll(i, buckets int, d dice, cut []uint32, z *[lots]float64, out []float64) {
	if buckets == 0 {
		return
	}
	most := uint64(cut[buckets-1])
	var won [64]uint32 // the roll
	var at [64]int32   // where its draw begins in out
	n := 0
	for row := 0; row < len(out); row += 2 * buckets {
		r := d.roll()
		won[n&63], at[n&63] = uint32(r>>32), int32(row)
		n += int((r>>32 - most) >> 63)
		won[n&63], at[n&63] = uint32(r), int32(row+buckets)
		n += int((r&math.MaxUint32 - most) >> 63)
	}
	if n > 0 && len(out)/buckets%2 == 1 && int(at[n-1]) >= len(out) { // the second half of the last roll has no draw
		n--
	}
	half := len(cut) / 2
	mu, sigma, amount := q.mu[i], q.sigma[i], q.amount[i]
	for w := range min(n, 64) {
		u, k := uint64(won[w]), 0
		for step := half; step > 0; step /= 2 { // the first bucket whose cut is above u
			k += step & -int(((u-uint64(cut[(k+step-1)&(len(cut)-1)]))>>63)^1)
		}
		if sigma > 0 {
			amount = power(mu + sigma*z[d.roll()>>52])
		}
		out[int(at[w])+k] += amount
	}
}

const powerSteps = 128

var powers = func() (t [powerSteps]uint64) {
	for i := range t {
		t[i] = math.Float64bits(math.Exp2(float64(i) / powerSteps))
	}
	return t
}()

// power gives 2^(x/128) to eight digits, for x within 128 x 1000 of zero.
func power(x float64) float64 {
	if !(x > -powerSteps*1000) {
		return 0
	}
	x = min(x, powerSteps*1000)
	n := int64(x + powerSteps*1024)
	f := (x + powerSteps*1024 - float64(n)) * (math.Ln2 / powerSteps)
	n -= powerSteps * 1024
	return math.Float64frombits(powers[n&(powerSteps-1)]+uint64(n>>7)<<52) * (1 + f*(1+f/2))
}

// moves ranks the bets by their share of the variance, shock aside.
func (p *Pipeline) moves(bets []Bet) {
	total := 0.0
	for i, b := range bets {
		if !(b.Amount > 0) || math.IsInf(b.Amount, 1) {
			continue
		}
		chance := 0.0
		for _, won := range b.Won {
			for _, v := range won {
				chance += v / float64(len(b.Won))
			}
		}
		chance = min(chance, 1)
		v := b.Amount * b.Amount * (chance*(1-chance) + chance*b.CV*b.CV)
		total += v
		p.Moves = append(p.Moves, Move{i, chance, b.Amount * (1 - chance), b.Amount * chance, v})
	}
	slices.SortFunc(p.Moves, func(a, b Move) int { return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Bet, b.Bet)) })
	p.Moves = slices.Clip(p.Moves[:min(len(p.Moves), 20)])
	for i := range p.Moves {
		if total > 0 {
			p.Moves[i].Share /= total
		}
	}
}

// Quantiles gives quantiles of the revenue of the buckets from:to together: one
// month, a quarter, or the whole.
func (p *Pipeline) Quantiles(from, to int, levels ...float64) []float64 {
	sums := p.Sums(from, to)
	slices.Sort(sums)
	out := make([]float64, len(levels))
	for i, l := range levels {
		out[i] = quantile.Of(sums, l)
	}
	return out
}

// Sums gives the revenue of the buckets from:to of every draw.
func (p *Pipeline) Sums(from, to int) []float64 {
	from, to = max(from, 0), min(to, p.Buckets)
	sums := make([]float64, p.Draws)
	for s := range sums {
		for _, v := range p.revenue[s*p.Buckets+min(from, to) : s*p.Buckets+to] {
			sums[s] += v
		}
	}
	return sums
}

// CRPS is the continuous ranked probability score of draws against what came:
// the mean distance of a draw, less half the mean distance between two draws.
// Source: Gneiting and Raftery 2007; docs/methods/forecast-backtest.md.
func CRPS(draws []float64, came float64) float64 {
	sorted := slices.Clone(draws)
	slices.Sort(sorted)
	n := float64(len(sorted))
	if n == 0 {
		return 0
	}
	away, apart := 0.0, 0.0
	for i, v := range sorted {
		away += math.Abs(v - came)
		apart += v * (2*float64(i) + 1 - n)
	}
	return away/n - apart/(n*n)
}
