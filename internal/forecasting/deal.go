package forecasting

import (
	"math"
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
	out := DealForecast{
		ID:      s.Deal,
		Foreign: r.Foreign,
		Title:   r.Title,
		Account: r.Account,
		Seller:  s.Owner.Value,
		Owner:   r.Owner,
		Amount:  s.Amount.Value,
		Decided: r.Reading.Decided,
		Drivers: []Driver{},
		Raises:  []string{},
		Lowers:  []string{},
		named:   true,
	}
	q := forecast.Question{State: o.state, Row: o.values, Horizons: h.days, Use: f.use()}
	look, err := f.model.Outlook(q)
	if err != nil {
		return out, forecast.Bet{}, err
	}
	out.Forgotten = look.Forgotten
	if o.state >= 0 {
		out.State = f.past.history.States[o.state]
	}
	this, next := quarters(throughline.DayOf(asOf, asOf.Location()), f.company.Fiscal)
	for k, at := range []int{h.this, h.next} {
		by := DealBy{Day: []throughline.Day{this, next}[k], Said: chancesOf(look.Ends, look.Chance[at]),
			Low: chancesOf(look.Ends, look.Low[at]), High: chancesOf(look.Ends, look.High[at])}
		out.By = append(out.By, by)
	}
	out.Close = s.CloseDate()
	for _, at := range h.months {
		c := chancesOf(look.Ends, look.Chance[at])
		won, lost, none := fine(c.Won), fine(c.Lost), fine(c.NoDecision)
		out.ByMonth = append(out.ByMonth, [4]float64{won, lost, none, fine(max(1-won-lost-none, 0))})
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
	if err := f.decision(o, look, h, asOf, &out); err != nil {
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

// fine keeps what a page can show of a chance: there are six times four for each deal.
func fine(x float64) float64 { return math.Round(x*1e5) / 1e5 }

// decision adds the two probabilities: that they decide for us by the end of
// the quarter, and that the paper is then done by it. Together they are the
// chance of an order, by construction: the decision is never less likely than
// the order, and the paper is what lies between. look is the deal's outlook.
func (f fitted) decision(o *open, look forecast.Outlook, h horizonSet, asOf time.Time, out *DealForecast) error {
	r := o.row.Reading
	begun := false
	for _, s := range r.Tracks {
		begun = begun || s.Step.Track == throughline.Contracting && (s.State == throughline.StepBegun || s.State == throughline.StepDone)
	}
	if !r.FromCustomer && !begun || f.decide == nil && !r.Decided {
		return nil
	}
	days := h.days[:h.this+1]
	won, decided := make([]float64, len(days)), make([]float64, len(days))
	for i := range days {
		won[i] = chancesOf(look.Ends, look.Chance[i]).Won
	}
	low, high := 1.0, 1.0
	if r.Decided { // the decision lies behind: all of it, as of today
		days, won, decided = []float64{1e-6, days[h.this]}, []float64{0, won[h.this]}, []float64{1, 1}
	} else {
		d, err := f.decide.Outlook(forecast.Question{State: o.state, Row: o.values, Horizons: days, Use: f.use()})
		if err != nil {
			return err
		}
		for i := range days {
			decided[i] = chancesOf(d.Ends, d.Chance[i]).Won
		}
		low = max(chancesOf(d.Ends, d.Low[h.this]).Won, chancesOf(look.Ends, look.Low[h.this]).Won)
		high = max(chancesOf(d.Ends, d.High[h.this]).Won, chancesOf(look.Ends, look.High[h.this]).Won)
	}
	seed := hashOf(o.summary.Deal[:])
	paper, err := forecast.Contract(f.paper.Of(o.summary.Deal, r, forecast.Day(asOf)), 1000, rand.New(rand.NewPCG(seed, 7)))
	if err != nil {
		return err
	}
	p, stretch, agrees := paper.Agree(days, won, decided)
	said := decided[len(decided)-1]
	low, high = min(low, said), max(high, said)
	out.PDecide, out.DecideLow, out.DecideUp, out.PContract = &said, &low, &high, &p
	if said > 1e-12 {
		least, most := min(chancesOf(look.Ends, look.Low[h.this]).Won/said, p), max(min(chancesOf(look.Ends, look.High[h.this]).Won/said, 1), p)
		out.PaperLow, out.PaperUp = &least, &most
	} else {
		least, most := 0.0, 1.0
		out.PaperLow, out.PaperUp = &least, &most
	}
	if agrees {
		out.Paper = &PaperTime{paper.P10 * stretch, paper.P50 * stretch, paper.P90 * stretch, stretch, paper.Typical}
	}
	return nil
}
