// Package setting is what a company has settled for all who work in it: how it
// is called, its money and rates, its year and its working days, its targets.
//
// Takes: settings as they are kept, by name and value, and what a person typed for one.
// Gives: a Company, periods, amounts brought into one currency, and refusals in words for a value that is none.
// Never: reads a store or a clock, or guesses a rate that nobody stated.
package setting

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// The names of settings. A rate's is followed by its currency, a target's by
// its period and by whose it is.
const (
	Name       = "name"
	Timezone   = "timezone"
	Currency   = "currency"
	Fiscal     = "fiscal_year"
	Workdays   = "working_days"
	Language   = "language"
	Counting   = "counting"
	Seeing     = "deals_seen"
	ratePart   = "rate."
	targetPart = "target."
	oursPart   = "ours."
	sellerPart = "seller."
	teamPart   = "team."
)

// Company is what is settled. Its zero value is not the one of a company that
// has settled nothing: Of(nil) is.
type Company struct {
	Name      string
	Currency  string     // ISO 4217; "" where none is settled: amounts of several currencies stay apart
	Fiscal    time.Month // the first month of its year
	Workdays  [7]bool    // by time.Weekday
	Language  string     // of who has chosen none; "" for the browser's
	Rates     []Rate     // in the order of their currencies
	Targets   []Target
	Sight     Sight                  // whose deals somebody sees
	Uncounted bool                   // nobody counts how the pages are used
	Ours      []throughline.PersonID // who works here and need have no deals: managers, operations
}

// Sight says whose deals somebody sees who sees a part of them.
type Sight string

// The sights, the widest first.
const (
	Everybody Sight = "everybody" // each sees every deal
	OfTeam    Sight = "team"      // their own, and those of their teams
	Own       Sight = "own"       // their own
)

// Sights lists them.
func Sights() []Sight { return []Sight{Everybody, OfTeam, Own} }

// sightOf reads a sight as it is kept: empty is everybody's; of a word that this
// program does not know the narrowest, which a newer one may have written.
func sightOf(value string) Sight {
	switch s := Sight(value); {
	case value == "":
		return Everybody
	case slices.Contains(Sights(), s):
		return s
	}
	return Own
}

// Rate says what one unit of a currency is worth in the company's, and of which
// day that is.
type Rate struct {
	Currency string          `json:"currency"`
	Worth    float64         `json:"worth"`
	In       string          `json:"in"`
	Day      throughline.Day `json:"day"`
}

// Target is an amount to be won in a period: by a seller, by a team, or by all.
type Target struct {
	Period Period               `json:"period"`
	Seller throughline.PersonID `json:"seller,omitzero"`
	Team   string               `json:"team,omitempty"`
	Amount throughline.Money    `json:"amount"`
	Since  time.Time            `json:"since"`
}

// Of reads settings as they are kept. A value that this program does not
// understand counts as none.
func Of(kept []store.Setting) Company {
	c := Company{Sight: Everybody, Fiscal: time.January, Workdays: [7]bool{false, true, true, true, true, true, false}}
	for _, s := range kept {
		if s.Name == Currency {
			c.Currency = s.Value
		}
	}
	for _, s := range kept {
		switch {
		case s.Name == Name:
			c.Name = s.Value
		case s.Name == Language:
			c.Language = s.Value
		case s.Name == Seeing:
			c.Sight = sightOf(s.Value)
		case s.Name == Counting:
			c.Uncounted = s.Value == off
		case s.Name == Fiscal:
			if m, err := readMonth(s.Value); err == nil {
				c.Fiscal = m
			}
		case s.Name == Workdays:
			if w, err := readWorkdays(s.Value); err == nil {
				c.Workdays = w
			}
		case strings.HasPrefix(s.Name, ratePart):
			if r, err := readRate(strings.TrimPrefix(s.Name, ratePart), s.Value, c.Currency, throughline.Day{}); err == nil && r.In == c.Currency {
				c.Rates = append(c.Rates, r)
			}
		case strings.HasPrefix(s.Name, oursPart):
			if id, err := throughline.ParseID(strings.TrimPrefix(s.Name, oursPart)); err == nil {
				c.Ours = append(c.Ours, throughline.PersonID(id))
			}
		case strings.HasPrefix(s.Name, targetPart):
			if t, err := readTarget(strings.TrimPrefix(s.Name, targetPart), s.Value); err == nil {
				t.Since = s.Since
				c.Targets = append(c.Targets, t)
			}
		}
	}
	slices.SortFunc(c.Rates, func(a, b Rate) int { return cmp.Compare(a.Currency, b.Currency) })
	slices.SortFunc(c.Targets, func(a, b Target) int {
		return cmp.Or(b.Period.From.Compare(a.Period.From), b.Period.Until.Compare(a.Period.Until), cmp.Compare(a.Team, b.Team),
			slices.Compare(a.Seller[:], b.Seller[:]))
	})
	return c
}

