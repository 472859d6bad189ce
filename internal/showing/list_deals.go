package showing

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/setting"
	"github.com/throughline/throughline/internal/store"
)

// DealsInput says which deals to list, and how.
type DealsInput struct {
	desk.View
	Narrow
	Search  string `name:"search" short:"s" placeholder:"WORDS" query:"search" json:"search,omitempty" help:"Only deals whose title, customer or id matches."`
	Outcome string `name:"outcome" placeholder:"END" query:"outcome" json:"outcome,omitempty" help:"Only deals with this end state, or open."`
	Owner   string `name:"owner" placeholder:"NAME" query:"owner" json:"owner,omitempty" help:"Only deals of this seller: a name, part of one, or our id."`
	Stage   string `name:"stage" placeholder:"STAGE" query:"stage" json:"stage,omitempty" help:"Only deals in this stage, by our address or the other system's word."`
	Process string `name:"process" placeholder:"PROCESS" query:"process" json:"process,omitempty" help:"Only deals that follow this process of ours, by its address or the end of it."`
	Silent  bool   `name:"silent" query:"silent" json:"silent,omitempty" help:"Only deals whose customer has gone silent."`
	Asking  bool   `name:"asking" query:"asking" json:"asking,omitempty" help:"Only deals with a reason to look at them: open ones, and those put off until a day that has come."`
	Sort    string `name:"sort" placeholder:"KEY" enum:"recent,attention,quiet,title,amount,opened,closed,close-date,question" default:"recent" query:"sort" json:"sort,omitempty" help:"Order: recent, attention, quiet, title, amount, opened, closed, close-date, question."`
	Reverse bool   `name:"reverse" query:"reverse" json:"reverse,omitempty" help:"The other way round; open deals stay first, and what has nothing to be ordered by stays last."`
	Sums    bool   `name:"sums" query:"sums" json:"sums,omitempty" help:"Add up what the deals that match are worth: in the company's currency by the stated rates, what has none by itself."`
	Limit   int    `name:"limit" short:"n" placeholder:"N" default:"50" query:"limit" json:"limit,omitempty" help:"How many to show; 0 shows all. With --json the default is all."`
	Offset  int    `name:"offset" placeholder:"N" query:"offset" json:"offset,omitempty" help:"How many to pass over first."`
	desk.Onward
}

// JSONDefaults makes a program's answer whole unless it asks for a part.
func (in *DealsInput) JSONDefaults(given func(flag string) bool) {
	if !given("limit") {
		in.Limit = 0
	}
}

// DealList is the answer of ListDeals.
type DealList struct {
	AsOf throughline.Day `json:"as_of"`
	desk.Tally
	Calls   *Calls              `json:"calls,omitempty"`    // where only deals that ask for a look are listed
	Matched int                 `json:"matched"`            // deals that pass the filters
	Sums    []throughline.Money `json:"sums,omitempty"`     // what they are worth together, where that was asked for: in the company's currency what a rate brings into it, else by currency
	Rates   []setting.Rate      `json:"rates,omitempty"`    // by which amounts in other currencies were added up, or put in order
	Unrated []string            `json:"unrated,omitempty"`  // in an order by amount: currencies without a rate, whose deals come after those that compare
	Newest  throughline.Day     `json:"newest,omitzero"`    // the newest day any fact speaks of
	Norms   alignment.Norms     `json:"norms"`              // what is usual here
	Rows    []DealRow           `json:"rows"`               // the page asked for
	Next    string              `json:"next,omitempty"`     // what asks for the page after it, as cursor; none where it is the last, or all were asked for
	Found   diag.Findings       `json:"findings,omitempty"` // names of the filter that are nobody's

	Behind time.Time `json:"-"` // since when it lacks what another program wrote; zero: it lacks nothing
}

// Findings gives what is to be said about the filter.
func (l DealList) Findings() diag.Findings { return l.Found }

// Calls counts the deals with a reason to look at them, of all that the tally
// counts, whatever else is asked for. Both together are one list.
type Calls struct {
	Asking int `json:"asking"`  // with a reason: open, put off until a day that has come, or won and not at their result yet
	PutOff int `json:"put_off"` // of those, put off
	Living int `json:"living"`  // of those, won
}

