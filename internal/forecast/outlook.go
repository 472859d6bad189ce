package forecast

import (
	"math"
	"slices"

	"github.com/throughline/throughline/internal/quantile"
	"github.com/throughline/throughline/internal/survival"
)

// Question asks for the outlook of one open deal.
type Question struct {
	State    int       // its state, -1: none
	Row      []float64 // its fields, as At gives them
	Horizons []float64 // days ahead, ascending: weeks, quarter ends
	Level    float64   // of intervals; 0: 0.9
	Use      string    // which model speaks; "": the fitted one's Used
}

// Outlook is what a deal may come to. Every list of chances has the model's
// ends in order and "still open" last; each sums to one.
// Method: docs/methods/forecast-outlook.md.
type Outlook struct {
	Model    string
	Ends     []End
	Horizons []float64
	Chance   [][]float64 // a horizon
	Low      [][]float64
	High     [][]float64
	Plain    [][]float64 // the plain baseline beside it: Aalen-Johansen by state
	Median   float64     // days until half would have met an end; NaN-free: see Within
	Within   bool        // false: fewer than half are thought to end within sight
	Drivers  []Driver    // what moves the chance of winning by the last horizon, most first
	Closed   [Kinds]int  // ends learned from: won, lost, no decision
	Thin     bool        // under 30 closed deals for an end: show the intervals, not the number

	// Forgotten: older than any deal was at its end, and quiet for long: that it is
	// still open probably says that nobody closed it.
	Forgotten bool
}

// Driver is one thing known about the deal and what it does: the chance with it
// less the chance if it were as in an average deal.
type Driver struct {
	Field  int     // of the history; -1: the state
	Name   string  // of the field or "state"
	Level  string  // of a category, or the state's name
	Value  float64 // of a number or flag
	Effect float64 // on the chance of winning
	Risk   float64 // on the chance of no decision
}

// Enough is how many closed deals an end needs before a number is shown
// (DOMAIN 8).
const Enough = 30

// Outlook answers a question. It costs well under a millisecond.
func (m *Model) Outlook(q Question) (Outlook, error) {
	const op = "forecast deal"
	if len(q.Row) != len(m.fields) {
		return Outlook{}, invalid(op, "%d values for %d fields", len(q.Row), len(m.fields))
	}
	for i, x := range q.Horizons {
		if !(x >= 0) || math.IsInf(x, 1) || i > 0 && x <= q.Horizons[i-1] {
			return Outlook{}, invalid(op, "horizons have to ascend from today")
		}
	}
	if len(q.Horizons) == 0 {
		return Outlook{}, invalid(op, "no horizon was asked about")
	}
	if q.Level == 0 {
		q.Level = 0.9
	}
	if q.Use == "" {
		q.Use = m.Used
	}
	if !contains(competitors, q.Use) {
		return Outlook{}, invalid(op, "no model is called %q", q.Use)
	}
	k, n := len(m.ends), len(q.Horizons)
	state := int32(q.State)
	w := m.work()
	flat := make([]float64, 4*n*(k+1))
	cut := func(part int) ([]float64, [][]float64) {
		f := flat[part*n*(k+1) : (part+1)*n*(k+1)]
		rows := make([][]float64, n)
		for i := range rows {
			rows[i] = f[i*(k+1) : (i+1)*(k+1) : (i+1)*(k+1)]
		}
		return f, rows
	}
	o := Outlook{Model: q.Use, Ends: m.ends, Horizons: q.Horizons, Closed: m.Closed}
	var chance, plain, low, high []float64
	chance, o.Chance = cut(0)
	plain, o.Plain = cut(1)
	low, o.Low = cut(2)
	high, o.High = cut(3)
	m.say(q.Use, state, q.Row, q.Horizons, w, chance)
	m.say(ByState, state, q.Row, q.Horizons, w, plain)
	for _, e := range m.ends {
		o.Thin = o.Thin || m.Closed[e-Won] < Enough
	}
	// Whoever speaks, deals in one state differ, and the hazard model's draws say by
	// how much: what a baseline says of the mean of a state is no range of one deal.
	m.spread(w, q, chance, low, high)
	switch q.Use {
	case Hazards:
		o.Drivers = m.drivers(m.fit, m.design, m.average, state, q.Row, q.Horizons[n-1:])
	case AgeAndState:
		o.Drivers = m.drivers(m.plain.fit, m.plain.design, m.plain.average, state, q.Row, q.Horizons[n-1:])
	}
	for i, p := range chance { // an interval always holds its own number
		low[i], high[i] = min(low[i], p), max(high[i], p)
	}
	o.Forgotten = m.forgotten(q.Row)
	o.Median, o.Within = m.median(q.Use, state, q.Row, w)
	return o, nil
}

// vague is the width of an interval of a chance from which on it says nothing:
// two thirds of all that is possible.
const vague = 2.0 / 3

// Vague tells whether an interval of a chance, both within 0-1, is too wide to
// be worth a number: "2 % to 100 %" says that it is not known.
func Vague(low, high float64) bool { return high-low > vague }

// spread takes the interval of each chance from the draws of the parameters: the
// middle part of what they give, so that limits stay inside 0-1 and a few wild
// draws, where an end was hardly ever seen, do not decide. w holds the scratch
// space.
func (m *Model) spread(w *work, q Question, chance, low, high []float64) {
	n, k := len(m.wide), len(chance)
	if n < 2 {
		for i := range low {
			low[i], high[i] = 0, 1
		}
		return
	}
	w.cols, w.vals = w.cols[:0], w.vals[:0]
	m.design.write(int32(q.State), q.Row, w.set)
	one, all := make([]float64, k), make([]float64, n*k)
	for d, par := range m.wide {
		m.chances(m.fit, w.cols, w.vals, par, q.Horizons, w.scratch, one)
		for i, v := range one {
			all[i*n+d] = v
		}
	}
	for i := range chance {
		of := all[i*n : (i+1)*n]
		slices.Sort(of)
		low[i], high[i] = quantile.Of(of, (1-q.Level)/2), quantile.Of(of, (1+q.Level)/2)
	}
}