// In brings an amount into the company's currency, in whole hundredths. One
// that names no currency is in the company's; ok is false where no rate is
// stated, and where the company has no currency.
func (c Company) In(m throughline.Money) (cents int64, ok bool) {
	if c.Currency == "" {
		return 0, false
	}
	if m.Currency == "" || m.Currency == c.Currency {
		return m.Cents, true
	}
	for _, r := range c.Rates {
		if r.Currency == m.Currency {
			return rounded(float64(m.Cents) * r.Worth), true
		}
	}
	return 0, false
}

func rounded(x float64) int64 {
	if x < 0 {
		return -int64(-x + 0.5)
	}
	return int64(x + 0.5)
}

// PerUnit gives what one of each currency is worth in the company's, for putting
// amounts in order; nil where the company has no currency. What is not in it has no rate.
func (c Company) PerUnit() map[string]float64 {
	if c.Currency == "" {
		return nil
	}
	by := map[string]float64{"": 1}
	for _, r := range c.Rates {
		by[r.Currency] = r.Worth
	}
	by[c.Currency] = 1
	return by
}

// Sum is amounts added up: in the company's currency those that can be brought
// into it, the others by themselves.
type Sum struct {
	Money throughline.Money   `json:"sum"`
	Apart []throughline.Money `json:"apart,omitempty"` // of each other currency, in the order of their codes
	Rates []Rate              `json:"rates,omitempty"` // by which some were brought in
}

// Add takes an amount in.
func (c Company) Add(s *Sum, m throughline.Money) {
	if m.Cents == 0 {
		return
	}
	if cents, ok := c.In(m); ok {
		s.Money.Cents, s.Money.Currency = s.Money.Cents+cents, c.Currency
		if i := slices.IndexFunc(c.Rates, func(r Rate) bool { return r.Currency == m.Currency }); i >= 0 && !slices.Contains(s.Rates, c.Rates[i]) {
			s.Rates = append(s.Rates, c.Rates[i])
		}
		return
	}
	i, found := slices.BinarySearchFunc(s.Apart, m.Currency, func(a throughline.Money, code string) int { return cmp.Compare(a.Currency, code) })
	if !found {
		s.Apart = slices.Insert(s.Apart, i, throughline.Money{Currency: m.Currency})
	}
	s.Apart[i].Cents += m.Cents
}

// Together adds amounts up: one amount in the company's currency, then those
// that cannot be brought into it, and the rates by which it was done.
func (c Company) Together(amounts []throughline.Money) ([]throughline.Money, []Rate) {
	var s Sum
	for _, m := range amounts {
		c.Add(&s, m)
	}
	if s.Money.Cents == 0 {
		return s.Apart, s.Rates
	}
	return append([]throughline.Money{s.Money}, s.Apart...), s.Rates
}

// Target gives what is to be won in a period: by a seller, else by a team, else
// by all. Where none is stated for it, the targets of the shorter periods that
// fill it are added up; ok is false where those leave a gap, or none is stated.
func (c Company) Target(p Period, seller throughline.PersonID, team string) (t Target, ok bool) {
	var parts []Target
	for _, x := range c.Targets {
		if x.Seller != seller || x.Team != team {
			continue
		}
		if x.Period == p {
			return x, true
		}
		if x.Period.From.Compare(p.From) >= 0 && x.Period.Until.Compare(p.Until) <= 0 {
			parts = append(parts, x)
		}
	}
	slices.SortFunc(parts, func(a, b Target) int {
		return cmp.Or(a.Period.From.Compare(b.Period.From), b.Period.Until.Compare(a.Period.Until))
	})
	out := Target{Period: p, Seller: seller, Team: team}
	at := p.From
	for _, x := range parts {
		if x.Period.From != at {
			continue // inside one that was added already, or behind a gap
		}
		cents, in := c.In(x.Amount)
		if !in {
			if out.Amount.Currency != "" && out.Amount.Currency != x.Amount.Currency {
				return Target{}, false
			}
			cents, out.Amount.Currency = x.Amount.Cents, x.Amount.Currency
		} else {
			out.Amount.Currency = c.Currency
		}
		out.Amount.Cents += cents
		at = x.Period.Until.Add(1)
	}
	return out, len(parts) > 0 && at == p.Until.Add(1)
}

// Reckoning spells everything about the company that changes what a forecast
// comes to: one that was made with another is another forecast.
func (c Company) Reckoning() string {
	var b strings.Builder
	b.WriteString(c.Currency + " " + c.Fiscal.String()[:3])
	for _, r := range c.Rates {
		b.WriteString(" " + r.Currency + spellWorth(r.Worth))
	}
	return b.String()
}
