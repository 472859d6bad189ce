package simulate

import (
	"math"
	"math/bits"
	"math/rand/v2"

	"github.com/throughline/throughline/internal/forecast"
)

// dice is a fast generator (Wang Yi's wyrand).
type dice uint64

func (d *dice) roll() uint64 {
	*d += 0xa0761d6478bd642f
	hi, lo := bits.Mul64(uint64(*d), uint64(*d)^0xe7037ed1a0b428db)
	return hi ^ lo
}

// Uint64 makes the dice a source of random numbers.
func (d *dice) Uint64() uint64 { return d.roll() }

// walker follows deals through a model, one after the other.
type walker struct {
	*model
	d   dice
	exp *rand.Rand // draws from d
}

func walk(m *model) *walker {
	w := &walker{model: m}
	w.exp = rand.New(&w.d)
	return w
}

// unit is above 0 and below 1.
func (d *dice) unit() float64 { return (float64(d.roll()>>11) + 0.5) / (1 << 53) }

// mix makes one number of two, as good as random.
func mix(a, b uint64) uint64 {
	d := dice(a ^ 0x9e3779b97f4a7c15)
	x := d.roll()
	d = dice(x ^ b*0xd6e8feb86659fd93)
	d.roll()
	return d.roll()
}

// What a deal's numbers are drawn for.
const (
	forTouch uint64 = 1<<40 + iota
	forStart
	forAmount
	forKeep
)

func draw(key, what uint64) float64 {
	d := dice(mix(key, what))
	return d.unit()
}

// applied is a change with its size drawn.
type applied struct {
	Change
	size float64
}

// life is one deal to be followed: where it stands and since when.
type life struct {
	state int
	age   float64 // days in that state
	key   uint64  // of its random numbers, the same today and changed
}

// mostVisits bounds a deal that goes in circles.
const mostVisits = 300

// mostStates bounds the states of all kinds of deals.
const mostStates = 400

// follow gives how a deal ends and after how many days, Open where it does not
// within so many. Each stay draws the same numbers whatever is changed, so that
// what is not touched goes as it went. Places race: the first that is reached is
// where the deal goes (latent times, Prentice 1978; docs/methods/simulate.md).
func (w *walker) follow(l life, until float64, changes []applied) (forecast.End, float64) {
	day := 0.0
	var seen [mostStates]uint16
	age := l.age
	for n := range mostVisits {
		s := &w.state[l.state]
		d := dice(mix(l.key, uint64(l.state)<<16|uint64(seen[l.state])))
		seen[l.state]++
		to, left := -1, math.Inf(1)
		if to = s.atOnce(d.unit(), age); to >= w.states && w.spared(l.state, to, d.unit(), changes) {
			to = -1
		}
		if to >= 0 {
			left = 0
		} else {
			for i := range s.ways {
				y := &s.ways[i]
				w.d = dice(uint64(d) ^ uint64(y.dest+1)*0x9e3779b97f4a7c15)
				w.d.roll()
				if t := w.latent(l.state, y, s.bins, age, w.exp.ExpFloat64(), n > 0, changes); t < left {
					to, left = y.dest, t
				}
			}
		}
		if to < 0 || day+left > until {
			return forecast.Open, until
		}
		day += left
		if to >= w.states {
			return forecast.End(to - w.states + 1), day
		}
		l.state, age = to, 0
	}
	return forecast.Open, until
}

// atOnce gives the place that one who just came in goes to at once, -1 for none.
func (s *stateModel) atOnce(u, age float64) int {
	if age > 0 || u >= s.atom[len(s.atom)-1] {
		return -1
	}
	to := 0
	for u >= s.atom[to] {
		to++
	}
	return to
}

// spared reports whether an end that would come at once does not, since it comes
// less often.
func (m *model) spared(state, to int, u float64, changes []applied) bool {
	for i := range changes {
		c := &changes[i]
		if (c.State < 0 || c.State == state%m.base) && c.End != forecast.Open && to == endOf(m.states, c.End) && u < c.size {
			return true
		}
	}
	return false
}

// latent is how many days more it takes until a place is reached by one way, if
// no other comes before. entered: the state was come into after the change.
func (m *model) latent(state int, y *way, bins []float64, age, x float64, entered bool, changes []applied) float64 {
	factor, days, stretch := 1.0, 0.0, 1.0
	forward := y.dest > state && y.dest < m.states || y.dest == endOf(m.states, forecast.Won)
	for i := range changes {
		c := &changes[i]
		switch {
		case c.State >= 0 && c.State != state%m.base:
		case c.End != forecast.Open:
			if y.dest == endOf(m.states, c.End) {
				factor *= 1 - c.size
			}
		case !forward:
		case c.Days:
			if entered || age == 0 {
				days += c.size
			}
		default:
			stretch *= 1 - c.size
		}
	}
	t := y.reach(bins, y.by(bins, age)+x/factor) - age
	return max(t*stretch-days, 0)
}