// Open counts those that are open.
func (c Calls) Open() int { return c.Asking - c.PutOff - c.Living }

// DealRow is one deal in a list.
type DealRow struct {
	ID              throughline.DealID  `json:"id"`
	Foreign         string              `json:"foreign_id,omitempty"`
	Title           string              `json:"title"`
	Account         string              `json:"account,omitempty"`
	Owner           string              `json:"owner,omitempty"`
	Stage           throughline.Address `json:"stage,omitempty"`
	ForeignStage    string              `json:"foreign_stage,omitempty"`
	Amount          throughline.Money   `json:"amount"`
	Opened          throughline.Day     `json:"opened,omitzero"`
	Closed          throughline.Day     `json:"closed,omitzero"`
	CloseDate       throughline.Day     `json:"close_date,omitzero"`
	Pushes          int                 `json:"pushes,omitempty"`
	Outcome         string              `json:"outcome"`
	Cause           throughline.Cause   `json:"cause,omitempty"`
	End             string              `json:"end,omitempty"`     // how and when it ended, in words
	EndWhy          string              `json:"end_why,omitempty"` // and why, as somebody wrote it
	FromCustomer    bool                `json:"from_customer"`
	LastCustomerAct throughline.Day     `json:"last_customer_act,omitzero"`
	Silent          bool                `json:"silent"`
	QuietDays       int                 `json:"quiet_days"`
	Frontier        throughline.Phase   `json:"frontier"`          // where they are, as the pages say it: answers that have merely grown old hold (the reading has the strict one too)
	Decided         bool                `json:"decided,omitempty"` // they have decided for us, and the order is not live
	Ours            throughline.Phase   `json:"ours"`
	Gap             *int                `json:"gap"`
	Reasons         []alignment.Reason  `json:"reasons,omitempty"`
	Why             []string            `json:"why,omitempty"`           // the reasons in words
	Bet             string              `json:"bet,omitempty"`           // the bet whose date has come, in a list of a page
	Question        string              `json:"question_left,omitempty"` // the question that was left and not answered, there too

	Reading alignment.Reading `json:"-"`
	Summary *deal.Summary     `json:"-"`
}

// ListDeals does the work of operation.ListDeals: where every customer is.
func ListDeals(ctx context.Context, d *Desk, in DealsInput) (DealList, error) {
	out, err := DealsOf(ctx, d, in)
	if err == nil {
		err = recall(ctx, d, out.Rows)
	}
	if err == nil && out.Matched == 0 {
		out.Found, err = d.unknownNames(ctx, in.Instant(&d.Desk), in.Owner, in.Stage, in.Process)
	}
	return out, err
}

func DealsOf(ctx context.Context, d *Desk, in DealsInput) (DealList, error) {
	asOf := in.Instant(&d.Desk)
	if in.Outcome != "" && !slices.Contains(desk.OutcomeWords(), in.Outcome) {
		return DealList{}, throughline.Fail("list deals", throughline.Invalid, "outcome "+in.Outcome, diag.Unknown(in.Outcome, desk.OutcomeWords()))
	}
	if desk.Outside(in.Limit) || desk.Outside(in.Offset) {
		return DealList{}, throughline.Fail("list deals", throughline.Invalid, "", desk.ErrLimit)
	}
	if _, err := in.cursor(); err != nil {
		return DealList{}, err
	}
	summed := in.Sums
	in.Sums = in.Sums || in.byWorth() // which currencies there are tells by which rates, and what has none
	out, ok, err := askLists(ctx, d, asOf, in)
	if !ok && err == nil {
		out, err = dealsFromSummaries(ctx, d, asOf, in)
	}
	if err != nil || len(out.Sums) < 2 {
		if !summed {
			out.Sums = nil
		}
		return out, err
	}
	company, err := d.Company(ctx)
	by := company.PerUnit()
	for _, m := range out.Sums {
		if _, has := by[m.Currency]; in.byWorth() && by != nil && !has {
			out.Unrated = append(out.Unrated, m.Currency)
		}
	}
	if out.Sums, out.Rates = company.Together(out.Sums); !summed {
		out.Sums = nil
	}
	return out, err
}

