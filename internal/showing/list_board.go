package showing

import (
	"context"

	"github.com/throughline/throughline"
)

// Board is the answer of ListBoard.
type Board struct {
	DealList               // what all columns hold together, with no rows
	Columns  []BoardColumn // first the one of which nothing tells, then the nine in their order
}

// BoardColumn holds the deals whose customers are at one question.
type BoardColumn struct {
	Phase   throughline.Phase // none: nothing tells where they are, or everything is answered
	Matched int
	Sums    []throughline.Money
	Rows    []DealRow // the first ones
}

// questionWord is how a list is asked for the deals at a question.
func questionWord(ph throughline.Phase) string {
	if ph == throughline.NoPhase {
		return noQuestion
	}
	return ph.String()
}

// ListBoard reads Limit as how many deals a column shows.
func ListBoard(ctx context.Context, d *Desk, in DealsInput) (out Board, err error) {
	each := max(in.Limit, 1)
	in.Outcome, in.Sums, in.Offset, in.Limit = throughline.StillOpen.Word(), true, 0, 1
	if in.Sort == "" || in.Sort == "recent" {
		in.Sort = "attention"
	}
	_, quick, err := d.Lists.Listed(ctx, &d.Desk, in.Instant(&d.Desk))
	if err != nil {
		return out, err
	}
	if quick = quick && in.AsOf.IsZero(); !quick {
		in.Limit = 0 // one pass over all is quicker than ten
	}
	if out.DealList, err = DealsOf(ctx, d, in); err != nil {
		return out, err
	}
	company, err := d.Company(ctx)
	if err != nil {
		return out, err
	}
	all := out.Rows
	out.Rows = nil
	for _, ph := range append([]throughline.Phase{throughline.NoPhase}, throughline.Phases()...) {
		c := BoardColumn{Phase: ph}
		switch {
		case in.Question != "" && in.Question != questionWord(ph):
		case quick:
			one := in
			one.Question, one.Limit = questionWord(ph), each
			l, err := DealsOf(ctx, d, one)
			if err != nil {
				return out, err
			}
			c.Matched, c.Sums, c.Rows = l.Matched, l.Sums, l.Rows
		default:
			c.take(all, each)
		}
		if len(out.Rates) > 0 { // columns are compared with one another
			c.Sums, _ = company.Together(c.Sums)
		}
		out.Columns = append(out.Columns, c)
	}
	return out, nil
}

// take picks a column's deals out of all.
func (c *BoardColumn) take(all []DealRow, most int) {
	var some []DealRow
	for _, r := range all {
		if r.Reading.Firm == c.Phase {
			some = append(some, r)
		}
	}
	c.Matched, c.Sums = len(some), sumsOfRows(some)
	c.Rows = some[:min(len(some), most)]
}
