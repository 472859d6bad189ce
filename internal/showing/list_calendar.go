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
	"github.com/throughline/throughline/internal/errand"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/plan"
	"github.com/throughline/throughline/internal/store"
)

const (
	mostSpan   = 366  // days of one calendar
	mostDated  = 1000 // deals of one calendar that are looked at
	usualMonth = 30   // days that are shown where nobody says until when
)

// CalendarInput says of which days and deals a calendar is.
type CalendarInput struct {
	desk.View
	Narrow
	From    throughline.Day `name:"from" placeholder:"DATE" query:"from" json:"from,omitzero" help:"The first day (default: today)."`
	To      throughline.Day `name:"to" placeholder:"DATE" query:"to" json:"to,omitzero" help:"The last day (default: 30 days after the first)."`
	Search  string          `name:"search" short:"s" placeholder:"WORDS" query:"search" json:"search,omitempty" help:"Only deals whose title, customer or id matches."`
	Outcome string          `name:"outcome" placeholder:"END" query:"outcome" json:"outcome,omitempty" help:"Only deals with this end state, or open."`
	Owner   string          `name:"owner" placeholder:"NAME" query:"owner" json:"owner,omitempty" help:"Only deals of this seller: a name, part of one, or our id."`
	Stage   string          `name:"stage" placeholder:"STAGE" query:"stage" json:"stage,omitempty" help:"Only deals in this stage, by our address or the other system's word."`
	Process string          `name:"process" placeholder:"PROCESS" query:"process" json:"process,omitempty" help:"Only deals that follow this process of ours, by its address or the end of it."`
	Silent  bool            `name:"silent" query:"silent" json:"silent,omitempty" help:"Only deals whose customer has gone silent."`
	Asking  bool            `name:"asking" query:"asking" json:"asking,omitempty" help:"Only deals with a reason to look at them."`
	ICS     bool            `name:"ics" json:"ics,omitempty" help:"Print it as an iCalendar, for a calendar program to read."`
}

// Calendar is the answer of ListCalendar.
type Calendar struct {
	AsOf   throughline.Day `json:"as_of"`
	From   throughline.Day `json:"from"`
	To     throughline.Day `json:"to"`
	Items  []TodayDue      `json:"items"`            // soonest first; of one day by kind, then by deal
	Deals  int             `json:"deals"`            // of how many deals they are
	Unseen int             `json:"unseen,omitempty"` // deals with a day in the span that were not looked at, because there are so many

	Behind time.Time `json:"-"` // since when it lacks what another program wrote; zero: it lacks nothing
	ICS    bool      `json:"-"`
}

// ListCalendar does the work of operation.ListCalendar: what is due in a span of days.
func ListCalendar(ctx context.Context, d *Desk, in CalendarInput) (Calendar, error) {
	const op = "list what is due"
	asOf := in.Instant(&d.Desk)
	out := Calendar{AsOf: throughline.DayOf(asOf, asOf.Location()), From: in.From, To: in.To, Items: []TodayDue{}, ICS: in.ICS}
	if out.From.IsZero() {
		out.From = out.AsOf
	}
	if out.To.IsZero() {
		out.To = out.From.Add(usualMonth)
	}
	if n := out.To.Sub(out.From); n < 0 || n >= mostSpan {
		return out, throughline.Fail(op, throughline.Invalid, out.From.String()+" to "+out.To.String(),
			throughline.Refuse("calendar_span", "a calendar begins before it ends and is of at most %d days", "n", mostSpan))
	}
	norms, some, err := d.datedDeals(ctx, asOf, in, &out)
	if err != nil {
		return out, err
	}
	if some, err = d.ofList(ctx, in, norms, asOf, some); err != nil {
		return out, err
	}
	rows, err := Rows(ctx, d, norms, asOf, some)
	if err != nil {
		return out, err
	}
	var all []dated
	seen := map[throughline.DealID]bool{}
	for i := range rows {
		for _, due := range errand.Dated(rows[i].Summary) {
			if due.Day.Compare(out.From) >= 0 && due.Day.Compare(out.To) <= 0 {
				all = append(all, dated{due, &rows[i]})
				seen[rows[i].ID] = true
			}
		}
	}
	slices.SortStableFunc(all, func(a, b dated) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Kind, b.Kind), bytes.Compare(a.row.ID[:], b.row.ID[:]))
	})
	out.Deals, out.Behind = len(seen), d.Lists.Behind()
	out.Items, err = d.sayDues(ctx, out.AsOf, all)
	return out, err
}

