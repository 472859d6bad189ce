package forecasting

import (
	"context"
	"time"

	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/outlook"
	"github.com/throughline/throughline/internal/playbook"
)

// past is the company's own history, ready to be learned from.
type past struct {
	book    *playbook.Playbook // nil: an event log
	built   *outlook.Past
	history *forecast.History
	of      int // deals in the ledger; more than outlook.MostLearned means that some were drawn
}

// past reads the ledger as a history as of an instant.
func (d *Forecaster) past(ctx context.Context, asOf time.Time) (past, error) {
	counts, err := d.Read().Counts(ctx)
	if err != nil {
		return past{}, err
	}
	p := past{book: d.Book, built: outlook.NewPast(d.Book, asOf), of: counts.Deals}
	n := int64(0)
	for facts, err := range d.Read().AllFacts(ctx) {
		if err != nil {
			return past{}, err
		}
		if n++; n%1000 == 0 {
			d.Report(desk.Progress{Doing: "reading", Done: n, Total: int64(counts.Deals), Unit: "deals"})
		}
		if len(facts) == 0 || counts.Deals > outlook.MostLearned && !outlook.Drawn(facts[0].Deal, counts.Deals) {
			continue
		}
		p.built.Add(facts)
	}
	p.history = p.built.History() // all three ends: what was never seen keeps what is believed of it
	return p, nil
}

// enoughToMiss is how many deals have to have ended before it is worth saying
// that none of them met an end: the source may not record it.
const enoughToMiss = 100
