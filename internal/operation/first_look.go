package operation

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/firstlook"
	"github.com/throughline/throughline/internal/phrase"
)

// ShowFirstLook is `throughline start`: what a bare history tells.
var ShowFirstLook = define(Operation{
	Words: []string{"start"}, Route: "GET /start",
	Summary: "What your history says, and ten deals to look at",
	About: "Needs nothing but deals with their days, as an import brings them: how they ended and how long it took, where those stood last that were not won, " +
		"which open ones are older than any that was ever won, and ten to look at, with one question each. What too few deals bear is not said. " +
		"Where the newest thing known is older than two weeks it looks as of then.",
	Examples: []string{"throughline start", "throughline start --as-of 2026-06-30", "throughline start --json"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, showFirstLook)

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

func showFirstLook(ctx context.Context, d *Desk, in FirstLookInput) (FirstLook, error) {
	g := firstlook.Gather(d.Days())
	if err := d.EachSummary(ctx, in.Instant(&d.Desk), false, func(s *deal.Summary) { g.Add(s) }); err != nil {
		return FirstLook{}, err
	}
	asOf := in.AsOf
	if asOf.IsZero() {
		asOf = g.AsOf(d.Today())
	}
	out := FirstLook{Look: g.Look(asOf)}
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
		row := LookRow{Pick: p, ID: p.Deal, Customer: names.Accounts[p.Account].Name, Seller: names.People[p.Owner].Name, Why: words.LookWhy(out.Look, p), Ask: words.LookAsk(p.Kind, nth[p.Kind])}
		nth[p.Kind]++
		if f := names.Foreign[throughline.ID(p.Deal)]; len(f) > 0 {
			row.Foreign = f[0].Foreign
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}
