package operation

import (
	"bytes"
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/store"
)

// mostFromBoard is how many rows the board gives; whoever wants more reads the file.
const mostFromBoard = 500

// boarded is what the board says to a question about a list.
type boarded struct {
	desk.Tally
	norms   alignment.Norms
	matched int
	calls   *Calls // where only deals with a reason are asked for
	newest  throughline.Day
	rows    []*deal.Summary // partial ones are completed by whoever asks
	behind  time.Time
}

// ask answers a list's question, where the board can.
func (b *Board) ask(d *Desk, asOf time.Time, in DealsInput) (out boarded, ok bool) {
	if !in.AsOf.IsZero() || in.Limit == 0 || in.Limit > mostFromBoard {
		return out, false
	}
	w, behind, done := b.look(asOf)
	if w == nil {
		return out, false
	}
	defer done()
	keep, owned := w.filter(d, in), w.owned(in.Owner)
	afterAct, afterOpening := alignment.Limits(d.Book.Silence, w.norms)
	top := first{limit: in.Limit + in.Offset, before: w.order(in.Sort)}
	out = boarded{Tally: desk.Tally{Outcomes: make(map[string]int, len(w.outcomes))}, norms: w.norms, behind: behind}
	if owned == nil {
		out.Deals = len(w.cards)
		for word, n := range w.outcomes {
			out.Outcomes[word] = n
		}
	}
	if in.Asking {
		out.calls = &Calls{}
	}
	end, newest := int16(-1), int32(math.MinInt32)
	if in.Outcome != "" {
		end = int16(slices.IndexFunc(w.ends, func(o throughline.Outcome) bool { return o.Word() == in.Outcome }))
		if end < 0 {
			end = math.MaxInt16 // no deal has ended like that
		}
	}
	for i := len(w.hot) - 1; i >= 0; i-- { // ids grow with time: the newest first, and most others are never in question
		h := &w.hot[i]
		silent := h.open && h.known && (h.acted && int(h.days) > afterAct || !h.acted && int(h.days) > afterOpening)
		newest = max(newest, h.latest)
		if owned != nil { // whatever is counted is of the sellers that are meant
			if !owned[w.cards[i].owner] {
				continue
			}
			out.Deals++
			out.Outcomes[w.ends[h.end].Word()]++
		}
		out.Silent += b2i(silent)
		if in.Asking && h.asks {
			out.calls.Asking++
			out.calls.PutOff += b2i(w.ends[h.end] == throughline.Postponed)
		}
		if in.Silent && !silent || in.Asking && !h.asks || end >= 0 && h.end != end || keep != nil && !keep(&w.cards[i]) {
			continue
		}
		out.matched++
		top.add(int32(i))
	}
	if len(w.hot) > 0 {
		out.newest = throughline.DayNumber(int(newest))
	}
	for _, i := range desk.Page(top.all(), in.Offset, in.Limit) {
		s := w.cards[i].whole
		if s == nil {
			s = &deal.Summary{Deal: w.cards[i].id, Partial: true}
		}
		out.rows = append(out.rows, s)
	}
	return out, true
}

// filter makes what decides whether a card is asked for, beside how it ended;
// nil where all are.
func (w *wall) filter(d *Desk, in DealsInput) func(*card) bool {
	found, owned := w.search(in.Search), w.owned(in.Owner)
	if found == nil && owned == nil && in.Stage == "" {
		return nil
	}
	return func(c *card) bool {
		switch {
		case in.Stage != "" && string(c.stage) != in.Stage && !strings.EqualFold(c.foreign, in.Stage),
			owned != nil && !owned[c.owner],
			found != nil && found(c) < 0:
			return false
		}
		return true
	}
}

// owned gives the people that the words for a seller mean; nil for no words.
func (w *wall) owned(name string) map[throughline.PersonID]bool {
	if name = strings.ToLower(strings.TrimSpace(name)); name == "" {
		return nil
	}
	out := map[throughline.PersonID]bool{}
	if id, err := throughline.ParseID(name); err == nil {
		out[throughline.PersonID(id)] = true
		return out
	}
	for id, own := range w.owners {
		if strings.Contains(own, name) {
			out[id] = true
		}
	}
	return out
}

// search makes what says how well a card matches words: 0 whole, 1 by its
// beginning, 2 inside, -1 not at all, as the ledger's FindDeals does. It gives
// nil for no words.
func (w *wall) search(words string) func(*card) int {
	exact, words := strings.TrimSpace(words), store.Folded(words)
	if exact == "" {
		return nil
	}
	low, high, isID := store.IDRange(words)
	grade := func(s string) int {
		switch {
		case s == words:
			return 0
		case strings.HasPrefix(s, words):
			return 1
		case strings.Contains(s, words):
			return 2
		}
		return -1
	}
	best := func(a, b int) int {
		if a < 0 || b >= 0 && b < a {
			return b
		}
		return a
	}
	accounts := map[throughline.AccountID]int{}
	for id, names := range w.accounts {
		n := -1
		for _, name := range names {
			n = best(n, grade(name))
		}
		if n >= 0 {
			accounts[id] = n
		}
	}
	return func(c *card) int {
		if isID && bytes.Compare(c.id[:], low) >= 0 && bytes.Compare(c.id[:], high) <= 0 {
			return 0
		}
		n := grade(c.folded)
		for _, r := range c.records {
			if strings.HasPrefix(r, exact) {
				n = best(n, b2i(r != exact))
			}
		}
		if len(accounts) > 0 {
			if m, ok := accounts[c.account]; ok {
				n = best(n, m)
			}
		}
		return n
	}
}

