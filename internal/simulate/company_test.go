package simulate_test

import (
	"math"
	"math/rand/v2"

	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/simulate"
)

// firm is a company whose truth is known: latent Weibull times lead from each
// state to each place. It is simulated by code of its own.
type firm struct {
	rate   float64 // deals a day
	ways   [][]weibull
	spread float64 // standard deviation of the log of a deal's own haste; 0: deals of one state are alike
	slower float64 // ends come so much more slowly from the last year on; 0: as before
}

type weibull struct {
	to           int // a state, or -1 won, -2 lost, -3 no decision, -4 other
	shape, scale float64
}

const (
	won  = -1
	lost = -2
	none = -3
)

// usual is a company of five states; no decision is what most deals come to.
func usual(perYear float64) *firm {
	return &firm{rate: perYear / 365.25, ways: [][]weibull{
		{{1, 1.3, 22}, {lost, 1, 400}, {none, 0.9, 150}},
		{{2, 1.1, 30}, {lost, 1, 300}, {none, 1.1, 160}, {3, 1, 300}},
		{{3, 1.6, 28}, {1, 1, 350}, {lost, 1.2, 150}, {none, 1, 190}},
		{{4, 1.2, 24}, {lost, 1, 170}, {none, 1.2, 150}},
		{{won, 1.7, 35}, {lost, 1, 330}, {none, 1.3, 110}},
	}}
}

// otherwise is the truth of a change.
type otherwise struct {
	state       int
	end         int     // 0: time
	days, share float64 // of days, or by how much
	touch       float64
}

// follow gives the way of one deal from a state and an age in it; at most so
// many days.
func (f *firm) follow(r *rand.Rand, state int, age, most, speed float64, o *otherwise) (visits []simulate.Visit, end int, after float64) {
	day := 0.0
	touched := r.Float64()
	for n := 0; ; n++ {
		to, left := 0, math.Inf(1)
		for _, w := range f.ways[state] {
			e := r.ExpFloat64()
			on := o != nil && touched < o.touch && (o.state < 0 || o.state == state)
			if on && w.to == o.end {
				e /= 1 - o.share
			}
			t := w.scale*math.Pow(math.Pow(age/w.scale, w.shape)+e, 1/w.shape) - age
			t /= speed
			if on && o.end == 0 && (w.to > state || w.to == won) {
				if n > 0 || age == 0 {
					t -= o.days
				}
				t *= 1 - o.share
			}
			if t = max(t, 0); t < left {
				to, left = w.to, t
			}
		}
		if day+left > most {
			return visits, 0, most
		}
		if day += left; to < 0 {
			return visits, to, day
		}
		state, age = to, 0
		visits = append(visits, simulate.Visit{State: state, Day: day})
	}
}

func (f *firm) haste(r *rand.Rand) float64 { return math.Exp(f.spread * r.NormFloat64()) }

func endOf(code int) forecast.End {
	return [...]forecast.End{forecast.Open, forecast.Won, forecast.Lost, forecast.NoDecision, forecast.Other}[-code]
}

const until = 20_000.0

// history lives through some years up to until.
func (f *firm) history(seed uint64, years float64) (*simulate.History, []float64) {
	r := rand.New(rand.NewPCG(seed, 1))
	h := &simulate.History{Until: until}
	for range f.ways {
		h.States = append(h.States, "state")
	}
	var speeds []float64
	for t := r.ExpFloat64() / f.rate; t < years*365.25; t += r.ExpFloat64() / f.rate {
		opened := until - years*365.25 + t
		speed := f.haste(r)
		if f.slower > 0 && opened > until-365 {
			speed /= f.slower
		}
		v, end, after := f.follow(r, 0, 0, until-opened, speed, nil)
		p := simulate.Path{Visits: []simulate.Visit{{State: 0, Day: opened}}, End: endOf(end), Ended: opened + after, Amount: math.Exp(10 + r.NormFloat64())}
		for _, x := range v {
			p.Visits = append(p.Visits, simulate.Visit{State: x.State, Day: opened + x.Day})
		}
		h.Paths = append(h.Paths, p)
		speeds = append(speeds, speed)
	}
	return h, speeds
}

// tally is what is expected of the horizon.
type tally struct{ won, lost, none, days, booked float64 }

// truth gives what is expected, of the deals that are open and those that come,
// today and changed, over many repeats with numbers in common.
func (f *firm) truth(h *simulate.History, speeds []float64, horizon float64, repeats int, seed uint64, o *otherwise) (was, is tally) {
	mean := math.Exp(10.5)
	for rep := range repeats {
		follow := func(i uint64, state int, age, begun, most, speed, amount float64) {
			for k, how := range []*otherwise{nil, o} {
				r := rand.New(rand.NewPCG(seed, uint64(rep)<<32|i))
				if speed == 0 {
					speed = f.haste(r)
				} else {
					f.haste(r)
				}
				_, end, after := f.follow(r, state, age, most, speed, how)
				t := &was
				if k == 1 {
					t = &is
				}
				switch end {
				case won:
					t.won++
					t.days += begun + after
					t.booked += amount
				case lost:
					t.lost++
				case none:
					t.none++
				}
			}
		}
		for i := range h.Paths {
			p := &h.Paths[i]
			if p.End != forecast.Open {
				continue
			}
			at := p.Visits[len(p.Visits)-1]
			follow(uint64(i), at.State, until-at.Day, until-p.Visits[0].Day, horizon, speeds[i], p.Amount)
		}
		r := rand.New(rand.NewPCG(seed, uint64(rep)<<32|1<<31))
		i := uint64(1 << 30)
		for t := r.ExpFloat64() / f.rate; t < horizon; t += r.ExpFloat64() / f.rate {
			follow(i, 0, 0, 0, horizon-t, 0, mean)
			i++
		}
	}
	for _, t := range []*tally{&was, &is} {
		t.days /= t.won
		for _, x := range []*float64{&t.won, &t.lost, &t.none, &t.booked} {
			*x /= float64(repeats)
		}
	}
	return was, is
}