// byWorth reports whether the list is in an order by amount.
func (in DealsInput) byWorth() bool { return in.order() == store.ByAmount }

// perUnit gives what one of each currency is worth, where the list is ordered by it.
func (d *Desk) perUnit(ctx context.Context, in DealsInput) (map[string]float64, error) {
	if !in.byWorth() {
		return nil, nil
	}
	company, err := d.Company(ctx)
	return company.PerUnit(), err
}

// dealsFromSummaries answers in one pass over all deals: as of a day gone by, all
// of a long list, and where the ledger's lists are not of now.
func dealsFromSummaries(ctx context.Context, d *Desk, asOf time.Time, in DealsInput) (DealList, error) {
	keep, err := dealFilter(ctx, d, in)
	if err != nil {
		return DealList{}, err
	}
	narrow, err := in.read()
	if err != nil {
		return DealList{}, err
	}
	worth, err := d.perUnit(ctx, in)
	if err != nil {
		return DealList{}, err
	}
	narrow.segment, keep, err = d.keepKnown(ctx, narrow.segment, in.AsOf, keep)
	if err != nil {
		return DealList{}, err
	}
	compare, byReading := dealOrder(in.Sort, worth, d.Days())
	if in.Reverse && !byReading {
		compare = turnedRound(in.Sort, worth, compare)
	}
	top := bounded{limit: in.Limit + in.Offset, compare: compare}
	later := in.seesAll(narrow)
	if in.Limit == 0 || later || byReading || in.Cursor != "" {
		top.limit = 0 // everything has to be seen before it can be cut
	}
	matched, newest := 0, throughline.Day{}
	o, err := d.Survey(ctx, asOf, byReading || in.Asking || narrow.reads(), func(s *deal.Summary) bool {
		newest = laterDay(newest, throughline.DayOf(s.Horizon, d.Days()))
		if in.Asking && weighs(s) || !in.Asking && keep(s) {
			matched++
			top.add(s)
		}
		return false
	})
	if err != nil {
		return DealList{}, err
	}
	chosen, err := OwnedBy(ctx, d, in.Owner, top.all())
	if err != nil {
		return DealList{}, err
	}
	out := DealList{AsOf: throughline.DayOf(asOf, asOf.Location()), Newest: newest, Norms: o.Norms}
	if out.Tally, err = o.Of(ctx, &d.Desk, in.Owner); err != nil {
		return DealList{}, err
	}
	if in.Asking {
		chosen = out.calling(d, asOf, keep, chosen)
	}
	if in.Silent {
		afterAct, afterOpening := alignment.Limits(d.Book.Silence, o.Norms)
		chosen = slices.DeleteFunc(chosen, func(s *deal.Summary) bool { return !d.silentBy(s, out.AsOf, afterAct, afterOpening) })
	}
	if chosen, err = d.following(ctx, in.Process, chosen); err != nil {
		return DealList{}, err
	}
	if chosen, err = d.known(ctx, narrow.segment, chosen); err != nil {
		return DealList{}, err
	}
	chosen = narrow.placed(d, o.Norms, asOf, chosen)
	if out.Matched = matched; later {
		out.Matched = len(chosen)
	}
	if in.Sums {
		out.Sums = sumsOf(chosen)
	}
	if byReading {
		chosen = byRead(d, in, o.Norms, asOf, chosen)
	}
	if chosen, err = in.onwards(chosen); err != nil {
		return DealList{}, err
	}
	passed := out.Matched - len(chosen) // before the cursor; without one, those that nobody asked to see may be left out already
	if in.Cursor == "" {
		passed = 0
	}
	page := desk.Page(chosen, in.Offset, in.Limit)
	if n := len(page); n > 0 && in.Limit > 0 && passed+in.Offset+n < out.Matched {
		out.Next = store.Cursor{Order: in.order(), Turned: in.Reverse, Deal: page[n-1].Deal}.String()
	}
	chosen = page
	if err := d.Complete(ctx, chosen); err != nil {
		return DealList{}, err
	}
	out.Rows, err = Rows(ctx, d, o.Norms, asOf, chosen)
	return out, err
}

