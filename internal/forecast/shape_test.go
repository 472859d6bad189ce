package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// shape is a made-up company whose truth is known in every week: deals move
// through three stages, may be forgotten (nothing happens any more, and nobody
// closes them), and meet one of three ends by weekly hazards.
type shape struct {
	name      string
	deals     int
	weeks     int
	forgotten float64                        // chance a week that an open deal is forgotten
	habit     float64                        // a third of the sellers forget this many times as often; 0: as the others
	move      float64                        // chance a week of moving to the next stage
	rare      float64                        // factor on the hazard of being lost; 0: 1
	drift     float64                        // factor on all hazards reached at the last week; 0: 1
	turn      float64                        // factor on winning alone reached at the last week; 0: 1
	slow      float64                        // share of deals whose every hazard is a tenth
	classes   float64                        // log by which half the deals win more and are lost less
	signal    float64                        // how much size and sponsor count; 0: 1
	noise     int                            // covariates that say nothing
	pace      float64                        // factor on all hazards; 0: 1
	tail      float64                        // sigma of the log of amounts; 0: 0.8
	hazard    func(stage int) [Kinds]float64 // instead of the usual
}

// shapes are twenty sorts of history. Sizes are those that companies have.
var shapes = []shape{
	{name: "plain", deals: 640, weeks: 100},
	{name: "plain, long", deals: 2500, weeks: 260},
	{name: "a tenth forgotten", deals: 900, weeks: 120, forgotten: 0.01},
	{name: "a third forgotten", deals: 1500, weeks: 150, forgotten: 0.04},
	{name: "six in ten forgotten", deals: 2500, weeks: 200, forgotten: 0.12},
	{name: "many deals, a third forgotten", deals: 12000, weeks: 200, forgotten: 0.04},
	{name: "one end rare", deals: 900, weeks: 120, rare: 0.06},
	{name: "one end rare, small", deals: 250, weeks: 80, rare: 0.06},
	{name: "ever faster", deals: 900, weeks: 140, drift: 2.5},
	{name: "ever slower", deals: 900, weeks: 140, drift: 0.4},
	{name: "winning less and less", deals: 900, weeks: 140, turn: 0.35},
	{name: "sellers who forget", deals: 1200, weeks: 140, forgotten: 0.02, habit: 8},
	{name: "two classes", deals: 900, weeks: 120, classes: 1.1},
	{name: "two classes, small", deals: 160, weeks: 70, classes: 1.1},
	{name: "tiny", deals: 60, weeks: 50},
	{name: "very tiny", deals: 30, weeks: 30},
	{name: "a slow tail", deals: 1200, weeks: 200, slow: 0.25},
	{name: "stages say all", deals: 900, weeks: 120, signal: 1e-9, move: 0.15},
	{name: "nothing says anything", deals: 700, weeks: 110, signal: 1e-9, noise: 8, hazard: func(int) [Kinds]float64 { return [Kinds]float64{0.03, 0.02, 0.02} }},
	{name: "much noise", deals: 400, weeks: 90, noise: 25},
}

// made is one company of a shape.
type made struct {
	shape
	h     *History
	stage [][]step // of each deal, ascending in day
	x     []traits
}

type step struct {
	day   float64
	stage int
}

type traits struct {
	size, met, class, seller, slow float64
	noise                          []float64
}

const sellers = 6

func or(v, usual float64) float64 {
	if v == 0 {
		return usual
	}
	return v
}

// at gives the weekly hazards of a deal in a stage on a day, and its chances of
// moving on and of being forgotten.
func (c *made) at(i, stage int, day float64) (h [Kinds]float64, move, forget float64) {
	x := c.x[i]
	base := [Kinds][3]float64{{0.012, 0.03, 0.08}, {0.02, 0.02, 0.022}, {0.035, 0.022, 0.015}}
	signal := or(c.signal, 1)
	share := day / (float64(c.weeks) * week)
	sum := 0.0
	for k := range h {
		h[k] = base[k][stage]
		if c.hazard != nil {
			h[k] = c.hazard(stage)[k]
		}
		effect := signal * ([Kinds]float64{0.5, 0.3, -0.4}[k]*x.size + [Kinds]float64{0.9, -0.2, -0.7}[k]*x.met)
		effect += c.classes * x.class * [Kinds]float64{1, -0.5, -0.5}[k]
		h[k] *= math.Exp(effect) * or(c.pace, 1) * math.Pow(or(c.drift, 1), share)
		if x.slow > 0 {
			h[k] *= 0.1
		}
		sum += h[k]
	}
	h[0] *= math.Pow(or(c.turn, 1), share)
	h[1] *= or(c.rare, 1)
	move = or(c.move, 0.08)
	if stage == 2 {
		move = 0
	}
	forget = c.forgotten
	if c.habit > 0 && int(x.seller)%3 == 0 {
		forget = min(forget*c.habit, 0.5)
	}
	total := h[0] + h[1] + h[2] + move + forget
	if total > 0.9 {
		for k := range h {
			h[k] *= 0.9 / total
		}
		move, forget = move*0.9/total, forget*0.9/total
	}
	return h, move, forget
}

