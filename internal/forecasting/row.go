package forecasting

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// rows gives the open deals that are looked at, in the order asked for, a row each.
func (l *looking) rows(ctx context.Context) ([]PeriodRow, error) {
	out := make([]PeriodRow, 0, len(l.all))
	for _, s := range l.all {
		out = append(out, l.row(s))
	}
	if l.in.Sort == "customer" {
		if err := l.nameRows(ctx, out); err != nil {
			return nil, err
		}
	}
	order := rowOrders[l.in.Sort]
	if order == nil {
		order = rowOrders["expected"]
	}
	slices.SortFunc(out, func(a, b PeriodRow) int {
		c := order(a, b)
		if l.in.Upward {
			c = -c
		}
		return cmp.Or(c, slices.Compare(a.ID[:], b.ID[:]))
	})
	if l.in.Limit > 0 && len(out) > l.in.Limit {
		out = out[:l.in.Limit]
	}
	if l.in.Sort == "customer" {
		return out, nil
	}
	return out, l.nameRows(ctx, out)
}

// rowOrders are the orders in which deals may stand, each in the direction that
// one looks for first.
var rowOrders = map[string]func(a, b PeriodRow) int{
	"expected": func(a, b PeriodRow) int { return cmp.Or(cmp.Compare(b.Expected, a.Expected), cmp.Compare(b.In, a.In)) },
	"customer": func(a, b PeriodRow) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Account), strings.ToLower(b.Account)), strings.Compare(a.Title, b.Title))
	},
	"amount": func(a, b PeriodRow) int { return cmp.Compare(b.Cents, a.Cents) },
	"end": func(a, b PeriodRow) int {
		return cmp.Or(cmp.Compare(boolToInt(a.Close.IsZero()), boolToInt(b.Close.IsZero())), a.Close.Compare(b.Close))
	},
	"won":    func(a, b PeriodRow) int { return cmp.Compare(b.Chances.Won, a.Chances.Won) },
	"call":   func(a, b PeriodRow) int { return cmp.Compare(callRank(a.Call), callRank(b.Call)) },
	"change": func(a, b PeriodRow) int { return cmp.Compare(abs(b.Change), abs(a.Change)) },
}

func callRank(call string) int {
	if call == "" {
		return len(deal.Categories()) + 1
	}
	if i := slices.Index(deal.Categories(), deal.Category(call)); i >= 0 {
		return i
	}
	return len(deal.Categories())
}

func (l *looking) row(s *Standing) PeriodRow {
	x := PeriodRow{ID: s.ID, Amount: s.Amount, Close: s.Close, Within: l.period.Has(s.Close), By: l.period.Until, Call: s.Category.Word}
	if cents, ok := l.purse.cents(s.Amount); ok && cents > 0 {
		x.Cents, x.Counted = cents, true
	}
	x.In, _ = l.now.won(s, l.period)
	x.Expected = share(x.In, x.Cents)
	if c, ok := l.now.until(s, l.period.Until); ok {
		x.Chances = Chances{c[0], c[1], c[2], c[3]}
	}
	for _, by := range s.By {
		if by.Day == l.period.Until {
			x.Chances, x.Low, x.High, x.Ranged, x.NotKnown = by.Said, by.Low, by.High, true, slices.Contains(by.notKnown(), "won")
		}
	}
	for _, st := range l.changes[s.ID] {
		x.Change += st.cents
		x.Codes = append(x.Codes, st.code)
	}
	return x
}

// nameRows puts names to rows, and the call as it stands now.
func (l *looking) nameRows(ctx context.Context, rows []PeriodRow) error {
	for at := 0; at < len(rows); at += 1000 {
		part := rows[at:min(at+1000, len(rows))]
		ids := make([]throughline.DealID, len(part))
		for i := range part {
			ids[i] = part[i].ID
		}
		list, err := l.d.Read().SummariesOf(ctx, ids)
		if err != nil {
			return err
		}
		of := map[throughline.DealID]*deal.Summary{}
		some := make([]*deal.Summary, len(list))
		for i := range list {
			of[list[i].Deal], some[i] = &list[i], &list[i]
		}
		n, err := l.d.NamesOf(ctx, some)
		if err != nil {
			return err
		}
		for i := range part {
			s := of[part[i].ID]
			if s == nil {
				continue
			}
			part[i].Title, part[i].Account, part[i].Owner = s.Title.Value, n.Accounts[s.Account.Value].Name, n.People[s.Owner.Value].Name
			if l.asOf.Compare(l.d.Today()) >= 0 {
				part[i].Call = CategoryNow(s, l.d.Days()).Word
			}
		}
	}
	return nil
}
