package simulate

import (
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/throughline/throughline/internal/quantile"
)

// varied says which inputs are drawn anew in each draw; what is not stays at its
// middle. Unless all are, every draw has the same luck.
type varied struct{ change, history, arrivals bool }

// drawn is what one draw of the inputs gave, over its repeats.
type drawn struct {
	today, differ [Measures]float64
	luck          [Measures]float64 // variance of one repeat's difference
	half          [2][Measures]float64
}

// plan is what the draws share.
type plan struct {
	set              Settings
	e                *experience
	c                company
	changes          []Change
	rate, days, over float64
	middle           *model
	repeats          int
	seed             uint64
	told             *counter
}

// counter counts what is done, for whoever wants to be told.
type counter struct {
	sync.Mutex
	tell     func(done, of int)
	done, of int
}

func (c *counter) one() {
	if c.tell == nil {
		return
	}
	c.Lock()
	defer c.Unlock()
	c.done++
	c.tell(c.done, c.of)
}

// shareDraws is how many draws, at most, tell how much of the variance one input has.
const shareDraws = 50

func (a *Answer) effects(h *History, e *experience, changes []Change, set Settings) {
	p := plan{e: e, c: standing(h, h.Until), seed: set.Seed, told: &counter{tell: set.Told}, set: set}
	for _, ch := range changes {
		if !ch.idle() {
			p.changes = append(p.changes, ch)
		}
	}
	p.c.horizon, p.c.atOnce = set.Horizon, a.AtOnce
	p.rate, p.days, p.over = rateOf(h)
	p.middle = e.fit(even(e.paths))
	a.Arrivals = p.rate * 365.25
	deals := max(int(p.rate*set.Horizon)+len(p.c.open), 1)
	a.Draws = set.Draws
	if a.Draws == 0 {
		a.Draws = min(max(work/mostRepeats/deals, fewestDraws), mostDraws)
	}
	p.repeats = min(max(work/deals/a.Draws, 2), mostRepeats)
	n := min(max(work/6/deals/p.repeats, 12), shareDraws, a.Draws)
	p.told.of = a.Draws
	if len(p.changes) > 0 {
		p.told.of += 3 * n // at most: of a change that is known exactly, fewer
	}
	whole := p.draw(a.Draws, varied{true, true, true})
	if set.stopped() {
		return
	}
	hang := map[string][]drawn{}
	if len(p.changes) > 0 {
		if slices.ContainsFunc(p.changes, func(c Change) bool { return c.From < c.To }) {
			hang[HangsChange] = p.draw(n, varied{change: true})
		}
		hang[HangsHistory] = p.draw(n, varied{history: true})
		hang[HangsArrivals] = p.draw(n, varied{arrivals: true})
	}
	for m := range Measure(Measures) {
		a.Effects = append(a.Effects, effect(m, whole, hang, p.repeats))
	}
}

// draw gives n draws of the inputs, each with its repeats of luck. The same draw
// has the same luck today and changed.
func (p *plan) draw(n int, what varied) []drawn {
	out := make([]drawn, n)
	parallel(n, func(b int) {
		if p.set.stopped() {
			return
		}
		seed := mix(p.seed, uint64(b)<<8|11)
		m, rate := p.middle, p.rate
		if what.history {
			m = p.e.fit(weights(p.e.paths, mix(seed, 1), nil))
		}
		d := dice(mix(seed, 2))
		if z := normal(&d); what.arrivals {
			rate = rated(p.rate, p.days, p.over, z)
		}
		var sized []applied
		for k, ch := range p.changes {
			at := d.unit()
			if k == 0 { // drawn evenly: the range is looked at from end to end
				at = (float64(b) + at) / float64(n)
			}
			if !what.change {
				at = 0.5
			}
			sized = append(sized, applied{ch, ch.From + at*(ch.To-ch.From)})
		}
		luck := mix(seed, 3)
		if what != (varied{true, true, true}) {
			luck = mix(p.seed, 13)
		}
		out[b] = p.repeat(m, rate, sized, luck)
		p.told.one()
	})
	return out
}

