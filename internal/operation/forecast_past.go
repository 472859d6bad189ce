package operation

import (
	"context"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/outlook"
	"github.com/throughline/throughline/internal/playbook"
)

// mostLearned is from how many deals a forecast learns at most; of more, as
// many are drawn by their ids, which are as good as random.
const mostLearned = 20_000

// past is the company's own history, ready to be learned from.
type past struct {
	book    *playbook.Playbook // nil: an event log
	built   *outlook.Past
	history *forecast.History
	of      int // deals in the ledger; more than mostLearned means that some were drawn
}

// past reads the ledger as a history as of an instant.
func (d *Desk) past(ctx context.Context, asOf time.Time) (past, error) {
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
		if len(facts) == 0 || counts.Deals > mostLearned && !drawn(facts[0].Deal, counts.Deals) {
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

// drawn picks about mostLearned of many deals, always the same ones.
func drawn(id throughline.DealID, of int) bool {
	h := uint64(14695981039346656037)
	for _, b := range id {
		h = (h ^ uint64(b)) * 1099511628211
	}
	h ^= h >> 32
	h *= 0x9e3779b97f4a7c15
	return float64(h>>11)/(1<<53) < mostLearned/float64(of)
}
