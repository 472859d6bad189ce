package forecasting

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/store"
)

// ShownInput says which forecast to give back.
type ShownInput struct {
	On    throughline.Day `name:"on" placeholder:"DATE" query:"on" json:"on,omitzero" help:"What had been said by the end of this day (default: today)."`
	Owner string          `name:"owner" placeholder:"NAME" query:"owner" json:"owner,omitempty" help:"Only deals of this seller."`
	Limit int             `name:"limit" short:"n" placeholder:"N" default:"20" query:"limit" json:"limit,omitempty" help:"How many deals to show; 0 shows all. With --json the default is all."`
}

// JSONDefaults makes a program's answer whole unless it asks for a part.
func (in *ShownInput) JSONDefaults(given func(flag string) bool) {
	if !given("limit") {
		in.Limit = 0
	}
}

// Shown is the answer of ShownForecast.
type Shown struct {
	ForecastRun
	Came map[string]int                `json:"came"`      // of its deals, by the end of its quarter or today
	Now  map[throughline.DealID]string `json:"now"`       // how each stands
	Past []ShownPoint                  `json:"forecasts"` // everything shown by then, a day each, oldest first
}

// ShownPoint is one day's forecast of the deals that would be won by the end
// of its quarter, against those that were.
type ShownPoint struct {
	AsOf    throughline.Day `json:"as_of"`
	Quarter throughline.Day `json:"quarter_end"`
	Wins    Quantiles       `json:"wins"`
	Came    int             `json:"came"`
	Over    bool            `json:"over"` // the quarter has ended; else it is so far
}

// mostShown bounds the days that are compared.
const mostShown = 120

// ShownOn gives what was said on a day, and what came.
func ShownOn(ctx context.Context, d *Forecaster, in ShownInput) (Shown, error) {
	const op = "show forecast"
	if in.On.IsZero() {
		in.On = d.Today()
	}
	p := phrase.For(d.Language)
	list, err := d.genuine(ctx, in.On.End(d.Days()))
	if err != nil {
		return Shown{}, err
	}
	if len(list) == 0 {
		sight, err := d.Sight(ctx)
		if err != nil {
			return Shown{}, err
		}
		words := p.Say("forecast.never_said", "day", in.On.String())
		if sight.Part() { // there may be one, which is not theirs to see; that a customer is held close is told to nobody
			words = p.Say("forecast.said_whole", "day", in.On.String())
		}
		return Shown{}, throughline.Fail(op, throughline.NotFound, in.On.String(), errors.New(words))
	}
	var out Shown
	if out.ForecastRun, err = d.readWhole(ctx, list[0]); err != nil {
		return out, err
	}
	out.Came, out.Now, out.Past = map[string]int{}, map[throughline.DealID]string{}, []ShownPoint{}
	runs := make([]ForecastRun, len(list))
	runs[0] = out.ForecastRun
	var ids []throughline.DealID
	for i := range list {
		if i > 0 {
			if runs[i], err = d.readWhole(ctx, list[i]); err != nil {
				return out, err
			}
		}
		for _, x := range runs[i].Deals {
			ids = append(ids, x.ID)
		}
	}
	ends, err := d.endsOf(ctx, desk.Distinct(ids))
	if err != nil {
		return out, err
	}
	today := d.Today()
	for i := len(runs) - 1; i >= 0; i-- {
		r := &runs[i]
		point := ShownPoint{AsOf: r.AsOf, Quarter: r.Quarter, Over: r.Quarter.Sub(today) < 0}
		if len(r.Money.Quarters) > 0 {
			point.Wins = r.Money.Quarters[0].Wins
		}
		for _, x := range r.Deals {
			if e := ends[x.ID]; e.word == "won" && e.day.Sub(r.Quarter) <= 0 {
				point.Came++
			}
		}
		out.Past = append(out.Past, point)
	}
	for _, x := range out.Deals {
		e := ends[x.ID]
		out.Now[x.ID] = e.word
		if e.word != "open" && e.day.Sub(out.Quarter) > 0 {
			e.word = "open"
		}
		out.Came[e.word]++
	}
	most := in.Limit
	if in.Owner != "" { // whose they are shows when they are named
		most = 0
	}
	if err := d.name(ctx, &out.ForecastRun, false, most); err != nil {
		return out, err
	}
	out.tell(d)
	out.ForecastRun = out.cut(ForecastInput{Owner: in.Owner, Limit: in.Limit})
	return out, nil
}

// genuine gives, newest first and one a day, the headings of the forecasts that were shown on
// the very day they look from, by an instant: what was worked out later of an
// earlier day was not said then.
func (d *Forecaster) genuine(ctx context.Context, until time.Time) ([]store.Shown, error) {
	heads, err := d.Read().Forecasts(ctx, store.ShownQuery{Kind: shownRun, Until: until, Headings: true})
	if err != nil {
		return nil, err
	}
	var out []store.Shown
	for _, h := range heads {
		if h.AsOf != throughline.DayOf(h.At, d.Days()) || len(out) > 0 && out[len(out)-1].AsOf == h.AsOf {
			continue
		}
		out = append(out, h)
		if len(out) == mostShown {
			break
		}
	}
	return out, nil
}

func readShown(s store.Shown) (ForecastRun, error) {
	var r ForecastRun
	if err := json.Unmarshal(s.Body, &r); err != nil {
		return r, throughline.Fail("read forecast", throughline.Corrupt, s.AsOf.String(), err)
	}
	r.Shown, r.Kept = s.At, true
	return r, nil
}

