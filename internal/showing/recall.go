package showing

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/phrase"
)

// mostRecalled is in how many rows a list repeats words.
const mostRecalled = 50

// recall puts the words of a bet that is due, and of a question that was left,
// into the rows that ask about them, so that both can be answered there.
func recall(ctx context.Context, d *Desk, rows []DealRow) error {
	if len(rows) > mostRecalled {
		return nil
	}
	for i := range rows {
		r := &rows[i]
		var bet, question throughline.FactID
		for _, y := range r.Reasons {
			switch y.Code {
			case alignment.BetDue:
				bet = r.Summary.Bet.Value.Strategy
			case alignment.QuestionLeft:
				question = r.Summary.Asked.Value
			}
		}
		if bet.IsZero() && question.IsZero() {
			continue
		}
		facts, err := d.Read().Facts(ctx, r.ID)
		if err != nil {
			return err
		}
		for _, f := range facts {
			switch b := f.Body.(type) {
			case deal.Strategy:
				if f.ID == bet {
					r.Bet = b.Bet
				}
			case deal.Asked:
				if f.ID == question {
					r.Question = b.Text
				}
			}
		}
		seen := map[throughline.PersonID]bool{}
		desk.Mentioned(r.Bet+" "+r.Question, seen)
		var ids []throughline.PersonID
		for id := range seen {
			ids = append(ids, id)
		}
		people, err := d.Read().People(ctx, ids)
		if err != nil {
			return err
		}
		words, names := phrase.For(d.Language), phrase.Names{Person: func(id throughline.PersonID) string { return people[id].Name }}
		r.Bet, r.Question = words.Text(names, r.Bet), words.Text(names, r.Question)
	}
	return nil
}
