package operation

import (
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/phrase"
)

// Change is what became of a deal by what was recorded just now.
type Change struct {
	phrase.Change
	Strategy bool `json:"strategy,omitempty"` // it has a strategy, which may have to change with it
}

// changed compares the deal with and without what was added.
func (o *opened) changed(ctx context.Context) (out Change, err error) {
	norms, err := o.desk.Lists.Norms(ctx, &o.desk.Desk, o.now)
	if err != nil {
		return out, err
	}
	all := slices.Clone(o.facts)
	for _, f := range o.batch.Facts {
		if f.Deal == o.id {
			all = append(all, f)
			out.Facts++
		}
	}
	now, _ := deal.Fold(all, o.now)
	now.Deal = o.id
	was, is := alignment.Of(&o.Summary, o.book, norms, o.now), alignment.Of(&now.Summary, o.book, norms, o.now)
	for _, p := range o.batch.People {
		if _, known := o.People[p.ID]; !known {
			out.New = append(out.New, p.Name)
		}
	}
	for i, p := range is.Phases {
		if p.Shown && p.State != was.Phases[i].State {
			out.Moved = append(out.Moved, phrase.Moved{Phase: p.Phase, To: p.State})
		}
	}
	if is.Outcome != was.Outcome {
		out.Ended = now.End.Value
		return out, nil
	}
	if at := is.Phase(is.Firm); is.Firm.Known() && !slices.ContainsFunc(out.Moved, func(m phrase.Moved) bool { return m.Phase == is.Firm }) {
		out.Still = is.Firm
		if at.People > 0 && at.People < at.NeedPeople {
			out.Lacks = at.NeedPeople - at.People
		}
	}
	out.Strategy = now.Bet.Set() && is.Outcome == throughline.StillOpen
	return out, nil
}
