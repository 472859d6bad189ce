package storetest

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// CRM makes the facts of a CRM's history: deals from..to, each with n facts,
// as an import would bring them. The same deals get the same facts.
func CRM(from, to, n int) []deal.Fact {
	stages := []string{"Prospecting", "Qualification", "Needs Analysis", "Value Proposition", "Id. Decision Makers", "Perception Analysis",
		"Proposal/Price Quote", "Negotiation/Review"}
	begin := time.Date(2023, 1, 2, 8, 0, 0, 0, time.UTC)
	imported := time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
	out := make([]deal.Fact, 0, (to-from)*n)
	for d := from; d < to; d++ {
		r := rand.New(rand.NewPCG(uint64(d), 7))
		at := begin.Add(time.Duration(r.IntN(900*24)) * time.Hour)
		id := func(i int) throughline.ID {
			var b [10]byte
			binary.BigEndian.PutUint64(b[:], r.Uint64())
			b[9] = byte(i)
			return throughline.NewID(at, b)
		}
		dealID := throughline.DealID(id(0))
		owner := throughline.PersonID(throughline.NewID(begin, [10]byte{1, byte(d % 40)}))
		buyer := func() throughline.PersonID {
			return throughline.PersonID(throughline.NewID(begin, [10]byte{2, byte(d), byte(d >> 8), byte(d >> 16), byte(r.IntN(4))}))
		}
		for i := range n {
			at = at.Add(time.Duration(1+r.IntN(72)) * time.Hour)
			f := deal.Fact{ID: throughline.FactID(id(i)), Deal: dealID, Happened: at, Learned: at, Recorded: imported,
				Source: deal.Source{System: "salesforce", Record: fmt.Sprintf("OpportunityHistory 008bm%08d", d*100+i)}}
			switch k := r.IntN(20); {
			case i == 0:
				f.Body = deal.Opened{Title: fmt.Sprintf("Company %d - new business %d", d%30000, d),
					Account: throughline.AccountID(throughline.NewID(begin, [10]byte{3, byte(d), byte(d >> 8)})), Owner: owner,
					Attributes: map[string]string{"product": "GTX Pro", "region": "north", "type": "New Business"}}
			case i == n-1 && d%3 != 0:
				f.Body = deal.Ended{Outcome: []throughline.Outcome{throughline.Won, throughline.LostUnknown}[d%2], Foreign: "Closed Won"}
			case k < 5:
				s := r.IntN(len(stages))
				f.Body = deal.StageMoved{Foreign: stages[s], Stage: throughline.StageAddress("standard", fmt.Sprint("s", s))}
			case k < 7:
				f.Body = deal.AmountChanged{Amount: throughline.Money{Cents: r.Int64N(1e8), Currency: "EUR"}}
			case k < 9:
				f.Body = deal.CloseDateMoved{To: throughline.DayOf(at.AddDate(0, 1, 0), time.UTC)}
			case k < 10:
				f.Body = deal.PersonJoined{Person: buyer(), Role: throughline.ProblemOwner, Foreign: "Decision Maker"}
			case k < 12:
				f.Grade = throughline.E2
				f.Body = deal.Evidence{About: throughline.Phase(1 + r.IntN(9)).Address(), Person: buyer(),
					Text: "They said that the present way costs them two people a month, and that it has to end before the audit."}
			default:
				f.Body = deal.Activity{What: "email", By: []deal.Side{deal.Us, deal.Customer, deal.UnknownSide}[r.IntN(3)], Person: buyer()}
			}
			out = append(out, f)
		}
	}
	return out
}
