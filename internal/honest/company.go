package honest

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
)

// Deal is one made-up deal, everything about it known. Days count from the
// first day of the history.
type Deal struct {
	Opened float64
	Lasts  float64 // days from the opening to the end
	Won    bool
	Lost   bool // to another; neither: no decision
	Open   bool // it lasts beyond the last day of the history
	Steps  []Step
	Attrs  map[string]eventlog.Value

	Practised bool // orders and cards: short, mostly won, without the front half
	Seller    int
	Rate      float64 // touches a day
}

// Step is something that happened, days after the opening.
type Step struct {
	Name  string
	After float64
}

// Seen is how long the deal was under observation.
func (d *Deal) Seen(days float64) float64 { return min(d.Lasts, days-d.Opened) }

// Company is a made-up company's history.
type Company struct {
	Days  float64 // length of the history
	Deals []Deal
}

// Shape says what a company is like; the zero value is a plain one.
type Shape struct {
	Deals     int     // 0: 500
	Days      float64 // 0: 900
	Forgotten float64 // share of deals that nobody ever closes
	OneKind   bool    // every deal is bought alike
	Faster    float64 // from the last third on deals last this share of what they did; 0: no change
	Mix       bool    // first purchases give way to orders over time
	Closed    bool    // the export holds ended deals only
	Won       float64 // share of first purchases won; 0: 0.27
	Noise     int     // further attributes that say nothing
}

var (
	front = []string{"first meeting", "need agreed", "demo"}
	back  = []string{"offer sent", "terms agreed"}
)

// New draws a company. Of its honest attributes, purchase tells strongly how a
// deal goes (nine in ten orders are won, one in four first purchases), size and
// amount lean to long deals, source is missing more often for orders; the rest
// say nothing.
func New(r *rand.Rand, shape Shape) *Company {
	if shape.Deals == 0 {
		shape.Deals = 500
	}
	if shape.Days == 0 {
		shape.Days = 900
	}
	c := &Company{Days: shape.Days, Deals: make([]Deal, shape.Deals)}
	for i := range c.Deals {
		d := &c.Deals[i]
		d.Opened = r.Float64() * shape.Days
		d.Attrs = map[string]eventlog.Value{}
		kind := []string{"first", "first", "first", "replacement", "order", "card"}[r.IntN(6)]
		if shape.Mix && r.Float64()*shape.Days < d.Opened {
			kind = "order"
		}
		d.Practised = !shape.OneKind && (kind == "order" || kind == "card")
		d.Seller = r.IntN(10)
		d.Rate = 0.15 * (0.4 + 1.2*r.Float64())
		size := math.Exp(4 + 1.3*r.NormFloat64())
		median, won := 100.0, cmp.Or(shape.Won, 0.27)
		if d.Practised {
			median, won = 28, 0.9
		}
		d.Lasts = median * math.Exp(0.6*r.NormFloat64()+0.15*(math.Log(size)-4))
		if shape.Faster > 0 && d.Opened > shape.Days*2/3 {
			d.Lasts *= shape.Faster
		}
		if u := r.Float64(); u < won {
			d.Won = true
		} else {
			d.Lost = r.Float64() < 0.4
		}
		if r.Float64() < shape.Forgotten {
			d.Lasts = math.Inf(1)
		}
		d.Open = d.Opened+d.Lasts > shape.Days
		d.Attrs["purchase"] = eventlog.TextValue(kind)
		d.Attrs["region"] = eventlog.TextValue(fmt.Sprint("r", r.IntN(6)))
		d.Attrs["size"] = eventlog.IntValue(int64(size))
		d.Attrs["amount"] = eventlog.IntValue(round(size*300*math.Exp(0.5*r.NormFloat64()), 2))
		d.Attrs["seller"] = eventlog.TextValue(fmt.Sprint("s", d.Seller))
		d.Attrs["score"] = eventlog.FloatValue(math.Round(100*r.NormFloat64()) / 100)
		d.Attrs["rush"] = eventlog.BoolValue(r.IntN(4) == 0)
		if r.IntN(3) > 0 {
			d.Attrs["channel"] = eventlog.TextValue([]string{"web", "fair", "call", "partner"}[r.IntN(4)])
		}
		if r.Float64() < map[bool]float64{true: 0.4, false: 0.9}[d.Practised] {
			d.Attrs["source"] = eventlog.TextValue([]string{"inbound", "list", "event"}[r.IntN(3)])
		}
		for k := range shape.Noise {
			switch k % 3 {
			case 0:
				d.Attrs[fmt.Sprint("noise", k)] = eventlog.TextValue(fmt.Sprint("v", r.IntN(2+k)))
			case 1:
				d.Attrs[fmt.Sprint("noise", k)] = eventlog.IntValue(round(math.Exp(6+2*r.NormFloat64()), 3))
			default:
				if r.IntN(2+k) > 0 {
					d.Attrs[fmt.Sprint("noise", k)] = eventlog.TextValue(fmt.Sprint("v", r.IntN(4)))
				}
			}
		}
		d.walk(r)
	}
	if shape.Closed {
		c.Deals = slices.DeleteFunc(c.Deals, func(d Deal) bool { return d.Open })
	}
	slices.SortStableFunc(c.Deals, func(a, b Deal) int { return cmp.Compare(a.Opened, b.Opened) })
	return c
}

