package ledger

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"sort"

	"github.com/throughline/throughline/internal/store"
)

// The order by amount goes along each currency by itself, and puts them together
// by what each is worth when it is asked for: rows know no rates.

// moneyOrder is that of one currency, and the columns an order by amount reads.
var moneyOrder = []Order{{"cents", true}, {"currency", false}, {"deal", false}}

// purse is a row of an order by amount.
type purse struct {
	row   Row
	class int     // 0: worth something that compares, 1: of a currency without a rate, 2: nothing
	worth float64 // in hundredths
	deal  []byte
}

// purseOf weighs a row, whose last columns are those of moneyOrder.
func (a *asking) purseOf(row Row) purse {
	n := len(row)
	p := purse{row: row, deal: row.Bytes(n - 1)}
	p.class, p.worth = a.q.WorthOf(row.Int(n-3), row.Text(n-2))
	return p
}

// compare says which of two comes first.
func (a *asking) compare(x, y purse) int {
	if x.class != y.class {
		return x.class - y.class
	}
	c := cmp.Or(cmp.Compare(y.worth, x.worth), bytes.Compare(x.deal, y.deal))
	if a.q.Turned && x.class == 0 {
		return -c
	}
	return c
}

// alongWorth reads rows in the order of what they are worth; see along.
func (a *asking) alongWorth(ctx context.Context, ask Ask, take func(Row) error) error {
	var from *purse // the place after which the page begins
	if a.key != nil {
		key := a.purseOf(Row{a.key["cents"], a.key["currency"], a.key["deal"]})
		from = &key
	}
	var found []purse
	gather := func(row Row) error {
		if p := a.purseOf(kept(row)); from == nil || a.compare(*from, p) < 0 {
			found = append(found, p)
		}
		return nil
	}
	if ask.By != listOrders[store.ByAmount].by { // what matches is found otherwise, all of it
		whole := ask
		whole.Limit = 0
		if err := a.read(ctx, whole, gather); err != nil {
			return err
		}
		return a.hand(found, ask.Limit, take)
	}
	currencies, err := a.currencies(ctx)
	if err != nil {
		return err
	}
	left := ask.Limit
	for class := range 3 {
		if from != nil && class < from.class {
			continue
		}
		found = found[:0]
		for _, currency := range currencies {
			for _, where := range a.ofWorth(class, currency, from) {
				part := ask
				part.Limit = left
				part.Where = append(append(slices.Clone(ask.Where), Cond{Column: "currency", Op: Equal, Value: currency}), where...)
				part.Order = []Order{{"cents", true}, {"deal", false}}
				if class == 2 {
					part.Order = []Order{{"deal", false}}
				}
				if a.q.Turned && class == 0 {
					part.Order = []Order{{"cents", false}, {"deal", true}}
				}
				if err := a.read(ctx, part, gather); err != nil {
					return err
				}
			}
		}
		n := len(found)
		if err := a.hand(found, left, take); err != nil || ask.Limit > 0 && n >= left {
			return err
		}
		left = max(0, left-n)
	}
	return nil
}

// hand gives rows on in their order, at most so many; 0: all.
func (a *asking) hand(found []purse, limit int, take func(Row) error) error {
	slices.SortFunc(found, a.compare)
	for i, p := range found {
		if limit > 0 && i == limit {
			return nil
		}
		if err := take(p.row); err != nil {
			return err
		}
	}
	return nil
}

// currencies lists those that rows are in, each found by the one before it.
func (a *asking) currencies(ctx context.Context) (out []string, err error) {
	if a.q.Currency != "" {
		return []string{a.q.Currency}, nil
	}
	ask := Ask{Columns: []string{"currency"}, Prefix: in(a.ws), Order: []Order{{"currency", false}}, By: listOrders[store.ByAmount].by, Limit: 1}
	for n := -1; err == nil && n < len(out); {
		n = len(out)
		err = a.r.Read(ctx, Listings, ask, func(row Row) error {
			out = append(out, row.Text(0))
			ask.Where = []Cond{{Column: "currency", Op: Above, Value: row.Text(0)}}
			return nil
		})
	}
	return out, err
}

// ofWorth says which amounts of a currency are of a class, after a place where
// there is one: parts that are each one range of the index. None where no
// amount of it is of that class.
func (a *asking) ofWorth(class int, currency string, from *purse) [][]Cond {
	cents := func(op Op, n int64) Cond { return Cond{Column: "cents", Op: op, Value: n} }
	if class == 2 { // by their ids, whatever they say: of those that say nothing each currency has a range
		parts := [][]Cond{{cents(Equal, 0)}, {cents(Below, 0)}}
		if from != nil && from.class == 2 {
			for i := range parts {
				parts[i] = append(parts[i], Cond{Column: "deal", Op: Above, Value: from.deal})
			}
		}
		return parts
	}
	if of, _ := a.q.WorthOf(1, currency); of != class {
		return nil
	}
	if from == nil || from.class < class {
		return [][]Cond{{cents(Above, 0)}}
	}
	worth := func(n int64) float64 { _, w := a.q.WorthOf(n, currency); return w }
	// The least amount that is worth as much; amounts of one currency differ in worth.
	at := int64(sort.Search(1<<53, func(n int) bool { return worth(int64(n)) >= from.worth }))
	beside, op := Above, Below
	if a.q.Turned && class == 0 {
		beside, op = Below, AtLeast
	}
	if worth(at) > from.worth {
		return [][]Cond{{cents(Above, 0), cents(op, at)}}
	}
	if op == AtLeast {
		op = Above
	}
	return [][]Cond{{cents(Equal, at), {Column: "deal", Op: beside, Value: from.deal}}, {cents(Above, 0), cents(op, at)}}
}