// make draws one company.
func (s shape) make(seed uint64) *made {
	rng := rand.New(rand.NewPCG(seed, 0x54a9e))
	c := &made{shape: s}
	c.h = &History{
		Fields: []Field{{Name: "age"}, {Name: "days since last event", Quiet: true}, {Name: "size"}, {Name: "sponsor met", Kind: Flag}, {Name: "class", Kind: Flag}, {Name: "seller", Kind: Category}},
		States: []string{"scope", "propose", "agree"}, Until: float64(s.weeks) * week,
	}
	for k := range sellers {
		c.h.Fields[5].Levels = append(c.h.Fields[5].Levels, fmt.Sprint("seller ", k))
	}
	for k := range s.noise {
		c.h.Fields = append(c.h.Fields, Field{Name: fmt.Sprint("noise ", k)})
	}
	for i := range s.deals {
		x := traits{size: rng.NormFloat64(), met: float64(rng.IntN(2)), class: float64(rng.IntN(2)), seller: float64(rng.IntN(sellers))}
		if rng.Float64() < s.slow {
			x.slow = 1
		}
		for range s.noise {
			x.noise = append(x.noise, rng.NormFloat64())
		}
		c.x = append(c.x, x)
		d := Subject{ID: fmt.Sprint("d", i), Opened: rng.Float64() * c.h.Until, Amount: math.Exp(10 + or(s.tail, 0.8)*rng.NormFloat64())}
		steps := []step{{d.Opened, 0}}
		stage := 0
	life:
		for at := d.Opened; at+week <= c.h.Until; at += week {
			h, move, forget := c.at(i, stage, at)
			u, when := rng.Float64(), at+week*rng.Float64()
			for k, v := range h {
				if u -= v; u < 0 {
					d.End, d.Ended = Won+End(k), when
					break life
				}
			}
			if u -= move; u < 0 {
				stage++
				steps = append(steps, step{when, stage})
				continue
			}
			if u -= forget; u < 0 {
				break
			}
		}
		c.h.Subjects = append(c.h.Subjects, d)
		c.stage = append(c.stage, steps)
	}
	c.h.At = func(i int, day float64, row []float64) int {
		x := c.x[i]
		now := c.now(i, day)
		row[0], row[1], row[2], row[3], row[4], row[5] = day-c.h.Subjects[i].Opened, day-now.day, x.size, x.met, x.class, x.seller
		copy(row[6:], x.noise)
		return now.stage
	}
	return c
}

func (c *made) now(i int, day float64) step {
	now := c.stage[i][0]
	for _, s := range c.stage[i] {
		if s.day <= day {
			now = s
		}
	}
	return now
}

// truth gives the chances of the ends within weeks of a day, of an open deal, by
// all that can be seen of it: whether it is forgotten, or slow, cannot be.
func (c *made) truth(i int, day float64, weeks []int) [][Kinds + 1]float64 {
	out := make([][Kinds + 1]float64, len(weeks))
	kinds := []float64{1 - c.slow, c.slow}
	weight := []float64{kinds[0], kinds[1]}
	alive := []float64{1, 1} // chance of not being forgotten, as silence goes on
	was := c.x[i].slow
	defer func() { c.x[i].slow = was }()
	// What has been seen so far, week by week from the opening.
	for kind := range kinds {
		if kinds[kind] == 0 {
			continue
		}
		c.x[i].slow = float64(kind)
		s := 0
		for at := c.h.Subjects[i].Opened; at+week <= day; at += week {
			h, move, forget := c.at(i, s, at)
			next := c.now(i, at+week).stage
			if next != s {
				weight[kind] *= alive[kind] * move
				alive[kind], s = 1, next
				continue
			}
			stays := 1 - h[0] - h[1] - h[2] - move - forget
			quiet := alive[kind]*(stays+forget) + 1 - alive[kind]
			weight[kind] *= quiet
			alive[kind] = alive[kind] * stays / quiet
		}
	}
	total := weight[0] + weight[1]
	start := c.now(i, day).stage
	for kind := range kinds {
		if kinds[kind] == 0 {
			continue
		}
		c.x[i].slow = float64(kind)
		var in [3]float64
		in[start] = weight[kind] / total * alive[kind]
		var cum [Kinds]float64
		done := 0
		for q, n := range weeks {
			for ; done < n; done++ {
				var then [3]float64
				for s := range in {
					h, move, forget := c.at(i, s, day+float64(done)*week)
					stays := 1 - move - forget
					for k := range h {
						cum[k] += in[s] * h[k]
						stays -= h[k]
					}
					then[s] += in[s] * stays
					if s < 2 {
						then[s+1] += in[s] * move
					}
				}
				in = then
			}
			for k := range cum {
				out[q][k] += cum[k]
			}
		}
	}
	for q := range out {
		out[q][Kinds] = 1 - out[q][0] - out[q][1] - out[q][2]
	}
	return out
}
