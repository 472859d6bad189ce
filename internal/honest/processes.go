package honest

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/throughline/throughline/internal/eventlog"
)

// Times are columns that stand for when a deal opened: the fiscal year, a
// running number, the same with jitter, a price list that most new deals are
// offered by.
func (c *Company) Times(r *rand.Rand) {
	for i := range c.Deals {
		d := &c.Deals[i]
		d.Attrs["fiscal_year"] = eventlog.TextValue(fmt.Sprint("FY", 2023+int((d.Opened+90)/365)))
		d.Attrs["number"] = eventlog.IntValue(1000 + int64(i))
		d.Attrs["ticket"] = eventlog.IntValue(int64(math.Max(0, d.Opened*7+900*r.NormFloat64())))
		list := "old"
		if (d.Opened > c.Days/2) == (r.Float64() < 0.93) {
			list = "new"
		}
		d.Attrs["price_list"] = eventlog.TextValue(list)
		if d.Opened > c.Days*0.3 && r.Float64() < 0.9 { // a column that came into use
			d.Attrs["campaign"] = eventlog.TextValue(fmt.Sprint("c", int(d.Opened/120)))
		}
	}
}

// Drift is a way in which a company changes.
type Drift struct {
	Name  string
	Apply func(r *rand.Rand, c *Company)
}

// Drifts are the designs.
var Drifts = []Drift{
	{"steps change on a day", func(r *rand.Rand, c *Company) {
		c.after(
			func(d *Deal) bool { return d.Opened > c.Days/2 },
			func(d *Deal) { d.insert(r, "security check", 0.9); d.insert(r, "reference call", 0.8) },
		)
	}},
	{"steps change slowly", func(r *rand.Rand, c *Company) {
		c.after(
			func(d *Deal) bool { return r.Float64()*c.Days < d.Opened },
			func(d *Deal) { d.insert(r, "security check", 0.95); d.insert(r, "reference call", 0.9) },
		)
	}},
	{"deals become twice as fast", func(r *rand.Rand, c *Company) {
		c.after(func(d *Deal) bool { return d.Opened > c.Days*0.55 }, func(d *Deal) {
			d.Lasts /= 2.2
			for k := range d.Steps {
				d.Steps[k].After /= 2.2
			}
			d.Open = d.Opened+d.Lasts > c.Days
		})
	}},
	{"fewer are won", func(r *rand.Rand, c *Company) {
		c.after(func(d *Deal) bool { return d.Opened > c.Days*0.45 && r.Float64() < 0.7 }, func(d *Deal) { d.Won, d.Lost = false, r.Float64() < 0.5 })
	}},
}

func (c *Company) after(when func(d *Deal) bool, do func(d *Deal)) {
	for i := range c.Deals {
		if when(&c.Deals[i]) {
			do(&c.Deals[i])
		}
	}
}

// insert adds a step at a random place of the deal.
func (d *Deal) insert(r *rand.Rand, name string, chance float64) {
	if r.Float64() >= chance {
		return
	}
	lasts := d.Lasts
	if math.IsInf(lasts, 1) {
		lasts = 150
	}
	d.Steps = append(d.Steps, Step{name, (0.1 + 0.8*r.Float64()) * lasts})
}

// Habits makes three of ten sellers log every call and note; each seller has
// one team and, mostly, one region.
func (c *Company) Habits(r *rand.Rand) {
	for i := range c.Deals {
		d := &c.Deals[i]
		if d.Seller < 3 {
			for range 3 + r.IntN(4) {
				d.insert(r, []string{"call", "note", "mail"}[r.IntN(3)], 0.95)
			}
		}
		d.Attrs["team"] = eventlog.TextValue(fmt.Sprint("t", d.Seller%4))
		if r.Float64() < 0.85 {
			d.Attrs["territory"] = eventlog.TextValue(fmt.Sprint("x", d.Seller%5))
		} else {
			d.Attrs["territory"] = eventlog.TextValue(fmt.Sprint("x", r.IntN(5)))
		}
	}
}

// Long draws few, long, very different cases of one kind: each goes its own way
// to and fro, in blocks, for dozens of steps. Attributes mean nothing.
func Long(r *rand.Rand, cases int) *eventlog.Log {
	b := eventlog.NewBuilder()
	for i := range cases {
		k := b.Case(fmt.Sprint("c", i))
		for a := range 6 {
			b.CaseAttr(k, fmt.Sprint("attr", a), eventlog.TextValue(fmt.Sprint("v", r.IntN(2+a))))
		}
		b.CaseAttr(k, "size", eventlog.FloatValue(math.Round(1000*r.Float64())))
		own := make([]float64, 14) // the case's own liking of each activity
		for j := range own {
			own[j] = math.Pow(r.ExpFloat64(), 3)
		}
		at := 900 * r.Float64()
		for n := 5 + int(40*r.ExpFloat64()); n > 0; n-- {
			u, j := r.Float64()*sum(own), 0
			for ; j < len(own)-1 && u > own[j]; j++ {
				u -= own[j]
			}
			for range 1 + r.IntN(4) { // in blocks
				b.Event(k, fmt.Sprint("act", j), At(at))
				at += r.ExpFloat64()
			}
		}
		b.Event(k, []string{"won", "lost", "no decision"}[r.IntN(3)], At(at))
	}
	l, _ := b.Build()
	return l
}

func sum(x []float64) (s float64) {
	for _, v := range x {
		s += v
	}
	return s
}
