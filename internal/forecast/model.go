package forecast

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/throughline/throughline/internal/survival"
)

// Prior is what is believed before any deal has closed, and stated as such.
type Prior struct {
	Shares [Kinds]float64 // of won, lost, no decision
	Days   float64        // typical days until an end
	Weight float64        // in deals
}

// DefaultPrior holds the shares of forecast deals in CSO Insights' 2016 study
// (675 companies, self-reported; DOMAIN 8.1, grade B) and a quarter as the
// typical time [J]. It weighs as much as four deals.
func DefaultPrior() Prior { return Prior{[Kinds]float64{0.466, 0.296, 0.238}, 90, 4} }

// Settings are the choices of a fit; the zero value is usual.
type Settings struct {
	Prior    Prior     // zero: DefaultPrior
	Rows     int       // landmarks to aim at; 0: 6 a subject, 400 to 4,000; one a subject where there are more, to 10,000
	Ridge    float64   // 0: chosen by rolling-origin likelihood
	Horizons []float64 // days ahead that will be asked about: bins end there
	Draws    int       // of the parameters, for intervals; 0: 100; below 0: none
	Seed     uint64    // of those draws
	HalfLife float64   // days after which what was seen counts half; 0: chosen; +Inf: all of it counts alike

	sight *sight // nil: chosen, but for HalfLife
}

func (s Settings) filled(h *History) Settings {
	if s.Prior == (Prior{}) {
		s.Prior = DefaultPrior()
	}
	if s.Rows == 0 {
		n := len(h.Subjects)
		s.Rows = max(min(max(6*n, 400), 4000), min(n, 10_000))
	}
	if s.Draws == 0 {
		s.Draws = 100
	}
	return s
}

// Names of the models that compete. docs/methods/forecast-baselines.md.
const (
	Hazards     = "hazards" // ours: multinomial hazards on what was known
	ByState     = "aalen-johansen by state"
	StageRate   = "stage win rate"
	PlainRate   = "plain rate"
	LastQuarter = "last quarter"
	AgeAndState = "age and state" // two variables: how old it is, and its state
)

// Age is the name of the field that holds the days since the opening.
const Age = "age"

// Model is a forecast fitted to what was known on one day.
type Model struct {
	Used   string     // which of the models speaks
	AsOf   float64    // the day
	Ridge  float64    // chosen
	Half   float64    // days after which what was seen counts half, chosen; +Inf: it all counts alike
	Closed [Kinds]int // ends learned from: won, lost, no decision
	Deals  int        // subjects learned from
	Trend  float64    // days over which hazards change by a factor that is learned; 0: they do not
	// Crossed: silence does not mean the same of all, and is learned for each field.
	Crossed bool
	Oldest  float64 // greatest age in days at which any of them ended

	fields  []Field
	states  []string
	ends    []End
	code    *[Other + 1]uint8
	prior   Prior
	design  *design
	bins    bins
	offset  []float64
	fit     *survival.Discrete
	plain   *short      // hazards on age and state alone
	likely  [][]float64 // what the parameters may be, where ends are few; nil: fit's own
	draws   [][]float64
	wide    [][]float64 // the same with misfit, which is no deal's but its own
	average []float64   // mean row of columns, for drivers
	base    *baselines
}

// Ends gives the ends that compete, in the order of every list of chances.
func (m *Model) Ends() []End { return m.ends }

// doubt is the ridge that intervals believe in at most, or a share of the chosen
// one where that is great: a greater ridge makes a better forecast, not a surer
// one, and yet says that covariates say little. How much it says depends on how
// many ends chose it: an eighth up to 100 of them, a half from 400 on.
const doubt, doubtShare, doubtLeast = 2.0, 8.0, 2.0

// ridges are tried from the greatest down; the first two only where ends are few.
var ridges = []float64{100, 50, 24, 12, 6, 3, 1.5}