// walk draws the steps: each of the front half for deals that are no mere
// orders, then those of the back, as far as the deal came.
func (d *Deal) walk(r *rand.Rand) {
	names := back
	if !d.Practised {
		names = append(append([]string(nil), front...), back...)
	}
	reach := 1.0
	if !d.Won {
		reach = 0.2 + 0.8*r.Float64()
	}
	lasts := d.Lasts
	if math.IsInf(lasts, 1) {
		lasts = 150
	}
	for k, name := range names {
		at := (float64(k) + 0.2 + 0.7*r.Float64()) / float64(len(names)+1)
		if at < reach && r.Float64() < 0.85 {
			d.Steps = append(d.Steps, Step{name, at * lasts})
		}
	}
}

// round keeps so many figures.
func round(x float64, figures int) int64 {
	scale := math.Pow(10, math.Max(0, math.Floor(math.Log10(math.Max(x, 1)))-float64(figures-1)))
	return int64(math.Round(x/scale) * scale)
}

// Ends says how the cases of Log end.
var Ends = eventlog.OutcomeMap{
	{Outcome: throughline.Won, Attr: eventlog.ActivityAttr, Values: []string{"won"}},
	{Outcome: throughline.LostCompetitor, Attr: eventlog.ActivityAttr, Values: []string{"lost"}},
	{Outcome: throughline.NoDecision, Attr: eventlog.ActivityAttr, Values: []string{"no decision"}},
}

// Start is the first day of every history: 1 January 2023.
const Start int64 = 1672531200_000000

// At turns days of a history into an instant.
func At(days float64) int64 { return Start + int64(days*86_400e6) }

// Log gives the company's deals as an event log.
func (c *Company) Log() *eventlog.Log {
	b := eventlog.NewBuilder()
	for i := range c.Deals {
		d := &c.Deals[i]
		k := b.Case(fmt.Sprint("d", i))
		for name, v := range d.Attrs {
			b.CaseAttr(k, name, v)
		}
		b.Event(k, "opened", At(d.Opened))
		for _, s := range d.Steps {
			if s.After <= d.Seen(c.Days) {
				b.Event(k, s.Name, At(d.Opened+s.After))
			}
		}
		if d.Open {
			continue
		}
		end := "no decision"
		if d.Won {
			end = "won"
		} else if d.Lost {
			end = "lost"
		}
		b.Event(k, end, At(d.Opened+d.Lasts))
	}
	l, _ := b.Build()
	return l
}