func (p *plan) repeat(m *model, rate float64, changes []applied, seed uint64) drawn {
	today, changed := make([]counts, p.repeats), make([]counts, p.repeats)
	var sumToday, sumChanged counts
	var halfToday, halfChanged [2]counts
	for r := range p.repeats {
		key := mix(seed, uint64(r)<<4)
		comes := when(max(rate, 1e-9), p.c.horizon, mix(key, 1))
		today[r] = p.c.run(m, comes, key, nil)
		if changed[r] = today[r]; len(changes) > 0 {
			changed[r] = p.c.run(m, comes, key, changes)
		}
		sumToday.add(&today[r])
		sumChanged.add(&changed[r])
		halfToday[r%2].add(&today[r])
		halfChanged[r%2].add(&changed[r])
	}
	n := float64(p.repeats)
	var out drawn
	for k := range Measure(Measures) {
		was, is := sumToday.of(k), sumChanged.of(k)
		if k != Days {
			was, is = was/n, is/n
		}
		out.today[k], out.differ[k] = was, is-was
		for i := range out.half {
			out.half[i][k] = halfChanged[i].of(k) - halfToday[i].of(k)
		}
		for r := range p.repeats {
			var off float64
			if k == Days { // of a ratio, to first order
				off = residual(&changed[r], &sumChanged, n) - residual(&today[r], &sumToday, n)
			} else {
				off = changed[r].of(k) - today[r].of(k) - out.differ[k]
			}
			out.luck[k] += off * off / (n - 1)
		}
	}
	return out
}

func residual(one, all *counts, n float64) float64 {
	won := all.of(Won) / n
	if won == 0 {
		return 0
	}
	return (one.days - all.of(Days)*one.of(Won)) / won
}

// effect reads one measure off the draws.
func effect(m Measure, whole []drawn, hang map[string][]drawn, repeats int) Effect {
	out := Effect{Measure: m, Known: true}
	var today, changed, differ []float64
	luck := 0.0
	for i := range whole {
		d := &whole[i]
		if math.IsNaN(d.today[m]) || math.IsNaN(d.differ[m]) {
			continue
		}
		today, changed = append(today, d.today[m]), append(changed, d.today[m]+d.differ[m])
		differ = append(differ, d.differ[m])
		luck += d.luck[m]
	}
	if 2*len(differ) < len(whole) {
		return Effect{Measure: m}
	}
	luck /= float64(len(differ))
	out.Today, out.Changed = rangeOf(today, 0), rangeOf(changed, 0)
	out.Difference = rangeOf(differ, luck/float64(repeats))
	out.Luck = 1.645 * math.Sqrt(luck)
	if len(hang) == 0 || out.Difference == (Range{}) {
		return out
	}
	sum := 0.0
	out.Hangs = map[string]float64{}
	for _, name := range slices.Sorted(maps.Keys(hang)) { // in one order: a sum of floats is one of its order
		out.Hangs[name] = own(hang[name], m)
		sum += out.Hangs[name]
	}
	if sum <= 0 {
		out.Hangs = nil
	}
	for name := range out.Hangs {
		out.Hangs[name] /= sum
	}
	return out
}

// rangeOf gives mean and 90 % interval of what is expected: the draws drawn
// towards their mean by what luck alone spreads them.
func rangeOf(x []float64, luck float64) Range {
	mean, v := meanVariance(x)
	scale := 1.0
	if luck > 0 && v > 0 && len(x) > 2 {
		scale = withoutLuck(v, luck, float64(len(x)))
	}
	s := slices.Clone(x)
	slices.Sort(s)
	at := (0.05*float64(len(s)+1) - 1) / float64(max(len(s)-1, 1)) // so that a next draw falls outside one time in ten
	return Range{mean, mean + scale*(quantile.Of(s, at)-mean), mean + scale*(quantile.Of(s, 1-at)-mean)}
}

// withoutLuck is by how much an interval of n draws of variance v is scaled where
// luck is a part of v. What is left of v is known to within v times the root of
// 2 / (n - 1), and is not below 0: its mean over what it may be is taken (of a normal
// number cut off at 0), and the variance of the draws' own mean added.
func withoutLuck(v, luck, n float64) float64 {
	doubt := v * math.Sqrt(2/(n-1))
	at := max((v-luck)/doubt, -8)
	density, below := math.Exp(-at*at/2)/math.Sqrt(2*math.Pi), math.Erfc(-at/math.Sqrt2)/2
	rest := doubt * (at + density/below)
	return math.Sqrt((rest + v/n) / v)
}

// own is the variance that one input gives: the covariance over its draws of two
// halves of the repeats, whose luck is not the same.
func own(list []drawn, m Measure) float64 {
	var x, y []float64
	for i := range list {
		if a, b := list[i].half[0][m], list[i].half[1][m]; !math.IsNaN(a) && !math.IsNaN(b) {
			x, y = append(x, a), append(y, b)
		}
	}
	meanX, _ := meanVariance(x)
	meanY, _ := meanVariance(y)
	sum := 0.0
	for i := range x {
		sum += (x[i] - meanX) * (y[i] - meanY) / float64(len(x))
	}
	return max(sum, 0)
}

func meanVariance(x []float64) (mean, variance float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		variance += (v - mean) * (v - mean) / float64(max(len(x)-1, 1))
	}
	return mean, variance
}
