package showing

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/precedent"
)

// Alike is a won deal like the one that is shown, and the line it took.
type Alike struct {
	ID      throughline.DealID `json:"id"`
	Title   string             `json:"title"`
	Account string             `json:"account,omitempty"`
	Amount  throughline.Money  `json:"amount,omitzero"`
	Won     throughline.Day    `json:"won,omitzero"`
	Days    int                `json:"days"` // from its opening to the order; -1 where one of them is not known
	Line    []precedent.Stop   `json:"line"` // our milestones and steps of a track, in the order in which it took them

	Deal deal.Deal          `json:"-"`
	Book *playbook.Playbook `json:"-"` // which it followed
}

// wonLooked is among how many won deals the alike are looked for: those of which
// something newer is known come first.
const wonLooked = 200

// AlikeOf gives up to three won deals that are most like one, the most alike
// first, as they were known at the instant asked about (see precedent.Like: of its
// class, then by process, segment and size). It is the one notion of "like this
// one": a plan begins from the same.
func AlikeOf(ctx context.Context, d *Desk, v desk.View, of DealRow) ([]Alike, error) {
	out := []Alike{}
	if c := of.Reading.Class; !c.Known() || c == throughline.Unclassified {
		return out, nil // of no class nothing is alike
	}
	list, err := DealsOf(ctx, d, DealsInput{View: v, Outcome: string(throughline.Won), Sort: "recent", Limit: wonLooked})
	if err != nil {
		return nil, err
	}
	asOf, rows := v.Instant(&d.Desk), map[throughline.DealID]DealRow{}
	won := make([]precedent.Kind, 0, len(list.Rows))
	for _, r := range list.Rows {
		won, rows[r.ID] = append(won, kindOf(r)), r
	}
	for _, k := range precedent.Like(kindOf(of), won) {
		facts, err := d.Read().Facts(ctx, k.Deal)
		if err != nil {
			return nil, err
		}
		folded, ok := deal.Fold(facts, asOf)
		if !ok {
			continue
		}
		r := rows[k.Deal]
		a := Alike{ID: r.ID, Title: r.Title, Account: r.Account, Amount: r.Amount, Won: throughline.DayOf(folded.Closed(), d.Days()), Days: -1,
			Line: precedent.Line(folded), Deal: folded, Book: d.BookOf(&folded.Summary)}
		if !folded.Opened.IsZero() && !a.Won.IsZero() {
			a.Days = a.Won.Sub(throughline.DayOf(folded.Opened, d.Days()))
		}
		out = append(out, a)
	}
	return out, nil
}

func kindOf(r DealRow) precedent.Kind {
	k := precedent.Kind{
		Deal:       r.ID,
		Class:      r.Reading.Class,
		Process:    r.Reading.Process.Process,
		Amount:     r.Amount,
		Attributes: map[string]string{},
	}
	if r.Summary != nil {
		k.Ended = r.Summary.End.At
		for name, value := range r.Summary.Attributes {
			k.Attributes[name] = value.Value
		}
	}
	return k
}
