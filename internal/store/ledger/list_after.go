package ledger

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// stretches are the parts of the list in turn, each in its order.
func (a *asking) stretches() []stretch {
	if a.q.Turned {
		return turned(a.q.Order)
	}
	return []stretch{{order: listOrders[a.q.Order].order}}
}

// place brings the cursor to the values of a row, by the columns of the order.
func (a *asking) place(ctx context.Context) error {
	c := a.q.After
	order := listOrders[a.q.Order].order
	if c.Order != a.q.Order || c.Turned != a.q.Turned || a.q.Order == store.ByMatch {
		return Refuse(throughline.Invalid, "the cursor is of a list in another order")
	}
	a.key = map[string]any{"deal": c.Deal[:]}
	if c.Key == nil {
		found := false
		ask := Ask{Columns: columnsOf(order), Prefix: in(a.ws), Where: []Cond{{Column: "deal", Op: Equal, Value: c.Deal[:]}}, Order: order}
		err := a.read(ctx, ask, func(row Row) error { // of one that is not seen nothing is told, nor by which rows follow
			found = true
			for i, v := range kept(row) {
				a.key[order[i].Column] = v
			}
			return nil
		})
		if err == nil && !found {
			err = Refuse(throughline.Invalid, "the cursor is of a deal that is on no list any more")
		}
		return err
	}
	if len(c.Key) != len(order)-1 {
		return Refuse(throughline.Invalid, "the cursor is of a list in another order")
	}
	for i, v := range c.Key {
		if _, text := v.(string); text != (order[i].Column == "title" || order[i].Column == "currency") {
			return Refuse(throughline.Invalid, "the cursor is of a list in another order")
		}
		a.key[order[i].Column] = v
	}
	return nil
}

// kept is a row that outlives its reading: a store may use the bytes again.
func kept(row Row) Row {
	out := slices.Clone(row)
	for i, v := range out {
		if b, is := v.([]byte); is {
			out[i] = bytes.Clone(b)
		}
	}
	return out
}

func columnsOf(order []Order) (out []string) {
	for _, o := range order {
		out = append(out, o.Column)
	}
	return out
}

// cursor gives the place after a row that was read by the columns of the order.
func (a *asking) cursor(row Row) *store.Cursor {
	last := len(row) - 1
	return &store.Cursor{Order: a.q.Order, Turned: a.q.Turned, Deal: id[throughline.DealID](row, last), Key: slices.Clone(row[:last])}
}

// beyond gives what of the stretches comes after the key: of the one that holds
// it, first what agrees with it in all columns but the last, then in all but
// the last two, and so on, so that each part is a range of an index.
func beyond(all []stretch, key map[string]any) (out []stretch) {
	for i, s := range all {
		if !slices.ContainsFunc(s.where, func(c Cond) bool { return !meets(key[c.Column], c) }) {
			for n := len(s.order) - 1; n >= 0; n-- {
				part := stretch{where: slices.Clone(s.where), order: s.order}
				for _, o := range s.order[:n] {
					part.where = append(part.where, Cond{Column: o.Column, Op: Equal, Value: key[o.Column]})
				}
				op := Above
				if s.order[n].Down {
					op = Below
				}
				part.where = append(part.where, Cond{Column: s.order[n].Column, Op: op, Value: key[s.order[n].Column]})
				out = append(out, part)
			}
			return append(out, all[i+1:]...)
		}
	}
	return nil
}

// meets reports whether a value is as a condition of a stretch wants it.
func meets(v any, c Cond) bool {
	n := 0
	switch v := v.(type) {
	case int64:
		w, _ := c.Value.(int64)
		n = cmp.Compare(v, w)
	case string:
		w, _ := c.Value.(string)
		n = cmp.Compare(v, w)
	case []byte:
		w, _ := c.Value.([]byte)
		n = bytes.Compare(v, w)
	}
	switch c.Op {
	case Below:
		return n < 0
	case Above:
		return n > 0
	}
	return n == 0
}
