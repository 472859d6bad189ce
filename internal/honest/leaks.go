package honest

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/throughline/throughline/internal/eventlog"
)

// Leak is a way in which a column comes to hold what was not known on the first day.
type Leak struct {
	Name string
	Add  func(r *rand.Rand, c *Company) // adds the column named Name
}

// Leaks are the designs that a history is tried with.
var Leaks = []Leak{
	{"is_won", each("is_won", func(_ *rand.Rand, _ *Company, d *Deal) eventlog.Value {
		return eventlog.BoolValue(d.Won && !d.Open)
	})},
	{"probability", each("probability", func(r *rand.Rand, c *Company, d *Deal) eventlog.Value {
		switch {
		case d.Open:
			return eventlog.IntValue([]int64{10, 25, 50, 75}[min(3, len(d.Steps))])
		case d.Won:
			return eventlog.IntValue(100)
		}
		return eventlog.IntValue(0)
	})},
	{"forecast_category", each("forecast_category", func(r *rand.Rand, c *Company, d *Deal) eventlog.Value {
		switch {
		case d.Open:
			return eventlog.TextValue([]string{"pipeline", "best case", "commit"}[r.IntN(3)])
		case d.Won:
			return eventlog.TextValue("closed")
		}
		return eventlog.TextValue("omitted")
	})},
	{"lost_reason", each("lost_reason", func(r *rand.Rand, c *Company, d *Deal) eventlog.Value {
		if d.Open || d.Won || r.Float64() < 0.15 {
			return eventlog.Missing
		}
		return eventlog.TextValue([]string{"price", "timing", "rival", "gone quiet"}[r.IntN(4)])
	})},
	{"next_step", each("next_step", func(r *rand.Rand, c *Company, d *Deal) eventlog.Value {
		if !d.Open || r.Float64() < 0.1 {
			return eventlog.Missing
		}
		return eventlog.TextValue([]string{"call", "visit", "offer"}[r.IntN(3)])
	})},
	{"closed_by", each("closed_by", func(r *rand.Rand, c *Company, d *Deal) eventlog.Value { // filled for all ended, says nothing of which end
		if d.Open || r.Float64() < 0.1 {
			return eventlog.Missing
		}
		return eventlog.TextValue([]string{"desk", "field", "assistant"}[r.IntN(3)])
	})},
	{"segment", each("segment", func(r *rand.Rand, c *Company, d *Deal) eventlog.Value { // overwritten when lost
		if !d.Open && d.Lost && r.Float64() < 0.9 {
			return eventlog.TextValue("churned")
		}
		return eventlog.TextValue([]string{"a", "b", "c", "other"}[r.IntN(4)])
	})},
	{"touches", each("touches", func(r *rand.Rand, c *Company, d *Deal) eventlog.Value {
		return eventlog.IntValue(poisson(r, d.Rate*min(d.Seen(c.Days), 400)))
	})},
	{"days_open", each("days_open", func(r *rand.Rand, c *Company, d *Deal) eventlog.Value {
		return eventlog.IntValue(int64(d.Seen(c.Days)))
	})},
	{"closed_quarter", each("closed_quarter", func(r *rand.Rand, c *Company, d *Deal) eventlog.Value { // of open deals the one expected
		end := d.Opened + d.Lasts
		if d.Open {
			end = c.Days + 60*r.ExpFloat64()
		}
		t := time.UnixMicro(At(end)).UTC()
		return eventlog.TextValue(fmt.Sprintf("%dQ%d", t.Year(), (int(t.Month())+2)/3))
	})},
	{"final_amount", each("final_amount", func(r *rand.Rand, c *Company, d *Deal) eventlog.Value { // an estimate, exact once won
		guess := float64(d.Attrs["amount"].Int())
		if d.Won && !d.Open {
			return eventlog.IntValue(int64(guess*(0.8+0.3*r.Float64())) + 1)
		}
		return eventlog.IntValue(int64(guess))
	})},
	{"last_stage", each("last_stage", func(_ *rand.Rand, c *Company, d *Deal) eventlog.Value {
		stage := "new"
		for _, s := range d.Steps {
			if s.After <= d.Seen(c.Days) {
				stage = s.Name
			}
		}
		return eventlog.TextValue(stage)
	})},
}

func each(name string, value func(r *rand.Rand, c *Company, d *Deal) eventlog.Value) func(*rand.Rand, *Company) {
	return func(r *rand.Rand, c *Company) {
		for i := range c.Deals {
			if v := value(r, c, &c.Deals[i]); !v.IsMissing() {
				c.Deals[i].Attrs[name] = v
			}
		}
	}
}

func poisson(r *rand.Rand, mean float64) int64 {
	n, sum := int64(0), r.ExpFloat64()
	for ; sum < mean; sum += r.ExpFloat64() {
		n++
	}
	return n
}