// Fit learns from what was known on a day. It never fails for want of data: it
// leans on the baselines and the prior, and Outlook says so.
// Method: docs/methods/forecast-model.md.
func Fit(h *History, asOf float64, set Settings) (*Model, error) {
	ends, err := h.check("fit forecast")
	if err != nil {
		return nil, err
	}
	set = set.filled(h)
	return fit(h, ends, h.stack(h.space(set.Rows)), asOf, set)
}

// learned picks the landmarks whose fate is known in part on a day.
func learned(h *History, l *landmarks, asOf float64, code *[Other + 1]uint8) (rows []int32, fates []fate) {
	for i := range l.subject {
		if f := h.Subjects[l.subject[i]].fateOf(l.day[i], asOf, code); f.seen {
			rows, fates = append(rows, int32(i)), append(fates, f)
		}
	}
	return rows, fates
}

func fit(h *History, ends []End, l *landmarks, asOf float64, set Settings) (*Model, error) {
	m := &Model{Used: Hazards, AsOf: asOf, fields: h.Fields, states: h.States, ends: ends, code: codes(ends), prior: set.Prior}
	var ended []float64
	for i := range h.Subjects {
		s := &h.Subjects[i]
		if s.Opened > asOf {
			continue
		}
		m.Deals++
		if k := m.code[s.End]; s.End != Open && s.known() <= asOf && k > 0 {
			m.Closed[s.End-Won]++
			m.Oldest = max(m.Oldest, s.known()-s.Opened)
			ended = append(ended, s.known())
		}
	}
	slices.Sort(ended)
	if set.sight == nil && set.HalfLife > 0 {
		set.sight = &sight{half: set.HalfLife}
	}
	if set.sight == nil {
		s := choose(h, ends, l, asOf, ended, set)
		set.sight = &s
	}
	m.Half, m.Trend, m.Crossed = set.sight.half, set.sight.trend, set.sight.crossed
	if m.Ridge = set.Ridge; m.Ridge == 0 {
		m.Ridge = chooseRidge(h, ends, l, asOf, ended, set)
	}
	p, err := newPart(h, l, asOf, m.code, ends, set)
	if err != nil {
		return nil, err
	}
	if err := p.fit(m.Ridge, nil); err != nil {
		return nil, err
	}
	m.design, m.bins, m.offset, m.fit = p.design, p.bins, p.offset, p.model
	m.average = p.average()
	m.base = newBaselines(h, l, p, asOf)
	if m.plain, err = newShort(h, l, p); err != nil {
		return nil, err
	}
	if few := len(ended) < unsure; few || set.Draws > 0 {
		spread, err := p.model.Spread(p.data, p.settings(m.believe(len(ended))))
		if err != nil {
			return nil, err
		}
		if few {
			m.likely = spread.Pairs(p.model.Par, pairs, rand.New(rand.NewPCG(1, 0x11ce)))
		}
		m.draw(spread, p, set)
	}
	return m, nil
}

// unsure is how many ends there may be for what is said to be the mean over what
// the parameters may be, seen from so many pairs of draws: the likeliest
// parameters are too sure of themselves where ends are few. With more both say
// nearly the same.
const unsure, pairs = 100, 12

// misfit is by how much a hazard is thought to be off for want of what no model
// of this kind sees, as a deviation of its logarithm; half as much again where
// some were forgotten, since who was is not seen. However long a history is, a
// range of one deal gets no narrower than that [J].
const misfit, misfitForgotten = 0.1, 0.15

// believe is the ridge that intervals believe in.
func (m *Model) believe(ended int) float64 {
	if m.Ridge == ridges[0] && ended >= 100 {
		return m.Ridge / 2 // that little tells deals apart has earned its place
	}
	share := max(doubtLeast, min(doubtShare, doubtShare*100/float64(max(ended, 1))))
	return min(m.Ridge, max(doubt, m.Ridge/share))
}

// draw draws the parameters: for what deals have in common, and, with misfit, for
// the range of one.
func (m *Model) draw(spread *survival.Spread, p *part, set Settings) {
	rng, off := rand.New(rand.NewPCG(set.Seed, 0x5eed)), rand.New(rand.NewPCG(set.Seed, 0x0ff))
	far := misfit
	if p.sight.crossed {
		far = misfitForgotten
	}
	q := len(p.model.Par) / max(p.ends, 1)
	for range set.Draws {
		par := spread.Draw(p.model.Par, rng)
		own := slices.Clone(par)
		for k := range p.ends { // the level of each end
			own[k*q] += far * off.NormFloat64()
		}
		m.draws, m.wide = append(m.draws, par), append(m.wide, own)
	}
}