// seesAll reports whether every deal has to be seen before it can be cut.
func (in DealsInput) seesAll(narrow narrowed) bool {
	return in.Silent || in.Asking || in.Owner != "" || in.Process != "" || in.Sums || narrow.segment[0] != "" || narrow.reads()
}

// calling counts the deals that ask for a look and gives those of them to keep.
func (l *DealList) calling(d *Desk, asOf time.Time, keep func(*deal.Summary) bool, from []*deal.Summary) []*deal.Summary {
	l.Calls = &Calls{}
	return slices.DeleteFunc(from, func(s *deal.Summary) bool {
		if !alignment.Of(s, d.BookOf(s), l.Norms, asOf).Asks() {
			return true
		}
		l.Calls.Asking++
		l.Calls.PutOff += desk.Count(s.Outcome() == throughline.Postponed)
		l.Calls.Living += desk.Count(s.Outcome() == throughline.Won)
		return !keep(s)
	})
}

func (in DealsInput) order() store.ListOrder { return cmp.Or(store.ListOrder(in.Sort), store.ByRecent) }

// cursor reads where the page begins; nil: at the first, or as far down as Offset says.
func (in DealsInput) cursor() (*store.Cursor, error) {
	if in.Cursor == "" {
		return nil, nil
	}
	c, err := store.DecodeCursor(in.Cursor)
	if err == nil && (c.Order != in.order() || c.Turned != in.Reverse) {
		err = store.ErrCursor
	}
	if err != nil {
		return nil, throughline.Fail("list deals", throughline.Invalid, "", err)
	}
	return &c, nil
}

// onwards leaves out what stands up to the cursor's deal. Where it is on the
// list no more, nobody can say what came after it.
func (in DealsInput) onwards(all []*deal.Summary) ([]*deal.Summary, error) {
	c, err := in.cursor()
	if c == nil || err != nil {
		return all, err
	}
	at := slices.IndexFunc(all, func(s *deal.Summary) bool { return s.Deal == c.Deal })
	if at < 0 {
		return nil, throughline.Fail("list deals", throughline.Invalid, "", throughline.Refuse("cursor_gone", "the deal that the cursor stands at is on the list no more; begin with the first page"))
	}
	return all[at+1:], nil
}

// silentBy reports whether an open deal's customer has not acted for longer
// than a limit.
func (d *Desk) silentBy(s *deal.Summary, today throughline.Day, afterAct, afterOpening int) bool {
	since, acted := alignment.QuietSince(s, d.Days())
	limit := afterOpening
	if acted {
		limit = afterAct
	}
	return s.Outcome() == throughline.StillOpen && !since.IsZero() && today.Sub(since) > limit
}

func laterDay(a, b throughline.Day) throughline.Day {
	if b.Compare(a) > 0 {
		return b
	}
	return a
}

// dealFilter gives the part of the filter that a summary alone decides.
func dealFilter(ctx context.Context, d *Desk, in DealsInput) (func(*deal.Summary) bool, error) {
	var found map[throughline.DealID]bool
	if words := strings.TrimSpace(in.Search); words != "" {
		ids, err := d.Read().FindDeals(ctx, words, 100_000)
		if err != nil {
			return nil, err
		}
		found = make(map[throughline.DealID]bool, len(ids))
		for _, id := range ids {
			found[id] = true
		}
	}
	narrow, err := in.read()
	return func(s *deal.Summary) bool {
		switch {
		case !narrow.keeps(s):
			return false
		case found != nil && !found[s.Deal]:
			return false
		case in.Outcome != "" && s.Outcome().Word() != in.Outcome:
			return false
		case in.Stage != "" && string(s.Stage.Value.Stage) != in.Stage && store.Folded(s.Stage.Value.Foreign) != store.Folded(in.Stage):
			return false
		}
		return true
	}, err
}