// datedDeals gives the deals that may have something in the span: by the days
// that the lists keep, where these are of now, else in one pass over all.
func (d *Desk) datedDeals(ctx context.Context, asOf time.Time, in CalendarInput, out *Calendar) (alignment.Norms, []*deal.Summary, error) {
	norms, ok, err := d.Lists.Listed(ctx, &d.Desk, asOf)
	if err != nil {
		return norms, nil, err
	}
	if !ok || !in.AsOf.IsZero() { // the lists keep no day gone by
		var some []*deal.Summary
		o, err := d.Survey(ctx, asOf, true, func(s *deal.Summary) bool {
			if slices.ContainsFunc(errand.Dated(s), func(x errand.Due) bool { return x.Day.Compare(out.From) >= 0 && x.Day.Compare(out.To) <= 0 }) {
				own := *s
				some = append(some, &own)
			}
			return false
		})
		if err == nil {
			err = d.Complete(ctx, some)
		}
		if err == nil {
			some, err = OwnedBy(ctx, d, in.Owner, some)
		}
		return o.Norms, some, err
	}
	q := store.Days{From: out.From, To: out.To}
	if q.Owners, err = d.sellersMeant(ctx, in.Owner); err != nil {
		return norms, nil, err
	}
	days, err := d.Read().ListedDays(ctx, q)
	if err != nil {
		return norms, nil, err
	}
	var ids []throughline.DealID // the soonest first
	met := make(map[throughline.DealID]bool, len(days))
	for _, x := range days {
		if !met[x.Deal] {
			met[x.Deal] = true
			ids = append(ids, x.Deal)
		}
	}
	if len(ids) > mostDated {
		out.Unseen, ids = len(ids)-mostDated, ids[:mostDated]
	}
	some, err := d.summariesAt(ctx, ids, asOf)
	return norms, some, err
}

// ofList keeps the deals that a list would have by the same filters.
func (d *Desk) ofList(ctx context.Context, in CalendarInput, norms alignment.Norms, asOf time.Time, some []*deal.Summary) ([]*deal.Summary, error) {
	list := DealsInput{Narrow: in.Narrow, Search: in.Search, Outcome: in.Outcome, Stage: in.Stage, Process: in.Process}
	keep, err := dealFilter(ctx, d, list)
	if err != nil {
		return nil, err
	}
	narrow, err := in.read()
	if err != nil {
		return nil, err
	}
	afterAct, afterOpening := alignment.Limits(d.Book.Silence, norms)
	day := throughline.DayOf(asOf, asOf.Location())
	some = slices.DeleteFunc(some, func(s *deal.Summary) bool {
		return !keep(s) || in.Silent && !d.silentBy(s, day, afterAct, afterOpening) ||
			in.Asking && !alignment.Of(s, d.BookOf(s), norms, asOf).Asks()
	})
	if some, err = d.following(ctx, in.Process, some); err != nil {
		return nil, err
	}
	return narrow.placed(d, norms, asOf, some), nil
}

// sayDues puts what is due into words.
func (d *Desk) sayDues(ctx context.Context, today throughline.Day, all []dated) ([]TodayDue, error) {
	seen := map[throughline.PersonID]bool{}
	for _, w := range all {
		if !w.Person.IsZero() {
			seen[w.Person] = true
		}
		desk.Mentioned(w.What, seen)
		desk.Mentioned(w.Who, seen)
	}
	ids := make([]throughline.PersonID, 0, len(seen))
	for id := range seen {
		ids = append(ids, id)
	}
	people, err := d.Read().People(ctx, ids)
	words, out := phrase.For(d.Language), make([]TodayDue, 0, len(all))
	for _, w := range all {
		n := phrase.Names{Book: d.BookOf(w.row.Summary), Today: today, Person: func(id throughline.PersonID) string { return people[id].Name }}
		out = append(out, TodayDue{Due: w.Due, Deal: Named{ID: w.row.ID, Title: w.row.Title}, Account: w.row.Account, Words: words.Due(n, w.Due)})
	}
	return out, err
}

// Events gives what is due as days of a calendar program, each with its deal.
func (c Calendar) Events() []plan.Event {
	out := make([]plan.Event, 0, len(c.Items))
	for _, x := range c.Items {
		ref := x.Deal.ID.String() + "-" + string(x.Kind)
		switch {
		case !x.Fact.IsZero():
			ref += "-" + x.Fact.String()
		case x.About != "":
			ref += "-" + strings.ReplaceAll(string(x.About), "/", "-")
		default:
			ref += "-" + x.Day.String()
		}
		out = append(out, plan.Event{Ref: ref, Day: x.Day, Title: cmp.Or(x.Account, x.Deal.Title) + ": " + x.Words, About: x.Deal.Title})
	}
	return out
}