type dealEnd struct {
	word string // won, lost, no_decision, other, open
	day  throughline.Day
}

// endsOf tells how deals stand today.
func (d *Forecaster) endsOf(ctx context.Context, ids []throughline.DealID) (map[throughline.DealID]dealEnd, error) {
	out := make(map[throughline.DealID]dealEnd, len(ids))
	for len(ids) > 0 {
		n := min(len(ids), 1000)
		list, err := d.Read().SummariesOf(ctx, ids[:n])
		if err != nil {
			return nil, err
		}
		for i := range list {
			out[list[i].Deal] = dealEnd{endOf(list[i].Outcome()), throughline.DayOf(list[i].Closed(), d.Days())}
		}
		ids = ids[n:]
	}
	return out, nil
}

func endOf(o throughline.Outcome) string { return forecast.EndOf(o).String() }

// name puts the names back that a kept forecast does without. What people take
// a deal for is as it was said then, or, where it is asked for, as it stands now.
// Only the first most deals and those that are spoken of get them; 0 is all.
func (d *Forecaster) name(ctx context.Context, r *ForecastRun, now bool, most int) error {
	ids, place := r.toName(most)
	owners := r.sellers()
	titles := map[throughline.DealID]string{}
	values := map[string]string{} // of attributes, by what is kept of them
	for at := 0; at < len(ids); at += 1000 {
		part := ids[at:min(at+1000, len(ids))]
		list, err := d.Read().SummariesOf(ctx, part)
		if err != nil {
			return err
		}
		pointers, of := make([]*deal.Summary, len(list)), make(map[throughline.DealID]*deal.Summary, len(list))
		for i := range list {
			pointers[i], of[list[i].Deal] = &list[i], &list[i]
		}
		n, err := d.NamesOf(ctx, pointers)
		if err != nil {
			return err
		}
		for i, id := range part {
			s := of[id]
			if s == nil {
				continue
			}
			for _, split := range r.Money.Splits {
				if v := s.Attributes[split.Attribute].Value; v != "" {
					values[valueKey(v)] = v
				}
			}
			if place[at+i] < 0 {
				continue
			}
			x := &r.Deals[place[at+i]]
			d.nameDeal(x, s, now)
			titles[id] = s.Title.Value
			x.Account = n.Accounts[s.Account.Value].Name
			if f := n.Foreign[throughline.ID(s.Deal)]; len(f) > 0 {
				x.Foreign = f[0].Foreign
			}
			owners = append(owners, x.Seller)
		}
	}
	people, err := d.Read().People(ctx, desk.Distinct(owners))
	if err != nil {
		return err
	}
	for i := range r.Moves {
		r.Moves[i].Title = titles[r.Moves[i].Deal]
	}
	for i := range r.Deals {
		r.Deals[i].Owner = people[r.Deals[i].Seller].Name
	}
	for i := range r.Money.Splits {
		r.Money.Splits[i].name(people, values)
	}
	return nil
}

// toName gives the deals whose names are read: the first most, those that are
// spoken of, and one of each group of an attribute, for the words of its value.
// place is where each stands in the list, -1 for one that is asked for its
// attributes only.
func (r *ForecastRun) toName(most int) (ids []throughline.DealID, place []int) {
	if most == 0 {
		most = len(r.Deals)
	}
	spoken := map[throughline.DealID]bool{}
	for _, m := range r.Moves {
		spoken[m.Deal] = true
	}
	if r.Changes != nil {
		for _, c := range r.Changes.Deals {
			spoken[c.Deal] = true
		}
	}
	examples := map[throughline.DealID]bool{}
	for _, s := range r.Money.Splits {
		for _, g := range s.Groups {
			if s.Attribute != "" && g.Key != "" {
				examples[g.Example] = true
			}
		}
	}
	for i := range r.Deals {
		if id := r.Deals[i].ID; i < most || spoken[id] {
			ids, place = append(ids, id), append(place, i)
			delete(examples, id)
		}
	}
	for id := range examples {
		ids, place = append(ids, id), append(place, -1)
	}
	return ids, place
}

// sellers are those by whom the money is told apart.
func (r *ForecastRun) sellers() (out []throughline.PersonID) {
	for _, s := range r.Money.Splits {
		for _, g := range s.Groups {
			if id, err := throughline.ParseID(g.Key); err == nil && s.By == bySeller {
				out = append(out, throughline.PersonID(id))
			}
		}
	}
	return out
}

// nameDeal gives a deal its title, the levels of its drivers and what people
// take it for. What is kept is shared: drivers are copied before they are told.
func (d *Forecaster) nameDeal(x *DealForecast, s *deal.Summary, now bool) {
	x.named = true
	x.Title = s.Title.Value
	x.Drivers = slices.Clone(x.Drivers)
	for k := range x.Drivers {
		if v := &x.Drivers[k]; v.Level == withheld {
			v.Level = s.Attributes[strings.TrimPrefix(v.Field, "attribute ")].Value
		}
	}
	if now {
		x.Category = CategoryNow(s, d.Days())
	} else if j := s.Judged; x.Category.By == "person" && throughline.DayOf(j.At, d.Days()) == x.Category.On && string(j.Value.Category) == x.Category.Word {
		x.Category.Reason = j.Value.Reason
	}
}
