package forecast

import (
	"math"
	"slices"

	"github.com/throughline/throughline/internal/quantile"
)

// faded is how much something seen some days ago counts.
func faded(days, half float64) float64 {
	if !(half > 0) || math.IsInf(half, 1) {
		return 1
	}
	return math.Exp2(-days / half)
}

// halves are the half-lives tried, as shares of the time in which today's ends
// came; the least of them counts the last tenth or so.
var halves = []float64{1, 0.5, 0.25, 0.125}

// usual are the ridges of which the best for the history as it is serves to
// compare sights; the ridge itself is chosen afterwards.
var usual = []float64{100, 24, 6}

// fewest is how many ends there have to be before a sight is chosen. worth is by
// how much the likelihood of what came later has to rise for a half-life, and
// slight for the rest, whose doubt is in the ranges.
const fewest, worth, slight = 60, 4.0, 1.0

// sight is how a history is looked at: what of it counts, whether hazards change
// with the calendar, and whether silence means the same of all.
type sight struct {
	half    float64 // days after which what was seen counts half; +Inf: all of it counts alike
	trend   float64 // days over which hazards change by a factor; 0: they do not
	crossed bool    // what tells deals apart is crossed with silence
}

// sight gives how the model looked at its history.
func (m *Model) sight() *sight { return &sight{m.Half, m.Trend, m.Crossed} }

// choose takes the sight under which models fitted on earlier days gave what
// came after them the greatest likelihood, levels included: where a company ends
// deals ever sooner, wins ever less, or forgets some, what is seen plainly
// misleads. Without a gain a history is taken as it is.
// Method: docs/methods/forecast-model.md.
func choose(h *History, ends []End, l *landmarks, asOf float64, ended []float64, set Settings) sight {
	plain := sight{half: math.Inf(1)}
	// A history of ended subjects alone only looks ever faster near its end, since
	// the slow ones are missing there: what came later proves nothing.
	if len(ended) < fewest || h.endedOnly() {
		return plain
	}
	span := ended[len(ended)*19/20] - ended[len(ended)/20]
	if !(span > 0) {
		return plain
	}
	ridge, stride := set.Ridge, 1.0
	likelihood := func(s sight) (ll float64) {
		set.sight = &s
		for _, t := range trials(h, ends, l, asOf, ended, set) {
			if t.fit(ridge, nil) != nil {
				continue
			}
			if v, err := t.model.LogLikelihood(t.later); err == nil {
				ll += v
			}
			stride = max(stride, t.repeat)
		}
		return ll
	}
	best := math.Inf(-1)
	// Where little is told apart, whatever counts less looks better for being
	// shrunk more: the ridge comes first.
	for _, r := range usual {
		if set.Ridge > 0 {
			r = set.Ridge
		}
		was := ridge
		ridge = r
		ll := likelihood(plain)
		if ll < best {
			ridge = was
			break
		}
		best = ll
	}
	chosen := plain
	try := func(s sight, gain float64) (rise float64) {
		ll := likelihood(s)
		if rise = (ll - best) / stride; rise > gain {
			best, chosen = ll, s
		}
		return rise
	}
	with := chosen
	with.crossed = true
	if h.lingering(asOf) > lingers && len(ended) >= 100 {
		chosen, best = with, likelihood(with)
	} else {
		try(with, slight)
	}
	with = chosen
	with.trend = span
	try(with, slight)
	with = chosen
	for k, share := range halves {
		with.half = share * span
		if try(with, worth) < -worth && k > 0 {
			break // it only gets worse
		}
	}
	return chosen
}

// lingers is the share of what is open that may be older than nineteen in twenty
// were at their end; where more is, some were forgotten, and silence is weighed
// for each kind of deal.
const lingers = 0.15

// lingering gives that share on a day.
func (h *History) lingering(day float64) float64 {
	var ages []float64
	for i := range h.Subjects {
		if s := &h.Subjects[i]; s.End != Open && s.known() <= day {
			ages = append(ages, s.known()-s.Opened)
		}
	}
	if len(ages) == 0 {
		return 0
	}
	slices.Sort(ages)
	limit := quantile.Of(ages, aged)
	open, late := 0.0, 0.0
	for i := range h.Subjects {
		if s := &h.Subjects[i]; s.open(day) {
			open++
			if day-s.Opened > limit {
				late++
			}
		}
	}
	return late / max(open, 1)
}
