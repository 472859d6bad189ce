package operation

import (
	"math/rand/v2"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/forecast"
)

// chancesOf reads a list of chances, ends in order and "open" last.
func chancesOf(ends []forecast.End, list []float64) Chances {
	var c Chances
	for k, e := range ends {
		v := clean01(list[k])
		switch e {
		case forecast.Won:
			c.Won = v
		case forecast.Lost:
			c.Lost = v
		case forecast.NoDecision:
			c.NoDecision = v
		}
	}
	c.Open = clean01(list[len(ends)])
	return c
}

// deal asks about one deal: its outlook, its bet in the pipeline, and its
// chances week by week.
func (f fitted) deal(o *open, h horizonSet, asOf time.Time, weeks []Chances) (DealForecast, forecast.Bet, error) {
	s, r := o.summary, o.row
	out := DealForecast{ID: s.Deal, Foreign: r.Foreign, Title: r.Title, Account: r.Account, Seller: s.Owner.Value, Owner: r.Owner, Amount: s.Amount.Value,
		Decided: r.Reading.Decided, Drivers: []Driver{}, Raises: []string{}, Lowers: []string{}, silent: r.Silent}
	q := forecast.Question{State: o.state, Row: o.values, Horizons: h.days, Use: f.use()}
	look, err := f.model.Outlook(q)
	if err != nil {
		return out, forecast.Bet{}, err
	}
	if o.state >= 0 {
		out.State = f.past.history.States[o.state]
	}
	this, next := quarters(throughline.DayOf(asOf))
	for k, at := range []int{h.this, h.next} {
		by := DealBy{Day: []throughline.Day{this, next}[k], Said: chancesOf(look.Ends, look.Chance[at]),
			Low: chancesOf(look.Ends, look.Low[at]), High: chancesOf(look.Ends, look.High[at])}
		out.By = append(out.By, by)
	}
	out.Plain = chancesOf(look.Ends, look.Plain[h.this])
	for w, at := range h.weeks {
		weeks[w] = chancesOf(look.Ends, look.Chance[at])
	}
	if look.Within {
		out.Median = number(look.Median)
	}
	for _, x := range look.Drivers {
		out.Drivers = append(out.Drivers, Driver{x.Name, x.Level, x.Value, x.Effect, x.Risk})
	}
	out.Category = o.said
	if err := f.decision(o, h, asOf, &out); err != nil {
		return out, forecast.Bet{}, err
	}
	amount := float64(s.Amount.Value.Cents) / 100
	if s.Amount.Value.Zero() || amount < 0 {
		amount = missingAmount
	}
	months := make([]float64, len(h.months))
	for k, at := range h.months {
		months[k] = h.days[at]
	}
	bet, err := f.model.Bet(s.Deal.String(), amount, f.cv, forecast.Question{State: o.state, Row: o.values, Horizons: months, Use: f.use()})
	return out, bet, err
}

// decision adds the two probabilities: that they decide for us by the end of
// the quarter, and that the paper is then done by it. They are worked out apart
// from the chance of an order, so their product may differ a little from it.
func (f fitted) decision(o *open, h horizonSet, asOf time.Time, out *DealForecast) error {
	r := o.row.Reading
	begun := false
	for _, s := range r.Tracks {
		begun = begun || s.Step.Track == throughline.Contracting && (s.State == throughline.StepBegun || s.State == throughline.StepDone)
	}
	if !r.FromCustomer && !begun || f.decide == nil && !r.Decided {
		return nil
	}
	seed := hashOf(o.summary.Deal[:])
	paper, err := forecast.Contract(f.paper.Of(o.summary.Deal, r, forecast.Day(asOf)), 1000, rand.New(rand.NewPCG(seed, 7)))
	if err != nil {
		return err
	}
	out.Paper = &PaperTime{paper.P10, paper.P50, paper.P90, paper.Typical}
	until := h.days[h.this]
	if r.Decided {
		one, p := 1.0, clean01(paper.By(until))
		out.PDecide, out.DecideLow, out.DecideUp, out.PContract = &one, &one, &one, &p
		return nil
	}
	look, err := f.decide.Outlook(forecast.Question{State: o.state, Row: o.values, Horizons: h.days[:h.this+1], Use: forecast.Hazards})
	if err != nil {
		return err
	}
	last := len(look.Chance) - 1
	said := chancesOf(look.Ends, look.Chance[last]).Won
	low, high := chancesOf(look.Ends, look.Low[last]).Won, chancesOf(look.Ends, look.High[last]).Won
	out.PDecide, out.DecideLow, out.DecideUp = &said, &low, &high
	p := 0.0
	if said > 1e-9 {
		p = clean01(forecast.OrderBy(look, paper) / said)
	}
	out.PContract = &p
	return nil
}
