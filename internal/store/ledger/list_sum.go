package ledger

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Stages gives in which stages open deals are; see store.Lists.
func (l *Ledger) Stages(ctx context.Context, ws throughline.Workspace, s store.Sight) (out []store.StageCount, err error) {
	if l.Unlisted {
		return nil, nil
	}
	err = l.base.View(ctx, ws, 1, func(rs []Reader) error {
		n, see := map[store.StageCount]int{}, sightingOf(s, nil)
		if err := see.look(ctx, rs[0], ws); err != nil {
			return err
		}
		add := func(word string, open int64) {
			stage, foreign, _ := strings.Cut(word, "\x1f")
			n[store.StageCount{Stage: throughline.Address(stage), Foreign: foreign}] += int(open)
		}
		for k, open := range see.differs.counts {
			if k.kind == countStages {
				add(k.word, open)
			}
		}
		if err := see.stages(ctx, rs[0], ws, add); err != nil {
			return err
		}
		for c, open := range n {
			if c.Open = open; open > 0 {
				out = append(out, c)
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b store.StageCount) int {
		return cmp.Or(cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Foreign, b.Foreign))
	})
	return out, l.base.Fail("read lists of", "", err)
}

// stages counts the open deals of the base by their stages: of some sellers theirs alone are read.
func (s *sighting) stages(ctx context.Context, r Reader, ws throughline.Workspace, add func(word string, n int64)) error {
	if s.owners == nil {
		return r.Read(ctx, Counts, Ask{Columns: []string{"word", "n"}, Prefix: in(ws, countStages, []byte(anybody))}, func(row Row) error {
			add(row.Text(0), row.Int(1))
			return nil
		})
	}
	for _, who := range distinct(slices.Clone(s.owners)) {
		where := []Cond{{Column: "owner", Op: Equal, Value: who[:]}, {Column: "open", Op: Equal, Value: int64(1)}}
		err := r.Read(ctx, Listings, Ask{Columns: []string{"stage", "word"}, Prefix: in(ws), Where: where, By: "listing_owner"}, func(row Row) error {
			add(parted(row.Text(0), row.Text(1)), 1)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// bounds are the conditions that no count knows.
func (a *asking) bounds() (out []Cond) {
	q := a.q
	must := func(column string, op Op, v any) { out = append(out, Cond{Column: column, Op: op, Value: v}) }
	if q.Unplaced {
		must("open", Equal, int64(1))
		must("frontier", Equal, int64(throughline.NoPhase))
	}
	if !q.Account.IsZero() {
		must("account", Equal, q.Account[:])
	}
	if from, to := q.Due[0], q.Due[1]; !from.IsZero() || !to.IsZero() {
		if !from.IsZero() {
			must("due", AtLeast, dayIn(from))
		}
		if to.IsZero() {
			must("due", Below, int64(noDay))
		} else {
			must("due", AtMost, dayIn(to))
		}
	}
	if q.Cents[0] != 0 {
		must("cents", AtLeast, q.Cents[0])
	}
	if q.Cents[1] != 0 {
		must("cents", AtMost, q.Cents[1])
	}
	if q.Currency != "" {
		must("currency", Equal, q.Currency)
	}
	return out
}

// kind is the index along which is counted and summed.
func (a *asking) kind() string {
	if !a.q.Account.IsZero() {
		return "listing_account"
	}
	return "listing_kind"
}

// sums adds up what matched. Where words were looked for that is done already.
func (a *asking) sums(ctx context.Context) error {
	if !a.q.Sums || strings.TrimSpace(a.q.Words) != "" || a.see.none() && a.see.beyond() == nil {
		return nil
	}
	if a.atQuestion() {
		by, err := a.byCurrency(ctx, countWorth)
		a.worth(by)
		return err
	}
	counted, worth := map[string]int64{}, map[string]int64{}
	err := a.counted(ctx, countMoney, nil, func(word string, n int64) {
		currency, outcome, _ := strings.Cut(word, "\x1f")
		counted[currency] += 0
		if a.q.Outcome == nil || a.q.Outcome.Word() == outcome {
			counted[currency] += n
		}
	})
	if err != nil {
		return err
	}
	if !a.narrow() && !a.q.Silent && !a.q.Asking && a.q.Process == "" {
		a.worth(counted)
		return nil
	}
	for currency := range counted {
		if a.q.Currency != "" && a.q.Currency != currency {
			continue
		}
		where := append(a.conditions(), Cond{Column: "currency", Op: Equal, Value: currency})
		n, err := a.total(ctx, "cents", where)
		if err != nil {
			return err
		}
		worth[currency] = n
	}
	a.worth(worth)
	return nil
}

// worth puts down what deals are worth together.
func (a *asking) worth(by map[string]int64) {
	if !a.q.Sums {
		return
	}
	for _, currency := range slices.Sorted(maps.Keys(by)) {
		if by[currency] != 0 {
			a.out.Sums = append(a.out.Sums, store.Sum{Currency: currency, Cents: by[currency]})
		}
	}
}

// holes are the columns in which a value says that there is none, by order.
var holes = map[store.ListOrder]struct {
	column string
	none   int64
	above  bool // what is there is greater
}{
	store.ByAttention: {"weight", 0, true},
	store.ByQuiet:     {"since", noDay, false},
	store.ByOpened:    {"opened", noInstant, true},
	store.ByClosed:    {"closed", noInstant, true},
	store.ByCloseDate: {"due", noDay, false},
	store.ByQuestion:  {"frontier", int64(throughline.NoPhase), true},
}

// stretch is a part of a list that is gone along in one order.
type stretch struct {
	where []Cond
	order []Order
}

// turned parts a list that is turned round: open ones first, and in each part
// what has nothing to be ordered by last.
func turned(by store.ListOrder) []stretch {
	order := listOrders[by].order
	first := []stretch{{order: order}}
	if order[0].Column == "open" {
		open := func(n int64) stretch {
			return stretch{where: []Cond{{Column: "open", Op: Equal, Value: n}}, order: order[1:]}
		}
		first = []stretch{open(1), open(0)}
	}
	hole, has := holes[by]
	var out []stretch
	for _, s := range first {
		back := make([]Order, len(s.order))
		for i, o := range s.order {
			back[i] = Order{Column: o.Column, Down: !o.Down}
		}
		if !has {
			out = append(out, stretch{s.where, back})
			continue
		}
		op := Below
		if hole.above {
			op = Above
		}
		with := func(op Op) []Cond {
			return append(slices.Clone(s.where), Cond{Column: hole.column, Op: op, Value: hole.none})
		}
		out = append(out, stretch{with(op), back}, stretch{with(Equal), s.order})
	}
	return out
}

// along reads rows in the order that is asked for.
func (a *asking) along(ctx context.Context, ask Ask, take func(Row) error) error {
	if a.q.Order == store.ByAmount {
		return a.alongWorth(ctx, ask, take)
	}
	parts := a.stretches()
	if a.key != nil {
		parts = beyond(parts, a.key)
	}
	left := ask.Limit
	for _, s := range parts {
		part := ask
		part.Where, part.Order, part.Limit = append(slices.Clone(ask.Where), s.where...), s.order, left
		err := a.read(ctx, part, func(row Row) error {
			if ask.Limit > 0 {
				left--
			}
			return take(row)
		})
		if err != nil || ask.Limit > 0 && left <= 0 {
			return err
		}
	}
	return nil
}

// noInstant is how an instant that is not known is kept.
var noInstant = time.Time{}.UnixMicro()