// median gives the days until half would have ended.
func (m *Model) median(use string, state int32, row []float64, w *work) (float64, bool) {
	k := len(m.ends)
	last := m.bins.edge[len(m.bins.edge)-1]
	out := make([]float64, len(m.bins.edge)*(k+1))
	m.say(use, state, row, m.bins.edge, w, out)
	lo, before := 0.0, 1.0
	for b, hi := range m.bins.edge {
		open := out[b*(k+1)+k]
		if open <= 0.5 {
			if before <= open {
				return hi, true
			}
			return lo + (hi-lo)*(before-0.5)/(before-open), true
		}
		lo, before = hi, open
	}
	return last, false
}

// drivers sets each field in turn to what it is on average.
func (m *Model) drivers(fit *survival.Discrete, d *design, average []float64, state int32, row, horizon []float64) []Driver {
	n := len(d.columns)
	k := len(m.ends)
	full, cols, vals := make([]float64, n), make([]int32, n), make([]float64, n)
	for j := range cols {
		cols[j] = int32(j)
	}
	d.write(state, row, func(c int, v float64) { full[c] = v })
	scratch, out := make([]float64, len(m.bins.edge)*k), make([]float64, k+1)
	won, still := slices.Index(m.ends, Won), slices.Index(m.ends, NoDecision)
	say := func() (float64, float64) {
		m.chances(fit, cols, vals, nil, horizon, scratch, out)
		var a, b float64
		if won >= 0 {
			a = out[won]
		}
		if still >= 0 {
			b = out[still]
		}
		return a, b
	}
	copy(vals, full)
	win, risk := say()
	var list []Driver
	for f := -1; f < len(m.fields); f++ {
		copy(vals, full)
		touched := false
		for j, c := range d.columns {
			if j > 0 && c.field == f && (f >= 0 || c.state >= 0) {
				vals[j] = average[j]
				touched = true
			}
		}
		if !touched {
			continue
		}
		a, b := say()
		x := Driver{Field: f, Name: "state", Effect: win - a, Risk: risk - b}
		if f >= 0 {
			x.Name = m.fields[f].Name
			if x.Value = row[f]; !finite(x.Value) {
				x.Value, x.Level = 0, "missing"
			} else if k := int(x.Value); m.fields[f].Kind == Category && k >= 0 && k < len(m.fields[f].Levels) {
				x.Level = m.fields[f].Levels[k]
			}
		} else if int(state) >= 0 && int(state) < len(m.states) {
			x.Level = m.states[state]
		}
		list = append(list, x)
	}
	slices.SortStableFunc(list, func(a, b Driver) int { return cmpFloat(math.Abs(b.Effect), math.Abs(a.Effect)) })
	return list[:min(len(list), 8)]
}

// parameterDraws is how many draws of the parameters a bet is laid under.
const parameterDraws = 25

// Bet turns a deal's question into a bet of the pipeline: the chance of being
// won between each two of the horizons, under several draws of the parameters.
func (m *Model) Bet(id string, amount, cv float64, q Question) (Bet, error) {
	use := q.Use
	if use == "" {
		use = m.Used
	}
	if _, err := m.Outlook(Question{State: q.State, Row: q.Row, Horizons: q.Horizons, Use: use}); err != nil {
		return Bet{}, err
	}
	b := Bet{ID: id, Amount: amount, CV: cv}
	won := slices.Index(m.ends, Won)
	if won < 0 {
		b.Won = [][]float64{make([]float64, len(q.Horizons))}
		return b, nil
	}
	b.Won = m.lay(use, won, int32(q.State), q.Row, q.Horizons, m.work())
	return b, nil
}

// lay gives the chance of end won between each two of the horizons under draws
// of the parameters, or once where there are none. A baseline has no parameters
// to draw: its chance is moved as far as the hazard model's draws lie from their
// own middle, in log odds.
func (m *Model) lay(name string, won int, state int32, row, horizons []float64, w *work) [][]float64 {
	k, n := len(m.ends)+1, len(horizons)
	said := make([]float64, n*k)
	m.say(name, state, row, horizons, w, said)
	between := func(chance func(i int) float64) []float64 {
		list, before := make([]float64, n), 0.0
		for i := range list {
			now := chance(i)
			list[i] = max(now-before, 0)
			before = max(now, before)
		}
		return list
	}
	draws := m.draws[:min(len(m.draws), parameterDraws)]
	if len(draws) == 0 {
		return [][]float64{between(func(i int) float64 { return said[i*k+won] })}
	}
	w.cols, w.vals = w.cols[:0], w.vals[:0]
	m.design.write(state, row, w.set)
	middle, out := make([]float64, n*k), make([]float64, n*k)
	if name != Hazards {
		m.chances(m.fit, w.cols, w.vals, nil, horizons, w.scratch, middle)
	}
	var list [][]float64
	for _, par := range draws {
		m.chances(m.fit, w.cols, w.vals, par, horizons, w.scratch, out)
		list = append(list, between(func(i int) float64 {
			if p := out[i*k+won]; name == Hazards {
				return p
			} else {
				return logistic(logit(said[i*k+won]) + logit(p) - logit(middle[i*k+won]))
			}
		}))
	}
	return list
}

func logit(p float64) float64 {
	p = min(max(p, 1e-9), 1-1e-9)
	return math.Log(p / (1 - p))
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
