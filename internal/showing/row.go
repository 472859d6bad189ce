package showing

import (
	"context"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook"
)

// OnProcess gives the process of a deal.
func OnProcess(s *deal.Summary, book *playbook.Playbook) playbook.Process {
	pr, _ := alignment.ProcessOf(s, book)
	return pr
}

// byAttention orders deals by how much they ask for a look.
func byAttention(d *Desk, norms alignment.Norms, asOf time.Time, from []*deal.Summary) []*deal.Summary {
	type pair struct {
		s *deal.Summary
		r alignment.Ranked
	}
	all := make([]pair, len(from))
	for i, s := range from {
		all[i] = pair{s, alignment.Ranked{Deal: s.Deal, Reading: alignment.Of(s, d.BookOf(s), norms, asOf)}}
	}
	slices.SortFunc(all, func(a, b pair) int { return alignment.Before(&a.r, &b.r) })
	out := make([]*deal.Summary, len(all))
	for i, p := range all {
		out[i] = p.s
	}
	return out
}

// Rows reads each deal and gives it its names.
func Rows(ctx context.Context, d *Desk, norms alignment.Norms, asOf time.Time, from []*deal.Summary) ([]DealRow, error) {
	n, err := d.NamesOf(ctx, from)
	if err != nil {
		return nil, err
	}
	words := phrase.For(d.Language)
	out := make([]DealRow, len(from))
	for i, s := range from {
		out[i] = row(s, alignment.Of(s, d.BookOf(s), norms, asOf), n, d.BookOf(s), words)
	}
	return out, nil
}

func row(s *deal.Summary, r alignment.Reading, n desk.Names, book *playbook.Playbook, words *phrase.Phrase) DealRow {
	out := DealRow{
		ID: s.Deal, Title: s.Title.Value, Account: n.Accounts[s.Account.Value].Name, Owner: n.People[s.Owner.Value].Name,
		Stage: s.Stage.Value.Stage, ForeignStage: s.Stage.Value.Foreign, Amount: s.Amount.Value,
		Opened: throughline.DayOf(s.Opened, r.Zone), Closed: throughline.DayOf(s.Closed(), r.Zone), CloseDate: s.CloseDate(), Pushes: s.Pushes(),
		Outcome: s.Outcome().Word(), Cause: s.End.Value.Cause, FromCustomer: r.FromCustomer, LastCustomerAct: s.LastCustomerAct(r.Zone),
		Silent: r.Silence.Silent, QuietDays: r.Silence.Days, Frontier: r.Firm, Ours: r.Ours.Phase, Gap: r.FirmGap, Decided: r.Decided,
		Reasons: r.Reasons, Reading: r, Summary: s,
	}
	if f := n.Foreign[throughline.ID(s.Deal)]; len(f) > 0 {
		out.Foreign = f[0].Foreign
	}
	told := phrase.Names{Book: book, Today: r.AsOf, Person: func(id throughline.PersonID) string { return n.People[id].Name }}
	if s.Outcome() != throughline.StillOpen {
		out.End, out.EndWhy = words.End(s.End.Value, out.Closed), words.Text(told, s.End.Value.Text)
	}
	for _, why := range r.Reasons {
		out.Why = append(out.Why, words.Reason(told, r, why))
	}
	return out
}

// Told gives a reason of the row in words.
func (r DealRow) Told(y alignment.Reason) string {
	for i, own := range r.Reasons {
		if own == y && i < len(r.Why) {
			return r.Why[i]
		}
	}
	return ""
}

// Named is a deal by id and title.
type Named struct {
	ID    throughline.DealID `json:"id"`
	Title string             `json:"title"`
}
