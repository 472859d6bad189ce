package forecasting

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/setting"
	"github.com/throughline/throughline/internal/store"
)

// Sight is a day's forecast, down to what a period's sums need of it: a tenth of
// what is kept, so that days gone by can be held beside today's.
type Sight struct {
	AsOf  throughline.Day   `json:"as_of"`
	Ends  []throughline.Day `json:"month_ends"`
	Deals []Standing        `json:"deals"`
}

// Standing is how one open deal stood.
type Standing struct {
	ID       throughline.DealID   `json:"id"`
	Seller   throughline.PersonID `json:"seller"`
	Process  string               `json:"process"`
	Team     string               `json:"team"`
	Amount   throughline.Money    `json:"amount"`
	Close    throughline.Day      `json:"close_date"`
	By       []DealBy             `json:"by"`
	ByMonth  [][4]float64         `json:"by_month"`
	Category struct {
		Word string `json:"category"`
	} `json:"judged"`
}

// standing is what a sight keeps of a deal.
func (x *DealForecast) standing() Standing {
	s := Standing{ID: x.ID, Seller: x.Seller, Process: x.Process, Team: x.Team, Amount: x.Amount, Close: x.Close, By: x.By, ByMonth: x.ByMonth}
	s.Category.Word = x.Category.Word
	return s
}

// sight gives that of a run as it is kept: teams are keys, not names.
func (r *ForecastRun) sight() Sight {
	out := Sight{AsOf: r.AsOf, Ends: r.MonthEnds, Deals: make([]Standing, len(r.Deals))}
	for i := range r.Deals {
		out.Deals[i] = r.Deals[i].standing()
	}
	return out
}

// mostSights is how many days are held beside today's.
const mostSights = 6

// sightOf gives the sight of a kept forecast; those asked for last are held.
func (d *Forecaster) sightOf(ctx context.Context, h store.Shown) (Sight, error) {
	u := d.Forecasts
	if u != nil {
		u.mu.Lock()
		for _, s := range u.sights {
			if s.hash == h.Hash {
				u.mu.Unlock()
				return s.Sight, nil
			}
		}
		u.mu.Unlock()
	}
	full, err := d.shown(ctx, store.ShownQuery{Kind: shownRun, Since: h.At, Until: h.At})
	if err != nil {
		return Sight{}, err
	}
	for _, s := range full {
		if s.Hash != h.Hash {
			continue
		}
		var out Sight
		if err := json.Unmarshal(s.Body, &out); err != nil {
			return out, throughline.Fail("read forecast", throughline.Corrupt, s.AsOf.String(), err)
		}
		if u != nil {
			u.mu.Lock()
			u.sights = append(u.sights, heldSight{h.Hash, out})
			u.sights = slices.Clone(u.sights[max(len(u.sights)-mostSights, 0):])
			u.mu.Unlock()
		}
		return out, nil
	}
	return Sight{}, throughline.Fail("read forecast", throughline.NotFound, h.AsOf.String(), nil)
}

// heldSight is a sight with the hash of what it was read from.
type heldSight struct {
	hash string
	Sight
}

// until gives a deal's chances by a day, which is the end of a month or of a
// quarter; ok is false where the sight does not reach that day, or was kept in a
// form that does not tell it.
func (s *Sight) until(x *Standing, day throughline.Day) (c [4]float64, ok bool) {
	if day.Compare(s.AsOf) <= 0 {
		return [4]float64{3: 1}, true // nothing more can happen by a day that has passed
	}
	for i, end := range s.Ends {
		if end == day && i < len(x.ByMonth) {
			return x.ByMonth[i], true
		}
	}
	for _, by := range x.By {
		if by.Day == day {
			return [4]float64{by.Said.Won, by.Said.Lost, by.Said.NoDecision, by.Said.Open}, true
		}
	}
	return c, false
}

// won gives the chance that a deal is won within a period.
func (s *Sight) won(x *Standing, p setting.Period) (chance float64, ok bool) {
	to, ok := s.until(x, p.Until)
	from, known := s.until(x, p.From.Add(-1))
	return max(to[0]-from[0], 0), ok && known
}

// reaches reports whether a sight tells of a period.
func (s *Sight) reaches(p setting.Period) bool {
	if len(s.Deals) == 0 {
		return true
	}
	_, ok := s.won(&s.Deals[0], p)
	return ok
}

// spread gives by how much the chance of a deal may be less and more than it is
// said to be, as factors: its range by the first quarter's end that the period
// reaches.
func (x *Standing) spread(p setting.Period) (less, more float64) {
	if len(x.By) == 0 {
		return 1, 1
	}
	by := x.By[0]
	if len(x.By) > 1 && p.Until.Compare(x.By[0].Day) > 0 {
		by = x.By[1]
	}
	if by.Said.Won <= 0 {
		return 1, 1
	}
	return min(by.Low.Won/by.Said.Won, 1), max(by.High.Won/by.Said.Won, 1)
}
