package ledger

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// What is seen is the deals of some sellers (the base), without those of customers
// that are closed to whoever asks, and with those of customers that are open to them.
// Of these customers the rows are read, along their index: counts are kept by seller
// and not by customer, which would be a count for each pair of them. A sight without
// customers costs nothing more.

// sighting is a sight against the sellers whose deals are asked for.
type sighting struct {
	owners []throughline.PersonID // the base; nil: everybody's
	asked  []throughline.PersonID // nil: everybody's
	sight  store.Sight

	differs tallying // what the rows beyond the base add to its counts, and those that are not seen take away
	more    []throughline.DealID
	less    map[throughline.DealID]bool
}

func sightingOf(s store.Sight, asked []throughline.PersonID) (out sighting) {
	out.sight, out.asked = s, asked
	switch {
	case asked == nil:
		out.owners = s.Owners
	case s.Owners == nil:
		out.owners = asked
	default:
		out.owners = []throughline.PersonID{}
		for _, who := range asked {
			if slices.Contains(s.Owners, who) {
				out.owners = append(out.owners, who)
			}
		}
	}
	return out
}

// none reports whether the base has no deals.
func (s *sighting) none() bool { return s.owners != nil && len(s.owners) == 0 }

func values[T ~[16]byte](ids []T) (out []any) {
	for i := range ids {
		out = append(out, ids[i][:])
	}
	return out
}

// ownedBy is the condition that a deal is of some sellers; nil: of anybody.
func ownedBy(owners []throughline.PersonID) []Cond {
	if owners == nil {
		return nil
	}
	return []Cond{{Column: "owner", Op: Among, Values: values(owners)}}
}

// base are the conditions of the base's rows that are seen.
func (s *sighting) base() []Cond {
	out := ownedBy(s.owners)
	if len(s.sight.Close) > 0 {
		out = append(out, Cond{Any: [][]Cond{
			{{Column: "account", Op: Outside, Values: values(s.sight.Close)}}, {{Column: "owner", Op: Among, Values: values(s.sight.Own)}}}})
	}
	return out
}

// hidden are the conditions of the base's rows that are not seen; nil: there are none.
func (s *sighting) hidden() []Cond {
	if len(s.sight.Close) == 0 || s.none() {
		return nil
	}
	return append(ownedBy(s.owners), Cond{Column: "account", Op: Among, Values: values(s.sight.Close)},
		Cond{Column: "owner", Op: Outside, Values: values(s.sight.Own)})
}

// beyond are the conditions of the rows that are seen and are none of the base's; nil:
// there are none.
func (s *sighting) beyond() []Cond {
	if len(s.sight.Open) == 0 || s.owners == nil || s.asked != nil && len(s.asked) == len(s.owners) {
		return nil
	}
	return append(ownedBy(s.asked), Cond{Column: "account", Op: Among, Values: values(s.sight.Open)},
		Cond{Column: "owner", Op: Outside, Values: values(s.owners)})
}

// look reads the rows of customers by which what is seen differs from the base.
func (s *sighting) look(ctx context.Context, r Reader, ws throughline.Workspace) error {
	s.differs, s.less = tallying{counts: map[countKey]int64{}}, map[throughline.DealID]bool{}
	take := func(where []Cond, by int64) error {
		if where == nil {
			return nil
		}
		return r.Read(ctx, Listings, Ask{Prefix: in(ws), Where: where, By: "listing_account"}, func(row Row) error {
			s.differs.row(row, by)
			if d := id[throughline.DealID](row, 2); by > 0 {
				s.more = append(s.more, d)
			} else {
				s.less[d] = true
			}
			return nil
		})
	}
	if err := take(s.hidden(), -1); err != nil {
		return err
	}
	return take(s.beyond(), 1)
}