// part is the data of one fit as of one day, for any ridge.
type part struct {
	rows   []int32
	fates  []fate
	weight []float64 // how much each row counts
	repeat float64   // landmarks a subject, as they count
	rough  float64   // gradient at which to stop
	ends   int
	today  float64
	sight  sight
	level  []float64 // prior log odds a bin
	offset []float64 // log odds by bin and end, whatever the state
	design *design
	bins   bins
	data   survival.Followup
	model  *survival.Discrete
}

func newPart(h *History, l *landmarks, asOf float64, code *[Other + 1]uint8, ends []End, set Settings) (*part, error) {
	prior := set.Prior
	p := &part{ends: len(ends), repeat: 1, rough: 5e-5}
	p.rows, p.fates = learned(h, l, asOf, code)
	p.weight = make([]float64, len(p.rows))
	all, whole := 0.0, 0.0 // landmarks, and subjects, as they count
	for k, i := range p.rows {
		fade := faded(asOf-l.day[i], set.sight.half)
		p.weight[k] = fade * float64(l.stands(i))
		all += p.weight[k]
		if k+1 == len(p.rows) || l.subject[p.rows[k+1]] != l.subject[i] {
			whole += fade
		}
	}
	var waits []float64
	subjects, ended := 0, 0
	last := int32(-1)
	longest := 0.0
	for k, i := range p.rows {
		if l.subject[i] != last {
			last = l.subject[i]
			subjects++
			if p.fates[k].end > 0 {
				ended++
			}
		}
		longest = max(longest, p.fates[k].wait)
		if p.fates[k].end > 0 {
			waits = append(waits, p.fates[k].wait)
		}
	}
	if subjects > 0 {
		p.repeat = max(all/whole, 1)
	}
	horizon := longest
	if ended < 20 { // too few to say how long it can take
		horizon = max(longest, 4*prior.Days)
	}
	p.bins = newBins(waits, min(max(ended/12, 3), 10), horizon, set.Horizons)
	p.level = make([]float64, len(ends))
	total, hazard := 0.0, 0.0
	for _, e := range ends {
		total += prior.Shares[e-Won]
	}
	lo := 0.0
	for _, hi := range p.bins.edge {
		hazard += -math.Expm1(-math.Ln2*(hi-lo)/prior.Days) / float64(len(p.bins.edge))
		lo = hi
	}
	hazard = min(max(hazard, 0.01), 0.6)
	for k, e := range ends {
		p.level[k] = math.Log(max(prior.Shares[e-Won]/total, 0.01) * hazard / (1 - hazard))
	}
	p.today, p.sight = asOf, *set.sight
	p.design = newDesign(h, l, p.rows, p.repeat, nil)
	p.see(h, l)
	p.offset = p.overall(prior.Weight, prior.Days)
	p.data = p.followup(l, p.rows, p.fates)
	p.data.Weight = p.weight
	return p, nil
}

// see adds what the sight adds to the columns.
func (p *part) see(h *History, l *landmarks) {
	if p.sight.crossed {
		p.design.silence(h, l, p.rows, p.fates)
	}
	if p.sight.trend > 0 {
		p.design.follow(p.today, p.sight.trend)
	}
}

// followup makes the rows of the hazard model from landmarks.
func (p *part) followup(l *landmarks, rows []int32, fates []fate) survival.Followup {
	f := p.design.followup(l, rows, fates, p.bins, p.ends)
	f.Offset, f.Group = p.offset, make([]int32, len(rows))
	f.Weight = make([]float64, len(rows))
	for k, i := range rows {
		f.Weight[k] = float64(l.stands(i))
	}
	return f
}