// find gives the deals that words may mean: the better match first, then the
// open before the ended, then what asks most for a look.
func (b *Board) find(asOf time.Time, words string, limit int) (ids []throughline.DealID, ok bool) {
	w, _, done := b.look(asOf)
	if w == nil {
		return nil, false
	}
	defer done()
	search := w.search(words)
	if search == nil {
		return nil, true
	}
	type hit struct {
		rank int
		c    *card
	}
	var hits []hit
	for i := range w.cards {
		if n := search(&w.cards[i]); n >= 0 {
			hits = append(hits, hit{n, &w.cards[i]})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), openFirst(a.c, b.c), byWeight(a.c, b.c))
	})
	for _, h := range desk.Page(hits, 0, limit) {
		ids = append(ids, h.c.id)
	}
	return ids, true
}

func openFirst(a, b *card) int {
	return cmp.Compare(b2i(a.outcome != throughline.StillOpen), b2i(b.outcome != throughline.StillOpen))
}

func byID(a, b *card) int { return bytes.Compare(a.id[:], b.id[:]) }

// byWeight is alignment.Before, on cards.
func byWeight(a, b *card) int {
	return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(b.days, a.days), byID(a, b))
}

// order gives the comparison of a sort key: dealOrder, on places on the wall.
// Most pairs are decided by what lies close together.
func (w *wall) order(key string) func(i, j int32) int {
	day := func(x, y throughline.Day) int {
		return cmp.Or(cmp.Compare(b2i(x.IsZero()), b2i(y.IsZero())), x.Compare(y))
	}
	open := func(i, j int32) int { return cmp.Compare(b2i(!w.hot[i].open), b2i(!w.hot[j].open)) }
	cards := func(compare func(a, b *card) int) func(i, j int32) int {
		return func(i, j int32) int {
			a, b := &w.cards[i], &w.cards[j]
			if c := compare(a, b); c != 0 {
				return c
			}
			return byID(a, b)
		}
	}
	openFirst := func(compare func(a, b *card) int) func(i, j int32) int {
		then := cards(compare)
		return func(i, j int32) int {
			if c := open(i, j); c != 0 {
				return c
			}
			return then(i, j)
		}
	}
	switch key {
	case "attention":
		return func(i, j int32) int {
			a, b := &w.hot[i], &w.hot[j]
			if a.weight != b.weight {
				return cmp.Compare(b.weight, a.weight)
			}
			if a.days != b.days {
				return cmp.Compare(b.days, a.days)
			}
			return byID(&w.cards[i], &w.cards[j])
		}
	case "quiet":
		return openFirst(func(a, b *card) int { return day(a.since, b.since) })
	case "title":
		return cards(func(a, b *card) int { return cmp.Compare(a.lower, b.lower) })
	case "amount":
		return cards(func(a, b *card) int { return cmp.Compare(b.cents, a.cents) })
	case "opened":
		return cards(func(a, b *card) int { return b.opened.Compare(a.opened) })
	case "closed":
		return cards(func(a, b *card) int { return b.closed.Compare(a.closed) })
	case "close-date":
		return openFirst(func(a, b *card) int { return day(a.close, b.close) })
	}
	return func(i, j int32) int {
		if c := open(i, j); c != 0 {
			return c
		}
		if a, b := w.hot[i].horizon, w.hot[j].horizon; a != b {
			return cmp.Compare(b, a)
		}
		return byID(&w.cards[i], &w.cards[j])
	}
}

// first keeps the first places of an order.
type first struct {
	limit  int
	before func(i, j int32) int
	kept   []int32
	last   int32
	full   bool // last is the last of limit: what does not come before it is out
}

func (t *first) add(i int32) {
	if t.full && t.before(i, t.last) >= 0 {
		return
	}
	if t.kept = append(t.kept, i); len(t.kept) >= 2*t.limit+64 {
		t.cut()
	}
}

func (t *first) cut() {
	slices.SortFunc(t.kept, t.before)
	if len(t.kept) >= t.limit {
		t.kept = t.kept[:t.limit]
		t.last, t.full = t.kept[t.limit-1], true
	}
}

func (t *first) all() []int32 {
	t.cut()
	return t.kept
}

// fromBoard reads the rows of a board's answer.
func fromBoard(ctx context.Context, d *Desk, asOf time.Time, found boarded) ([]DealRow, error) {
	if err := d.Complete(ctx, found.rows); err != nil {
		return nil, err
	}
	found.rows = slices.DeleteFunc(found.rows, func(s *deal.Summary) bool { return s.Partial }) // gone meanwhile
	return rows(ctx, d, found.norms, asOf, found.rows)
}