// counted gives the counts of a kind that are seen, of some words or of all; one word
// may come several times.
func (a *asking) counted(ctx context.Context, kind string, words []string, take func(word string, n int64)) error {
	read := func(prefix []any) error {
		return a.r.Read(ctx, Counts, Ask{Columns: []string{"word", "n"}, Prefix: prefix}, func(row Row) error {
			take(row.Text(0), row.Int(1))
			return nil
		})
	}
	for _, owner := range a.owners() {
		if words == nil {
			if err := read(in(a.ws, kind, []byte(owner))); err != nil {
				return err
			}
		}
		for _, word := range words {
			if err := read(in(a.ws, kind, []byte(owner), word)); err != nil {
				return err
			}
		}
	}
	for k, n := range a.see.differs.counts {
		if k.kind == kind && k.owner == anybody && (words == nil || slices.Contains(words, k.word)) {
			take(k.word, n)
		}
	}
	return nil
}

// total counts the rows that are seen and meet some conditions, or adds up a column of them.
func (a *asking) total(ctx context.Context, column string, where []Cond) (sum int64, err error) {
	add := func(more []Cond, by string, sign int64) error {
		n, err := a.r.Total(ctx, Listings, column, Ask{Prefix: in(a.ws), Where: append(slices.Clone(where), more...), By: by})
		sum += sign * n
		return err
	}
	if !a.see.none() { // with those that are not seen, so that the index alone tells
		err = add(ownedBy(a.see.owners), a.kind(), 1)
	}
	if hidden := a.see.hidden(); hidden != nil && err == nil {
		err = add(hidden, "listing_account", -1)
	}
	if beyond := a.see.beyond(); beyond != nil && err == nil {
		err = add(beyond, "listing_account", 1)
	}
	return sum, err
}

// read gives rows that are seen, in the order of the question: those of opened
// customers are laid between those of the base. The columns of the order are among
// those that are asked for.
func (a *asking) read(ctx context.Context, ask Ask, take func(Row) error) error {
	base := ask
	base.Where = append(slices.Clone(ask.Where), a.see.base()...)
	beyond := a.see.beyond()
	if beyond == nil {
		if a.see.none() {
			return nil
		}
		return a.r.Read(ctx, Listings, base, take)
	}
	var more []Row
	part := ask
	if part.Where = append(slices.Clone(ask.Where), beyond...); part.By != ByKey {
		part.By = "listing_account"
	}
	err := a.r.Read(ctx, Listings, part, func(row Row) error {
		more = append(more, kept(row))
		return nil
	})
	if err != nil {
		return err
	}
	before := comesBefore(ask)
	left := ask.Limit
	give := func(row Row) error {
		if err := take(row); err != nil {
			return err
		}
		if left--; left == 0 { // of no limit it is below
			return errFull
		}
		return nil
	}
	if !a.see.none() {
		err = a.r.Read(ctx, Listings, base, func(row Row) error {
			for len(more) > 0 && before(more[0], row) {
				if err := give(more[0]); err != nil {
					return err
				}
				more = more[1:]
			}
			return give(row)
		})
	}
	for len(more) > 0 && err == nil {
		err = give(more[0])
		more = more[1:]
	}
	if errors.Is(err, errFull) {
		err = nil
	}
	return err
}

// errFull ends reading where as many rows were given as were asked for.
var errFull = errors.New("full")

// comesBefore tells whether one row comes before another in the order that is asked for.
func comesBefore(ask Ask) func(a, b Row) bool {
	at := make([]int, len(ask.Order))
	for i, o := range ask.Order {
		at[i] = slices.Index(ask.Columns, o.Column)
	}
	return func(a, b Row) bool {
		for i, o := range ask.Order {
			n := 0
			if _, number := a[at[i]].(int64); number {
				n = cmp.Compare(a.Int(at[i]), b.Int(at[i]))
			} else {
				n = bytes.Compare(a.Bytes(at[i]), b.Bytes(at[i]))
			}
			if o.Down {
				n = -n
			}
			if n != 0 {
				return n < 0
			}
		}
		return false
	}
}