// average is the mean row of columns.
func (p *part) average() []float64 {
	mean, all := make([]float64, len(p.design.columns)), 0.0
	for _, w := range p.weight {
		all += w
	}
	for i := range p.rows {
		cols, vals := p.data.X.Row(i)
		for j, c := range cols {
			mean[c] += vals[j] * p.weight[i] / all
		}
	}
	return mean
}

// steady is how many subjects' worth of a constant rate each bin leans on.
const steady = 20

// overall are the log odds of each end in each bin, all states together: the
// life table (Aalen-Johansen's hazards in bins), shrunk to the prior. The model
// starts from them, so that with an endless ridge it is Aalen-Johansen.
func (p *part) overall(weight, days float64) []float64 {
	bins, m := len(p.bins.edge), p.ends
	died, risk := make([]float64, bins*m), make([]float64, bins)
	for k := range p.rows {
		bin, part := p.bins.find(p.fates[k].wait)
		w := p.weight[k]
		for b := range bin {
			risk[b] += w
		}
		if e := p.fates[k].end; e > 0 {
			died[bin*m+int(e)-1] += w
			part = 1
		}
		risk[bin] += part * w
	}
	// The prior's ends, and then a constant rate of each end over all the time
	// seen, are what thin bins lean on.
	prior, sum := make([]float64, m), 0.0
	for k, v := range p.level {
		prior[k] = math.Exp(v)
		sum += prior[k]
	}
	rate, exposed := make([]float64, m), 0.0
	lo := 0.0
	for b, hi := range p.bins.edge {
		exposed += risk[b] * (hi - lo)
		for k := range m {
			rate[k] += died[b*m+k]
		}
		lo = hi
	}
	for k := range m {
		w := weight * p.repeat
		rate[k] = (rate[k] + w*prior[k]/sum) / (exposed + w*days/math.Ln2)
	}
	lo = 0
	for b, hi := range p.bins.edge {
		all, total := 0.0, 0.0
		for _, r := range rate {
			all += r
		}
		gone := -math.Expm1(-all * (hi - lo))
		w := steady * p.repeat
		for k := range m {
			h := &died[b*m+k]
			*h = (*h + w*gone*rate[k]/all) / (risk[b] + w)
			total += *h
		}
		for k := range m {
			died[b*m+k] = math.Log(died[b*m+k] / max(1-total, 1e-6))
		}
		lo = hi
	}
	return died
}

// settings gives each column its ridge. Landmarks of one subject repeat each
// other, so ridges grow with their number.
func (p *part) settings(ridge float64) survival.DiscreteSettings {
	n := len(p.design.columns)
	s := survival.DiscreteSettings{Ridge: make([]float64, n), Turn: make([]float64, n), BinRidge: p.repeat, Epsilon: p.rough}
	for j, r := range p.design.ridge {
		s.Ridge[j] = ridge * r * p.repeat
		s.Turn[j] = 3 * ridge * r * p.repeat
	}
	s.Ridge[0], s.Turn[0] = p.repeat/2, 2*p.repeat
	if t := p.design.trend; t != nil {
		s.Ridge[t.column], s.Turn[t.column] = p.repeat, 10*p.repeat
	}
	return s
}

func (p *part) fit(ridge float64, start []float64) (err error) {
	set := p.settings(ridge)
	set.Start = start
	p.model, err = survival.FitDiscrete(p.data, set)
	return err
}

