package showing

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake/spelling"
	"github.com/throughline/throughline/internal/store"
)

// Narrow is the part of a list's input that leaves deals out by what they are
// worth, when an order is expected, whose they are and where the customer is.
type Narrow struct {
	Class    string          `name:"class" placeholder:"CLASS" query:"class" json:"class,omitempty" help:"Only deals of this class: transactional, complex, none or unclassified."`
	Question string          `name:"question" placeholder:"PHASE" query:"question" json:"question,omitempty" help:"Only open deals whose customer is at this question, p1 to p9; none: nothing tells where they are."`
	DueFrom  throughline.Day `name:"due-from" placeholder:"DATE" query:"due_from" json:"due_from,omitzero" help:"Only deals whose order is expected on this day or later."`
	DueTo    throughline.Day `name:"due-to" placeholder:"DATE" query:"due_to" json:"due_to,omitzero" help:"Only deals whose order is expected on this day or earlier."`
	Least    string          `name:"least" placeholder:"AMOUNT" query:"least" json:"least,omitempty" help:"Only deals worth at least this; an amount with its currency leaves out the others."`
	Most     string          `name:"most" placeholder:"AMOUNT" query:"most" json:"most,omitempty" help:"Only deals worth at most this."`
	Currency string          `name:"currency" placeholder:"CODE" query:"currency" json:"currency,omitempty" help:"Only deals in this currency."`
	Segment  string          `name:"segment" placeholder:"NAME=VALUE" query:"segment" json:"segment,omitempty" help:"Only deals of which this is known: an attribute of the playbook and its value, such as purchase=first."`
	Account  string          `name:"account" placeholder:"ID" query:"account" json:"account,omitempty" help:"Only deals of this customer, by our id."`
}

// noQuestion is Narrow.Question for deals of which nothing tells where the customer is.
const noQuestion = "none"

// narrowed is a Narrow that was read.
type narrowed struct {
	class    throughline.Class
	phase    throughline.Phase
	unplaced bool
	due      [2]throughline.Day
	cents    [2]int64
	currency string
	account  throughline.AccountID
	segment  [2]string // an attribute and its value
}

// read reads what was typed; what is none of what it should be is refused.
func (in Narrow) read() (out narrowed, err error) {
	bad := func(word string, why error) error {
		return throughline.Fail("list deals", throughline.Invalid, desk.Short(word), why)
	}
	out = narrowed{class: throughline.Class(in.Class), due: [2]throughline.Day{in.DueFrom, in.DueTo}}
	if in.Class != "" && !slices.Contains(throughline.Classes(), out.class) {
		return out, bad(in.Class, diag.Unknown(in.Class, desk.Words(throughline.Classes())))
	}
	word := strings.TrimPrefix(strings.ToLower(strings.TrimSpace(in.Question)), "journey/")
	switch out.unplaced = word == noQuestion; {
	case word == "" || out.unplaced:
	default:
		if err := out.phase.UnmarshalText([]byte(word)); err != nil {
			return out, bad(in.Question, err)
		}
	}
	if in.Currency != "" {
		code, ok := spelling.Currency(in.Currency)
		if !ok || code == "" {
			return out, bad(in.Currency, throughline.Refuse("currency", "a currency is three letters, such as EUR"))
		}
		out.currency = code
	}
	for i, word := range []string{in.Least, in.Most} {
		if strings.TrimSpace(word) == "" {
			continue
		}
		m, _, fault := spelling.Amount(word, "")
		if fault != spelling.AmountFine {
			return out, bad(word, desk.AmountError(fault))
		}
		out.cents[i] = m.Cents
		out.currency = cmp.Or(m.Currency, out.currency)
	}
	if in.Segment != "" {
		name, value, ok := strings.Cut(in.Segment, "=")
		if out.segment = [2]string{strings.TrimSpace(name), strings.TrimSpace(value)}; !ok || out.segment[0] == "" || out.segment[1] == "" {
			return out, bad(in.Segment, throughline.Refuse("segment", "a segment is an attribute and its value, such as purchase=first"))
		}
	}
	if in.Account != "" {
		id, err := throughline.ParseID(in.Account)
		if err != nil {
			return out, bad(in.Account, err)
		}
		out.account = throughline.AccountID(id)
	}
	return out, nil
}

// reads reports whether only a reading tells what is left out.
func (n narrowed) reads() bool { return n.unplaced || n.phase.Known() }

// ask puts it into a question about the ledger's lists.
func (n narrowed) ask(q *store.Query) {
	q.Class, q.Frontier, q.Unplaced, q.Due, q.Cents, q.Currency, q.Account = n.class, n.phase, n.unplaced, n.due, n.cents, n.currency, n.account
}

// keeps reports whether a deal stays in by what its summary alone says.
func (n narrowed) keeps(s *deal.Summary) bool {
	class := cmp.Or(s.Class.Value, throughline.Unclassified)
	from, to, due := n.due[0], n.due[1], s.CloseDate()
	amount := s.Amount.Value
	switch {
	case n.class != "" && class != n.class, !n.account.IsZero() && s.Account.Value != n.account:
		return false
	case !(from.IsZero() && to.IsZero()) && due.IsZero(), !from.IsZero() && due.Compare(from) < 0, !to.IsZero() && due.Compare(to) > 0:
		return false
	case n.cents[0] != 0 && amount.Cents < n.cents[0], n.cents[1] != 0 && amount.Cents > n.cents[1]:
		return false
	}
	return (n.currency == "" || amount.Currency == n.currency) && (!n.reads() || s.Outcome() == throughline.StillOpen)
}

