package forecasting

import (
	"fmt"
	"math"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/forecast"
)

// levels are draws of what a range leaves open, as shares of its way from the
// middle to an end that nine of ten stay within: the middles of nine equally
// likely parts of a normal distribution, over 1.645.
var levels = []float64{-0.968, -0.588, -0.359, -0.172, 0, 0.172, 0.359, 0.588, 0.968}

// What a part of a forecast is drawn with: as few draws as bound the work.
const (
	mostDrawn  = 3_000_000
	fewestDraw = 500
	manyDraw   = 4_000
	mostHeldOf = 2_000
)

// kept gives what is kept of just the deals that are looked at, by the end of
// the period; nil where that has to be drawn.
func (l *looking) kept() *Expected {
	if l.run.Pending != nil && !l.run.Pending.Older {
		return nil
	}
	m := &l.run.Money
	switch {
	case l.sellers == nil && l.in.Team == "" && l.in.Process == "":
		return l.keptWhole()
	case !l.thisQuarter() || len(m.Quarters) == 0:
		return nil
	case len(l.sellers) == 1 && l.in.Team == "" && l.in.Process == "":
		return l.keptGroup(bySeller, l.sellers[0].String())
	case l.sellers == nil && l.in.Process == "":
		return l.keptGroup(byTeam, l.in.Team)
	case l.sellers == nil && l.in.Team == "":
		return l.keptGroup(byProcess, l.in.Process)
	}
	return nil
}

// thisQuarter reports whether the period is the quarter that the parts speak of.
func (l *looking) thisQuarter() bool {
	return l.period.Months() == 3 && l.period.Until == l.run.Quarter && l.period.Has(l.run.AsOf.Add(1))
}

// sameMoney reports whether what is kept was added up as it would be now: in the
// same currency, by the same rates. A newer one is being worked out where not.
func (l *looking) sameMoney() bool { return strings.HasSuffix(l.run.State, ", "+l.company.Reckoning()) }

func (l *looking) keptWhole() *Expected {
	if !l.sameMoney() {
		return nil
	}
	list := l.run.Money.Quarters
	if l.period.Months() == 1 {
		list = l.run.Money.Months
	} else if l.period.Months() != 3 {
		return nil
	}
	for i := range list {
		if list[i].Until == l.period.Until {
			return &list[i]
		}
	}
	return nil
}

func (l *looking) keptGroup(by, key string) *Expected {
	if !l.sameMoney() {
		return nil
	}
	for _, s := range l.run.Money.Splits {
		for i := range s.Groups {
			if s.By == by && s.Groups[i].Key == key {
				return &s.Groups[i].Expected
			}
		}
	}
	return nil
}

// rangeOf gives what the open deals of a part may bring in the rest of its period.
func (l *looking) rangeOf(x part) (Range, error) {
	switch {
	case x.period.Until.Compare(l.asOf) <= 0 || !l.now.reaches(x.period) || l.run.Pending != nil && !l.run.Pending.Older:
		return Range{}, nil
	case len(x.open) == 0:
		return Range{Known: true}, nil
	}
	e := x.whole
	if e == nil {
		drawn, err := l.drawn(x)
		if err != nil {
			return Range{}, err
		}
		e = &drawn
	}
	in := func(units float64) int64 { return int64(math.Round(100 * units)) }
	return Range{Known: true, P10: in(e.P10), P50: in(e.P50), P90: in(e.P90), Wins: e.Wins}, nil
}

// drawn draws what a part may bring, from what is kept of each deal: its chance
// and its range. What the ranges leave open is taken to be the same for all, so
// that the range of the sum is rather too wide than too narrow
// (docs/methods/period.md). It is held for as long as the forecast stands.
func (l *looking) drawn(x part) (Expected, error) {
	name := ""
	if u := l.d.Forecasts; u != nil && x.name != "" {
		name = fmt.Sprint(l.run.AsOf, l.run.State, l.run.Shown.UnixNano(), l.company.Reckoning(), x.period.Key(), x.name, l.in.Owner, l.in.Team, l.in.Process)
		u.mu.Lock()
		e, ok := u.drawn[name]
		u.mu.Unlock()
		if ok {
			return e, nil
		}
	}
	money, wins := make([]forecast.Bet, 0, len(x.open)), make([]forecast.Bet, 0, len(x.open))
	for _, s := range x.open {
		p, _ := l.now.won(s, x.period)
		less, more := s.spread(x.period)
		chances := make([][]float64, len(levels))
		for k, z := range levels {
			to := more
			if z < 0 {
				to = less
			}
			chances[k] = []float64{min(max(p*(1+math.Abs(z)*(to-1)), 0), 1)}
		}
		b := forecast.Bet{ID: s.ID.String(), Amount: missingAmount, CV: l.run.Money.Error, Won: chances}
		if cents, ok := l.purse.cents(s.Amount); ok && cents > 0 {
			b.Amount = float64(cents) / 100
		}
		money = append(money, b)
		b.Amount, b.CV = 1, 0
		wins = append(wins, b)
	}
	set := forecast.PipelineSettings{Buckets: 1, Draws: min(max(mostDrawn/len(x.open), fewestDraw), manyDraw), Shock: min(l.run.Money.Believed, 1), Seed: 1}
	sum, err := forecast.Simulate(money, set)
	if err != nil {
		return Expected{}, throughline.Fail("forecast period", throughline.Internal, x.period.Key(), err)
	}
	number, err := forecast.Simulate(wins, set)
	if err != nil {
		return Expected{}, throughline.Fail("forecast period", throughline.Internal, x.period.Key(), err)
	}
	e := expected(sum, number, 0, 1, x.period.Until)
	if name != "" {
		u := l.d.Forecasts
		u.mu.Lock()
		if u.drawn == nil || len(u.drawn) > mostHeldOf {
			u.drawn = map[string]Expected{}
		}
		u.drawn[name] = e
		u.mu.Unlock()
	}
	return e, nil
}
