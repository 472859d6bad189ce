package importing

import (
	"context"
	"sync"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/firstlook"
	"github.com/throughline/throughline/internal/phrase"
)

// FirstLookInput says as of when.
type FirstLookInput struct {
	desk.View
}

// FirstLook is the answer.
type FirstLook struct {
	firstlook.Look
	Rows []LookRow `json:"look_at,omitempty"`
}

// LookRow is a deal to look at, in words.
type LookRow struct {
	firstlook.Pick
	ID       throughline.DealID `json:"id"`
	Foreign  string             `json:"foreign,omitempty"`
	Customer string             `json:"customer,omitempty"`
	Seller   string             `json:"owner,omitempty"`
	Why      string             `json:"why"`
	Ask      string             `json:"ask"`
}

// ShowFirstLook does the work of operation.ShowFirstLook: what your history says, and ten deals to look at.
func ShowFirstLook(ctx context.Context, d *Desk, in FirstLookInput) (FirstLook, error) {
	look, err := d.Looks.at(ctx, d, in.View)
	if err != nil {
		return FirstLook{}, err
	}
	out := FirstLook{Look: look}
	var some []*deal.Summary
	for _, p := range out.Picks {
		s := &deal.Summary{Deal: p.Deal}
		if !p.Account.IsZero() {
			s.Account = deal.Latest[throughline.AccountID]{Value: p.Account, At: d.Now()}
		}
		if !p.Owner.IsZero() {
			s.Owner = deal.Latest[throughline.PersonID]{Value: p.Owner, At: d.Now()}
		}
		some = append(some, s)
	}
	names, err := d.NamesOf(ctx, some)
	if err != nil {
		return out, err
	}
	words := phrase.For(d.Language)
	nth := map[firstlook.Kind]int{}
	for _, p := range out.Picks {
		row := LookRow{
			Pick:     p,
			ID:       p.Deal,
			Customer: names.Accounts[p.Account].Name,
			Seller:   names.People[p.Owner].Name,
			Why:      words.LookWhy(out.Look, p),
			Ask:      words.LookAsk(p.Kind, nth[p.Kind]),
		}
		nth[p.Kind]++
		if f := names.Foreign[throughline.ID(p.Deal)]; len(f) > 0 {
			row.Foreign = f[0].Foreign
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

// Looks remembers the last first look, for as long as nothing is written and
// the day is the same: it reads every deal.
type Looks struct {
	mu     sync.Mutex
	number int64
	day    throughline.Day // today
	zone   string
	asOf   throughline.Day
	look   *firstlook.Look
}

func (l *Looks) at(ctx context.Context, d *Desk, v desk.View) (firstlook.Look, error) {
	number, err := d.Read().Number(ctx)
	if err != nil {
		return firstlook.Look{}, err
	}
	if s, err := d.Sight(ctx); err != nil {
		return firstlook.Look{}, err
	} else if !s.Whole() {
		l = nil // what is remembered is of all deals
	}
	if l != nil {
		l.mu.Lock()
		defer l.mu.Unlock() // who comes meanwhile finds it done
		if l.look != nil && l.number == number && l.day == d.Today() && l.zone == d.Days().String() && l.asOf == v.AsOf {
			return *l.look, nil
		}
	}
	g := firstlook.Gather(d.Days())
	if err := d.EachSummary(ctx, v.Instant(&d.Desk), false, func(s *deal.Summary) { g.Add(s) }); err != nil {
		return firstlook.Look{}, err
	}
	asOf := v.AsOf
	if asOf.IsZero() {
		asOf = g.AsOf(d.Today())
	}
	look := g.Look(asOf)
	if l != nil {
		l.number, l.day, l.zone, l.asOf, l.look = number, d.Today(), d.Days().String(), v.AsOf, &look
	}
	return look, nil
}