// OwnedBy keeps the deals whose seller's name contains the words.
func OwnedBy(ctx context.Context, d *Desk, name string, from []*deal.Summary) ([]*deal.Summary, error) {
	if strings.TrimSpace(name) == "" {
		return from, nil
	}
	var ids []throughline.PersonID
	for _, s := range from {
		ids = append(ids, s.Owner.Value)
	}
	means, err := d.OwnerMeant(ctx, name, desk.Distinct(ids))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(from, func(s *deal.Summary) bool { return !means(s.Owner.Value) }), nil
}

// dealOrder gives the comparison of a sort key; attention needs every reading first.
func dealOrder(key string, worth map[string]float64, zone *time.Location) (compare func(a, b *deal.Summary) int, needsReading bool) {
	byID := func(a, b *deal.Summary) int { return bytes.Compare(a.Deal[:], b.Deal[:]) }
	openFirst := func(a, b *deal.Summary) int {
		return cmp.Compare(desk.Count(a.Outcome() != throughline.StillOpen), desk.Count(b.Outcome() != throughline.StillOpen))
	}
	switch key {
	case "attention", "question":
		return byID, true
	case "quiet":
		return func(a, b *deal.Summary) int {
			x, _ := alignment.QuietSince(a, zone)
			y, _ := alignment.QuietSince(b, zone)
			return cmp.Or(openFirst(a, b), cmp.Compare(desk.Count(x.IsZero()), desk.Count(y.IsZero())), x.Compare(y), byID(a, b))
		}, false
	case "title":
		return func(a, b *deal.Summary) int {
			return cmp.Or(cmp.Compare(store.Folded(a.Title.Value), store.Folded(b.Title.Value)), byID(a, b))
		}, false
	case "amount":
		return func(a, b *deal.Summary) int {
			x, worthA := worthOf(a, worth)
			y, worthB := worthOf(b, worth)
			return cmp.Or(x-y, cmp.Compare(worthB, worthA), byID(a, b))
		}, false
	case "opened":
		return func(a, b *deal.Summary) int { return cmp.Or(b.Opened.Compare(a.Opened), byID(a, b)) }, false
	case "closed":
		return func(a, b *deal.Summary) int { return cmp.Or(b.Closed().Compare(a.Closed()), byID(a, b)) }, false
	case "close-date":
		return func(a, b *deal.Summary) int {
			x, y := a.CloseDate(), b.CloseDate()
			return cmp.Or(openFirst(a, b), cmp.Compare(desk.Count(x.IsZero()), desk.Count(y.IsZero())), x.Compare(y), byID(a, b))
		}, false
	}
	return func(a, b *deal.Summary) int {
		return cmp.Or(openFirst(a, b), b.Horizon.Compare(a.Horizon), byID(a, b))
	}, false
}

// worthOf tells what a deal is worth by rates, and of which class that is; see store.Query.
func worthOf(s *deal.Summary, by map[string]float64) (class int, worth float64) {
	return store.Query{Worth: by}.WorthOf(s.Amount.Value.Cents, s.Amount.Value.Currency)
}

// bounded keeps the first limit values of an order (all for limit 0) without
// holding on to the rest.
type bounded struct {
	limit   int
	compare func(a, b *deal.Summary) int
	kept    []*deal.Summary
	last    *deal.Summary // once there are limit: what does not come before it is out
}

// add takes a copy of s if it may be among the first.
func (t *bounded) add(s *deal.Summary) {
	if t.last != nil && t.compare(s, t.last) >= 0 {
		return
	}
	own := *s
	t.kept = append(t.kept, &own)
	if t.limit > 0 && len(t.kept) >= 2*t.limit+64 {
		t.cut()
	}
}

func (t *bounded) cut() {
	slices.SortFunc(t.kept, t.compare)
	if t.limit > 0 && len(t.kept) > t.limit {
		clear(t.kept[t.limit:])
		t.kept = t.kept[:t.limit]
	}
	if t.limit > 0 && len(t.kept) == t.limit {
		t.last = t.kept[t.limit-1]
	}
}

func (t *bounded) all() []*deal.Summary {
	t.cut()
	return t.kept
}