// keepKnown adds a segment to what is kept, where the keeper of lists remembers what is
// known; what is left of the segment has to be looked for.
func (d *Desk) keepKnown(
	ctx context.Context, segment [2]string, asOf throughline.Day, keep func(*deal.Summary) bool,
) ([2]string, func(*deal.Summary) bool, error) {
	if segment[0] == "" || !asOf.IsZero() {
		return segment, keep, nil
	}
	values, ok, err := d.Lists.Attribute(ctx, &d.Desk, segment[0])
	if !ok || err != nil {
		return segment, keep, err
	}
	return [2]string{}, func(s *deal.Summary) bool { return values[s.Deal] == segment[1] && keep(s) }, nil
}

// known keeps the deals of which the segment is known; all for none.
func (d *Desk) known(ctx context.Context, segment [2]string, from []*deal.Summary) ([]*deal.Summary, error) {
	if segment[0] == "" {
		return from, nil
	}
	whole, err := d.wholes(ctx, from)
	return slices.DeleteFunc(from, func(s *deal.Summary) bool {
		if w := whole[s.Deal]; w != nil {
			s = w
		}
		return s.Attributes[segment[0]].Value != segment[1]
	}), err
}

// placed keeps the deals whose customer is where it is asked.
func (n narrowed) placed(d *Desk, norms alignment.Norms, asOf time.Time, from []*deal.Summary) []*deal.Summary {
	if !n.reads() {
		return from
	}
	return slices.DeleteFunc(from, func(s *deal.Summary) bool { return alignment.Of(s, d.BookOf(s), norms, asOf).Firm != n.phase })
}

// byRead puts deals into an order that follows from where they stand, as
// store.ByAttention and store.ByQuestion do.
func byRead(d *Desk, in DealsInput, norms alignment.Norms, asOf time.Time, from []*deal.Summary) []*deal.Summary {
	from = byAttention(d, norms, asOf, from)
	has := make(map[throughline.DealID]int, len(from)) // reasons, or the question they are at
	for _, s := range from {
		r := alignment.Of(s, d.BookOf(s), norms, asOf)
		switch {
		case in.Sort == "question":
			has[s.Deal] = int(r.Firm)
		case r.Asks():
			has[s.Deal] = len(r.Reasons)
		}
	}
	if in.Sort == "question" {
		quiet, _ := dealOrder("quiet", nil, d.Days())
		slices.SortFunc(from, func(a, b *deal.Summary) int {
			return cmp.Or(desk.Count(a.Outcome() != throughline.StillOpen)-desk.Count(b.Outcome() != throughline.StillOpen),
				cmp.Compare(has[b.Deal], has[a.Deal]), quiet(a, b))
		})
	}
	if in.Reverse { // what has none stays last, as it is
		n := 0
		for n < len(from) && has[from[n].Deal] > 0 {
			n++
		}
		slices.Reverse(from[:n])
	}
	return from
}

// turnedRound turns an order round: open ones stay first where they are, and
// what has nothing to be ordered by stays last.
func turnedRound(key string, worth map[string]float64, compare func(a, b *deal.Summary) int) func(a, b *deal.Summary) int {
	hollow := func(*deal.Summary) bool { return false }
	openFirst := false
	switch key {
	case "", "recent":
		openFirst = true
	case "quiet":
		openFirst = true
		hollow = func(s *deal.Summary) bool { since, _ := alignment.QuietSince(s, time.UTC); return since.IsZero() }
	case "amount":
		hollow = func(s *deal.Summary) bool { class, _ := worthOf(s, worth); return class > 0 }
	case "opened":
		hollow = func(s *deal.Summary) bool { return s.Opened.IsZero() }
	case "closed":
		hollow = func(s *deal.Summary) bool { return s.Closed().IsZero() }
	case "close-date":
		openFirst = true
		hollow = func(s *deal.Summary) bool { return s.CloseDate().IsZero() }
	}
	return func(a, b *deal.Summary) int {
		if openFirst {
			if c := desk.Count(a.Outcome() != throughline.StillOpen) - desk.Count(b.Outcome() != throughline.StillOpen); c != 0 {
				return c
			}
		}
		switch x, y := hollow(a), hollow(b); {
		case x != y:
			return desk.Count(x) - desk.Count(y)
		case x && key == "amount": // what has no rate is no other way round than it was
			return compare(a, b)
		case x:
			return bytes.Compare(a.Deal[:], b.Deal[:])
		}
		return compare(b, a)
	}
}

// sumsOf adds up what deals are worth, by currency.
func sumsOf(some []*deal.Summary) []throughline.Money {
	by := map[string]int64{}
	for _, s := range some {
		by[s.Amount.Value.Currency] += s.Amount.Value.Cents
	}
	return inCurrencies(by)
}

func sumsOfRows(some []DealRow) []throughline.Money {
	by := map[string]int64{}
	for _, r := range some {
		by[r.Amount.Currency] += r.Amount.Cents
	}
	return inCurrencies(by)
}

// inCurrencies gives sums in the order of their currencies, without those that come to nothing.
func inCurrencies(by map[string]int64) []throughline.Money {
	out := []throughline.Money{}
	for _, code := range slices.Sorted(maps.Keys(by)) {
		if by[code] != 0 {
			out = append(out, throughline.Money{Cents: by[code], Currency: code})
		}
	}
	return out
}
