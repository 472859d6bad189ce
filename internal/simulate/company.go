package simulate

import (
	"math"
	"slices"

	"github.com/throughline/throughline/internal/forecast"
)

// company is what is simulated: the deals that are open, those that will come,
// and how many are worked at once.
type company struct {
	open    []life
	amounts []float64 // of the open ones; NaN where missing
	age     []float64 // since opening, of the open ones
	atOnce  int
	horizon float64
}

// arrival is a deal that comes in.
type arrival struct {
	day    float64
	state  int // -1: drawn
	amount float64
}

// counts are sums over the horizon.
type counts struct {
	ends   [forecast.Other + 1]float64
	days   float64 // of the won, from opening to order
	booked float64
}

func (c *counts) of(m Measure) float64 {
	switch m {
	case Won:
		return c.ends[forecast.Won]
	case Lost:
		return c.ends[forecast.Lost]
	case NoDecision:
		return c.ends[forecast.NoDecision]
	case Booked:
		return c.booked
	}
	if c.ends[forecast.Won] == 0 {
		return math.NaN()
	}
	return c.days / c.ends[forecast.Won]
}

func (c *counts) add(o *counts) {
	for i, v := range o.ends {
		c.ends[i] += v
	}
	c.days += o.days
	c.booked += o.booked
}

// when draws the days on which deals come in, in order.
func when(rate, horizon float64, seed uint64) []arrival {
	d := dice(seed)
	var out []arrival
	for t := -math.Log(d.unit()) / rate; t < horizon; t -= math.Log(d.unit()) / rate {
		out = append(out, arrival{day: t, state: -1, amount: math.NaN()})
	}
	return out
}

// run follows every deal of the company once.
func (c *company) run(m *model, comes []arrival, seed uint64, changes []applied) counts {
	var out counts
	var busy line
	w := walk(m)
	touched := make([]applied, 0, len(changes))
	touches := func(key uint64) []applied {
		touched = touched[:0]
		for i, ch := range changes {
			if draw(key, forTouch+uint64(i)<<8) < ch.Share {
				touched = append(touched, ch)
			}
		}
		return touched
	}
	for i, l := range c.open {
		l.key = mix(seed, uint64(i)<<1)
		end, after := w.follow(l, c.horizon, touches(l.key))
		busy.push(after)
		out.take(m, l.state/m.base, l.key, end, c.age[i]+after, c.amounts[i])
	}
	for i, a := range comes {
		key := mix(seed, uint64(i)<<1|1)
		begins := a.day
		for busy.len() >= max(c.atOnce, 1) {
			begins = max(begins, busy.pop())
		}
		if begins >= c.horizon {
			break // this one and all later ones still wait
		}
		l := life{state: a.state, key: key}
		if l.state < 0 {
			u := draw(key, forStart)
			for l.state = 0; l.state < m.states-1 && u >= m.start[l.state]; l.state++ {
			}
		}
		end, after := w.follow(l, c.horizon-begins, touches(key))
		busy.push(begins + after)
		out.take(m, l.state/m.base, key, end, begins+after-a.day, a.amount)
	}
	return out
}

// take counts one deal's end.
func (out *counts) take(m *model, kind int, key uint64, end forecast.End, days, amount float64) {
	out.ends[end]++
	if end != forecast.Won {
		return
	}
	out.days += days
	out.booked += m.worth(kind, amount, draw(key, forAmount))
}

// line is a heap of the days on which deals end.
type line struct{ days []float64 }

func (l *line) len() int { return len(l.days) }

func (l *line) push(d float64) {
	l.days = append(l.days, d)
	for i := len(l.days) - 1; i > 0; {
		up := (i - 1) / 2
		if l.days[up] <= l.days[i] {
			return
		}
		l.days[up], l.days[i] = l.days[i], l.days[up]
		i = up
	}
}

func (l *line) pop() float64 {
	first, last := l.days[0], len(l.days)-1
	l.days[0] = l.days[last]
	l.days = l.days[:last]
	for i := 0; ; {
		low := i
		for k := 2*i + 1; k <= 2*i+2 && k < last; k++ {
			if l.days[k] < l.days[low] {
				low = k
			}
		}
		if low == i {
			return first
		}
		l.days[i], l.days[low] = l.days[low], l.days[i]
		i = low
	}
}

// standing gives the company as it stood on a day: what was open then, and
// where.
func standing(h *History, day float64) (c company) {
	for i := range h.Paths {
		p := &h.Paths[i]
		if p.opened() > day || p.End != forecast.Open && p.Ended <= day {
			continue
		}
		at := p.Visits[0]
		for _, v := range p.Visits {
			if v.Day <= day {
				at = v
			}
		}
		c.open = append(c.open, life{state: at.State, age: max(day-at.Day, atOnce)})
		c.age = append(c.age, day-p.opened())
		c.amounts = append(c.amounts, p.Amount)
	}
	return c
}

// mostAtOnce is the greatest number of deals that were ever open together.
func mostAtOnce(h *History) int {
	type turn struct {
		day float64
		by  int
	}
	var turns []turn
	for i := range h.Paths {
		p := &h.Paths[i]
		turns = append(turns, turn{p.opened(), 1})
		if p.End != forecast.Open {
			turns = append(turns, turn{p.Ended, -1})
		}
	}
	slices.SortFunc(turns, func(a, b turn) int {
		switch {
		case a.day != b.day && a.day < b.day:
			return -1
		case a.day != b.day:
			return 1
		}
		return a.by - b.by
	})
	most, now := 0, 0
	for _, t := range turns {
		now += t.by
		most = max(most, now)
	}
	return most
}
