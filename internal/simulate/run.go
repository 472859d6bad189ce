package simulate

import (
	"errors"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/quantile"
)

// What a history must hold.
const (
	needEnded   = 60
	needDays    = 180
	needWon     = 10
	needVisits  = 20
	needThisEnd = 10
)

// work bounds how many deals are followed: it keeps an answer within a second or
// two, whatever the company's size. A third of it, in eight repeats, left luck three
// quarters of the spread of days, and what is expected was known too badly.
const (
	work        = 3_600_000
	mostDraws   = 144
	fewestDraws = 50
	mostRepeats = 32
)

// Run says what changes would do. Where the history cannot carry an answer the
// answer holds doubts and no effects. An error is about what cannot be read.
func Run(h *History, changes []Change, set Settings) (*Answer, error) {
	if err := check(h, changes, set); err != nil {
		return nil, err
	}
	if set.Horizon == 0 {
		set.Horizon = 365
	}
	a := &Answer{Times: times(h)}
	for i := range h.Paths {
		if p := &h.Paths[i]; p.End != forecast.Open && p.Ended >= h.Since {
			a.Ended++
		} else if p.End == forecast.Open {
			a.Open++
		}
	}
	if a.AtOnce = set.AtOnce; a.AtOnce == 0 {
		a.AtOnce = math.MaxInt
	}
	if a.Doubts = doubts(h, changes, a); len(a.Doubts) > 0 {
		return a, nil
	}
	base := len(h.States)
	h = h.perKind()
	e := learn(h, base)
	if a.reproduce(h, e, set); set.stopped() {
		return nil, ErrStopped
	} else if len(a.Doubts) > 0 {
		return a, nil
	}
	if a.effects(h, e, changes, set); set.stopped() {
		return nil, ErrStopped
	}
	return a, nil
}

// ErrStopped says that a run was given up on the way.
var ErrStopped = errors.New("the simulation was given up")

func (s Settings) stopped() bool { return s.Stop != nil && s.Stop() }

// MostAtOnce is the greatest number of deals that were ever open together.
func MostAtOnce(h *History) int { return mostAtOnce(h) }

// span gives the first day that is learned from.
func span(h *History) float64 {
	first := h.Until
	for i := range h.Paths {
		first = min(first, h.Paths[i].opened())
	}
	return max(first, h.Since)
}

func doubts(h *History, changes []Change, a *Answer) []Doubt {
	var out []Doubt
	if a.Ended < needEnded {
		return append(out, Doubt{Code: TooFew, N: a.Ended, Need: needEnded})
	}
	if days := h.Until - span(h); days < needDays {
		return append(out, Doubt{Code: TooShort, N: int(days), Need: needDays})
	}
	ends := map[forecast.End]int{}
	for i := range h.Paths {
		if p := &h.Paths[i]; p.End == forecast.Open || p.Ended >= h.Since {
			ends[p.End]++
		}
	}
	if ends[forecast.Won] < needWon {
		out = append(out, Doubt{Code: TooFewWon, N: ends[forecast.Won], Need: needWon})
	}
	for _, c := range changes {
		if c.End != forecast.Open && ends[c.End] < needThisEnd {
			out = append(out, Doubt{Code: RareEnd, N: ends[c.End], Need: needThisEnd, End: c.End})
		}
		if c.State >= 0 && a.Times[c.State].Visits < needVisits {
			out = append(out, Doubt{Code: RareState, N: a.Times[c.State].Visits, Need: needVisits, State: c.State})
		}
	}
	return out
}

// times looks at how long each state took those who went forward from it.
func times(h *History) []Time {
	out := make([]Time, len(h.States))
	took := make([][]float64, len(h.States))
	for i := range h.Paths {
		p := &h.Paths[i]
		for k, v := range p.Visits {
			if v.Day < h.Since {
				continue
			}
			out[v.State].Visits++
			switch {
			case k+1 < len(p.Visits) && p.Visits[k+1].State > v.State:
				took[v.State] = append(took[v.State], p.Visits[k+1].Day-v.Day)
			case k+1 == len(p.Visits) && p.End == forecast.Won:
				took[v.State] = append(took[v.State], p.Ended-v.Day)
			}
		}
	}
	for s, t := range took {
		slices.Sort(t)
		out[s].Forward, out[s].Median = len(t), quantile.Of(t, 0.5)
	}
	return out
}

// weights draws one weight for each path: the Bayesian bootstrap (Rubin 1981).
func weights(n int, seed uint64, into []float64) []float64 {
	d := dice(seed)
	into = into[:0]
	for range n {
		into = append(into, -math.Log(d.unit()))
	}
	return into
}

func even(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 1
	}
	return out
}

// parallel runs n pieces, each on whichever worker is free.
func parallel(n int, do func(i int)) {
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), n)
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := w; i < n; i += workers {
				do(i)
			}
		}()
	}
	wg.Wait()
}

// rateOf gives deals a day over the last year that is learned from, and how much
// more they vary from month to month than chance alone would have it, at least 1.
func rateOf(h *History) (rate, days, over float64) {
	const month = 30.4375
	from := max(span(h), h.Until-365.25)
	days = h.Until - from
	k := max(int(days/month), 1)
	per := make([]float64, k)
	for i := range h.Paths {
		if o := h.Paths[i].opened(); o >= from && o <= h.Until {
			per[min(int((o-from)/days*float64(k)), k-1)]++
		}
	}
	n, square := 0.0, 0.0
	for _, x := range per {
		n += x
	}
	mean := n / float64(k)
	for _, x := range per {
		square += (x - mean) * (x - mean)
	}
	over = 1
	if k > 3 && mean > 0 {
		over = max(square/float64(k-1)/mean, 1)
	}
	return n / days, days, over
}

// rated draws a rate that the year's arrivals leave open: lognormal, with the
// variance of a count.
func rated(rate, days, over, z float64) float64 {
	n := max(rate*days, 0.5)
	v := over / n
	return n / days * math.Exp(math.Sqrt(v)*z-v/2)
}

// normal draws a standard normal number (Box and Muller 1958).
func normal(d *dice) float64 {
	return math.Sqrt(-2*math.Log(d.unit())) * math.Cos(2*math.Pi*d.unit())
}