// chooseRidge takes the ridge under which models fitted to what was known on
// earlier days gave what came after them the greatest likelihood.
func chooseRidge(h *History, ends []End, l *landmarks, asOf float64, ended []float64, set Settings) float64 {
	if len(ended) < 16 {
		return ridges[0]
	}
	ridges, earn := ridges, 0.0
	if n := float64(len(ended)); n < 100 { // where ends are few a smaller ridge has to earn its place, or is out of reach
		earn = 0.5
		for len(ridges) > 1 && ridges[len(ridges)-1] < 2400/n {
			ridges = ridges[:len(ridges)-1]
		}
		if len(ridges) == 1 {
			return ridges[0]
		}
	}
	gain := make([]float64, len(ridges))
	tried, stride := len(ridges), 1.0
	for _, t := range trials(h, ends, l, asOf, ended, set) {
		p, later := t.part, t.later
		stride = max(stride, p.repeat)
		var start []float64
		best := math.Inf(-1)
		for k, r := range ridges[:tried] {
			if p.fit(r, start) != nil {
				continue
			}
			start = p.model.Par
			ll, err := p.model.LevelledLikelihood(later, p.repeat)
			if err != nil {
				continue
			}
			gain[k] += ll
			if best = max(best, ll); ll < best-0.01*float64(len(later.Last))/p.repeat && k > 0 {
				tried = k + 1 // past the top: smaller ridges only get worse, and slower
				break
			}
		}
	}
	best := 0
	if len(ended) >= 100 { // where ends are many a great ridge has to earn its place
		for best = min(2, tried-1); best > 0 && gain[best-1] > gain[best]+2*stride; best-- {
		}
	}
	for k := range gain[:tried] {
		if k > best && gain[k] > gain[best]+earn*stride {
			best = k
		}
	}
	return ridges[best]
}

// lookback is what was known on an earlier day, and what came of the landmarks
// that followed it.
type lookback struct {
	*part
	later survival.Followup
}

// trials look back from the days on which 65 and 80 % of today's ends were known,
// each up to the next. ended is sorted.
func trials(h *History, ends []End, l *landmarks, asOf float64, ended []float64, set Settings) []lookback {
	cuts := []float64{ended[len(ended)*13/20], ended[len(ended)*4/5], asOf}
	code := codes(ends)
	var out []lookback
	for c, cut := range cuts[:2] {
		if !(cut < cuts[c+1]) {
			continue
		}
		p, err := newPart(h, l, cut, code, ends, set)
		if err != nil || len(p.rows) == 0 {
			continue
		}
		p.rough = 1e-3 // near enough to compare
		var rows []int32
		var fates []fate
		for i := range l.subject {
			if l.day[i] < cut || l.day[i] >= cuts[c+1] {
				continue
			}
			if f := h.Subjects[l.subject[i]].fateOf(l.day[i], asOf, code); f.seen {
				rows, fates = append(rows, int32(i)), append(fates, f)
			}
		}
		if len(rows) > 0 {
			out = append(out, lookback{p, p.followup(l, rows, fates)})
		}
	}
	return out
}

// chances writes the cumulative chance of each end by each of the ascending
// horizons (days after the landmark) to out, ends+1 a horizon, the last being
// "still open". Inside a bin hazards are constant; after the last one nothing is
// known to happen. scratch holds bins x ends.
func (m *Model) chances(fit *survival.Discrete, cols []int32, vals, par []float64, horizons, scratch, out []float64) {
	k := len(m.ends)
	h := fit.Hazards(cols, vals, par, m.offset, scratch)
	open := 1.0
	var cum [Kinds]float64
	bin, lo := 0, 0.0
	for q, until := range horizons {
		for bin < len(m.bins.edge) && m.bins.edge[bin] <= until {
			open = advance(h[bin*k:bin*k+k], 1, open, &cum)
			lo = m.bins.edge[bin]
			bin++
		}
		now := cum
		if bin < len(m.bins.edge) && until > lo {
			advance(h[bin*k:bin*k+k], (until-lo)/(m.bins.edge[bin]-lo), open, &now)
		}
		sum := out[q*(k+1) : (q+1)*(k+1)]
		rest := 1.0
		for e := range k {
			sum[e] = now[e]
			rest -= now[e]
		}
		sum[k] = max(rest, 0)
	}
}

// advance lets a share of a bin pass.
func advance(h []float64, share, open float64, cum *[Kinds]float64) float64 {
	total := 0.0
	for _, v := range h {
		total += v
	}
	if total <= 0 || open <= 0 {
		return open
	}
	gone := total
	if share < 1 {
		gone = -math.Expm1(share * math.Log1p(-min(total, 1-1e-12)))
	}
	for e, v := range h {
		cum[e] += open * gone * v / total
	}
	return open * (1 - gone)
}
